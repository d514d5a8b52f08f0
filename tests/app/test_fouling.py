#!/usr/bin/python3
"""Scale and cakes on a membrane beside closed forms: growth, resistance, film, dissolution, cleaning, and what the channel loses.

One small membrane of an ideal brine: so little area that nothing is enriched along it, ions that hardly pass, one film for both.
"""

import unittest

import h5py
import numpy as np

import program
from program import ROOT, ProgramTest

LMH = 1e-3 / 3600.0  # m/s
MOLAR_MASS = {"H2O": 0.018015, "Ca+2": 0.040078, "SO4-2": 0.09606}  # kg/mol
ANHYDRITE = MOLAR_MASS["Ca+2"] + MOLAR_MASS["SO4-2"]
VISCOSITY = 0.8900e-3  # Pa s, water at 25 degC (IAPWS R12-08)
A_W = 3.0 * LMH / 1e5  # m/(s Pa)
LOG_K = -4.58
FREE_FILM = "1e8 L/m2/h"  # no polarisation worth the name

CASE = """
components: [H2O, Ca+2, SO4-2]
brine: {{chemistry: ideal}}
units:
  well: {{type: feed, brine: {{Ca+2: {feed} mmol/L, balance: SO4-2}}, flow: {flow}}}
  ro:
    type: reverse_osmosis
    membrane: {{water_permeability: 3 L/m2/h/bar, permeability: {{Ca+2: 1e-3 um/s, SO4-2: 1e-3 um/s}}}}
    area: {area} m2
    feed_pressure: {pressure} bar
    mass_transfer: {film}
    cells: {cells}
    initial: {{Ca+2: {inside} mmol/L, balance: SO4-2}}
    {fouling}
  water: {{type: sink, role: product}}
  spent: {{type: sink}}
schedule: {{for: {hours} h, always: [well -> ro, ro.permeate -> water, ro.retentate -> spent]}}
output: {{every: {every} min, profiles_every: {every} min}}
solver: {{relative_tolerance: 1e-7}}
"""
MINERAL = "mineral: {dissolves_to: {Ca+2: 1, SO4-2: 1}, log_K: -4.58}"


