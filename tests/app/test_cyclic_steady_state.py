#!/usr/bin/python3
"""A steady state sought directly: reached, not reached, interrupted and gone on with."""

import json
import signal
import time

import h5py
import numpy as np

import program
from program import DONE, INTERRUPTED, MANY_CYCLES, ProgramTest, assert_rows_aligned, start, stop_at


def repeat(at_most, tolerance="1e-6"):
    return ["--set", f"schedule.repeat={{until: cyclic_steady_state, tolerance: {tolerance}, at_most: {at_most}}}"]


class Direct(ProgramTest):
    def setUp(self):
        super().setUp()
        self.result = self.folder / "r.h5"

    def test_balances_are_those_of_the_steady_cycles_and_close(self):
        answer = json.loads(self.succeeds("run", MANY_CYCLES, "-o", self.result, "--json", *repeat(40)).stdout)
        self.assertTrue(answer["cyclic_steady_state"]["reached"])
        self.assertLess(max(abs(row["closure"]) for row in answer["balance"].values()), 1e-8)
        assert_rows_aligned(self, self.result)
        with h5py.File(self.result) as file:
            self.assertEqual(file.attrs["status"], "complete")
            jumps = file["kpi/per_cycle/extrapolated"][:]
            self.assertEqual(jumps[0], 0.0)
            self.assertGreater(jumps.sum(), 0)
            last_jump = np.flatnonzero(jumps)[-1]
            self.assertAlmostEqual(file["balance"].attrs["since"], file["kpi/per_cycle/end_time"][last_jump - 1])
            np.testing.assert_allclose(file["kpi/li_recovery"][()], file["kpi/per_cycle/li_recovery"][-1], rtol=1e-5)

    def test_not_reached_is_said_and_answered_with_one(self):
        answer = program.run("run", MANY_CYCLES, "-o", self.result, *repeat(3))
        self.assertEqual(answer.returncode, 1, answer.stderr)
        self.assertRegex(answer.stderr, r"no cyclic steady state after 3 cycles \(schedule.repeat.at_most\): \S+ .*still changes by \d")
        with h5py.File(self.result) as file:
            self.assertTrue(file.attrs["status"].startswith("no cyclic steady state after 3 cycles"))
            self.assertEqual(len(file["kpi/per_cycle/cycle"]), 3)

    def test_interrupted_and_resumed(self):
        begin = time.monotonic()
        whole = json.loads(self.succeeds("run", MANY_CYCLES, "-o", self.folder / "w.h5", "--json", *repeat(40, "1e-9")).stdout)
        wall = time.monotonic() - begin
        for share in [0.5, 0.4, 0.3, 0.2]:  # machines are shared: the next run may be much faster than the first
            process = start("run", MANY_CYCLES, "-o", self.result, *repeat(40, "1e-9"))
            stopped = stop_at(process, share * wall, signal.SIGINT)
            stderr = process.communicate(timeout=10)[1]
            if stopped:
                break
        self.assertTrue(stopped)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        assert_rows_aligned(self, self.result)
        answer = program.run("run", MANY_CYCLES, "-o", self.result, "--resume", "--json", *repeat(40, "1e-9"))
        self.assertEqual(answer.returncode, DONE, answer.stderr)
        found = json.loads(answer.stdout)
        self.assertLess(max(abs(row["closure"]) for row in found["balance"].values()), 1e-8)
        self.assertAlmostEqual(found["kpi"]["li_recovery"]["value"], whole["kpi"]["li_recovery"]["value"], delta=1e-6)


if __name__ == "__main__":
    program.main()
