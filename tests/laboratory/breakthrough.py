"""A case run by the program, and its outlet beside a measured curve."""
import csv
import os
import pathlib
import subprocess

import h5py
import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
LABORATORY = ROOT / "cases" / "laboratory"


def measured(path):
    """Time in minutes and C/C0, as two arrays."""
    with open(path, encoding="utf-8") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))
    if rows[0] != ["time [min]", "C/C0"]:
        raise ValueError(f"{path}: the columns must be 'time [min]' and 'C/C0', not {rows[0]}")
    return numpy.array(rows[1:], float).T


def run(program, case, result, settings=()):
    """Runs a case; `settings` are path=value, as --set takes them. Raises RuntimeError with what the program said."""
    command = [str(program), "run", str(case), "-o", str(result)]
    for setting in settings:
        command += ["--set", setting]
    answer = subprocess.run(command, cwd=ROOT, env={**os.environ, "BRINEFLOW_MODELS": "models"}, capture_output=True, text=True, timeout=300)
    if answer.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{answer.stderr.strip()}")


def series(result, stream, component):
    """Time in minutes and concentration in mol/m3 of a component in a stream."""
    with h5py.File(result, "r") as file:
        index = [name.decode() for name in file["component"][:]].index(component)
        return file["time"][:] / 60.0, file[f"streams/{stream}/concentration"][:, index]


def outlet(result, component="Li+", feed="feed.outlet", column="column.outlet"):
    """Time in minutes and the outlet's concentration in units of the feed's."""
    time, c = series(result, column, component)
    return time, c / series(result, feed, component)[1][-1]


class Comparison:
    """Errors of a computed curve at the measured times, all in units of the feed."""

    def __init__(self, time, computed, at, expected):
        self.at, self.expected = at, expected
        self.residual = numpy.interp(at, time, computed) - expected
        self.rmse = float(numpy.sqrt(numpy.mean(self.residual**2)))
        self.bias = float(numpy.mean(self.residual))

    def reached(self, level):
        """Minutes at which the measured and the computed curve first reach `level`, linear between the measured times."""
        return tuple(first_time(self.at, curve, level) for curve in (self.expected, self.expected + self.residual))


def first_time(time, curve, level):
    above = numpy.nonzero(curve >= level)[0]
    if len(above) == 0:
        return float("nan")
    i = above[0]
    if i == 0:
        return float(time[0])
    return float(numpy.interp(level, curve[i - 1:i + 1], time[i - 1:i + 1]))
