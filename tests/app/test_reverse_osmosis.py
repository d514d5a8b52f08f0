#!/usr/bin/python3
"""Reverse osmosis beside a peer, and beside the same equations integrated along the channel: cases/verification/ro_0d_cp.yaml, and three of its channels in one dimension."""

import csv
import math
import sys
import unittest

import h5py
import numpy as np

import program
from program import ROOT, ProgramTest

sys.path.insert(0, str(ROOT / "tests" / "peers"))
import ro_channel  # noqa: E402

REFERENCE = ROOT / "tests" / "reference" / "membranes" / "ro_0d_cp.csv"
CHANNELS = ROOT / "tests" / "reference" / "membranes" / "ro_1d.csv"
WATER, SALT = 0.018015, 0.05844  # kg/mol
A, B, AREA = 4.2e-12, 3.5e-8, 50.0  # m/(Pa s), m/s, m2
PRESSURE, LOST, PERMEATE = 50e5, 3e5, 101325.0  # Pa
# Film of the peer at both ends, from its correlation, and their mean in the case [m/s].
ENDS, FILM = (145.82 / 3.6e6, 132.40 / 3.6e6), 139.1 / 3.6e6
# The brine model's osmotic pressure [bar] over concentration [kg/m3], `brineflow properties` at 0.002 to 1.8 mol/kg.
PITZER = ((0.11653, 0.097286), (0.29131, 0.24124), (0.58257, 0.47850), (1.1649, 0.94734), (5.8164, 4.6075), (34.582, 27.380), (40.271, 32.032),
          (45.938, 36.728), (51.584, 41.471), (57.207, 46.262), (62.809, 51.106), (79.481, 65.963), (101.399, 86.606))
SAME = 3e-4  # interpolation of the osmotic pressure, and volumes of mixing, which shift concentrations
TWO_POINTS = 1e-3  # what the peer's own test allows
POINTS = 400


def pitzer(c):
    concentration, pressure = np.array(PITZER).T
    return c * np.interp(c, concentration, pressure / concentration) * 1e5


def flux(c, p, film, osmotic):
    """Volume flux [m/s] and concentration of the permeate [kg/m3] at one place, by bisection."""
    low, high = 1e-9, 2e-5
    for _ in range(80):
        j = 0.5 * (low + high)
        e = math.exp(j / film)
        passed = B * c * e / (j + B * e)
        surface = passed + (c - passed) * e
        if j > A * (p - PERMEATE - osmotic(surface) + osmotic(passed)):
            high = j
        else:
            low = j
    return j, passed


def along_the_channel(osmotic, density):
    """Permeating water and salt [kg/s], midpoint rule."""
    volume, salt, step = 0.978822e-3, 0.035, AREA / POINTS  # m3/s, kg/s
    water = permeated = 0.0
    for n in range(POINTS):
        p = PRESSURE - LOST * (n + 0.5) / POINTS
        j, c = flux(salt / volume, p, FILM, osmotic)
        j, c = flux((salt - 0.5 * step * j * c) / (volume - 0.5 * step * j), p, FILM, osmotic)
        volume, salt, water, permeated = volume - step * j, salt - step * j * c, water + step * j * density, permeated + step * j * c
    return water, permeated


class ReverseOsmosis(ProgramTest):
    def permeate(self, cells):
        result = self.folder / "r.h5"
        self.succeeds("run", "cases/verification/ro_0d_cp.yaml", "-o", result, "--set", f"units.ro.cells={cells}")
        with h5py.File(result, "r") as file:
            flow = file["streams/ro.permeate/molar_flow"][-1]
        return np.array([flow[0] * WATER, flow[1] * SALT])

    @classmethod
    def setUpClass(cls):
        with open(REFERENCE, encoding="utf-8") as file:
            cls.peer = {row["quantity"]: float(row["value"]) for row in csv.DictReader(line for line in file if not line.startswith("#"))}

    def test_converged_along_the_channel_it_is_the_integral_of_its_equations(self):
        found = 2.0 * self.permeate(160) - self.permeate(80)
        expected = along_the_channel(pitzer, 997.05)
        print(f"\npermeate, kg/s: {found[0]:.6f} water, {found[1]:.4e} salt; integrated {expected[0]:.6f}, {expected[1]:.4e}; "
              f"peer {self.peer['permeate_water']:.6f}, {self.peer['permeate_salt']:.4e}")
        for value, other in zip(found, expected):
            self.assertLess(abs(value / other - 1.0), SAME)

    def test_the_peer_is_two_points_of_these_equations(self):
        """With its osmotic pressure and its mean of both ends the flux is the peer's; what it leaves out is the channel between."""
        ends = [(self.peer["bulk_inlet"], PRESSURE), (self.peer["bulk_outlet"], PRESSURE - LOST)]
        mean = sum(flux(c, p, film, ro_channel.osmotic_pressure)[0] for (c, p), film in zip(ends, ENDS)) / 2.0 * AREA * 1000.0
        self.assertLess(abs(mean / self.peer["permeate_water"] - 1.0), TWO_POINTS)
        self.assertLess(along_the_channel(ro_channel.osmotic_pressure, 1000.0)[0] / mean, 0.98)

    def test_difference_from_the_peer(self):
        found = 2.0 * self.permeate(160) - self.permeate(80)
        self.assertAlmostEqual(found[0] / self.peer["permeate_water"], 0.985, delta=0.001)
        self.assertAlmostEqual(found[1] / self.peer["permeate_salt"], 1.010, delta=0.001)


