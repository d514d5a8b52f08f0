#!/usr/bin/python3
"""Optimisation: no worse than the best of a fine grid, alike with one and two workers, and nothing that failed is ever the best."""

import json
import signal
import time

import h5py
import numpy as np

import program
from program import BAD_INPUT, DONE, HERE, INTERRUPTED, ProgramTest, run, start

CRITERION_FAILED = 1
RANGES = {"units.lake.flow": (0.5, 6.0, "m3/h"), "units.tank.outflow": (0.5, 3.0, "m3/h")}


class Optimize(ProgramTest):
    """The small tank: more brine brings more lithium, but above 15 m3 over what leaves it the tank is full and the run fails; a faster outflow dilutes the product."""

    def study(self, **lines):
        keys = {"case": str(HERE / "small_tank.yaml"), "vary": "{" + ", ".join(f"{path}: {{from: {a} {u}, to: {b} {u}}}" for path, (a, b, u) in RANGES.items()) + "}",
                "goal": "{maximize: li_product}", "limits": "{product_li_concentration: {at_least: 0.10}}", **lines}
        path = self.folder / "study.yaml"
        path.write_text("".join(f"{key}: {value}\n" for key, value in keys.items() if value))
        return path

    def optimize(self, study, *arguments, status=DONE, folder="out"):
        answer = run("optimize", study, "-o", self.folder / folder, "--json", *arguments)
        self.assertEqual(answer.returncode, status, answer.stderr)
        return json.loads(answer.stdout)

    def grid(self):
        """The best of 36 x 36 points that keep the limit, found by a sweep."""
        path = self.folder / "grid.yaml"
        path.write_text(f"case: {HERE}/small_tank.yaml\nvary: {{" + ", ".join(f"{p}: {{from: {a} {u}, to: {b} {u}, count: 36}}" for p, (a, b, u) in RANGES.items()) + "}\n")
        run("sweep", path, "-o", self.folder / "grid")
        with h5py.File(self.folder / "grid/table.h5") as file:
            good = (file["status"].asstr()[:] == "complete") & (file["product_li_concentration"][:] >= 0.10)
            best = np.argmax(np.where(good, file["li_product"][:], -np.inf))
            self.assertGreater(np.sum(file["status"].asstr()[:] == "failed"), 50)
            return file["li_product"][best], [file[p][best] for p in RANGES]

    def test_no_worse_than_the_best_of_a_grid(self):
        goal, values = self.grid()
        found = self.optimize(self.study())
        self.assertGreaterEqual(found["goal"], goal * (1 - 1e-4))
        self.assertGreaterEqual(found["kpi"]["product_li_concentration"]["value"], 0.10)
        for (path, (low, high, _)), value in zip(RANGES.items(), values):
            self.assertLess(abs(found["values"][path]["value"] - value), 2 * (high - low) / 35, path)
        # What is said to be the best is what a run with these values gives.
        settings = [part for path, v in found["values"].items() for part in ("--set", f"{path}={v['value']!r} {v['unit']}")]
        alone = json.loads(self.succeeds("run", "tests/app/small_tank.yaml", "-o", self.folder / "r.h5", "--json", *settings).stdout)
        self.assertEqual(alone["kpi"]["li_product"]["value"], found["goal"])

    def test_one_and_two_workers_find_the_same(self):
        found = []
        for workers in (1, 2):
            answer = self.optimize(self.study(), "-j", workers, folder=f"by_{workers}")
            found.append({key: answer[key] for key in ("goal", "values", "starts", "runs", "failed")})
        self.assertEqual(found[0], found[1])

    def test_without_limits_and_the_other_way_round(self):
        found = self.optimize(self.study(goal="{minimize: li_product}", limits=""))
        self.assertEqual(found["at_bound"], ["units.lake.flow", "units.tank.outflow"])
        for path, (low, high, _) in RANGES.items():
            self.assertAlmostEqual(found["values"][path]["value"], low, delta=2e-3 * (high - low))

    def test_runs_are_kept(self):
        first = self.optimize(self.study())
        again = self.optimize(self.study())
        self.assertEqual((again["runs"], again["known_before"]), (0, first["runs"]))
        self.assertEqual(again["values"], first["values"])

    def test_limits_that_nothing_keeps(self):
        answer = run("optimize", self.study(limits="{product_li_concentration: {at_least: 5.0}}"), "-o", self.folder / "out")
        self.assertEqual(answer.returncode, CRITERION_FAILED, answer.stderr)
        self.assertIn("NOTHING FOUND: no run kept the limits", answer.stdout)
        self.assertIn("nearest: units.lake.flow = ", answer.stdout)

    def test_interrupted_and_gone_on(self):
        study = self.study(set="{output.every: 0.2 s}", evaluations=400)
        with start("optimize", study, "-o", self.folder / "out") as process:
            time.sleep(1.5)
            process.send_signal(signal.SIGINT)
            _, stderr = process.communicate(timeout=20)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        self.assertIn("the same command goes on from them", stderr)
        self.assertGreater(self.optimize(study)["known_before"], 0)

    def refused(self, says, **lines):
        self.fails(BAD_INPUT, "optimize", self.study(**lines), "-o", self.folder / "out", says=says)
        self.assertFalse((self.folder / "out").exists())

    def test_bad_studies(self):
        self.refused(["there is no indicator 'li_prodct'", "did you mean 'li_product'?"], goal="{maximize: li_prodct}")
        self.refused(["there is no indicator 'purity'"], limits="{purity: {at_least: 0.9}}")
        self.refused("a goal cannot be 'maximise'", goal="{maximise: li_product}")
        self.refused("says neither at_most nor at_least", limits="{li_recovery: {}}")
        self.refused("wants a range here", vary="{units.lake.flow: [1 m3/h, 2 m3/h]}")
        self.refused("has a 'count', which means nothing here", vary="{units.lake.flow: {from: 1 m3/h, to: 2 m3/h, count: 3}}")
        self.refused("is a single value", vary="{units.lake.flow: {from: 1 m3/h, to: 1 m3/h}}")
        self.refused("'start' of 'units.lake.flow' is not between its ends", vary="{units.lake.flow: {from: 1 m3/h, to: 2 m3/h, start: 3 m3/h}}")
        self.refused("no 'unit' in the case", vary="{unit.lake.flow: {from: 1 m3/h, to: 2 m3/h}}")
        self.refused("missing key 'goal' in the optimisation", goal="")


if __name__ == "__main__":
    program.main()
