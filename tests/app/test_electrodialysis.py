#!/usr/bin/python3
"""Electrodialysis cases of a peer, on its grid and refined, and a batch: docs/equations/electrodialysis.md has the figures."""

import csv
import unittest

import h5py

import program
from program import ROOT, ProgramTest

REFERENCE = ROOT / "tests" / "reference" / "electrodialysis" / "watertap_1d.csv"
# The reference takes 996.89 for the density of water in osmosis and rounded molar masses: 2e-4 of a flux at most.
SAME = 3e-4
# Cells in series are of first order: 2 f(2n) - f(n) takes the leading error away and leaves the second order's, (1/160)^2
# of a few, and what SAME is for.
CELLS = 80
EXTRAPOLATED = 5e-4


def references(grid):
    with open(REFERENCE, encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row.pop("case"): {k: float(v) for k, v in row.items() if k != "grid" and v} for row in rows if row["grid"] == grid}


def steady(path):
    with h5py.File(path, "r") as file:
        diluate, concentrate = (file[f"streams/ed.{name}/molar_flow"][-1] for name in ("diluate", "concentrate"))
        stack = file["units/ed"]
        return {"diluate_H2O_mol_s": diluate[0], "diluate_Na_mol_s": diluate[1], "concentrate_H2O_mol_s": concentrate[0],
                "concentrate_Na_mol_s": concentrate[1], "power_W": stack["power"][-1],
                "specific_energy_kWh_m3": stack["specific_energy"][-1] / 3.6e6}


class Peer(ProgramTest):
    def run_case(self, name, *options):
        result = self.folder / f"{name}.h5"
        self.succeeds("run", f"cases/verification/ed_1d_{name}.yaml", *options, "-o", result)
        return steady(result)

    def compare(self, expected, found, tolerance):
        for key, value in found.items():
            with self.subTest(key):
                self.assertLess(abs(value / expected[key] - 1.0), tolerance)

    def test_on_the_grid_of_the_peer(self):
        self.assertEqual(len(references("same_grid")), 5)
        for name, expected in references("same_grid").items():
            with self.subTest(name):
                self.compare(expected, self.run_case(name), SAME)

    def test_converges_with_first_order_to_the_refined_answer(self):
        for name, expected in references("grid_converged").items():
            with self.subTest(name):
                coarse, fine = (self.run_case(name, "--set", f"units.ed.cells={n}") for n in (CELLS, 2 * CELLS))
                self.compare(expected, {key: 2.0 * fine[key] - coarse[key] for key in fine}, EXTRAPOLATED)


if __name__ == "__main__":
    program.main()
