#!/usr/bin/python3
"""Capacity and rate of a sorbent out of a measured breakthrough, by least squares.

Data: Jiang et al. (2020), Sep. Purif. Technol. 241, 116682, Fig. 4, the run at 9 mL/min, digitised by a third party. The model is the lumped column
of cases/laboratory/jiang2020_9_mL_min.yaml; docs/validation/laboratory.md says what it does not fit.
"""
from pathlib import Path

import brineflow
import numpy as np
from scipy.optimize import least_squares

ROOT = Path(__file__).resolve().parents[2] / "cases/laboratory"
START = np.log([1000.0, 3e-4])  # q_max [mol/m3], k [1/s]: in logarithms, since they must be positive

minutes, measured = np.loadtxt(ROOT / "data/jiang2020_9_mL_min.csv", delimiter=",", comments=["#", "time"], unpack=True)
case = brineflow.load(ROOT / "jiang2020_9_mL_min.yaml")
case["units.column.discretisation"] = {"degree": 3, "elements": 8}


def residuals(logarithms):
    q_max, k = np.exp(logarithms)
    case["schedule.cycle.load.set"] = {"column.li_al_ldh.q_max": f"{q_max!r} mol/m3", "column.li_al_ldh.k": f"{k!r} 1/s"}
    run = case.run(follow={"relative": "column.outlet.Li+ / feed.Li+"})
    return np.interp(minutes * 60.0, run.time, run.series["relative"]) - measured


# Differences over a share of 1e-3: well above the noise of a solver with a relative tolerance of 1e-6 or so.
found = least_squares(residuals, START, diff_step=1e-3, x_scale=[0.1, 0.1], xtol=1e-5, ftol=1e-5)
scatter = found.fun @ found.fun / (len(measured) - 2)
errors = np.sqrt(np.diag(scatter * np.linalg.inv(found.jac.T @ found.jac)))
for name, unit, logarithm, error in zip(["q_max", "k"], ["mol/m3", "1/s"], found.x, errors):
    print(f"{name} = {np.exp(logarithm):.4g} {unit}, standard error {100 * error:.2g} %")
print(f"root mean square {np.sqrt(np.mean(found.fun**2)):.3f} of {len(measured)} points, {found.nfev} steps")
