"""Lithium recovery from salt-lake brine, simulated.

    case = brineflow.load("plant.yaml")
    case["units.column.length"] = "2 m"
    result = case.run()
    result.kpi["li_recovery"]

docs/python.md says the rest.
"""
import os as _os
from pathlib import Path as _Path

# A wheel brings the packages of models along; what the user named in the variable comes before.
_models = _Path(__file__).with_name("models")
if _models.is_dir() and str(_models) not in _os.environ.get("BRINEFLOW_MODELS", "").split(":"):
    _os.environ["BRINEFLOW_MODELS"] = ":".join(filter(None, [_os.environ.get("BRINEFLOW_MODELS"), str(_models)]))

from ._errors import Error, Finding, InputError, InternalError, SolverError, StorageError  # noqa: E402
from ._core import (BrineProperties, Case, FitResult, Progress, Result, Stored, SweepTable,  # noqa: E402
                    fit, load, open, parse, properties, sweep, __version__)

__all__ = ["BrineProperties", "Case", "Error", "Finding", "FitResult", "InputError", "InternalError", "Progress", "Result", "SolverError",
           "StorageError", "Stored", "SweepTable", "fit", "load", "open", "parse", "properties", "sweep"]