CHANNEL_CASE = """
components: [H2O, Na+, Cl-]
brine: {{chemistry: hmw84_lithium_25C}}
units:
  sea: {{type: feed, brine: {{Na+: {molality} mol/kg, balance: Cl-}}, flow: {flow} m3/s}}
  ro:
    type: reverse_osmosis
    membrane: seawater_ro
    spiral_wound: {{element_area: {area} m2, element_length: {length} m, elements: 1, vessels: 1, spacer_porosity: {porosity}, pressure_drop: {lost} Pa}}
    feed_channel_height: {height} m
    feed_pressure: {pressure} Pa
    permeate_pressure: {permeate} Pa
    mass_transfer: {film} m/s
    maximum_recovery: 95 %
    cells: {cells}
    initial: {{Na+: {molality} mol/kg, balance: Cl-}}
  fresh: {{type: sink}}
  brine: {{type: sink}}
schedule: {{for: 30 min, always: [sea -> ro, ro.permeate -> fresh, ro.retentate -> brine]}}
output: {{every: 1 min}}
"""
BRINE = 0.978822e-3  # m3/kg of the feed of 3.5 % here, as in ro_0d_cp.yaml; that of 3.43 % is 5e-4 lighter


class OneDimension(ProgramTest):
    """Channels of the peer in one dimension: on its grid, in the limit, and beside ours."""
    reference = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with open(CHANNELS, encoding="utf-8") as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                cls.reference.setdefault(row["case"], {})[row["quantity"]] = float(row["value"])

    def test_the_peer_on_its_grid(self):
        for name, expected in self.reference.items():
            found = ro_channel.CASES[name](3)
            found = found[0].along(*found[1:], 3)
            for quantity, value in expected.items():
                with self.subTest(case=name, quantity=quantity):
                    self.assertLess(abs(found[quantity] / value - 1.0), 2e-6)

    def test_the_friction_of_its_spiral_is_that_of_a_sheet(self):
        channel = ro_channel.spiral_wound(3, ro_channel.schock_miquel)
        found = channel[0].along(*channel[1:], 3)["permeate_water"]
        self.assertLess(found / self.reference["spiral_wound"]["permeate_water"], 0.96)

    def limit(self, channel, width, length):
        coarse, fine = (channel.along(width, length, cells) for cells in (30, 60))
        return {quantity: 2.0 * fine[quantity] - coarse[quantity] for quantity in fine}

    def ours(self, channel, area, length):
        found = []
        for cells in (40, 80):
            case, result = self.folder / "case.yaml", self.folder / "r.h5"
            case.write_text(CHANNEL_CASE.format(molality=channel.salt / SALT / channel.water, flow=(channel.salt + channel.water) * BRINE, area=area, length=length, porosity=channel.porosity,
                                                lost=max(channel.loss * length, 1e-3), height=channel.height, pressure=channel.pressure, permeate=channel.permeate_pressure,
                                                film=channel.film, cells=cells))
            self.succeeds("run", case, "-o", result)
            with h5py.File(result) as file:
                flow = file["streams/ro.permeate/molar_flow"][-1]
            found.append(np.array([flow[0] * WATER, flow[1] * SALT]))
        return 2.0 * found[1] - found[0]

    def test_ours_is_the_integral_of_the_same_equations(self):
        """In the limit of many cells, with one film and one gradient of pressure, the osmotic pressure of the brine model and the density of its water."""
        for name, make in ro_channel.CASES.items():
            with self.subTest(case=name):
                channel, width, length = make(3)
                as_it_is = self.limit(channel, width, length)
                channel.film, channel.loss = as_it_is["film"], -as_it_is["pressure"] / length
                even = self.limit(channel, width, length)
                channel.osmotic, channel.permeating_density = pitzer, 997.05
                expected = self.limit(channel, width, length)
                found = self.ours(channel, even["area"], length)
                print(f"\n{name}: kg/s of water {self.reference[name]['permeate_water']:.6f} on three cells, {as_it_is['permeate_water']:.6f} in the limit, "
                      f"{even['permeate_water']:.6f} with one film, {expected['permeate_water']:.6f} with our osmotic pressure; ours {found[0]:.6f}, salt {found[1]:.4e} beside {expected['permeate_salt']:.4e}")
                self.assertLess(abs(found[0] / expected["permeate_water"] - 1.0), 6e-4)
                self.assertLess(abs(found[1] / expected["permeate_salt"] - 1.0), 3e-4)


if __name__ == "__main__":
    program.main()
