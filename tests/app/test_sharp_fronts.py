#!/usr/bin/python3
"""Fronts that steepen themselves: no concentration below nothing, and steps of flow and temperature that lose nothing."""

import json

import h5py

import program
from program import ProgramTest

CASE = "tests/app/sharp_fronts.yaml"
FEED, CAPACITY = 100.0, 1000.0  # mol/m3, of the case


class SharpFronts(ProgramTest):
    def lowest(self, *settings):
        """Smallest concentration in the bed over the feed, smallest loading over the capacity, of all times and places."""
        result = self.folder / "r.h5"
        arguments = [part for setting in settings for part in ("--set", setting)]
        answer = json.loads(self.succeeds("run", CASE, "-o", result, "--json", *arguments).stdout)
        self.assertLess(max(abs(row["closure"]) for row in answer["balance"].values()), 1e-8)
        with h5py.File(result) as file:
            column = file["units/column"]
            return column["concentration"][:, 1:].min() / FEED, column["loading"][:].min() / CAPACITY

    def test_finite_volumes_stay_above_nothing(self):
        # The shape of the isotherm, from a rectangle to a line, the order of the scheme, and its cells.
        for K, degree, cells in ((20.0, 2, 100), (1.0, 4, 100), (0.01, 2, 100)):
            with self.subTest(K=K, degree=degree, cells=cells):
                liquid, solid = self.lowest(f"units.column.sorbent.species.a.K={K} m3/mol",
                                            f"units.column.discretisation={{scheme: finite_volume_weno, degree: {degree}, cells: {cells}}}")
                self.assertGreater(liquid, -1e-6)
                self.assertGreater(solid, -1e-6)

    def test_a_step_of_flow_and_temperature_keeps_the_balance(self):
        liquid, _ = self.lowest("schedule.cycle.1.set={feed_a.flow: 1.5e-7 m3/s, feed_a.temperature: 40 degC}")
        self.assertGreater(liquid, -1e-6)


if __name__ == "__main__":
    program.main()
