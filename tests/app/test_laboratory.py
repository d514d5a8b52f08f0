#!/usr/bin/python3
"""The granules of Jiang et al. (2020), fitted at 9 mL/min and predicted in six other runs, err as docs/validation/laboratory.md says."""

import sys
import unittest

import program
from program import ROOT, ProgramTest

sys.path.insert(0, str(ROOT / "tests" / "laboratory"))
import breakthrough  # noqa: E402
from breakthrough import LABORATORY  # noqa: E402

# Root mean square error of the outlet against the measured curve, in units of the feed.
RMSE = {"9_mL_min": 0.0129, "6_mL_min": 0.0179, "15_mL_min": 0.0551, "15_mL_min_0.3_m": 0.0612, "15_mL_min_1_m": 0.0202,
        "15_mL_min_300_mg_L": 0.0297, "15_mL_min_400_mg_L": 0.0580}
HELD = 2e-4  # 14 nodes in a grain instead of 10 move an RMSE by less than 1e-4, and the figures are rounded to half of that


class Laboratory(ProgramTest):
    def test_granules_fitted_at_9_mL_min_and_predicted_elsewhere(self):
        for name, rmse in RMSE.items():
            with self.subTest(name):
                result = self.folder / f"{name}.h5"
                breakthrough.run(program.program, LABORATORY / f"jiang2020_granules_{name}.yaml", result)
                found = breakthrough.Comparison(*breakthrough.outlet(result), *breakthrough.measured(LABORATORY / "data" / f"jiang2020_{name}.csv"))
                self.assertAlmostEqual(found.rmse, rmse, delta=HELD)


if __name__ == "__main__":
    program.main()
