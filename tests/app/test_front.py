#!/usr/bin/python3
"""Several goals: the front that arithmetic gives, alike with one and two workers and after an interruption, and nothing that failed is ever on it."""

import csv
import json
import signal
import time
import xml.etree.ElementTree

import numpy as np

import program
from program import BAD_INPUT, DONE, HERE, INTERRUPTED, ProgramTest, journal_entries, run, start

CRITERION_FAILED = 1
LI, MG = 6.94, 24.305  # g/mol, IUPAC 2021


class Front(ProgramTest):
    def write(self, **lines):
        path = self.folder / "study.yaml"
        path.write_text("".join(f"{key}: {value}\n" for key, value in lines.items() if value))
        return path

    def brines(self, **lines):
        """Two brines, the one with more lithium and more magnesium for each lithium: how much of each?"""
        return self.write(**{"case": HERE / "two_brines.yaml", "vary": "{units.rich.flow: {from: 0.5 m3/h, to: 4 m3/h}, units.poor.flow: {from: 0.2 m3/h, to: 3 m3/h}}",
                             "goals": "[{maximize: li_product}, {minimize: product_mg_li_ratio}]", "population": 24, "generations": 15, **lines})

    def tank(self, **lines):
        """The small tank of test_optimize.py: it is full above 15 m3 over what leaves it, and the run fails; that is where most lithium would be."""
        return self.write(**{"case": HERE / "small_tank.yaml", "vary": "{units.lake.flow: {from: 0.5 m3/h, to: 6 m3/h}, units.tank.outflow: {from: 0.5 m3/h, to: 3 m3/h}}",
                             "goals": "[{maximize: li_product}, {maximize: product_li_concentration}]", "population": 24, "generations": 8, **lines})

    def optimize(self, study, *arguments, status=DONE, folder="out"):
        answer = run("optimize", study, "-o", self.folder / folder, "--json", *arguments)
        self.assertEqual(answer.returncode, status, answer.stderr)
        return json.loads(answer.stdout)

    def table(self, folder="out"):
        with open(self.folder / folder / "front.csv", newline="") as file:
            return list(csv.DictReader(file))

    def exact(self, lithium):
        """Mg/Li at this much lithium [kg in 2 h]: all of the poor brine, 3 m3/h, and as much of the rich one as is missing."""
        poor = 2 * 3 * 10 * LI / 1000  # kg of lithium
        return MG / LI * (600 / 30 - (600 / 30 - 50 / 10) * poor / lithium)

    def test_the_front_that_arithmetic_gives(self):
        found = self.optimize(self.brines(generations=30))
        rows = self.table()
        self.assertEqual(len(rows), len(found["front"]))
        lithium = np.array([float(row["li_product [kg]"]) for row in rows])
        ratio = np.array([float(row["product_mg_li_ratio"]) for row in rows])
        self.assertTrue(np.all(np.diff(lithium) < 0) and np.all(np.diff(ratio) < 0), "from the best to the worst of the first goal, and none beats another")
        low, high = 2 * (0.5 * 30 + 3 * 10) * LI / 1000, 2 * (4 * 30 + 3 * 10) * LI / 1000
        span = self.exact(high) - self.exact(low)
        # Nothing is beyond the front; 1e-6, the tolerance of the solver.
        self.assertGreater(np.min(ratio - self.exact(lithium)), -1e-6 * span)
        # In shares of what it spans, 24 points in 30 generations come within 0.014 of it with seeds 1 to 3, 0.04 in 15.
        x = np.linspace(low, high, 20001)
        distance = [np.min(np.hypot((x - l) / (high - low), (self.exact(x) - r) / span)) for l, r in zip(lithium, ratio)]
        self.assertLess(max(distance), 0.03)
        self.assertLess(abs(lithium[0] - high), 0.02 * (high - low))
        self.assertLess(abs(lithium[-1] - low), 0.02 * (high - low))
        self.assertLess(np.max(-np.diff(lithium)), 0.15 * (high - low))
        # The volume of the box is that of the front: it grows with generations, and ends where the exact one is.
        volumes = np.array(found["hypervolume"])
        self.assertEqual(len(volumes), 31)
        self.assertTrue(np.all(np.diff(volumes) >= 0) and volumes[-1] > volumes[0])
        gain = 1.1 - (self.exact(x) - self.exact(low)) / span
        exact = (np.sum((gain[1:] + gain[:-1]) / 2) / 20000 + 0.1 * gain[0]) / 1.21
        self.assertAlmostEqual(volumes[-1], exact, delta=0.01)  # 0.006 with seeds 1 to 3

    def test_limits_cut_the_front(self):
        bound = 1.2
        self.optimize(self.brines(limits=f"{{li_product: {{at_most: {bound}}}}}"))
        lithium = [float(row["li_product [kg]"]) for row in self.table()]
        self.assertLessEqual(max(lithium), bound)
        self.assertGreater(max(lithium), 0.97 * bound)

    def test_what_failed_is_never_on_the_front(self):
        found = self.optimize(self.tank())
        self.assertGreaterEqual(found["failed"], 3)
        rows = self.table()
        for row in rows:
            self.assertLessEqual(4 * (float(row["units.lake.flow [m3/h]"]) - float(row["units.tank.outflow [m3/h]"])), 15.0 + 1e-6)
        # What is said of a point is what a run with its values gives.
        for row in rows[::max(1, len(rows) // 4)]:
            settings = [part for column, value in row.items() if column.startswith("units.") for part in ("--set", f"{column.split()[0]}={value} m3/h")]
            alone = json.loads(self.succeeds("run", "tests/app/small_tank.yaml", "-o", self.folder / "r.h5", "--json", *settings).stdout)
            self.assertEqual(alone["kpi"]["li_product"]["value"], float(row["li_product [kg]"]))

    def test_one_and_two_workers_find_the_same(self):
        found = []
        for workers in (1, 2):
            answer = self.optimize(self.tank(), "-j", workers, folder=f"by_{workers}")
            found.append({key: answer[key] for key in ("front", "hypervolume", "nearest", "runs", "failed")})
        self.assertEqual(found[0], found[1])
        for name in ("front.csv", "front.svg"):
            self.assertEqual((self.folder / "by_1" / name).read_bytes(), (self.folder / "by_2" / name).read_bytes())

    def test_interrupted_and_gone_on(self):
        # Rows every 0.1 s make a run long beside the time in which the journal is looked at; it is at the third of seventeen generations then.
        study = self.brines(set="{output.every: 0.1 s}", generations=16)
        for kind in (signal.SIGINT, signal.SIGKILL):
            with start("optimize", study, "-o", self.folder / "out") as process:
                while process.poll() is None and sum(journal_entries(self.folder / "out").values()) < 50 + 30 * (kind == signal.SIGKILL):
                    time.sleep(0.01)
                process.send_signal(kind)
                _, stderr = process.communicate(timeout=20)
            self.assertEqual(process.returncode, INTERRUPTED if kind == signal.SIGINT else -signal.SIGKILL, stderr)
            self.assertFalse([p.name for p in (self.folder / "out").iterdir() if p.name.startswith("front")])
        self.assertGreaterEqual(self.optimize(study)["known_before"], 80)
        self.optimize(study, folder="at_once")
        self.assertEqual((self.folder / "out/front.csv").read_bytes(), (self.folder / "at_once/front.csv").read_bytes())
        again = self.optimize(study)
        self.assertEqual(again["runs"], 0)

    def test_limits_that_nothing_keeps(self):
        self.optimize(self.brines(generations=2))
        self.assertTrue((self.folder / "out/front.csv").exists())
        answer = run("optimize", self.brines(generations=2, limits="{li_product: {at_least: 50}}"), "-o", self.folder / "out")
        self.assertEqual(answer.returncode, CRITERION_FAILED, answer.stderr)
        self.assertIn("NOTHING FOUND: no run kept the limits\nnearest: units.rich.flow = ", answer.stdout)
        self.assertEqual([p.name for p in (self.folder / "out").iterdir()], ["journal"])  # the front of the study as it was is no answer any more

    def test_report_and_picture(self):
        answer = self.succeeds("optimize", self.brines(generations=4), "-o", self.folder / "out")
        for text in ("points, on which\n  li_product goes from ", "best of 1   best of 2     nearest\n", "hypervolume 0.", "all points: ", "to use the nearest to the best of all: --set \"units.rich.flow="):
            self.assertIn(text, answer.stdout)
        picture = xml.etree.ElementTree.parse(self.folder / "out/front.svg").getroot()
        texts = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn("li_product [kg], to be large", texts)
        legend = [(float(e.get("x")), e.text) for e in picture.iter("{http://www.w3.org/2000/svg}text") if e.get("y") == "44"]
        for (x, text), (following, _) in zip(legend, legend[1:]):
            self.assertLess(x + 6.2 * len(text), following - 8, text)  # of a wide font of 12 px, and the dot before what follows
        front = [e.get("d") for e in picture.iter("{http://www.w3.org/2000/svg}path") if e.get("class") == "front"]
        self.assertEqual(front[-1].count("M"), len(self.table()))

    def refused(self, says, **lines):
        self.fails(BAD_INPUT, "optimize", self.brines(**lines), "-o", self.folder / "out", says=says)
        self.assertFalse((self.folder / "out").exists())

    def test_bad_studies(self):
        self.refused(["study.yaml:6:8: 'goals' beside 'goal'"], goals="", population="", generations="", goal="{maximize: li_product}\ntitle: a\ndescription: b\ngoals: []")
        self.refused(["study.yaml:1:1: missing key 'goal' in the optimisation", "or 'goals' with a list of several"], goals="")
        self.refused("study.yaml:3:8: 'goals' wants a list of 2 to 4", goals="[{maximize: li_product}]")
        self.refused("study.yaml:3:8: 'goals' wants a list of 2 to 4", goals="{maximize: li_product}")
        self.refused("study.yaml:3:33: a goal of 'goals' wants one indicator", goals="[{maximize: li_product}, li_recovery]")
        self.refused("study.yaml:3:34: a goal cannot be 'minimise'", goals="[{maximize: li_product}, {minimise: li_recovery}]")
        self.refused("study.yaml:3:44: 'li_product' is a goal already", goals="[{maximize: li_product}, {minimize: li_product}]")
        self.refused(["study.yaml:3:45: there is no indicator 'li_prodct'", "did you mean 'li_product'?"], goals="[{maximize: li_recovery}, {minimize: li_prodct}]")
        self.refused("study.yaml:4:13: a population of 30 is no multiple of 4", population=30)
        self.refused("'starts' means nothing beside 'goals'", starts=3)
        self.refused("'population' means nothing beside 'goal'", goals="", generations="", goal="{maximize: li_product}")


if __name__ == "__main__":
    program.main()
