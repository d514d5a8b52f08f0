#!/usr/bin/python3
"""Fits: known parameters come out of noisy data, what cannot be known is said, and bad studies are refused."""

import json
import shutil
import signal
import subprocess
import time

import h5py
import numpy as np

import program
from program import BAD_INPUT, DONE, HERE, INTERRUPTED, ROOT, ProgramTest, run, start

FLOW, VOLUME = 2.0, 5.0  # m3/h of the lake, m3 in the tank at the start: what small_tank.yaml has
NOISE = 0.2              # mol/m3


class Fit(ProgramTest):
    def data(self, name="data.csv", noise=NOISE, seed=1, settings=(), shift=0.0):
        """What the small tank gives away, every 20 min, with noise."""
        result = self.folder / "truth.h5"
        self.succeeds("run", "tests/app/small_tank.yaml", "-o", result, *(part for s in settings for part in ("--set", s)))
        with h5py.File(result) as file:
            t, c = file["time"][1::2], file["streams/tank.outlet/concentration"][1::2, 1]
        c = c + shift + np.random.default_rng(seed).normal(0.0, noise, len(c))
        (self.folder / name).write_text("time [s],Li [mol/m3]\n" + "".join(f"{a:.17g},{b:.17g}\n" for a, b in zip(t, c)))
        (self.folder / "map.yaml").write_text(f"tags: {{Li: {{path: streams/tank.outlet/concentration/Li+, tolerance: {{absolute: {NOISE} mol/m3}}}}}}\n")

    def study(self, parameters=None, experiments=None, **lines):
        parameters = parameters or {"flow": "{path: units.lake.flow, from: 0.5 m3/h, to: 5 m3/h, start: 1 m3/h}",
                                    "held": "{path: units.tank.initial.volume, from: 1 m3, to: 15 m3}"}
        experiments = experiments or {"one": f"{{case: {HERE}/small_tank.yaml, data: data.csv, map: map.yaml}}"}
        path = self.folder / "study.yaml"
        path.write_text("experiments:\n" + "".join(f"  {k}: {v}\n" for k, v in experiments.items()) +
                        "parameters:\n" + "".join(f"  {k}: {v}\n" for k, v in parameters.items()) + "".join(f"{k}: {v}\n" for k, v in lines.items()))
        return path

    def fit(self, study, *arguments):
        return json.loads(self.succeeds("fit", study, "--json", *arguments).stdout)

    def test_known_parameters_come_out_of_noisy_data(self):
        self.data()
        found = self.fit(self.study(errors="known"))
        for name, truth in (("flow", FLOW), ("held", VOLUME)):
            p = found["parameters"][name]
            self.assertLess(p["lower"], truth)
            self.assertGreater(p["upper"], truth)
            self.assertLess(p["upper"] - p["lower"], 0.25 * truth)
        self.assertTrue(0.5 < found["scatter"] < 1.6, found["scatter"])
        self.assertEqual(found["undetermined"], [])

    def test_without_noise_they_come_out_exactly_with_one_and_two_workers(self):
        self.data(noise=0.0)
        found = [self.fit(self.study(), "-j", workers) for workers in (1, 2)]
        self.assertAlmostEqual(found[0]["parameters"]["flow"]["value"], FLOW, delta=1e-4 * FLOW)
        self.assertAlmostEqual(found[0]["parameters"]["held"]["value"], VOLUME, delta=1e-4 * VOLUME)
        self.assertEqual(found[0]["parameters"], found[1]["parameters"])

    def test_sensitivities_and_differences_say_the_same(self):
        self.data()
        found = {how: self.fit(self.study(errors="known", derivatives=how)) for how in ("sensitivities", "differences")}
        self.assertEqual(found["sensitivities"]["differences_because"], "")
        self.assertIn("asks for differences", found["differences"]["differences_because"])
        for name in ("flow", "held"):
            one, other = (found[how]["parameters"][name] for how in ("sensitivities", "differences"))
            self.assertAlmostEqual(one["value"], other["value"], delta=0.01 * other["error"])
            self.assertAlmostEqual(one["error"], other["error"], delta=0.01 * other["error"])
        # A run a point, where differences take four more for each set of derivatives.
        self.assertLess(2 * found["sensitivities"]["runs"], found["differences"]["runs"])

    def test_an_indicator_has_no_sensitivities_and_the_answer_is_the_same(self):
        self.data()
        kpi = h5py.File(self.folder / "truth.h5")["kpi/li_recovery"][()]
        lines = (self.folder / "data.csv").read_text().splitlines()
        (self.folder / "data.csv").write_text("\n".join([lines[0] + ",recovery [1]", lines[1] + f",{kpi:.17g}"] + [line + "," for line in lines[2:]]) + "\n")
        with (self.folder / "map.yaml").open("w") as file:
            file.write(f"tags: {{Li: {{path: streams/tank.outlet/concentration/Li+, tolerance: {{absolute: {NOISE} mol/m3}}}}, recovery: {{kpi: li_recovery, tolerance: {{absolute: 0.01}}}}}}\n")
        found = self.fit(self.study())
        self.assertIn("tag 'recovery' is no state", found["differences_because"])
        self.assertAlmostEqual(found["parameters"]["flow"]["value"], FLOW, delta=0.1)
        self.assertIn("derivatives by differences: experiment 'one': tag 'recovery'", self.succeeds("fit", self.study()).stdout)

    def test_an_offset_of_one_of_two_experiments_is_found(self):
        self.data("data.csv")
        self.data("other.csv", seed=2, settings=["units.lake.flow=1.5 m3/h"], shift=2.0)
        study = self.study(experiments={"one": f"{{case: {HERE}/small_tank.yaml, data: data.csv, map: map.yaml}}",
                                        "two": f"{{case: {HERE}/small_tank.yaml, set: {{units.lake.flow: 1.5 m3/h}}, data: other.csv, map: map.yaml}}"},
                           parameters={"held": "{path: units.tank.initial.volume, from: 1 m3, to: 15 m3}",
                                       "zero": "{offset: Li, experiments: [two], from: -5 mol/m3, to: 5 mol/m3}"}, errors="known")
        found = self.fit(study)["parameters"]
        self.assertAlmostEqual(found["zero"]["value"], 2.0, delta=4 * found["zero"]["error"])
        self.assertAlmostEqual(found["held"]["value"], VOLUME, delta=4 * found["held"]["error"])
        self.assertLess(found["zero"]["error"], 0.1)

    def test_an_experiment_with_offsets_alone_may_be_a_cyclic_steady_state(self):
        self.data()
        steady = (HERE / "small_tank.yaml").read_text().replace("units:", "units:\n  spill: {type: sink}")
        (self.folder / "steady.yaml").write_text(steady.split("schedule:")[0] + "schedule: {cycle: [{step: a, for: 2 h}, {step: b, for: 2 h, set: {lake.flow: 1 m3/h}}],"
                                                 " always: [lake -> tank -> product, tank.overflow -> spill], repeat: {until: cyclic_steady_state, tolerance: 1e-5, at_most: 300}}\n")
        found = self.fit(self.study({"flow": "{path: units.lake.flow, from: 0.5 m3/h, to: 5 m3/h, experiments: [one]}", "zero": "{offset: Li, from: -50 mol/m3, to: 50 mol/m3, experiments: [steady]}"},
                                    {"one": f"{{case: {HERE}/small_tank.yaml, data: data.csv, map: map.yaml}}", "steady": "{case: steady.yaml, data: data.csv, map: map.yaml}"}))
        self.assertEqual(found["differences_because"], "")
        self.assertEqual(found["failed_runs"], 0)

    def test_runs_that_take_too_long_with_sensitivities_are_asked_again_without(self):
        self.data()
        # Too long without as well, on any machine, so that the fit fails: but with the reason of a run that was tried both ways.
        study = self.study(experiments={"one": f"{{case: {HERE}/small_tank.yaml, set: {{output.every: 0.1 s}}, data: data.csv, map: map.yaml}}"}, time_limit="2 ms", iterations=1)
        self.fails(3, "fit", study, "-j", 1, says=["no start of the fit has an answer", "experiment 'one': stopped after its time limit of 0.002 s"])

    def test_groups_of_parameters_make_one_jacobian(self):
        # Five values, so three runs a point, two offsets beside them: the same answer as by differences.
        self.data(noise=0.02)
        values = {"flow": "{path: units.lake.flow, from: 1 m3/h, to: 2.5 m3/h, start: 1.9 m3/h}", "held": "{path: units.tank.initial.volume, from: 4 m3, to: 6 m3}",
                  "drawn": "{path: units.tank.outflow, from: 1 m3/h, to: 2 m3/h, prior: 1.5 m3/h, prior_error: 0.01 m3/h}",
                  "heel": "{path: units.tank.heel, from: 0.5 %, to: 2 %, prior: 1 %, prior_error: 0.1 %}", "zero": "{offset: Li, from: -1 mol/m3, to: 1 mol/m3, prior: 0 mol/m3, prior_error: 0.01 mol/m3}",
                  "brim": "{path: units.tank.volume, from: 19 m3, to: 21 m3, prior: 20 m3, prior_error: 0.1 m3}"}
        one, other = (self.fit(self.study(values, errors="known", derivatives=how, step="1e-4"))["parameters"] for how in ("sensitivities", "differences"))
        for name in values:
            self.assertAlmostEqual(one[name]["value"], other[name]["value"], delta=0.02 * other[name]["error"])
            self.assertAlmostEqual(one[name]["error"], other[name]["error"], delta=0.01 * other[name]["error"])

    def test_what_the_data_cannot_tell_is_named(self):
        self.data()
        # Brine of the start counts with its lithium, of which there is none: its sodium is seen by nobody.
        study = self.study({"flow": "{path: units.lake.flow, from: 0.5 m3/h, to: 5 m3/h}", "heel": "{path: units.tank.heel, from: 0.5 %, to: 2 %}"})
        found = self.fit(study)
        self.assertEqual(found["undetermined"], [["heel"]])
        self.assertIn("UNDETERMINED: the data say nothing about heel within its bounds", self.succeeds("fit", study).stdout)

    def test_profiles_and_plots(self):
        self.data()
        found = self.fit(self.study(profile="true", errors="known"), "--plot", self.folder / "fit.svg")
        for p in found["parameters"].values():
            low, high = p["profile"]
            self.assertTrue(low < p["value"] < high)
            self.assertLess(abs((high - low) / (p["upper"] - p["lower"]) - 1.0), 0.1)
        self.assertIn("<svg", (self.folder / "fit.svg").read_text())

    def test_runs_that_fail_are_counted_and_avoided(self):
        self.data()
        # Above 6.5 m3/h the tank is full before the run ends.
        found = self.fit(self.study({"flow": "{path: units.lake.flow, from: 0.5 m3/h, to: 20 m3/h, start: 5 m3/h}"}, starts=4))
        self.assertAlmostEqual(found["parameters"]["flow"]["value"], FLOW, delta=0.1)
        self.assertGreater(found["failed_runs"], 0)
        self.fails(3, "fit", self.study({"flow": "{path: units.lake.flow, from: 10 m3/h, to: 20 m3/h}"}), says=["no start of the fit has an answer", "experiment 'one'", "tank 'tank' is full"])

    def test_interrupted(self):
        self.data()
        study = self.study({"flow": "{path: units.lake.flow, from: 0.5 m3/h, to: 5 m3/h}"}, {"one": f"{{case: {HERE}/small_tank.yaml, set: {{output.every: 0.1 s}}, data: data.csv, map: map.yaml}}"}, starts=50)
        with start("fit", study) as process:
            time.sleep(1.0)
            process.send_signal(signal.SIGINT)
            _, stderr = process.communicate(timeout=20)
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        self.assertIn("interrupted", stderr)

    def refused(self, says, *arguments, **lines):
        self.fails(BAD_INPUT, "fit", self.study(*arguments, **lines), says=says)

    def test_bad_studies(self):
        self.data()
        flow = "{path: units.lake.flow, from: 0.5 m3/h, to: 5 m3/h}"
        self.refused(["study.yaml:4:3", "no 'unit' in the case"], {"flow": "{path: unit.lake.flow, from: 0.5 m3/h, to: 5 m3/h}"})
        self.refused(["'flow' in units.lake (feed) wants a volume flow"], {"flow": "{path: units.lake.flow, from: 0.5 m, to: 5 m}"})
        self.refused("'to' of 'flow' is a length, its 'from' a volume flow", {"flow": "{path: units.lake.flow, from: 0.5 m3/h, to: 5 m}"})
        self.refused("'to' of 'flow' is not above its 'from'", {"flow": "{path: units.lake.flow, from: 5 m3/h, to: 5 m3/h}"})
        self.refused("'start' of 'flow' is outside its bounds", {"flow": "{path: units.lake.flow, from: 1 m3/h, to: 5 m3/h, start: 6 m3/h}"})
        self.refused("is either at a 'path' of the case or the 'offset' of a tag", {"flow": "{from: 1 m3/h, to: 5 m3/h}"})
        self.refused("a prior has no weight beside data whose errors are unknown", {"flow": "{path: units.lake.flow, from: 1 m3/h, to: 5 m3/h, prior: 2 m3/h, prior_error: 1 m3/h}"})
        self.refused("experiment 'one' has no tag 'Na'", {"flow": flow, "zero": "{offset: Na, from: -1 mol/m3, to: 1 mol/m3}"})
        self.refused("the offset of 'Li' is in m3, the data in mol/m3", {"flow": flow, "zero": "{offset: Li, from: -1 m3, to: 1 m3}"})
        self.refused(["there is no experiment 'oen'", "did you mean 'one'?"], {"flow": flow[:-1] + ", experiments: [oen]}"})
        self.refused("there is no file of data", {"flow": flow}, {"one": f"{{case: {HERE}/small_tank.yaml, data: nothing.csv}}"})
        (self.folder / "map.yaml").write_text("tags: {Li: {path: streams/tank.outlet/concentration/Lu+}}\n")
        self.refused("did you mean", {"flow": flow})
        (self.folder / "map.yaml").write_text("tags: {Li: {path: streams/tank.outlet/concentration/Li+, tolerance: {absolute: 0 mol/m3}}}\n")
        self.refused("tolerance", {"flow": flow})


