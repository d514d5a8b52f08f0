#!/usr/bin/python3
"""Where a result cannot be written, or no further: what is said, and that nothing stored before is lost."""

import os
import resource
import signal
import subprocess
import time
import unittest

import h5py

import program
from program import COLUMN, ENDLESS, INTERRUPTED, MANY_CYCLES, ProgramTest, assert_rows_aligned, contents, run, start


class Target(ProgramTest):
    def test_no_folder(self):
        self.fails(INTERRUPTED, "run", COLUMN, "-o", self.folder / "none" / "r.h5", says=["none/r.h5", "there is no folder"])

    def test_a_folder(self):
        self.fails(INTERRUPTED, "run", COLUMN, "-o", self.folder, says="it is a folder")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_device(self):
        self.fails(INTERRUPTED, "run", COLUMN, "-o", "/dev/null", says="it is not a regular file")

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_no_permission(self):
        self.folder.chmod(0o500)
        self.addCleanup(self.folder.chmod, 0o700)
        self.fails(INTERRUPTED, "run", COLUMN, "-o", self.folder / "r.h5", says="r.h5")

    def test_the_bad_case_is_said_before_the_bad_output(self):
        self.fails(2, "run", "nowhere.yaml", "-o", self.folder / "none" / "r.h5", says="nowhere.yaml")


class Sharing(ProgramTest):
    def setUp(self):
        super().setUp()
        self.result = self.folder / "r.h5"

    def test_a_reader_keeps_what_it_opened_and_the_run_goes_on(self):
        self.succeeds("run", COLUMN, "-o", self.result, "--set", "schedule.repeat.times=1")
        with h5py.File(self.result, "r") as reader:
            before = reader["time"][:]
            self.succeeds("run", COLUMN, "-o", self.result)
            self.assertEqual(list(reader["time"][:]), list(before))
        found, status = contents(self.result)
        self.assertEqual(status, "complete")
        self.assertGreater(len(found["time"]), len(before))

    def test_a_run_can_be_read_while_it_goes_on(self):
        process = start("run", *ENDLESS, "-o", self.result)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        rows, seen = 0, set()
        deadline = time.monotonic() + 60.0
        while process.poll() is None and len(seen) < 3 and time.monotonic() < deadline:
            if self.result.exists():
                now = assert_rows_aligned(self, self.result)
                self.assertGreaterEqual(now, rows)
                rows = now
                seen.add(now)
            time.sleep(0.2)
        self.assertEqual(len(seen), 3, "too little was seen of the run before its end")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertGreaterEqual(assert_rows_aligned(self, self.result), rows)

    def test_a_second_run_on_the_same_output_is_refused(self):
        first = start("run", *ENDLESS, "-o", self.result)
        self.addCleanup(first.kill)
        while not self.result.exists() and first.poll() is None:
            time.sleep(0.01)
        self.fails(INTERRUPTED, "run", COLUMN, "-o", self.result, says="r.h5", timeout=10)
        self.assertIsNone(first.poll(), "the first run had ended: the test shows nothing")
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=10)
        self.assertEqual(first.returncode, INTERRUPTED)
        self.assertEqual(contents(self.result)[1], "interrupted")


class FullDisk(ProgramTest):
    """There is space for part of a run."""

    def run_out_of_space(self, result, **options):
        """Answers what the program said, and the datasets that are left."""
        began = time.monotonic()
        answer = run("run", MANY_CYCLES, "-o", result, "--set", "schedule.repeat.times=200", **options)
        seconds = time.monotonic() - began
        self.assertEqual(answer.returncode, INTERRUPTED, answer.stderr)
        self.assertIn(result.name, answer.stderr)
        self.assertNotIn("a fault of ours", answer.stderr)
        rows = assert_rows_aligned(self, result)
        if seconds > 3.0:  # snapshots come at least 2 s apart: there was one after that of the first row
            self.assertGreater(rows, 1)
        found, status = contents(result)
        self.assertNotEqual(status, "complete")
        return answer, found

    def test_a_limit_on_the_size_of_files(self):
        result = self.folder / "r.h5"
        limit = 4_000_000  # bytes; the whole result takes some 10 MB
        answer, found = self.run_out_of_space(
            result, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        self.assertIn("ulimit -f", answer.stderr)

        # With more space it goes on from there.
        process = start("run", MANY_CYCLES, "-o", result, "--set", "schedule.repeat.times=200", "--resume")
        program.stop_at(process, 0.5, signal.SIGTERM)
        process.communicate(timeout=10)
        after = contents(result)[0]
        self.assertGreater(len(after["time"]), len(found["time"]))
        self.assertEqual(list(after["time"][:len(found["time"])]), list(found["time"]))

    @unittest.skipUnless(os.geteuid() == 0, "wants root, to mount a small file system")
    def test_a_full_file_system(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest("cannot mount: " + mounted.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        result = disk / "r.h5"
        answer, _ = self.run_out_of_space(result)
        self.assertRegex(answer.stderr, "(?i)no space left|disk is full")


if __name__ == "__main__":
    program.main()
