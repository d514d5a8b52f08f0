#!/usr/bin/python3
"""Which of three uncertain numbers the recovery of a column depends on: Sobol indices.

Estimators on points A, B and A_B^i (A with column i of B): Saltelli et al. (2010), Comput. Phys. Commun. 181, 259, doi:10.1016/j.cpc.2009.09.018,
first order by eq. (b) of their table 2, total by eq. (f), which is Jansen's (1999). The ranges are illustrative.
"""
import multiprocessing
from pathlib import Path

import brineflow
import numpy as np
from scipy.stats import qmc

CASE = Path(__file__).resolve().parents[2] / "cases/plants/column_only.yaml"
RANGES = {"units.column.void_fraction": (0.32, 0.40, ""), "units.lake.flow": (5.7, 6.3, " m3/h"), "units.column.peclet_number": (100.0, 500.0, "")}
POINTS = 32  # a power of two, for the balance of Sobol's sequence; far more for figures to publish


def recovery(point):
    case = brineflow.load(CASE)
    case["units.column.discretisation"] = {"degree": 2, "elements": 3}
    case["schedule.cycle.load"] = {"step": "load", "route": ["lake -> column -> spent"], "for": "6 h"}
    case["schedule.repeat.times"] = 1
    case["output.every"] = "1 h"
    for (path, (low, high, unit)), share in zip(RANGES.items(), point):
        case[path] = f"{low + share * (high - low)}{unit}"
    return case.run().kpi["li_recovery"]


def indices(f_a, f_b, f_ab):
    """First-order and total indices of each parameter; f_ab: by parameter and point."""
    middle = np.mean([f_a, f_b])  # taken off, so that the estimator of first order does not lose digits
    f_a, f_b, f_ab = f_a - middle, f_b - middle, f_ab - middle
    variance = np.var([f_a, f_b])
    return np.mean(f_b * (f_ab - f_a), axis=1) / variance, np.mean((f_a - f_ab) ** 2, axis=1) / (2.0 * variance)


def sobol_indices(function, dimensions, points, map_over=map):
    both = qmc.Sobol(2 * dimensions, scramble=True, seed=1).random(points)
    a, b = both[:, :dimensions], both[:, dimensions:]
    mixed = [np.where(np.arange(dimensions) == i, b, a) for i in range(dimensions)]
    values = np.array(list(map_over(function, np.concatenate([a, b, *mixed])))).reshape(dimensions + 2, points)
    return indices(values[0], values[1], values[2:])


def main():
    with multiprocessing.Pool(2) as pool:
        first, total = sobol_indices(recovery, len(RANGES), POINTS, pool.map)
    print(f"{'':30}  first order   total")
    for path, one, all_of_it in zip(RANGES, first, total):
        print(f"{path:30}  {one:11.2f}  {all_of_it:6.2f}")


if __name__ == "__main__":
    main()
