"""tools/test and tools/packages, tried on a project of three tests that needs no compiler."""
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

repository = Path(__file__).resolve().parents[2]

project = """cmake_minimum_required(VERSION 3.25)
project(tiny LANGUAGES NONE)
enable_testing()
add_test(NAME good COMMAND ${CMAKE_COMMAND} -E true)
add_test(NAME good_too COMMAND ${CMAKE_COMMAND} -E true)
"""
presets = """{"version": 6,
 "configurePresets": [{"name": "release", "generator": "Ninja", "binaryDir": "${sourceDir}/build/${presetName}"}],
 "buildPresets": [{"name": "release", "configurePreset": "release"}]}
"""


class Scripts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="brine flow ")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "tools").mkdir()
        for name in ["test", "steps.bash"]:
            shutil.copy(repository / "tools" / name, self.root / "tools")
        self.script("packages", "exit 0")
        (self.root / "CMakePresets.json").write_text(presets)

    def script(self, name, text):
        path = self.root / "tools" / name
        path.write_text("#!/bin/sh\n" + text + "\n")
        path.chmod(0o755)

    def run_tests(self, cmake):
        (self.root / "CMakeLists.txt").write_text(cmake)
        environment = {k: v for k, v in os.environ.items() if k != "CI"}
        done = subprocess.run([self.root / "tools" / "test"], cwd="/", env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        return done.returncode, done.stdout.splitlines()

    def test_all_pass(self):
        status, lines = self.run_tests(project)
        self.assertEqual((status, lines[-1]), (0, "2 passed, 0 failed"), lines)

    def test_one_fails_and_its_words_are_shown(self):
        status, lines = self.run_tests(project + "add_test(NAME bad COMMAND ${CMAKE_COMMAND} -E cat no_such_file)\n")
        self.assertEqual((status, lines[-1]), (1, "2 passed, 1 failed"), lines)
        self.assertIn("FAILED  release: bad ", lines)
        self.assertIn("no_such_file", "\n".join(lines))

    def test_a_program_that_is_not_there_counts_as_failed(self):
        status, lines = self.run_tests(project + "add_test(NAME gone COMMAND no_such_program)\n")
        self.assertEqual((status, lines[-1]), (1, "2 passed, 1 failed"), lines)

    def test_skipped_is_not_passed(self):
        status, lines = self.run_tests(project + "set_tests_properties(good PROPERTIES SKIP_RETURN_CODE 0)\n"
                                                 "set_tests_properties(good_too PROPERTIES DISABLED TRUE)\n")
        self.assertEqual(lines[-1], "0 passed, 0 failed", lines)

    def test_no_tests_at_all_is_a_failure(self):
        status, lines = self.run_tests(project.split("add_test")[0])
        self.assertEqual((status, lines[-1]), (1, "0 passed, 1 failed"), lines)

    def test_a_build_that_fails(self):
        status, lines = self.run_tests(project + "add_custom_target(broken ALL ${CMAKE_COMMAND} -E false)\n")
        self.assertEqual((status, lines[-1]), (1, "0 passed, 1 failed"), lines)
        self.assertIn("FAILED  release: building", lines)

    def test_a_configuration_that_fails(self):
        status, lines = self.run_tests(project + 'message(FATAL_ERROR "told you")\n')
        self.assertEqual((status, lines[-1]), (1, "0 passed, 1 failed"), lines)
        self.assertIn("told you", "\n".join(lines))

    def test_packages_that_cannot_be_installed(self):
        self.script("packages", "exit 1")
        status, lines = self.run_tests(project)
        self.assertEqual((status, lines[-1]), (1, "0 passed, 1 failed"), lines)


class Packages(unittest.TestCase):
    def run_packages(self, path, *arguments):
        return subprocess.run(["/bin/bash", repository / "tools" / "packages", *arguments], env={"PATH": path},
                              capture_output=True, text=True)

    def test_an_unknown_group(self):
        done = self.run_packages(os.environ["PATH"], "install", "nope")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no group 'nope'", done.stderr)

    def test_neither_root_nor_sudo(self):
        """On a system where nothing is installed and nobody may install: the exact command is told."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in [("id", "echo 1000"), ("dpkg-query", "exit 1"), ("apt-get", "exit 1")]:
                path = Path(folder) / name
                path.write_text("#!/bin/sh\n" + text + "\n")
                path.chmod(0o755)
            for name in ["tr", "sed"]:
                (Path(folder) / name).symlink_to(shutil.which(name))
            done = self.run_packages(folder, "install", "build")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("apt-get install --no-install-recommends g++ cmake ninja-build", done.stderr)

    def test_not_debian(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "tr").symlink_to(shutil.which("tr"))
            done = self.run_packages(folder, "install", "build")
        self.assertEqual(done.returncode, 1)
        self.assertIn("not a Debian system", done.stderr)
        self.assertIn("libsundials-dev", done.stderr)


if __name__ == "__main__":
    unittest.main()
