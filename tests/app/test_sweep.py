#!/usr/bin/python3
"""Sweeps: every case as it would be alone, nothing lost to kills, failures that never look like results."""

import collections
import json
import os
import pathlib
import signal
import time

import h5py
import numpy as np

import program
from program import BAD_INPUT, DONE, HERE, INTERRUPTED, ProgramTest, run, start

GRID = "tests/app/sweep_grid.yaml"
FAILURES = 5
SLOW = 120  # cases, of some 50 ms each


class Sweep(ProgramTest):
    def study(self, **lines):
        """A study of the small tank in the scratch folder; values as YAML texts."""
        path = self.folder / "study.yaml"
        keys = {"case": str(HERE / "small_tank.yaml"), "vary": "{units.lake.flow: [1 m3/h, 2 m3/h]}", **lines}
        path.write_text("".join(f"{key}: {value}\n" for key, value in keys.items()))
        return path

    def slow_study(self):
        """Some seconds of work for two."""
        return self.study(case=str(HERE / "small_column.yaml"), vary=f"{{units.column.length: {{from: 0.2 m, to: 0.4 m, count: {SLOW}}}}}")

    @property
    def sweep_folder(self):
        return self.folder / "out"

    def sweep(self, study, *arguments, status=DONE, **options):
        answer = run("sweep", study, "-o", self.sweep_folder, "--json", *arguments, **options)
        self.assertEqual(answer.returncode, status, answer.stderr)
        return json.loads(answer.stdout)

    def table(self):
        with h5py.File(self.sweep_folder / "table.h5") as file:
            return {name: data.asstr()[:] if data.dtype.kind == "O" else data[:] for name, data in file.items() if data.shape}

    def entries(self):
        """How often each key stands in the journals."""
        return program.journal_entries(self.sweep_folder)

    def workers_of(self, process):
        return [int(p) for p in pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]

    # What comes out

    def test_every_case_is_what_it_is_alone(self):
        summary = self.sweep(GRID, "-j", 2, status=FAILURES)
        self.assertEqual((summary["cases"], summary["complete"], summary["failed"], summary["missing"]), (12, 10, 2, 0))
        table = self.table()
        np.testing.assert_array_equal(table["case"], np.arange(12))
        np.testing.assert_allclose(table["units.lake.flow"], np.repeat([1.0, 2.0, 3.0, 4.0], 3), rtol=1e-15)
        np.testing.assert_array_equal(table["units.tank.volume"], np.tile([10.0, 20.0, 30.0], 4))
        for index in (0, 5, 11):
            result = self.folder / "alone.h5"
            flow, volume = table["units.lake.flow"][index], table["units.tank.volume"][index]
            alone = json.loads(self.succeeds("run", "tests/app/small_tank.yaml", "-o", result, "--json", "--set", f"units.lake.flow={float(flow)!r} m3/h",
                                             "--set", f"units.tank.volume={volume} m3", "--set", "output.every=30 min").stdout)
            for name, kpi in alone["kpi"].items():
                np.testing.assert_equal(table[name][index], np.nan if kpi["value"] is None else kpi["value"], name)
            with h5py.File(result) as file:
                there = ~np.isnan(table["time"][index])
                np.testing.assert_array_equal(table["time"][index][there], file["time"][:])
                np.testing.assert_allclose(table["lithium"][index][there], file["streams/tank.outlet/concentration"][:, 1], rtol=1e-14)

    def test_failed_cases_keep_their_reason_and_no_numbers(self):
        answer = run("sweep", GRID, "-o", self.sweep_folder)
        self.assertEqual(answer.returncode, FAILURES)
        self.assertIn("case 6 (units.lake.flow = 3 m3/h, units.tank.volume = 10 m3) failed: stopped at t = ", answer.stderr)
        table = self.table()
        failed = table["status"] == "failed"
        np.testing.assert_array_equal(np.flatnonzero(failed), [6, 9])
        for reason in table["reason"][failed]:
            self.assertIn("tank 'tank' is full", reason)
        for name, column in table.items():
            if name not in ("case", "wall_time", "sample") and column.dtype.kind == "f" and not name.startswith("units."):
                self.assertTrue(np.isnan(column[failed]).all(), name)
        self.assertTrue((table["reason"][~failed] == "").all())

    def test_xarray_opens_it_as_one_table(self):
        try:
            import xarray
        except ImportError:
            self.skipTest("no xarray here")
        self.sweep(GRID, status=FAILURES)
        with xarray.open_dataset(self.sweep_folder / "table.h5", engine="h5netcdf") as table:
            self.assertEqual(dict(table.sizes), {"case": 12, "sample": 9})
            self.assertEqual(table["units.lake.flow"].attrs["units"], "m3/h")
            self.assertEqual(table["lithium"].dims, ("case", "sample"))
            self.assertEqual(table["lithium"].attrs["units"], "m-3 mol")
            complete = table.where(table["status"] == "complete", drop=True)
            self.assertEqual(complete.sizes["case"], 10)

    def test_drawn_points_fill_the_ranges_and_are_the_same_again(self):
        ranges = "{units.lake.flow: {from: 1 m3/h, to: 2 m3/h}, units.tank.volume: {from: 10 m3, to: 40 m3, spacing: logarithmic}, brine.chemistry: [ideal, hmw84_lithium_25C]}"
        for sample in ("latin_hypercube", "sobol"):
            study = self.study(vary=ranges, sample=sample, cases=16, seed=3)
            self.sweep(study)
            first = self.table()
            slices = np.floor(16 * (first["units.lake.flow"] - 1.0)).astype(int)
            self.assertEqual(sorted(slices), list(range(16)), sample) if sample == "latin_hypercube" else self.assertGreater(len(set(slices)), 10)
            logs = np.log(first["units.tank.volume"] / 10.0) / np.log(4.0)
            self.assertTrue(((logs >= 0) & (logs <= 1)).all())
            self.assertEqual(collections.Counter(first["brine.chemistry"]), {"ideal": 8, "hmw84_lithium_25C": 8} if sample == "latin_hypercube" else {"ideal": 9, "hmw84_lithium_25C": 7})
            again = self.sweep(study)
            self.assertEqual(again["known_before"], 16)
            np.testing.assert_array_equal(first["units.lake.flow"], self.table()["units.lake.flow"])

    def test_together_takes_the_first_of_each(self):
        self.sweep(self.study(vary="{units.lake.flow: [1 m3/h, 2 m3/h, 3 m3/h], units.tank.volume: {from: 20 m3, to: 40 m3}}", sample="together"))
        np.testing.assert_array_equal(self.table()["units.tank.volume"], [20, 30, 40])

    def test_results_are_kept_on_request(self):
        self.sweep(self.study(keep_results="true"))
        for index, flow in enumerate((1.0, 2.0)):
            with h5py.File(self.sweep_folder / f"results/{index:06}.h5") as file:
                np.testing.assert_allclose(file["streams/lake.outlet/flow"][-1], flow / 3600, rtol=1e-12)

    # What is not run again

    def test_a_finished_sweep_runs_nothing_and_a_changed_one_what_has_changed(self):
        self.sweep(self.study())
        before = self.entries()
        self.assertEqual(self.sweep(self.study(title="only words changed"))["known_before"], 2)
        self.assertEqual(self.entries(), before)
        wider = self.sweep(self.study(vary="{units.lake.flow: [1 m3/h, 1.5 m3/h, 2 m3/h]}"))
        self.assertEqual((wider["known_before"], wider["complete"]), (2, 3))
        changed = self.sweep(self.study(set="{units.tank.heel: 2 %}"))
        self.assertEqual((changed["known_before"], changed["complete"]), (0, 2))

    def test_failed_cases_stay_failed_unless_tried_again(self):
        self.sweep(GRID, status=FAILURES)
        self.assertEqual(self.sweep(GRID, status=FAILURES)["known_before"], 12)
        self.assertEqual(self.sweep(GRID, "--retry-failed", status=FAILURES)["known_before"], 10)

    def test_equal_cases_run_once(self):
        self.assertEqual(self.sweep(self.study(vary="{units.lake.flow: [1 m3/h, 1 m3/h, 2 m3/h]}"))["complete"], 3)
        self.assertEqual(sorted(self.entries().values()), [1, 1])

    # Kills

    def wait_for_an_entry(self, process):
        while process.poll() is None and not self.entries():
            time.sleep(0.02)

    def test_a_master_that_is_killed_loses_nothing_and_repeats_nothing(self):
        study = self.slow_study()
        finished = 0
        for _ in range(3):
            with start("sweep", study, "-o", self.sweep_folder, "-j", 2) as process:
                time.sleep(0.6)
                workers = self.workers_of(process)
                process.kill()
                process.communicate()
            for _ in range(100):  # its workers go with it
                if not any(os.path.exists(f"/proc/{worker}") for worker in workers):
                    break
                time.sleep(0.05)
            self.assertFalse(any(os.path.exists(f"/proc/{worker}") for worker in workers))
            self.assertGreaterEqual(len(self.entries()), finished)
            finished = len(self.entries())
        self.assertLess(finished, SLOW)
        summary = self.sweep(study)
        self.assertEqual((summary["complete"], summary["known_before"]), (SLOW, finished))
        self.assertEqual(set(self.entries().values()), {1})

    def test_a_worker_that_is_killed_takes_no_case_with_it(self):
        with start("sweep", self.slow_study(), "-o", self.sweep_folder, "-j", 2) as process:
            for _ in range(3):
                time.sleep(0.4)
                if workers := self.workers_of(process):
                    os.kill(workers[0], signal.SIGKILL)
            _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, DONE, stderr)
        self.assertTrue((self.table()["status"] == "complete").all())
        self.assertEqual(set(self.entries().values()), {1})

    def test_a_worker_that_is_killed_when_it_has_written_its_answer_does_not_run_the_case_again(self):
        with start("sweep", self.slow_study(), "-o", self.sweep_folder, "-j", 1) as process:
            known = 0
            while process.poll() is None:
                if len(self.entries()) > known:
                    known = len(self.entries())
                    for worker in self.workers_of(process):
                        os.kill(worker, signal.SIGKILL)
            _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, DONE, stderr)
        self.assertTrue((self.table()["status"] == "complete").all())
        self.assertEqual(set(self.entries().values()), {1})

    def test_a_journal_cut_short_costs_its_last_case_only(self):
        study = self.study()
        self.sweep(study, "-j", 1)
        journal = next((self.sweep_folder / "journal").glob("worker*.jsonl"))
        text = journal.read_bytes()
        journal.write_bytes(text[:-20])
        self.assertEqual(self.sweep(study)["known_before"], 1)
        self.assertEqual(self.sweep(study)["known_before"], 2)

    def test_interrupted_and_gone_on(self):
        study = self.slow_study()
        with start("sweep", study, "-o", self.sweep_folder, "-j", 2) as process:
            self.wait_for_an_entry(process)
            process.send_signal(signal.SIGINT)
            _, stderr = process.communicate(timeout=20)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        self.assertIn("the same command goes on from here", stderr)
        self.assertIn("missing", self.table()["status"])
        self.assertEqual(self.sweep(study)["complete"], SLOW)

    def test_a_case_that_never_ends_is_stopped_and_the_others_go_on(self):
        study = self.study(vary="{schedule.for: [1 h, 2 h, 1e12 s, 3 h]}", set="{output.every: 30 s, units.tank.outflow: 2 m3/h}", time_limit="4 s")
        self.sweep(study, "-j", 2, status=FAILURES)
        table = self.table()
        self.assertEqual(list(table["status"]), ["complete", "complete", "stopped", "complete"])
        self.assertEqual(table["reason"][2], "stopped after its time limit of 4 s")

    def test_two_at_once_on_one_folder_are_refused(self):
        study = self.slow_study()
        with start("sweep", study, "-o", self.sweep_folder) as process:
            self.wait_for_an_entry(process)
            self.fails(INTERRUPTED, "sweep", study, "-o", self.sweep_folder, says="another process is working on this sweep")
            self.fails(INTERRUPTED, "sweep", study, "-o", self.sweep_folder, "--shard", "1/2", says=["on the whole of it", "cases would run twice"])
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)

    # Shards

    def test_shards_are_joined(self):
        for shard in range(3):
            answer = run("sweep", GRID, "-o", self.sweep_folder, "--shard", f"{shard}/3")
            self.assertIn(answer.returncode, (DONE, FAILURES), answer.stderr)
        merged = json.loads(run("sweep", GRID, "-o", self.sweep_folder, "--merge", "--json").stdout)
        self.assertEqual((merged["complete"], merged["failed"], merged["missing"]), (10, 2, 0))
        self.assertEqual(self.sweep(GRID, status=FAILURES)["known_before"], 12)
        self.assertEqual(set(self.entries().values()), {1})

    def test_plan_and_case_run_nothing(self):
        plan = self.succeeds("sweep", GRID, "-o", self.sweep_folder, "--plan").stdout
        self.assertIn("    11  to run    units.lake.flow = 4 m3/h, units.tank.volume = 30 m3\n", plan)
        case = self.folder / "case.yaml"
        case.write_text(self.succeeds("sweep", GRID, "--case", 7).stdout)
        self.succeeds("check", case)
        self.assertIn("flow: 3 m3/h", case.read_text())
        self.assertFalse(self.sweep_folder.exists())

    # Bad input: said with its place, nothing run, nothing written

    def refused(self, says, **lines):
        self.fails(BAD_INPUT, "sweep", self.study(**lines), "-o", self.sweep_folder, says=says)
        self.assertFalse(self.sweep_folder.exists())

    def test_bad_studies(self):
        self.refused(["study.yaml:2:8", "no 'unit' in the case", "did you mean 'units'?"], vary="{unit.lake.flow: [1 m3/h]}")
        self.refused(["study.yaml:2:19", "unknown key 'flwo' in units.lake (feed)", "did you mean 'flow'?"], vary="{units.lake.flwo: [1 m3/h]}")
        self.refused(["study.yaml:2:34", "is a length"], vary="{units.lake.flow: [1 m3/h, 2 m]}")
        self.refused("'units.lake.flow' has no values", vary="{units.lake.flow: []}")
        self.refused("'vary' wants a map of paths and their values", vary="{}")
        self.refused("'vary' in the sweep has no value", vary="")
        self.refused("these are 1e+12 cases; at most 1000000 are swept",
                     vary="{units.lake.flow: {from: 1 m3/h, to: 2 m3/h, count: 1000000}, units.tank.volume: {from: 10 m3, to: 20 m3, count: 1000000}}")
        self.refused("wants a 'count' of values on a grid", vary="{units.lake.flow: {from: 1 m3/h, to: 2 m3/h}}")
        self.refused("'latin_hypercube' wants the number of 'cases'", sample="latin_hypercube")
        self.refused("runs from a volume flow to a length", vary="{units.lake.flow: {from: 1 m3/h, to: 2 m, count: 3}}")
        self.refused("wants a range above zero", vary="{units.lake.flow: {from: 0 m3/h, to: 2 m3/h, count: 3, spacing: logarithmic}}")
        self.refused(["there is no unit 'tnk'", "did you mean 'tank'?"], series="{a: tnk.outlet.Li+}")
        self.refused("the table of the sweep has a column 'status' of its own", series="{status: tank.outlet.Li+}")
        self.refused("there is no case", case="nowhere.yaml")
        self.refused(["has 3 values where the first has 2"], vary="{units.lake.flow: [1 m3/h, 2 m3/h], units.tank.volume: [1 m3, 2 m3, 3 m3]}", sample="together")
        self.fails(BAD_INPUT, "sweep", self.study(), "--shard", "3/3", says="--shard 3/3: wants I/N")
        self.fails(BAD_INPUT, "sweep", self.study(), "--case", "2", says="cases are numbered from 0 to 1")


if __name__ == "__main__":
    program.main()
