"""What the tests of the program share: each is run as `test_X.py PROGRAM` from the root of the checkout."""

import collections
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
MANY_CYCLES = "tests/app/many_cycles.yaml"
ENDLESS = [MANY_CYCLES, "--set", "schedule.repeat.times=100000"]  # hours on any machine: for what happens to a run that goes on
COLUMN = "tests/app/small_column.yaml"

DONE, BAD_INPUT, SOLVER_FAILED, INTERRUPTED = 0, 2, 3, 4

# Relative to the checkout, so that messages about packages are the same on every machine.
ENVIRONMENT = {**os.environ, "BRINEFLOW_MODELS": "models"}

program = ""


def main():
    global program
    import program as shared  # the test files see this module, not __main__
    shared.program = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(module="__main__", verbosity=1)


def start(*arguments, **options):
    return subprocess.Popen([program, *map(str, arguments)], cwd=ROOT, env=ENVIRONMENT, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def run(*arguments, timeout=60, **options):
    with start(*arguments, **options) as process:
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)


class ProgramTest(unittest.TestCase):
    """A scratch folder for each test, and what is asked of every answer of the program."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="brineflow_app_"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def succeeds(self, *arguments, **options):
        answer = run(*arguments, **options)
        self.assertEqual(answer.returncode, DONE, answer.stderr)
        return answer

    def fails(self, status, *arguments, says=(), **options):
        """Ends with `status`, prints nothing on stdout, and says each of `says` without the words of a crash."""
        answer = run(*arguments, **options)
        self.assertEqual(answer.returncode, status, answer.stderr)
        self.assertEqual(answer.stdout, "")
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, answer.stderr)
        self.assertNotIn("a fault of ours", answer.stderr)
        self.assertTrue(answer.stderr.endswith("\n") and not answer.stderr.endswith("\n\n"), answer.stderr)
        return answer

    def no_leftovers(self, result):
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name.startswith(result.name + ".part")], [])


def contents(path):
    """Every dataset of a result by its path, and its status."""
    found = {}
    with h5py.File(path, "r") as file:
        def keep(name, item):
            if isinstance(item, h5py.Dataset):
                found[name] = item[()]
        file.visititems(keep)
        status = file.attrs["status"]
    return found, status


def journal_entries(folder):
    """How often each case stands in the journals of a sweep, by its key."""
    keys = collections.Counter()
    for path in (folder / "journal").glob("*.jsonl"):
        for line in path.read_text().splitlines():
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:
                continue  # cut short by a kill
            if "key" in entry:  # others say who has begun and ended
                keys[entry["key"]] += 1
    return keys


def assert_rows_aligned(test, path):
    """All series along one growing axis have the same number of rows, and time only goes forward."""
    with h5py.File(path, "r") as file:
        rows = len(file["time"])
        test.assertGreater(rows, 0)
        test.assertTrue((np.diff(file["time"][:]) > 0).all())
        for stream in file["streams"].values():
            for series in stream.values():
                test.assertEqual(len(series), rows, series.name)
        for unit in file["units"].values():
            profiles = len(unit["profile_time"]) if "profile_time" in unit else 0
            for series in unit.values():
                axis = series.dims[0][0].name if len(series.dims) and len(series.dims[0]) else ""
                if axis.endswith("/profile_time"):
                    test.assertEqual(len(series), profiles, series.name)
                elif axis == "/time":
                    test.assertEqual(len(series), rows, series.name)
        if "kpi/per_cycle" in file:
            cycles = {name: len(series) for name, series in file["kpi/per_cycle"].items()}
            test.assertEqual(len(set(cycles.values())), 1, cycles)
        return rows


def stop_at(process, seconds, kind=signal.SIGKILL):
    """Sends the signal after so many seconds, unless the process ends before; True when it was sent in time."""
    try:
        process.wait(timeout=seconds)
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(kind)
        return True
