"""A case in Python: changed by path, checked, run; what comes out, and what is raised. Run as `test_module.py PROGRAM`."""

import json
import math
import pathlib
import pickle
import subprocess
import sys
import tempfile
import unittest

import brineflow
import h5py
import numpy as np

COLUMN = "tests/app/small_column.yaml"
TANK = "tests/app/small_tank.yaml"
SEVERAL = "cases/invalid/several_findings.yaml"

program = ""


class ModuleTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="brineflow_python_")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


class Paths(ModuleTest):
    def test_a_text_is_read_and_changed(self):
        case = brineflow.load(COLUMN)
        self.assertEqual(case["units.column.length"], "4 m")
        case["units.column.length"] = "2 m"
        self.assertEqual(case["units.column.length"], "2 m")
        self.assertEqual(case.file, pathlib.Path(COLUMN))
        self.assertIn("2 m", case.to_yaml())

    def test_structures_are_lists_and_dicts_of_texts(self):
        case = brineflow.load(COLUMN)
        self.assertEqual(case["units.lake"], {"type": "feed", "brine": "west_taijinar", "flow": "6 m3/h"})
        self.assertEqual(case["schedule.cycle.load.route"], ["lake -> column -> spent"])
        self.assertEqual(case["schedule.cycle.1.step"], "elute")

    def test_lists_and_dicts_are_set(self):
        case = brineflow.load(TANK)
        case["units.lake.brine"] = {"Li+": "20 mol/m3", "Cl-": "20 mol/m3"}
        case["schedule.always"] = ["lake -> tank -> product"]
        case["title"] = "'A tank: or not'"  # a text is YAML, where this colon would make a map
        case.check()
        self.assertEqual(case["title"], "A tank: or not")
        self.assertEqual(case["units.lake.brine.Li+"], "20 mol/m3")

    def test_numbers_are_set_without_losing_a_digit(self):
        case = brineflow.load(COLUMN)
        for value in [0.1 + 0.2, 1e-7, np.float64(1 / 3), np.float32(0.25)]:
            case["units.column.void_fraction"] = value
            self.assertEqual(float(case["units.column.void_fraction"]), value)
        for value in [2, np.int64(2)]:
            case["schedule.repeat.times"] = value
            self.assertEqual(case["schedule.repeat.times"], "2")
        case["units.column.void_fraction"] = 0.4
        case.check()

    def test_a_number_where_a_unit_belongs_is_an_error_at_its_place(self):
        case = brineflow.load(COLUMN)
        case["units.column.length"] = 2.0
        with self.assertRaises(brineflow.InputError) as raised:
            case.check()
        finding, = raised.exception.findings
        self.assertEqual((finding.file, finding.line, finding.column), ("case[...]", 1, 21))
        self.assertIn("needs a unit: a length", finding.message)

    def test_a_path_that_leads_nowhere_changes_nothing(self):
        case = brineflow.load(COLUMN)
        before = case.to_yaml()
        with self.assertRaises(brineflow.InputError) as raised:
            case["units.colum.length"] = "2 m"
        self.assertEqual(raised.exception.findings, [brineflow.Finding("case[...]", 1, 7, "no 'colum' in units", "did you mean 'column'?")])
        self.assertEqual(case.to_yaml(), before)

    def test_what_is_not_there(self):
        case = brineflow.load(COLUMN)
        with self.assertRaisesRegex(KeyError, "no 'lenght' in units.column; did you mean 'length'"):
            case["units.column.lenght"]
        self.assertIn("units.column.length", case)
        self.assertNotIn("units.column.lenght", case)

    def test_a_value_of_another_kind(self):
        case = brineflow.load(COLUMN)
        with self.assertRaisesRegex(TypeError, "a text with its unit"):
            case["units.column.length"] = object()

    def test_copies_and_pickles_say_the_same_and_are_apart(self):
        case = brineflow.load(TANK)
        case["units.lake.flow"] = "3 m3/h"
        for other in [case.copy(), pickle.loads(pickle.dumps(case))]:
            self.assertEqual((other["units.lake.flow"], other.file), ("3 m3/h", case.file))
            other["units.lake.flow"] = "1 m3/h"
            self.assertEqual(case["units.lake.flow"], "3 m3/h")

    def test_a_case_out_of_a_text(self):
        case = brineflow.parse(pathlib.Path(TANK).read_text(), "tank.yaml")
        self.assertEqual(case.run().kpi, brineflow.load(TANK).run().kpi)
        with self.assertRaises(brineflow.InputError) as raised:
            brineflow.parse("title: [", "tank.yaml")
        self.assertEqual(raised.exception.findings[0].file, "tank.yaml")


