#!/usr/bin/python3
"""Electrodialysis: cases of a peer, on its grid and refined; what a stack says; docs/equations/electrodialysis.md has the figures."""

import csv
import unittest

import h5py

import program
from program import ROOT, SOLVER_FAILED, ProgramTest

REFERENCES = ROOT / "tests" / "reference" / "electrodialysis"
REFERENCE = REFERENCES / "watertap_1d.csv"
PRESSURE_DROP = REFERENCES / "watertap_pressure_drop.csv"
FRICTION = 1e-4  # molar masses of the salt, which is 1 % of the mass: 58.44 g/mol instead of 58.5
# The reference takes 996.89 for the density of water in osmosis and rounded molar masses: 2e-4 of a flux at most.
SAME = 3e-4
# Cells in series are of first order: 2 f(2n) - f(n) takes the leading error away and leaves the second order's, (1/160)^2
# of a few, and what SAME is for.
CELLS = 80
EXTRAPOLATED = 5e-4

STACK = """
components: [H2O, Na+, Cl-]
brine: {{chemistry: ideal}}
units:
  dilute: {feed}
  saline: {feed}
  ed: {{type: electrodialysis, cation_membrane: campione2019_cation, anion_membrane: campione2019_anion, cell_pairs: 56,
       width: 0.197 m, length: 1.68 m, channel_height: 0.71 mm, spacer_porosity: 83 %, voltage: 1 V, cells: 2, {keys},
       solution: {{density: 1000 kg/m3, viscosity: 1 cP, equivalent_conductivity: 126.4923 S cm2/mol,
                  diffusivity: {{Na+: 1.33e-9 m2/s, Cl-: 2.03e-9 m2/s}}}}}}
  product: {{type: sink}}
  brine: {{type: sink}}
schedule:
  for: 1 s
  always: [dilute -> ed.diluate, saline -> ed.concentrate, ed.diluate -> product, ed.concentrate -> brine]
output: {{every: 1 s}}
"""


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

    def test_ion_by_ion_in_the_limit_is_the_law_of_transport_numbers(self):
        """Without leakage: the peer has it beside transport numbers of 1, which Nernst-Planck cannot."""
        common = "thickness: 0.13 mm, salt_diffusivity: 1e-20 m2/s"
        cation = f"{{kind: cation_exchange, {common}, areal_resistance: 1.89e-4 ohm m2, water_transport_number: 5.8, water_permeability: 2.16e-14 m/s/Pa}}"
        anion = f"{{kind: anion_exchange, {common}, areal_resistance: 1.77e-4 ohm m2, water_transport_number: 4.3, water_permeability: 1.75e-14 m/s/Pa}}"
        numbers = self.run_case("nonohm_constV", "--set", f"units.ed.cation_membrane={cation}", "--set", f"units.ed.anion_membrane={anion}")
        self.compare(numbers, self.run_case("ions"), SAME)

    def test_starts_from_a_current_whatever_the_supply_could(self):
        """At its 1 kV a pair the trial current drained the diluate, whose limiting current was no number then."""
        even = ("--set", "units.ed.current=8 A", "--set", "units.ed.current_distribution=uniform")
        found = self.run_case("ilim_empirical", *even, "--set", "units.ed.voltage=10 kV")
        self.compare(self.run_case("ilim_empirical", *even, "--set", "units.ed.voltage=20 V"), found, SAME)

    def test_pressure_drop(self):
        case = self.folder / "case.yaml"
        result = self.folder / "r.h5"
        water = 17.875 * 0.018 / 997.047  # m3/s, of an ideal brine with the mass of water that the source has
        feed = f"{{type: feed, brine: {{Na+: {0.0556 / water} mol/m3, balance: Cl-}}, flow: {water} m3/s, pressure: 201325 Pa}}"
        with open(PRESSURE_DROP, encoding="utf-8") as file:
            rows = list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter=";"))
        self.assertEqual(len(rows), 6)
        for row in rows:
            with self.subTest(row["keys"]):
                case.write_text(STACK.format(feed=feed, keys=row["keys"]))
                self.succeeds("run", case, "-o", result)
                with h5py.File(result, "r") as file:
                    lost = 201325.0 - file["streams/ed.diluate/pressure"][-1]
                self.assertLess(abs(lost / float(row["total_Pa"]) - 1.0), FRICTION)


class IonByIon(ProgramTest):
    CASE = "cases/verification/ed_lithium_from_magnesium.yaml"

    def run_case(self, case, *options):
        result = self.folder / "r.h5"
        answer = self.succeeds("run", case, *options, "-o", result)
        with h5py.File(result, "r") as file:
            return answer, {name: file[name][-1] for name in ["units/ed/current", "units/ed/current_efficiency", "streams/lake.outlet/molar_flow",
                                                              "streams/ed.diluate/molar_flow"] if name in file}

    def test_lithium_passes_before_magnesium(self):
        _, found = self.run_case(self.CASE)
        fed, left = found["streams/lake.outlet/molar_flow"], found["streams/ed.diluate/molar_flow"]
        lithium, magnesium = (1.0 - left[i] / fed[i] for i in (1, 4))
        self.assertGreater(lithium, 0.35)
        self.assertLess(magnesium, 0.12)
        self.assertTrue(0.0 < found["units/ed/current_efficiency"] < 1.0)

    def test_says_where_the_current_is_beyond_what_the_supply_can(self):
        answer, found = self.run_case(self.CASE, "--set", "units.ed.current=200 A", "--set", "units.ed.voltage=40 V")
        self.assertIn("200 A would take more than 40 V: the diluate is depleted", answer.stderr)
        self.assertLess(found["units/ed/current"], 100.0)

    def test_the_current_waits_for_salt(self):
        answer, _ = self.run_case(self.CASE)
        self.assertIn("electrodialysis 'ed': the current is on.", answer.stderr)

    def test_says_where_the_membranes_take_all_the_water(self):
        self.fails(SOLVER_FAILED, "run", self.CASE, "-o", self.folder / "r.h5", "--set", "units.lake.flow=10 L/h",
                   "--set", "units.ed.initial={Na+: 1 mol/L, balance: Cl-}", says="take all the water that arrives in its diluate channels")

    def test_names_the_stack_that_is_drained_at_the_start_and_feeds_another(self):
        settings = [word for k in (1, 2) for word in ("--set", f"units.ed_{k}.initial={{Na+: 1 mol/L, balance: Cl-}}", "--set", f"units.ed_{k}.voltage=150 V")]
        self.fails(SOLVER_FAILED, "run", "cases/plants/east_taijinar_selective_ed.yaml", "-o", self.folder / "r.h5", *settings,
                   says=["no consistent state at t = 0 s: electrodialysis 'ed_1': electro-osmosis and osmosis take all the water that arrives in its diluate"])

    def test_says_which_channel_is_dry(self):
        answer, _ = self.run_case("cases/verification/ed_batch.yaml", "--set", "units.saline.heel=19 %", "--set", "units.saline.restart_level=40 %",
                                  "--set", "units.bleed.to_first=0 %")
        self.assertIn("nothing flows through its concentrate channels: the current is off", answer.stderr)


if __name__ == "__main__":
    program.main()
