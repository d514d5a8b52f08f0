#!/usr/bin/python3
"""Every case that is shipped passes `check`, runs, and closes its balances; its result opens in xarray."""

import json
import unittest

import program
from program import ROOT, ProgramTest, assert_rows_aligned, contents

try:
    import xarray
    ENGINES = [e for e in ("h5netcdf", "netcdf4") if e in xarray.backends.list_engines()]
except ImportError:
    ENGINES = []

CASES = [p for folder in ["plants", "laboratory", "verification"] for p in sorted((ROOT / "cases" / folder).glob("*.yaml"))]
CLOSURE = 1e-8  # what the README promises; measured below 1e-13 (the totals are integrated with the states)


class ShippedCases(ProgramTest):
    def test_there_are_cases(self):
        self.assertGreaterEqual(len(CASES), 6)

    def test_every_case_passes_check(self):
        for case in CASES:
            with self.subTest(case.name):
                answer = self.succeeds("check", case.relative_to(ROOT))
                self.assertRegex(answer.stdout, r"^cases/\S+: ok \(\d+ units, ")
                self.assertEqual(answer.stderr, "")

    def test_every_case_runs_and_closes_its_balances(self):
        for case in CASES:
            with self.subTest(case.name):
                result = self.folder / "r.h5"
                answer = json.loads(self.succeeds("run", case, "-o", result, "--json", timeout=120).stdout)
                worst = max(abs(row["closure"]) for row in answer["balance"].values())
                self.assertLess(worst, CLOSURE)
                found, status = contents(result)
                self.assertEqual(status, "complete")
                self.assertLess(abs(found["balance/closure"]).max(), CLOSURE)
                assert_rows_aligned(self, result)
                self.no_leftovers(result)


@unittest.skipUnless(ENGINES, "xarray has no HDF5 engine (Debian: python3-h5netcdf)")
class Xarray(ProgramTest):
    def setUp(self):
        super().setUp()
        self.result = self.folder / "r.h5"
        self.succeeds("run", program.COLUMN, "-o", self.result)

    def open(self, engine, group=None):
        data = xarray.open_dataset(self.result, engine=engine, group=group)
        self.addCleanup(data.close)
        return data

    def test_the_groups_open_with_their_axes(self):
        for engine in ENGINES:
            with self.subTest(engine):
                root = self.open(engine)
                self.assertEqual(list(root.component.values)[:2], ["H2O", "Li+"])
                self.assertEqual(root.time.attrs["units"], "s")
                stream = self.open(engine, "streams/column.outlet").assign_coords(root.coords)
                self.assertEqual(stream.concentration.dims, ("time", "component"))
                self.assertGreater(float(stream.concentration.sel(component="Li+").max()), 1.0)  # mol/m3
                column = self.open(engine, "units/column")
                self.assertEqual(column.concentration.dims[0], "profile_time")
                self.assertIn("z", column.concentration.dims)
                self.assertAlmostEqual(float(column.z[-1]), 4.0)  # m, the length of the column
                self.assertEqual(column.sizes["profile_time"], column.loading.shape[0])

    def test_indicators_and_balance(self):
        for engine in ENGINES:
            with self.subTest(engine):
                indicators = self.open(engine, "kpi")
                self.assertTrue(0.0 < float(indicators.li_recovery) < 1.0)
                cycles = self.open(engine, "kpi/per_cycle")
                self.assertEqual(list(cycles.cycle.values), [1, 2, 3])
                self.assertAlmostEqual(float(cycles.li_product.sum()), float(indicators.li_product), delta=1e-9 * float(indicators.li_product))
                balance = self.open(engine, "balance")
                self.assertLess(float(abs(balance.closure).max()), CLOSURE)


if __name__ == "__main__":
    program.main()
