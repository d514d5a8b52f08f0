#!/usr/bin/python3
"""Runs that cannot go on stop soon, say where, and keep what they had."""

import time

import h5py

import program
from program import COLUMN, SOLVER_FAILED, ProgramTest, assert_rows_aligned

TANK = """components: [H2O, Li+, Cl-]
brine: {chemistry: hmw84_lithium_25C}
units:
  lake: {type: feed, brine: {Li+: 1 g/L, balance: Cl-}, flow: 5 m3/h}
  pond: {type: tank, volume: 20 m3}
schedule: {for: 8 h, always: [lake -> pond]}
"""

RESTLESS = """components: [H2O, Li+, Cl-]
brine: {chemistry: ideal}
units:
  lake: {type: feed, brine: {Li+: 1 g/L, balance: Cl-}, flow: 5 m3/h}
  buffer: {type: tank, volume: 0.1 m3, outflow: 10 m3/h, initial: {brine: {Li+: 1 g/L, balance: Cl-}, volume: 0.04 m3}}
  spent: {type: sink}
schedule: {for: 24000 s, always: [lake -> buffer, buffer -> spent]}
"""


class SolverFailures(ProgramTest):
    def setUp(self):
        super().setUp()
        self.result = self.folder / "r.h5"

    def gives_up(self, case, *settings, says, seconds=20):
        """Answers the rows of the result, whose status is what was said."""
        arguments = [a for s in settings for a in ["--set", s]]
        began = time.monotonic()
        answer = self.fails(SOLVER_FAILED, "run", case, "-o", self.result, *arguments, says=says)
        self.assertLess(time.monotonic() - began, seconds)
        with h5py.File(self.result) as file:
            status = file.attrs["status"]
        self.assertNotIn(status, ["running", "complete"])
        self.assertTrue(answer.stderr.endswith(status + "\n"), (status, answer.stderr))
        self.no_leftovers(self.result)
        return assert_rows_aligned(self, self.result)

    def last_time(self):
        with h5py.File(self.result) as file:
            return file["time"][-1]

    def test_a_limit_on_the_time(self):
        self.gives_up(program.MANY_CYCLES, "schedule.repeat.times=100000", "solver.time_limit=0.5 s", says=["stopped at t = ", "time limit of 0.5 s", "solver.time_limit"], seconds=5)

    def test_tolerances_that_cannot_be_met(self):
        self.gives_up(COLUMN, "solver.relative_tolerance=1e-14", "solver.absolute_tolerance=1e-20",
                      says=["the solver cannot go on at t = ", "Worst variables: column.concentration of "])

    def test_a_step_that_has_no_solution(self):
        rows = self.gives_up(COLUMN, "schedule.cycle.elute.set={water.flow: 1e-200 m3/h}",
                             says=["no consistent state at t = ", " h: ", "belong to: column."], seconds=5)
        # The rows of the first step, 8 h at most, a minute apart.
        self.assertGreater(rows, 60)
        self.assertLessEqual(self.last_time(), 8 * 3600.0)

    def test_a_start_that_has_no_solution(self):
        arguments = ["--set", "units.lake.flow=1e-200 m3/h"]
        self.fails(SOLVER_FAILED, "run", COLUMN, "-o", self.result, *arguments, says=["no consistent state at t = 0 s", "column."], timeout=5)

    def test_a_tank_that_runs_full(self):
        case = self.folder / "tank.yaml"
        case.write_text(TANK)
        self.gives_up(case, says=["stopped at t = ", "tank 'pond' is full with 20 m3", "a route from 'pond.overflow'"], seconds=5)
        # 5 % of the capacity may stand above the brim; a heel of 1 % was in it: full in 3.96 h, given up at 4.16 h.
        self.assertTrue(3.9 * 3600 < self.last_time() < 4.2 * 3600, self.last_time())

    def test_a_tank_that_opens_and_closes_all_day_is_named(self):
        case = self.folder / "tank.yaml"
        case.write_text(RESTLESS)
        answer = self.succeeds("run", case, "-o", self.result)
        # From 5 % to 1 % of 0.1 m3 at 5 m3/h net, back at 5 m3/h: a change every 2.88 s, 8333 of them in 6.67 h.
        self.assertEqual(answer.stderr.count("changes its mode over and over"), 1)
        self.assertIn("buffer: changes its mode over and over, 20 times within 54.72 s: the run begins anew each time, about 8.3e+03 times in step 'run'", answer.stderr)
        # Ten times as long between two changes is no reason to speak.
        answer = self.succeeds("run", case, "-o", self.result, "--set", "units.buffer.volume=1 m3")
        self.assertNotIn("over and over", answer.stderr)

    def test_a_membrane_far_too_large_runs_and_says_so(self):
        answer = self.succeeds("run", "cases/laboratory/wang2023_lbl_module.yaml", "-o", self.result, "--set", "units.nf.area=1e5 m2", timeout=20)
        self.assertIn("Its area of 100000 m2 is large for this feed", answer.stderr)


if __name__ == "__main__":
    program.main()
