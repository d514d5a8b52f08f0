#!/usr/bin/python3
"""Every case in cases/invalid is refused with exactly the text beside it, by `check` and by `run`.

test_invalid_cases.py PROGRAM --accept writes the texts anew, to be read before they are committed.
"""

import random
import sys

import program
from program import BAD_INPUT, ROOT, ProgramTest

FOLDER = ROOT / "cases" / "invalid"
CASES = sorted(FOLDER.glob("*.yaml"))


def shown(path):
    return str(path.relative_to(ROOT))


class InvalidCases(ProgramTest):
    def assert_refused(self, case, expected, *arguments):
        answer = program.run(*arguments, timeout=20)
        self.assertEqual(answer.stderr, expected)
        self.assertEqual((answer.returncode, answer.stdout), (BAD_INPUT, ""))

    def test_check_and_run_say_the_same_and_write_nothing(self):
        for case in CASES:
            with self.subTest(case.name):
                expected = case.with_suffix(".expected").read_text()
                result = self.folder / "result.h5"
                self.assert_refused(case, expected, "check", shown(case))
                self.assert_refused(case, expected, "run", shown(case), "-o", result)
                self.assertEqual(list(self.folder.iterdir()), [])

    def test_every_case_has_its_text_and_the_other_way_round(self):
        names = {p.stem for p in CASES}
        self.assertEqual(names, {p.stem for p in FOLDER.glob("*.expected")})
        self.assertGreaterEqual(len(names), 45)
        self.assertEqual({p.suffix for p in FOLDER.iterdir()}, {".yaml", ".expected"})

    def test_every_finding_has_its_place(self):
        for case in CASES:
            with self.subTest(case.name):
                for line in case.with_suffix(".expected").read_text().splitlines():
                    if not line.startswith(" ") and "|" not in line[:8]:
                        self.assertRegex(line, r"^(cases|models)/[\w/]+\.yaml(:\d+:\d+)?: \S")


class OtherFiles(ProgramTest):
    """What cannot lie in a repository."""

    def test_no_file_a_folder_and_a_device(self):
        self.fails(BAD_INPUT, "check", "nowhere.yaml", says="nowhere.yaml: there is no such file")
        self.fails(BAD_INPUT, "check", self.folder, says="this is a directory, not a file")
        self.fails(BAD_INPUT, "check", "/dev/null", says="/dev/null: ", timeout=5)

    def test_a_hundred_megabytes_are_refused_at_once(self):
        case = self.folder / "large.yaml"
        with open(case, "wb") as file:
            for _ in range(100):
                file.write(b"# brine\n" * (1 << 17))
        self.assertGreaterEqual(case.stat().st_size, 100_000_000)
        self.fails(BAD_INPUT, "check", case, says="large.yaml: ", timeout=5)

    def test_a_case_cut_off_anywhere_is_refused_in_words(self):
        text = (ROOT / program.COLUMN).read_bytes()
        case = self.folder / "cut.yaml"
        for length in sorted(random.Random(1).sample(range(text.index(b"schedule:")), 40)):
            with self.subTest(bytes=length):
                case.write_bytes(text[:length])
                self.fails(BAD_INPUT, "check", case, says="cut.yaml")


def accept():
    program.program = sys.argv[1]
    for case in CASES:
        answer = program.run("check", shown(case))
        if answer.returncode != BAD_INPUT:
            sys.exit(f"{shown(case)} is not refused: exit status {answer.returncode}")
        case.with_suffix(".expected").write_text(answer.stderr)


if __name__ == "__main__":
    if "--accept" in sys.argv:
        accept()
    else:
        program.main()
