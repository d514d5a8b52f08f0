import unittest

from checkout import CheckoutTest


class CheckText(CheckoutTest):
    tool = "check_text"

    def test_a_right_checkout_has_no_findings(self):
        self.write("docs/a.md", "https://doi.org/10.1021/x, src/home/x, ${TMPDIR:-/tmp}/x, work/flow, Debian, todo list\n")
        self.assert_clean()

    def test_each_rule(self):
        for line in ["see /ho" + "me/jane/x", "cd /wo" + "rk/x", "x=/tm" + "p/y", "C:\\Us" + "ers\\x", "// TO" + "DO: more",
                     "FI" + "XME", "http://deb.deb" + "ian.org/debian", "https://py" + "pi.org/x", "<" * 7 + " HEAD"]:
            with self.subTest(line):
                self.write("src/base/base.cpp", "\n" + line + "\n")
                self.assert_only("src/base/base.cpp:2", ": ")

    def test_binary_files_and_build_folders_are_passed_over(self):
        (self.root / "x.h5").write_bytes(b"\xff\xfe/ho" + b"me/jane/x")
        self.write("build/x.txt", "/ho" + "me/jane/x")
        self.assert_clean()

    def test_hidden_folders_of_tools_are_passed_over_but_not_ci(self):
        self.write(".cache/x.txt", "/ho" + "me/jane/x")
        self.assert_clean()
        self.write(".ci/run", "/ho" + "me/jane/x")
        self.assert_only(".ci/run:1", "one machine")


if __name__ == "__main__":
    unittest.main()
