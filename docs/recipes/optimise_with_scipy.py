#!/usr/bin/python3
"""How long to load and to elute a column, so that 85 % of the lithium is recovered with the least fresh water. In cyclic steady state."""
from functools import lru_cache
from pathlib import Path

import brineflow
from scipy.optimize import minimize

RECOVERY = 0.85

case = brineflow.load(Path(__file__).resolve().parents[2] / "cases/plants/column_only.yaml")
case["units.column.discretisation"] = {"degree": 2, "elements": 4}
case["output.every"] = "1 h"
case["schedule"] = {
    "cycle": [{"step": "load", "route": ["lake -> column -> spent"], "for": "4 h"},
              {"step": "wash", "route": ["water -> column -> spent"], "for": "45 min"},
              {"step": "elute", "route": ["water -> column -> eluate"], "for": "4 h"}],
    "repeat": {"until": "cyclic_steady_state", "tolerance": "1e-4", "at_most": 100}}


@lru_cache(maxsize=None)  # objective and constraint are asked at the same points
def kpi(load, elute):
    case["schedule.cycle.load.for"] = f"{load} h"
    case["schedule.cycle.elute.for"] = f"{elute} h"
    run = case.run()
    if run.status != "complete":
        raise RuntimeError(run.status)
    return run.kpi


found = minimize(lambda hours: kpi(*hours)["fresh_water_per_t_lce"] / 1000.0, x0=[6.0, 5.0], method="COBYLA", tol=0.05,
                 constraints=[{"type": "ineq", "fun": lambda hours: kpi(*hours)["li_recovery"] - RECOVERY},
                              {"type": "ineq", "fun": lambda hours: hours - 0.5}],
                 options={"rhobeg": 0.5, "catol": 1e-3})
best = kpi(*found.x)
print(f"load {found.x[0]:.2f} h, elute {found.x[1]:.2f} h: {best['fresh_water_per_t_lce']:.0f} m3 of fresh water per tonne LCE, "
      f"recovery {best['li_recovery']:.3f}, {found.nfev} plants in cyclic steady state")
