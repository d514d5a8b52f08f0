#!/usr/bin/python3
"""Which of three uncertain numbers the recovery of a column depends on: Sobol indices of SALib, which gives their confidence intervals too.

SALib is no Debian package: `pip install SALib` (written with 1.6). Without it, sobol_indices.py has the estimators themselves. The ranges are illustrative.
"""
import multiprocessing
from pathlib import Path

import brineflow
import numpy as np
from SALib.analyze import sobol as analysis
from SALib.sample import sobol as sampling

CASE = Path(__file__).resolve().parents[2] / "cases/plants/column_only.yaml"
UNITS = {"units.column.void_fraction": "", "units.lake.flow": " m3/h", "units.column.peclet_number": ""}
PROBLEM = {"num_vars": 3, "names": list(UNITS), "bounds": [[0.32, 0.40], [5.7, 6.3], [100.0, 500.0]]}
POINTS = 32  # a power of two, for the balance of Sobol's sequence; SALib makes 5 runs of each. Far more for figures to publish


def recovery(point):
    case = brineflow.load(CASE)
    case["units.column.discretisation"] = {"degree": 2, "elements": 3}
    case["schedule.cycle.load"] = {"step": "load", "route": ["lake -> column -> spent"], "for": "6 h"}
    case["schedule.repeat.times"] = 1
    case["output.every"] = "1 h"
    for (path, unit), value in zip(UNITS.items(), point):
        case[path] = f"{float(value)!r}{unit}"
    return case.run().kpi["li_recovery"]


def main():
    points = sampling.sample(PROBLEM, POINTS, calc_second_order=False, seed=1)
    with multiprocessing.Pool(2) as pool:
        values = np.array(pool.map(recovery, points))
    found = analysis.analyze(PROBLEM, values, calc_second_order=False, seed=1)
    print(f"{'':30}  first order   total   95 % of the total")
    for i, path in enumerate(UNITS):
        print(f"{path:30}  {found['S1'][i]:11.2f}  {found['ST'][i]:6.2f}  {found['ST_conf'][i]:12.2f}")


if __name__ == "__main__":
    main()