class Errors(ModuleTest):
    def test_every_finding_has_its_place(self):
        with self.assertRaises(brineflow.InputError) as raised:
            brineflow.load(SEVERAL).check()
        self.assertIsInstance(raised.exception, brineflow.Error)
        places = [(f.line, f.column) for f in raised.exception.findings]
        self.assertEqual(places, [(2, 1), (2, 24), (5, 50), (6, 16), (7, 17), (8, 30)])
        self.assertEqual({f.file for f in raised.exception.findings}, {SEVERAL})
        self.assertEqual(raised.exception.findings[3], brineflow.Finding(SEVERAL, 6, 16, "there is no unit type 'tnk'", "did you mean 'tank'?"))
        self.assertEqual(str(raised.exception), pathlib.Path(SEVERAL).with_suffix(".expected").read_text())

    def test_run_says_the_same_as_check(self):
        with self.assertRaises(brineflow.InputError) as raised:
            brineflow.load(SEVERAL).run()
        self.assertEqual(len(raised.exception.findings), 6)

    def test_a_file_that_is_not_there(self):
        with self.assertRaises(brineflow.InputError) as raised:
            brineflow.load(self.folder / "no.yaml")
        self.assertEqual(raised.exception.findings[0].line, 0)

    def test_the_solver_gives_up(self):
        case = brineflow.load(COLUMN)
        case["units.lake.flow"] = "1e-200 m3/h"
        with self.assertRaisesRegex(brineflow.SolverError, "no consistent state at t = 0 s"):
            case.run()

    def test_a_result_that_cannot_be_written(self):
        with self.assertRaisesRegex(brineflow.StorageError, "no_such_folder"):
            brineflow.load(TANK).run(self.folder / "no_such_folder" / "r.h5")

    def test_a_result_that_cannot_be_read(self):
        with self.assertRaises(brineflow.StorageError):
            brineflow.open(self.folder / "no.h5")
        (self.folder / "text.h5").write_text("text")
        with self.assertRaisesRegex(brineflow.InputError, "not an HDF5 file"):
            brineflow.open(self.folder / "text.h5")

    def test_exceptions_survive_pickling(self):
        for error in [brineflow.InputError("text", [("f", 1, 2, "m", "h")]), brineflow.SolverError("text"), brineflow.StorageError("text")]:
            again = pickle.loads(pickle.dumps(error))
            self.assertEqual((type(again), str(again)), (type(error), "text"))
            self.assertEqual(getattr(again, "findings", None), getattr(error, "findings", None))

    def test_all_derive_from_one(self):
        for name in ["InputError", "SolverError", "StorageError", "InternalError"]:
            self.assertTrue(issubclass(getattr(brineflow, name), brineflow.Error))