class Membrane(ProgramTest):
    def test_the_pores_of_a_membrane_come_out_of_its_permeates(self):
        """From one start near by; the shipped study finds the same from six, in a minute or two."""
        folder, truth = ROOT / "cases" / "studies", {"pore radius": 0.5, "thickness": 1.33, "charge": -60.0, "dielectric constant": 41.3}
        text = (folder / "pores_of_a_membrane.yaml").read_text()
        for old, new in (("starts: 6", "starts: 1"), ("start: 0.6 nm", "start: 0.55 nm"), ("start: 2 um", "start: 1 um"), ("start: -20 mol", "start: -40 mol"), ("start: 60", "start: 45"),
                         ("../laboratory", str(folder.parent / "laboratory")), ("data: ", f"data: {folder}/"), ("map: ", f"map: {folder}/")):
            self.assertIn(old, text)
            text = text.replace(old, new)
        study = self.folder / "study.yaml"
        study.write_text(text)
        found = json.loads(self.succeeds("fit", study, "--json").stdout)
        for name, value in truth.items():
            p = found["parameters"][name]
            self.assertLess(p["lower"], value)
            self.assertGreater(p["upper"], value)
            self.assertLess(p["upper"] - p["lower"], 0.35 * abs(value))
        self.assertTrue(0.5 < found["scatter"] < 1.5, found["scatter"])
        self.assertEqual(found["differences_because"], "")


if __name__ == "__main__":
    program.main()