class Fouling(ProgramTest):
    def run_case(self, fouling, feed=30.0, inside=None, flow="1e5 m3/h", area=0.01, pressure=20.0, film=FREE_FILM, cells=1, hours=10.0, every=30):
        case = self.folder / "case.yaml"
        inside = feed if inside is None else inside
        fouling = f"fouling: {fouling}" if fouling else ""
        case.write_text(CASE.format(**{k: v for k, v in locals().items() if k not in ("self", "case")}))
        result = self.folder / "r.h5"
        self.succeeds("run", case, "-o", result)
        with h5py.File(result, "r") as file:
            found = {"time": file["time"][:], "closure": abs(file["balance/closure"][:]).max(), "variables": sorted(file["units/ro"])}
            for name, dataset in file["units/ro"].items():
                if isinstance(dataset, h5py.Dataset) and dataset.dtype.kind == "f":
                    found[name] = dataset[:]
            for stream in ("well.outlet", "ro.retentate", "ro.permeate"):
                found[stream] = file[f"streams/{stream}/molar_flow"][:]
        self.assertLess(found["closure"], 1e-10)
        return found

    @staticmethod
    def molality(flow):
        return flow[1] / (flow[0] * MOLAR_MASS["H2O"])

    def close(self, actual, expected, relative, why):
        off = np.max(np.abs(np.asarray(actual) / np.asarray(expected) - 1.0))
        self.assertLess(off, relative, why)

    def test_constant_supersaturation_grows_a_line_and_the_flux_falls_as_its_inverse(self):
        scale = "{scale: {anhydrite: {%s, growth_rate: 2e-6 mol/m2/s, growth_order: 3, specific_resistance: 1e13 m/kg}}}" % MINERAL
        last = {}
        for hours in (10.0, 20.0):
            found = self.run_case(scale, hours=hours)
            ratio = self.molality(found["well.outlet"][0]) / 10 ** (LOG_K / 2)  # Omega^(1/2), ideal: molality for activity
            rate = ANHYDRITE * 2e-6 * (ratio - 1.0) ** 3  # kg/(m2 s)
            t = found["time"]
            self.close(found["anhydrite_mass"][1:] / 0.01, rate * t[1:], 1e-4, "water at the membrane is filled up to 1e-5")
            self.close(found["saturation_ratio"], ratio, 3e-5, "as above")
            added = A_W * VISCOSITY * 1e13 * rate * t
            flux = found["mean_flux"] / found["mean_flux"][0]
            self.close(flux, 1.0 / (1.0 + added), 2e-3, "between two steps of hours what is algebraic is interpolated")
            self.close(found["normalised_permeability"], flux, 1e-5, "pressure and osmotic pressure are constant")
            last[hours] = 1.0 / flux[-1] - 1.0
            self.close(last[hours], added[-1], 5e-4, "four digits of the viscosity")
        self.close(last[20.0], 2.0 * last[10.0], 1e-5, "1/J is a straight line in time")
        self.assertGreater(last[20.0], 0.15)

    def test_a_cake_at_constant_pressure_gives_the_straight_line_of_the_filtration_law(self):
        """Ruth's law: t/V = 1/J_0 + A_w mu alpha c V / (2 J_0), V by area."""
        found = self.run_case("{cake: {silt: {foulant: 10 mg/L, specific_resistance: 2e16 m/kg}}}", feed=1e-6)
        t, V = found["time"][1:], found["silt_mass"][1:] / 0.01 / 0.01  # m2, then kg/m3
        line = np.polyfit(V, t / V, 1)
        self.close(t / V, np.polyval(line, V), 1e-5, "a straight line")
        J_0 = found["mean_flux"][0]
        self.close(J_0, A_W * (20e5 - 101325.0), 1e-4, "no osmotic pressure")
        self.close(line[1], 1.0 / J_0, 1e-4, "its intercept is the membrane's resistance")
        self.close(line[0], A_W * VISCOSITY * 2e16 * 0.01 / (2.0 * J_0), 1e-3, "its slope that of the cake; four digits of the viscosity")
        b = 2.0 * J_0 * line[0]
        self.close(found["mean_flux"], J_0 / np.sqrt(1.0 + 2.0 * b * J_0 * found["time"]), 1e-4, "and the flux its derivative")
        self.assertLess(found["mean_flux"][-1] / J_0, 0.7)

    def test_a_cake_ends_where_the_flow_takes_off_what_comes(self):
        found = self.run_case("{cake: {silt: {foulant: 10 mg/L, specific_resistance: 1e10 m/kg, removal_rate: 2 1/h}}}", feed=1e-6)
        self.close(found["silt_mass"][-1] / 0.01, 0.01 * found["mean_flux"][-1] * 3600.0 / 2.0, 1e-5, "c J / k after twenty times 1/k")

    def test_what_grows_is_missing_in_the_channel(self):
        found = self.run_case("{scale: {anhydrite: {%s, growth_rate: 1e-6 mol/m2/s, specific_resistance: 1e5 m/kg}}}" % MINERAL, flow="0.1 m3/h", area=20)
        rate = np.gradient(found["anhydrite_mass"], found["time"])[-2] / ANHYDRITE
        feed, left, passed = (found[s][-2] for s in ("well.outlet", "ro.retentate", "ro.permeate"))
        for ion in (1, 2):
            lost = feed[ion] - left[ion] - passed[ion]
            self.assertGreater(lost / feed[ion], 0.02)
            self.close(lost, rate, 1e-4, "steady but for the deposit")
        self.close(feed[0] - left[0] - passed[0] + feed[0], feed[0], 1e-9, "anhydrite holds no water")

    def test_fast_growth_is_limited_by_the_film(self):
        """Saturation at the wall: with c_m = c exp(J/k) of what is held back, r = (c_m - c_sat) J / (exp(J/k) - 1)."""
        k = 50.0 * LMH
        found = self.run_case("{scale: {anhydrite: {%s, growth_rate: 1 mol/m2/s, growth_order: 1, specific_resistance: 1e5 m/kg}}}" % MINERAL,
                              film="50 L/m2/h")
        J = found["mean_flux"][-1]
        flow = found["well.outlet"][0]
        c = 30.0  # mol/m3
        saturated = c * 10 ** (LOG_K / 2) / self.molality(flow)
        rate = (c * np.exp(J / k) - saturated) * J / (np.exp(J / k) - 1.0)
        t = found["time"][1:]
        self.close(found["anhydrite_mass"][1:] / 0.01, ANHYDRITE * rate * t, 5e-4, "a growth constant of finite size: 1e-4 of Omega^(1/2)")
        self.assertLess(abs(found["anhydrite_saturation"][-1] - 1.0), 2e-3)
        self.assertGreater(J / k, 0.9)

    def test_nothing_grows_where_nothing_is_saturated(self):
        scale = "{scale: {anhydrite: {%s, growth_rate: 1e-3 mol/m2/s, specific_resistance: 1e15 m/kg}}}" % MINERAL
        found = self.run_case(scale, feed=0.5, inside=0.0, flow="0.1 m3/h", area=1.0, cells=4, film="100 L/m2/h")
        self.assertLess(found["saturation_ratio"].max(), 0.9)
        self.assertEqual(found["deposited"].min(), 0.0)
        self.assertEqual(found["deposited"].max(), 0.0)
        self.assertTrue((found["normalised_permeability"] == 1.0).all())
        clean = self.run_case("", feed=0.5, inside=0.0, flow="0.1 m3/h", area=1.0, cells=4, film="100 L/m2/h")
        self.assertTrue({"deposited", "saturation_ratio", "mean_flux", "normalised_permeability"}.isdisjoint(clean["variables"]))
        self.close(found["volume_flux"][-1], clean["volume_flux"][-1], 1e-7, "relative tolerance")

    def test_what_lies_in_unsaturated_water_dissolves_and_ends_at_nothing(self):
        found = self.run_case("{scale: {anhydrite: {%s, growth_rate: 1e-5 mol/m2/s, dissolution_rate: 1e-5 mol/m2/s, specific_resistance: 1e12 m/kg, "
                              "initial: 20 g/m2}}}" % MINERAL, feed=2.0)
        m = found["anhydrite_mass"] / 0.01
        below = 1.0 - self.molality(found["well.outlet"][0]) / 10 ** (LOG_K / 2)
        cover = lambda x: np.sqrt(x * x + 1e-6)  # (F4): d cover/dt = -M k below, as long as anything is there
        for n in (4, 10):
            # integral of sqrt(m^2 + a^2)/m dm = sqrt(m^2+a^2) - a artanh(a / sqrt(m^2+a^2))
            integral = lambda x: cover(x) - 1e-3 * np.arctanh(1e-3 / cover(x))
            fallen = integral(m[0]) - integral(m[n])
            self.close(fallen, ANHYDRITE * 1e-5 * below * found["time"][n], 1e-4, "separable; water at the membrane as above")
        self.assertGreater(m.min(), -1e-9)
        self.assertLess(abs(m[-1]), 1e-7)
        self.close(found["normalised_permeability"][-1], 1.0, 1e-6, "clean again")

    def test_cleaning_takes_off_a_share_and_gives_the_ions_back(self):
        found = self.run_case("{scale: {anhydrite: {%s, growth_rate: 0 mol/m2/s, specific_resistance: 1e12 m/kg, cleaning_rate: 0.5 1/h, initial: 20 g/m2}}}"
                              % MINERAL, feed=1e-6, flow="1 m3/h", hours=20, every=1)
        t = found["time"]
        off = found["anhydrite_mass"] / (0.02 * 0.01) - np.exp(-0.5 * t / 3600.0)
        self.assertLess(abs(off).max(), 1e-5, "first order, to the tolerances of the solver")
        for ion in (1, 2):
            more = sum(found[s][:, ion] for s in ("ro.retentate", "ro.permeate")) - found["well.outlet"][:, ion]
            more[0] = 2.0 * more[1] - more[2]  # the first row is before the channel has filled
            moles = np.sum(0.5 * (more[1:] + more[:-1]) * np.diff(t))
            self.close(moles, 0.02 * 0.01 / ANHYDRITE, 1e-3, "trapezoids of a minute")