class Runs(ModuleTest):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            answer = subprocess.run([program, "run", COLUMN, "--json", "-o", f"{folder}/r.h5"], capture_output=True, text=True, check=True)
        cls.expected = json.loads(answer.stdout)

    def check_summary(self, result):
        self.assertEqual(result.status, "complete")
        self.assertEqual(result.kpi, {name: kpi["value"] for name, kpi in self.expected["kpi"].items()})
        self.assertEqual(result.units, {name: kpi["unit"] for name, kpi in self.expected["kpi"].items()})
        self.assertEqual(result.meanings["li_recovery"], "lithium in the product over lithium in the brine fed")
        self.assertEqual({c: {k + "_mol" if k != "closure" else k: v for k, v in row.items()} for c, row in result.balance.items()}, self.expected["balance"])
        self.assertEqual((result.warnings, result.steps, result.cycles), (self.expected["warnings"], self.expected["solver"]["steps"], 3))
        self.assertEqual(result.end_time, self.expected["solver"]["simulated_time_s"])
        self.assertLess(result.closure, 1e-12)
        self.assertGreater(result.wall_time, 0.0)

    def test_without_a_file_the_numbers_are_those_of_the_program(self):
        result = brineflow.load(COLUMN).run()
        self.check_summary(result)
        self.assertIsNone(result.file)
        self.assertNotIn("time", result)
        with self.assertRaisesRegex(KeyError, "kept no file"):
            result["time"]

    def test_with_a_file_there_are_arrays(self):
        path = self.folder / "r.h5"
        result = brineflow.load(COLUMN).run(path)
        self.check_summary(result)
        self.assertEqual(result.file, path)
        concentration = result["streams/column.outlet/concentration"]
        rows = len(result["time"])
        self.assertEqual((concentration.shape, concentration.dtype), ((rows, 7), np.dtype(float)))
        self.assertEqual(list(result["component"]), ["H2O", "Li+", "Na+", "K+", "Mg+2", "Ca+2", "Cl-"])
        self.assertEqual(result.unit("streams/column.outlet/concentration"), "mol m-3")
        self.assertEqual(result.axes("/streams/column.outlet/concentration"), ["time", "component"])
        self.assertEqual(result["time"][-1], result.end_time)
        self.assertEqual(result["kpi/li_recovery"], result.kpi["li_recovery"])
        self.assertIn("column.outlet", result.list("streams"))
        profile = result["units/column/concentration"]
        self.assertEqual(profile.ndim, 3)
        with h5py.File(path) as file:  # another reader
            np.testing.assert_array_equal(concentration, file["streams/column.outlet/concentration"])
            np.testing.assert_array_equal(profile, file["units/column/concentration"])
        self.check_summary(brineflow.open(path))

    def test_what_a_file_does_not_hold(self):
        result = brineflow.load(TANK).run(self.folder / "r.h5")
        with self.assertRaisesRegex(KeyError, "holds no /streams/nothing"):
            result["streams/nothing"]
        with self.assertRaisesRegex(KeyError, "is a group"):
            result["streams"]
        with self.assertRaisesRegex(KeyError, "no group"):
            result.list("time")
        with self.assertRaises(KeyError):
            result.unit("streams/nothing")

    def test_xarray(self):
        try:
            import xarray
        except ImportError:
            self.skipTest("xarray is not installed")
        result = brineflow.load(TANK).run(self.folder / "r.h5")
        stream = result.xarray("streams/tank.outlet")
        self.assertIsInstance(stream, xarray.Dataset)
        self.assertEqual(stream.concentration.dims, ("time", "component"))
        self.assertEqual(stream.concentration.attrs["units"], "mol m-3")
        lithium = stream.concentration.sel(component="Li+")
        np.testing.assert_array_equal(lithium, result["streams/tank.outlet/concentration"][:, 1])
        np.testing.assert_array_equal(stream.time, result["time"])

    def test_what_is_followed_needs_no_file_and_is_that_of_the_file(self):
        path = self.folder / "r.h5"
        result = brineflow.load(TANK).run(path, follow={"lithium": "tank.outlet.Li+", "share": "tank.outlet.Li+ / lake.Li+"})
        self.assertEqual(list(result.series), ["lithium", "share"])
        self.assertEqual((result.units["lithium"], result.units["share"]), ("m-3 mol", "1"))
        np.testing.assert_array_equal(result.time, result["time"])
        # The file has concentrations from molar flows, the expression from the same: rounding.
        np.testing.assert_allclose(result.series["lithium"], result["streams/tank.outlet/concentration"][:, 1], rtol=1e-12)
        unrecorded = brineflow.load(TANK).run(follow={"lithium": "tank.outlet.Li+"})
        np.testing.assert_array_equal(unrecorded.series["lithium"], result.series["lithium"])

    def test_what_cannot_be_followed(self):
        with self.assertRaises(brineflow.InputError) as raised:
            brineflow.load(TANK).run(follow={"x": "tank.outlet.Li"})
        self.assertEqual((raised.exception.findings[0].file, raised.exception.findings[0].line), ("follow", 1))

    def test_progress_is_told(self):
        told = []
        result = brineflow.load(COLUMN).run(progress=lambda now: told.append((now.time, now.step, now.cycle, now.cycles, now.solver_steps, now.end)))
        self.assertEqual(told[0][1:], ("load", 1, 3, told[0][4], None))
        self.assertTrue(all(0 <= earlier[0] <= later[0] <= result.end_time for earlier, later in zip(told, told[1:])))

    def test_what_progress_raises_ends_the_run_and_leaves_what_there_is(self):
        class Enough(Exception):
            pass

        def stop(now):
            if now.cycle > 3:
                raise Enough
        case = brineflow.load(COLUMN)
        case["schedule.repeat.times"] = 200
        path = self.folder / "r.h5"
        with self.assertRaises(Enough):
            case.run(path, progress=stop)
        self.assertEqual(brineflow.open(path).status, "interrupted")
        with self.assertRaises(Enough):
            case.run(progress=stop)

    def test_a_run_that_was_stopped_is_resumed(self):
        def stop(now):
            raise InterruptedError
        case = brineflow.load(COLUMN)
        path = self.folder / "r.h5"
        with self.assertRaises(InterruptedError):
            case.run(path, progress=stop)
        resumed = case.run(path, resume=True)
        self.assertEqual(resumed.status, "complete")
        # 1e-4: the solver starts anew, at its tolerance of 1e-6 a step.
        self.assertTrue(math.isclose(resumed.kpi["li_recovery"], self.expected["kpi"]["li_recovery"]["value"], rel_tol=1e-4))
        with self.assertRaisesRegex(ValueError, "output="):
            case.run(resume=True)


if __name__ == "__main__":
    program = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
