#!/usr/bin/python3
"""A run that is killed or interrupted leaves a file that opens, and --resume goes on to the same end."""

import json
import math
import random
import signal
import time

import h5py
import numpy as np

import program
from program import BAD_INPUT, COLUMN, DONE, ENDLESS, INTERRUPTED, MANY_CYCLES, ProgramTest, assert_rows_aligned, contents, start, stop_at

# A resumed run starts its integrator anew, at order one: from there its steps are others, and the two solutions differ
# by what the integrator allows itself (relative_tolerance 1e-6 a step). Measured over 20 restarts, relative to the
# largest value of each dataset: 1.6e-5 at worst.
SAME = 5e-5
KILLS = 20
CYCLES = 80  # of the case as it stands
# Snapshots come at least 2 s apart, whatever the machine: the run has as many cycles as take it well beyond the second one.
LONG_ENOUGH = 6.0


class Interruption(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.whole = None

    def timed_run(self, case, path):
        begin = time.monotonic()
        self.succeeds("run", *case, "-o", path)
        return time.monotonic() - begin

    def uninterrupted(self):
        """Its contents, run once for all tests of the class."""
        cls = type(self)
        if cls.whole is None:
            path = self.folder / "whole.h5"
            cls.case, cls.wall = [MANY_CYCLES], self.timed_run([MANY_CYCLES], path)
            if cls.wall < LONG_ENOUGH:
                cls.case += ["--set", f"schedule.repeat.times={math.ceil(CYCLES * LONG_ENOUGH / cls.wall)}"]
                cls.wall = self.timed_run(cls.case, path)
            cls.whole, status = contents(path)
            self.assertEqual(status, "complete")
        return cls.whole

    def assert_same_result(self, path, moments=()):
        """moments: of interruptions, each of which leaves a row of its own between those of the grid."""
        expected = self.uninterrupted()
        found, status = contents(path)
        self.assertEqual(status, "complete")
        self.assertEqual(set(found), set(expected))
        # The grid of the output is the same; only the end of the run lies where its last condition came true.
        times = np.setdiff1d(found["time"], moments)
        self.assertEqual(len(found["time"]) - len(times), len(moments))
        self.assertEqual(len(times), len(expected["time"]))
        np.testing.assert_array_equal(times[:-1], expected["time"][:-1])
        np.testing.assert_allclose(times[-1], expected["time"][-1], rtol=SAME)
        self.assertEqual(found["case"], expected["case"])
        np.testing.assert_array_equal(found["units/column/profile_time"], expected["units/column/profile_time"])
        self.assertEqual([(u, m) for u, m in zip(found["events/unit"], found["events/message"])],
                         [(u, m) for u, m in zip(expected["events/unit"], expected["events/message"])])
        for name in expected:
            if name.startswith(("kpi/", "balance/held", "balance/in", "balance/out", "checkpoint/")) and not name.endswith(("_index", "/rows", "/axis")):
                self.assert_close(name, found[name], expected[name])
        self.assertLess(abs(found["balance/closure"]).max(), 1e-8)

    def assert_close(self, name, found, expected):
        if expected.dtype.kind != "f":
            return
        self.assertEqual(found.shape, expected.shape, name)
        np.testing.assert_array_equal(np.isnan(found), np.isnan(expected), name)
        size = np.nanmax(abs(expected), initial=0.0)
        # The change from cycle to cycle may be decided by a group of a millionth of its nominal size, which is known to
        # absolute_tolerance, 1e-8 of that size, only: to a hundredth. Measured: 2e-3.
        allowed = 1e-2 if name.endswith("/change") else SAME * size
        np.testing.assert_allclose(found, expected, rtol=SAME, atol=allowed, err_msg=name)

    def test_killed_twenty_times_and_resumed(self):
        """One run after the other goes on where the last was killed; what comes to its end is compared, and begun anew."""
        self.uninterrupted()
        result = self.folder / "r.h5"
        draw = random.Random(20)
        # Snapshots come at least 2 s apart: some kills fall before the first row, some after a later snapshot.
        moments = [draw.uniform(0.01, 3.0) for _ in range(KILLS - 1)] + [2.5]
        rows = 0
        while moments:
            process = start("run", *self.case, "-o", result, *(["--resume"] if result.exists() else []))
            killed = stop_at(process, moments[0])
            stderr = process.communicate()[1]
            if killed:
                moments.pop(0)
                self.assertEqual(process.returncode, -signal.SIGKILL)
                if result.exists():
                    now = assert_rows_aligned(self, result)
                    self.assertGreaterEqual(now, rows, "a kill lost what an earlier run had stored")
                    rows = now
                    self.assertEqual(contents(result)[1], "running")
            else:
                self.assertEqual(process.returncode, DONE, stderr)
                self.assert_same_result(result)
                result.unlink()
                rows = 0
        self.assertGreater(rows, 1, "the last kill came after the second snapshot")
        self.succeeds("run", *self.case, "-o", result, "--resume")
        self.assert_same_result(result)
        self.no_leftovers(result)

    def test_interrupted_and_resumed(self):
        self.uninterrupted()
        for kind in [signal.SIGINT, signal.SIGTERM]:
            with self.subTest(kind.name):
                result = self.folder / f"{kind.name}.h5"
                process = start("run", *self.case, "-o", result, "--json")
                self.assertTrue(stop_at(process, 0.4 * self.wall, kind))
                stdout, stderr = process.communicate(timeout=10)
                self.assertEqual(process.returncode, INTERRUPTED)
                self.assertRegex(stderr, r"interrupted at t = \S+ \w+; `--resume` goes on from there\n$")
                self.assertEqual(json.loads(stdout)["status"], "interrupted")
                self.assertEqual(contents(result)[1], "interrupted")
                assert_rows_aligned(self, result)
                self.no_leftovers(result)
                moment = contents(result)[0]["time"][-1]
                self.succeeds("run", *self.case, "-o", result, "--resume")
                self.assert_same_result(result, [moment] if moment % 120.0 else [])

    def test_an_earlier_result_stays_when_a_new_run_is_killed_at_its_start(self):
        result = self.folder / "r.h5"
        self.succeeds("run", COLUMN, "-o", result)
        process = start("run", *ENDLESS, "-o", result)
        stop_at(process, 0.001)
        process.communicate()
        found, status = contents(result)
        self.assertIn(status, ["complete", "running"])
        self.assertGreater(len(found["time"]), 0)


class RefusedResume(ProgramTest):
    def setUp(self):
        super().setUp()
        self.result = self.folder / "r.h5"

    def refused(self, says, case=COLUMN):
        before = self.result.read_bytes() if self.result.exists() else None
        self.fails(BAD_INPUT, "run", case, "-o", self.result, "--resume", says=says)
        self.assertEqual(self.result.read_bytes() if self.result.exists() else None, before)
        self.no_leftovers(self.result)

    def test_a_complete_result(self):
        self.succeeds("run", COLUMN, "-o", self.result)
        self.refused("r.h5 is complete: there is nothing to resume")

    def test_the_result_of_another_case(self):
        self.succeeds("run", COLUMN, "-o", self.result)
        self.refused(["r.h5 belongs to another case", "only the same case can be resumed"], MANY_CYCLES)

    def test_the_same_case_with_another_value(self):
        self.succeeds("run", COLUMN, "-o", self.result, "--set", "units.column.length=5 m")
        self.refused("belongs to another case")

    def test_no_result(self):
        self.refused(["there is no result", "r.h5 to resume"])

    def test_no_hdf5_file(self):
        self.result.write_text("time,flow\n0,1\n")
        self.refused("r.h5 is not an HDF5 file")

    def test_a_hdf5_file_cut_in_half(self):
        self.succeeds("run", COLUMN, "-o", self.result)
        whole = self.result.read_bytes()
        self.result.write_bytes(whole[:len(whole) // 2])
        answer = program.run("run", COLUMN, "-o", self.result, "--resume")
        self.assertIn(answer.returncode, [BAD_INPUT, INTERRUPTED], answer.stderr)
        self.assertIn("r.h5", answer.stderr)

    def test_a_hdf5_file_of_another_program(self):
        with h5py.File(self.result, "w") as file:
            file["time"] = [0.0, 1.0]
        self.refused("r.h5")


if __name__ == "__main__":
    program.main()