CALCITE = """
components: [H2O, H+, Na+, Ca+2, Cl-, HCO3-]
brine: {chemistry: lithium_brine_0_60C}
units:
  well: {type: feed, brine: {Na+: 1.0 g/L, Ca+2: 0.1 g/L, HCO3-: 0.2 g/L, balance: Cl-}, flow: 30 m3/h}
  ro:
    type: reverse_osmosis
    membrane: {water_permeability: 1.5 L/m2/h/bar, permeability: {H+: 0.03 um/s, Na+: 0.03 um/s, Ca+2: 0.03 um/s, Cl-: 0.03 um/s, HCO3-: 0.03 um/s}}
    spiral_wound: {element_area: 37 m2, elements: 6, vessels: 6}
    feed_pressure: 20 bar
    cells: 8
    initial: {Na+: 1.0 g/L, Ca+2: 0.1 g/L, HCO3-: 0.2 g/L, balance: Cl-}
    fouling: {scale: {calcite: {growth_rate: 1e-7 mol/m2/s, specific_resistance: 1e14 m/kg}}}
  permeate: {type: sink}
  spent: {type: sink}
schedule: {for: 2 d, always: [well -> ro, ro.permeate -> permeate, ro.retentate -> spent]}
output: {every: 1 h}
"""


class Calcite(ProgramTest):
    def test_calcite_takes_calcium_and_bicarbonate_and_leaves_acid(self):
        case, result = self.folder / "case.yaml", self.folder / "r.h5"
        case.write_text(CALCITE)
        self.succeeds("run", case, "-o", result)
        with h5py.File(result, "r") as file:
            ro = file["units/ro"]
            names = [name.decode() if isinstance(name, bytes) else name for name in file["component"][:]]
            fed, received, held = file["balance/in"][:], file["balance/out"][:], ro["amount"][:].sum(axis=-1)  # the channel's, without the deposit
            deposit = ro["calcite_mass"][-1] / 0.1000869
            self.assertLess(abs(file["balance/closure"][:]).max(), 1e-12)
            self.assertGreater(ro["saturation_ratio"][-1].min(), 1.0)
        self.assertGreater(deposit, 100.0)
        for name, atoms in (("Ca+2", 1.0), ("HCO3-", 1.0), ("H+", -1.0)):
            k = names.index(name)
            missing = fed[k] - received[k] + held[0, k] - held[-1, k]
            self.close(missing / deposit, atoms, 1e-4, f"what {name} gives to the deposit, by molar masses of four digits")

    def close(self, actual, expected, relative, why):
        self.assertLess(abs(actual / expected - 1.0), relative, why)


