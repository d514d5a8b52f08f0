#!/usr/bin/python3
"""Opens a result as its users do, with h5py and xarray: test_result_file.py WRITE_SAMPLE_RESULT.

Debian packages: python3-h5py; for the xarray part python3-xarray and python3-h5netcdf (without an
HDF5 engine those tests are skipped and say so).
"""

import os
import resource
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

try:
    import xarray
    ENGINES = [e for e in ("h5netcdf", "netcdf4") if e in xarray.backends.list_engines()]
except ImportError:
    ENGINES = []

PROGRAM = ""
ROWS = 125
GROUPS = ["/", "streams/column.outlet", "units/column", "balance", "kpi", "events", "checkpoint"]


class ResultFile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = os.path.join(cls.folder.name, "run.h5")
        subprocess.run([PROGRAM, cls.path, str(ROWS)], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_values_and_axes_with_h5py(self):
        with h5py.File(self.path, "r") as file:
            self.assertEqual(file.attrs["status"], "complete")
            self.assertIsInstance(file.attrs["title"], str)
            np.testing.assert_array_equal(file["time"], 60.0 * np.arange(ROWS))
            molar_flow = file["streams/column.outlet/molar_flow"]
            np.testing.assert_array_equal(molar_flow, 10 * np.arange(ROWS)[:, None] + np.arange(3))
            self.assertEqual([d[0].name for d in molar_flow.dims], ["/time", "/component"])
            self.assertEqual(list(file["component"].asstr()), ["H2O", "Li+", "Mg+2"])
            self.assertEqual(file["case"].asstr()[()], "title: sample\n")
            self.assertEqual(file["events/message"].asstr()[1], "Profil gespeichert bei Zeile 10 \u2713")
            self.assertEqual(file["checkpoint/y"][0], ROWS)

    def test_every_dataset_is_labelled(self):
        def check(name, item):
            if isinstance(item, h5py.Dataset):
                self.assertIsInstance(item.attrs["units"], str, name)
                self.assertTrue(item.attrs["long_name"], name)
                for axis in item.dims if "CLASS" not in item.attrs else []:
                    self.assertEqual(len(axis), 1, name)

        with h5py.File(self.path, "r") as file:
            file.visititems(check)

    def test_scales_list_their_users(self):
        with h5py.File(self.path, "r") as file:
            users = {file[ref].name for ref, _ in file["time"].attrs["REFERENCE_LIST"]}
        self.assertEqual(users, {"/streams/column.outlet/flow", "/streams/column.outlet/molar_flow"})

    @unittest.skipUnless(ENGINES, "xarray has no HDF5 engine here (python3-h5netcdf or python3-netcdf4)")
    def test_xarray_opens_root_and_groups(self):
        for engine in ENGINES:
            for group in GROUPS:
                with self.subTest(engine=engine, group=group):
                    with xarray.open_dataset(self.path, group=group, engine=engine) as data:
                        data.load()
                        for name, variable in data.variables.items():
                            # "seconds" would have become a timedelta and lost its unit
                            self.assertNotEqual(variable.dtype.kind, "m", name)
                            self.assertIn("units", variable.attrs, name)

    @unittest.skipUnless(ENGINES, "xarray has no HDF5 engine here (python3-h5netcdf or python3-netcdf4)")
    def test_xarray_sees_names_and_coordinates(self):
        for engine in ENGINES:
            with self.subTest(engine=engine):
                with xarray.open_dataset(self.path, engine=engine) as root:
                    self.assertEqual(root["time"].dtype, np.float64)
                    self.assertEqual(root["time"].attrs["units"], "s")
                    self.assertEqual(root.attrs["status"], "complete")
                    self.assertEqual(list(root["component"].values), ["H2O", "Li+", "Mg+2"])
                with xarray.open_dataset(self.path, group="streams/column.outlet", engine=engine) as stream:
                    self.assertEqual(stream["molar_flow"].dims, ("time", "component"))
                    self.assertEqual(stream["molar_flow"].attrs["units"], "mol/s")
                    joined = stream.assign_coords(root.coords)
                    self.assertEqual(float(joined["molar_flow"].sel(component="Li+", time=120.0)), 21.0)
                with xarray.open_dataset(self.path, group="units/column", engine=engine) as column:
                    self.assertEqual(float(column["c_li"].sel(z=1.0, profile_time=600.0)), 1002.0)

    def test_full_disk_ends_with_a_sentence_and_status_4(self):
        """A whole process with its exit handlers, where HDF5 would flush once more."""
        path = os.path.join(self.folder.name, "full.h5")
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))  # noqa: E731
        # Python ignores SIGXFSZ; the child inherits that, as brineflow's own main program does it.
        run = subprocess.run([PROGRAM, path, "3000000"], preexec_fn=limit, restore_signals=False,
                             capture_output=True, text=True, timeout=60)
        self.assertEqual(run.returncode, 4, run.stderr)
        self.assertIn("ulimit -f", run.stderr)
        self.assertIn("full.h5", run.stderr)
        self.assertEqual(len(run.stderr.splitlines()), 1, "HDF5 printed its own error stack")
        with h5py.File(path, "r") as file:
            self.assertEqual(len(file["time"]), len(file["streams/column.outlet/flow"]))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
