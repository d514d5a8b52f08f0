#!/usr/bin/python3
"""Which of three uncertain numbers the recovery of a column depends on: Sobol indices of SALib, which gives their confidence intervals too.

SALib is no Debian package: `pip install SALib` (written with 1.6). The run and its ranges are those of sobol_indices.py, beside this file, which has the estimators
themselves.
"""
import multiprocessing

import numpy as np
from SALib.analyze import sobol as analysis
from SALib.sample import sobol as sampling
from sobol_indices import POINTS, RANGES, recovery

PROBLEM = {"num_vars": len(RANGES), "names": list(RANGES), "bounds": [[0.0, 1.0]] * len(RANGES)}  # shares of the ranges


def main():
    points = sampling.sample(PROBLEM, POINTS, calc_second_order=False, seed=1)
    with multiprocessing.Pool(2) as pool:
        values = np.array(pool.map(recovery, points))
    found = analysis.analyze(PROBLEM, values, calc_second_order=False, seed=1)
    print(f"{'':30}  first order   total   95 % of the total")
    for i, path in enumerate(RANGES):
        print(f"{path:30}  {found['S1'][i]:11.2f}  {found['ST'][i]:6.2f}  {found['ST_conf'][i]:12.2f}")


if __name__ == "__main__":
    main()