class Cycle(ProgramTest):
    def test_a_plant_runs_till_its_permeability_has_fallen_is_cleaned_and_starts_again(self):
        result = self.folder / "r.h5"
        self.succeeds("run", ROOT / "cases" / "plants" / "gypsum_scaling_ro.yaml", "-o", result)
        with h5py.File(result, "r") as file:
            ro = file["units/ro"]
            permeability, mass = ro["normalised_permeability"][:], ro["gypsum_mass"][:]
            deposited, ratio = ro["deposited"][:, 0], ro["saturation_ratio"][:, 0]
            closure = abs(file["balance/closure"][:]).max()
        self.assertLess(closure, 1e-12)
        self.assertAlmostEqual(permeability.min(), 0.85, delta=1e-3)
        cleaned = np.flatnonzero((mass[1:] < 0.01 * mass.max()) & (mass[:-1] > 0.01 * mass.max()))
        self.assertEqual(cleaned.size, 3)
        self.assertGreater(permeability[-1], 0.99)
        clean_places = ratio.max(axis=0) < 1.0
        self.assertTrue(clean_places.any() and not clean_places.all())
        self.assertLess(abs(deposited[:, clean_places]).max(), 1e-12)
        self.assertEqual(np.argmax(deposited.max(axis=0)), deposited.shape[1] - 1)

    def test_water_alone_cleans_it_too_and_every_tolerance_comes_to_the_same_length(self):
        lengths = []
        for tolerance in ("1e-5", "1e-8"):
            result = self.folder / "r.h5"
            self.succeeds("run", ROOT / "cases" / "plants" / "gypsum_scaling_ro.yaml", "-o", result, "--set", "units.solution.brine={}",
                          "--set", f"solver.relative_tolerance={tolerance}")
            with h5py.File(result, "r") as file:
                lengths.append(file["time"][-1])
                self.assertLess(abs(file["balance/closure"][:]).max(), 1e-11)
                self.assertLess(file["units/ro/gypsum_mass"][-1], 1e-3 * file["units/ro/gypsum_mass"][:].max())
        self.assertAlmostEqual(lengths[0] / lengths[1], 1.0, delta=1e-4)


if __name__ == "__main__":
    program.main()
