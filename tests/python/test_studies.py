"""Properties of brines, sweeps and fits from Python. Run as `test_studies.py PROGRAM`."""

import json
import math
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import brineflow
import numpy as np

ROOT = pathlib.Path.cwd()
GRID = "tests/app/sweep_grid.yaml"

program = ""


class StudyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="brineflow_python_")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def interrupts(self, work):
        """Sends Ctrl-C half a second after the start; answers how long it took from there."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sent = []

        def send():
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)
        threading.Timer(0.5, send).start()
        with self.assertRaises(KeyboardInterrupt):
            work()
        return time.monotonic() - sent[0]


class Properties(StudyTest):
    def test_the_numbers_are_those_of_the_program(self):
        text = "{Li+: 0.26 g/L, Na+: 102 g/L, Mg+2: 15.4 g/L, B: 0.4 g/L, balance: Cl-}"
        brine = brineflow.properties(text, pH=7)
        answer = json.loads(subprocess.run([program, "properties", text, "--pH", "7", "--json"], capture_output=True, text=True, check=True).stdout)
        self.assertEqual(brine.values, {key: row["value"] for key, row in answer["properties"].items()})
        self.assertEqual(brine.units, {key: row["unit"] for key, row in answer["properties"].items()})
        self.assertEqual({name: row["log10_gamma"] for name, row in brine.species.items()},
                         {name: row["log10_gamma_unscaled"] for name, row in answer["species"].items()})
        self.assertEqual(brine.saturation_indices, {name: row["saturation_index"] for name, row in answer["minerals"].items()})
        self.assertEqual(next(iter(brine.saturation_indices)), "halite")
        self.assertAlmostEqual(brine.components["Li+"]["mass_concentration"], 0.26, delta=1e-12)
        self.assertEqual(brine.meanings["density"], "density")
        self.assertEqual(brine.temperature, 298.15)
        self.assertEqual(set(brine.values), set(brine.units))

    def test_temperature_chemistry_and_settings_count(self):
        warm = brineflow.properties("yiliping", temperature="50 degC")
        self.assertEqual(warm.temperature, 323.15)
        self.assertLess(warm["viscosity"], brineflow.properties("yiliping")["viscosity"])
        self.assertEqual(brineflow.properties("yiliping", chemistry="hmw84_lithium_25C").chemistry, "hmw84_lithium_25C")
        dilute = brineflow.properties("{Li+: 1 g/L, balance: Cl-}", settings={"Li+": "2 g/L"})
        self.assertAlmostEqual(dilute.components["Li+"]["mass_concentration"], 2.0, delta=1e-12)

    def test_errors(self):
        with self.assertRaises(brineflow.InputError) as raised:
            brineflow.properties("{Li+: 0.26, balance: Cl-}")
        self.assertEqual(raised.exception.findings[0].line, 1)
        with self.assertRaisesRegex(KeyError, "no such property; there is density"):
            brineflow.properties("yiliping")["densty"]


class Sweeps(StudyTest):
    def test_the_table(self):
        told = []
        table = brineflow.sweep(GRID, workers=2, folder=self.folder / "s", progress=told.append)
        # Two tanks of the twelve run full.
        self.assertEqual((table.cases, table.complete, table.failed, table.missing), (12, 10, 2, 0))
        np.testing.assert_array_equal(table["status"] == "complete", ~np.isnan(table["li_recovery"]))
        self.assertEqual(np.isnan(table["li_recovery"]).sum(), 2)
        np.testing.assert_array_equal(table["units.lake.flow"], np.repeat([1.0, 2.0, 3.0, 4.0], 3))
        self.assertEqual(table.unit("units.lake.flow"), "m3/h")
        self.assertEqual(table["lithium"].shape, (12, 9))  # every half hour of four hours
        self.assertIn("li_recovery", table.names)
        self.assertEqual(told[-1]["cases"], 12)
        self.assertEqual(table.folder, self.folder / "s")
        # One of its cases by itself.
        case = brineflow.load("tests/app/small_tank.yaml")
        for path, value in {"output.every": "30 min", "units.lake.flow": "2 m3/h", "units.tank.volume": "30 m3"}.items():
            case[path] = value
        self.assertEqual(case.run().kpi["li_product"], table["li_product"][5])

    def test_xarray(self):
        try:
            import xarray  # noqa: F401
        except ImportError:
            self.skipTest("xarray is not installed")
        data = brineflow.sweep(GRID, workers=1, folder=self.folder / "s").xarray()
        self.assertEqual(data["lithium"].dims, ("case", "sample"))
        self.assertEqual(float(data["units.tank.volume"].sel(case=2)), 30.0)

    def test_a_case_that_fails_is_a_row(self):
        study = self.folder / "study.yaml"
        study.write_text(f"case: {ROOT}/tests/app/small_column.yaml\nvary: {{units.lake.flow: [6 m3/h, 1e-200 m3/h]}}\n")
        table = brineflow.sweep(study, folder=self.folder / "s")
        self.assertEqual((table.complete, table.failed, list(table["status"])), (1, 1, ["complete", "failed"]))
        self.assertTrue(math.isnan(table["li_recovery"][1]))
        self.assertIn("no consistent state", table["reason"][1])

    def test_a_study_that_is_wrong(self):
        study = self.folder / "study.yaml"
        study.write_text(f"case: {ROOT}/tests/app/small_tank.yaml\nvary: {{units.lake.flaw: [6 m3/h]}}\n")
        with self.assertRaises(brineflow.InputError) as raised:
            brineflow.sweep(study, folder=self.folder / "s")
        self.assertEqual((raised.exception.findings[0].line, raised.exception.findings[0].file), (2, str(study)))

    def test_ctrl_c_and_what_had_ended_stays(self):
        study = self.folder / "study.yaml"
        study.write_text(f"case: {ROOT}/tests/app/many_cycles.yaml\nset: {{schedule.repeat.times: 4000}}\n"
                         "vary: {units.column.length: [3 m, 4 m]}\n")
        # A second: ten times what lies between two looks of the pool.
        self.assertLess(self.interrupts(lambda: brineflow.sweep(study, folder=self.folder / "s")), 1.0)


class Fits(StudyTest):
    def study(self):
        """The outflow of a tank that washes out: its data are those of a run at 3 m3, with a made-up scatter of none."""
        case = brineflow.load("tests/app/small_tank.yaml")
        case["output.every"] = "20 min"
        case["units.tank.initial.volume"] = "3 m3"
        run = case.run(follow={"lithium": "tank.outlet.Li+"})
        rows = "".join(f"{t / 60.0!r},{c!r}\n" for t, c in zip(run.time[1:], run.series["lithium"][1:]))
        (self.folder / "data.csv").write_text("time [min],Li [mol/m3]\n" + rows)
        (self.folder / "map.yaml").write_text("tags:\n  Li:\n    path: streams/tank.outlet/concentration/Li+\n    tolerance: {absolute: 0.1 mol/m3}\n")
        study = self.folder / "fit.yaml"
        study.write_text(f"title: A tank\nexperiments:\n  washout: {{case: {ROOT}/tests/app/small_tank.yaml, data: data.csv, map: map.yaml}}\n"
                         "parameters:\n  volume: {path: units.tank.initial.volume, from: 1 m3, to: 9 m3, start: 5 m3}\n")
        return study

    def test_a_parameter_is_found_again(self):
        told = []
        fit = brineflow.fit(self.study(), workers=2, progress=told.append)
        # Between the rows of a result the fit interpolates; its own tolerance is far smaller than this.
        self.assertAlmostEqual(fit.parameters["volume"], 3.0, delta=0.01)
        self.assertEqual((fit.units, fit.converged, fit.at_bound), ({"volume": "m3"}, True, {"volume": False}))
        self.assertGreater(fit.errors["volume"], 0.0)
        low, high = fit.intervals["volume"]
        self.assertTrue(low < fit.parameters["volume"] < high)
        np.testing.assert_allclose(fit.correlation, [[1.0]], rtol=1e-12)
        self.assertEqual((fit.residuals, fit.undetermined), (12, []))
        self.assertGreater(fit.runs, 3)
        self.assertEqual(set(told[0]), {"start", "iteration", "chi_squared", "runs"})

    def test_a_study_that_is_wrong(self):
        study = self.study()
        study.write_text(study.read_text().replace("initial.volume", "initial.volum"))
        with self.assertRaises(brineflow.InputError) as raised:
            brineflow.fit(study)
        self.assertTrue(any(f.line == 5 for f in raised.exception.findings), raised.exception.findings)


if __name__ == "__main__":
    program = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
