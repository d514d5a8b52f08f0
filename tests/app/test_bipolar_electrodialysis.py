#!/usr/bin/python3
"""Bipolar electrodialysis: Faraday's law, the voltage without current, three runs of a peer, conservation through a batch; docs/equations/
bipolar_electrodialysis.md has the figures."""

import sys

import h5py

import program
from program import ROOT, ProgramTest

sys.path.insert(0, str(ROOT / "tests" / "peers"))
import bipolar_stack  # noqa: E402

BATCH = "cases/laboratory/lithium_chloride_bipolar.yaml"
FARADAY = 96485.33212331
EXACT = 1e-8         # of what is held
ION_OF_WATER = 2e-7  # of a current: the H+ and OH- of neutral salt, 1e-4 in 2000 mol/m3, pass the membranes too
PEER = 0.01          # of a concentration
REBUILT = 2e-3       # the peer's voltage out of its resistances and our solutions: what concentrations that differ by up to 0.9 % make of it
OUR_VOLTAGE = {1: -0.0299, 2: -0.0235, 3: -0.0254}  # beside the peer's: the equations page says what it leaves out
JUNCTION = 2e-4      # of its voltage: what little current the salt carries, and the channels at a conductivity of 1e6 S cm2/mol, are left out

# `ideal` membranes: nothing but counter-ions through the two, no salt through the third.
STACK = """
components: [H2O, Li+, Cl-, H+]
brine: {{chemistry: {chemistry}}}
units:
  brine: {{type: feed, brine: {{Li+: 2 mol/L, balance: Cl-}}, flow: 60 L/h}}
  lye: {{type: feed, brine: {{Li+: 0.1 mol/L, balance: H+}}, flow: 60 L/h}}
  sour: {{type: feed, brine: {{H+: 0.1 mol/L, balance: Cl-}}, flow: 60 L/h}}
  stack: {{type: bipolar_electrodialysis, cell_triplets: 10, width: 0.1 m, length: 0.2 m, channel_height: 0.5 mm, cells: 4, {supply},
          cation_membrane: {{kind: cation_exchange, thickness: 0.13 mm, areal_resistance: 3 ohm cm2, counter_ion_transport_number: {number}, selectivity: {{H+: {acid}, OH-: 1}}}},
          anion_membrane: {{kind: anion_exchange, thickness: 0.13 mm, areal_resistance: 3 ohm cm2, counter_ion_transport_number: {number}, selectivity: {{H+: 1, OH-: 1}}}},
          bipolar_membrane: {{kind: bipolar, thickness: 0.2 mm, areal_resistance: 4 ohm cm2, salt_leakage: {leakage}}},
          initial_salt: {{Li+: 2 mol/L, balance: Cl-}}, initial_base: {{Li+: 0.1 mol/L, balance: H+}}, initial_acid: {{H+: 0.1 mol/L, balance: Cl-}}}}
  spent: {{type: sink}}
  base: {{type: sink, role: product}}
  acid: {{type: sink}}
schedule:
  for: {time}
  always: [brine -> stack.salt -> spent, lye -> stack.base -> base, sour -> stack.acid -> acid]
output: {{every: 1 min}}
solver: {{relative_tolerance: 1e-9, newton_tolerance: 1e-5}}
"""


class Bipolar(ProgramTest):
    def run_text(self, text, *options):
        case, result = self.folder / "case.yaml", self.folder / "r.h5"
        case.write_text(text)
        self.succeeds("run", case, "-o", result, *options)
        with h5py.File(result) as file:
            flows = {name: file[f"streams/{name}/molar_flow"][-1] for name in
                     [f"{unit}.outlet" for unit in ("brine", "lye", "sour")] + [f"stack.{port}" for port in ("salt", "base", "acid")]}
            return flows, {name: file["units/stack"][name][-1] for name in
                           ("current", "voltage", "current_efficiency", "acid_efficiency", "specific_energy", "power")}

    def stack(self, chemistry="ideal", supply="current: 10 A", number=1, acid=1, leakage=0, time="1 h"):
        return STACK.format(chemistry=chemistry, supply=supply, number=number, acid=acid, leakage=leakage, time=time)

    def close(self, value, expected, tolerance):
        self.assertLess(abs(value / expected - 1.0), tolerance, f"{value} instead of {expected}")

    def test_every_electron_makes_a_base_and_an_acid(self):
        for chemistry in ("ideal", "hmw84_lithium_25C"):
            with self.subTest(chemistry):
                flows, found = self.run_text(self.stack(chemistry))
                electrons = 10 * found["current"] / FARADAY
                li, cl, h = 1, 2, 3
                gained = {port: flows[f"stack.{port}"] - flows[f"{feed}.outlet"] for port, feed in (("salt", "brine"), ("base", "lye"), ("acid", "sour"))}
                for port, component, moles in [("base", h, -1), ("base", li, 1), ("acid", h, 1), ("acid", cl, 1), ("salt", li, -1), ("salt", cl, -1)]:
                    with self.subTest(port=port, component=component):
                        self.close(gained[port][component], moles * electrons, ION_OF_WATER)
                # H2O -> H+ + OH-: as components OH- is H2O - H+, so that either side gives half a mole and the base gets one
                self.close(gained["base"][0], 0.5 * electrons, ION_OF_WATER)
                self.close(gained["acid"][0], -0.5 * electrons, ION_OF_WATER)
                self.assertLess(abs(gained["salt"][0]), ION_OF_WATER * electrons)
                for name in ("current_efficiency", "acid_efficiency"):
                    self.close(found[name], 1.0, ION_OF_WATER)
                self.close(found["specific_energy"], found["power"] / electrons, ION_OF_WATER)

    def test_what_leaks_is_what_the_transport_numbers_say(self):
        """At the feed's composition: the base holds OH- alone as an anion, the acid H+ alone as a cation."""
        _, found = self.run_text(self.stack(number=0.9, leakage=0.04))
        # 0.9 of the current through each membrane is right, 0.1 is OH- that leaves the base or H+ that leaves the acid; 0.04 splits no water.
        self.close(found["current_efficiency"], 1.0 - 0.04 - 0.1, 0.03)
        self.close(found["acid_efficiency"], 1.0 - 0.04 - 0.1, 0.03)

    def test_the_supply_keeps_the_voltage_it_took_for_the_current(self):
        _, current = self.run_text(self.stack("hmw84_lithium_25C", number=0.95, leakage=0.02))
        _, voltage = self.run_text(self.stack("hmw84_lithium_25C", supply=f"voltage: {current['voltage']:.15g} V", number=0.95, leakage=0.02))
        for name, value in current.items():
            self.close(voltage[name], value, 1e-7)

    def test_runs_of_a_peer(self):
        rows = bipolar_stack.read_references()
        self.assertEqual(len(rows), 3)
        for row in rows:
            with self.subTest(run=row["run"]):
                case, result = self.folder / "case.yaml", self.folder / "r.h5"
                case.write_text(bipolar_stack.case(row))
                self.succeeds("run", case, "-o", result)
                concentrations, rebuilt, junction, voltage = bipolar_stack.differences(result, row)
                self.assertLess(max(map(abs, concentrations.values())), PEER, concentrations)
                self.assertLess(abs(rebuilt), REBUILT, rebuilt)
                self.assertAlmostEqual(voltage, OUR_VOLTAGE[row["run"]], delta=5e-4)
                self.assertLess(abs(junction), JUNCTION, junction)


class Batch(ProgramTest):
    def test_conserves_components_elements_and_charge(self):
        result = self.folder / "r.h5"
        self.succeeds("run", BATCH, "-o", result)
        with h5py.File(result) as file:
            held = {unit: file[f"units/{unit}/amount"][:] for unit in ("salt", "base", "acid")}
            stack = sum(file[f"units/stack/{channel}_amount"][-1].sum(axis=-1) for channel in held)
            stack_at_start = sum(file[f"units/stack/{channel}_amount"][0].sum(axis=-1) for channel in held)
            end = sum(amount[-1] for amount in held.values()) + stack
            start = sum(amount[0] for amount in held.values()) + stack_at_start
            for k, (before, after) in enumerate(zip(start, end)):
                size = before if k < 3 else start[2]  # the total of H+ is a difference of acid and base
                self.assertLess(abs(after - before), EXACT * size, k)
            for amount in held.values():  # Li+, Cl-, H+
                charge = amount[-1] @ [0.0, 1.0, -1.0, 1.0]
                self.assertLess(abs(charge), EXACT * abs(amount[-1][1:]).sum())
            # What the comment of the case says at 2 h.
            mass = held["base"][-1] @ [18.015e-3, 6.94e-3, 35.45e-3, 1.008e-3]
            stack = file["units/stack"]
            for found, said in [(-held["base"][-1][3] * 23.947e-3 / mass, 0.032), (stack["current_efficiency"][-1], 0.56), (stack["acid_efficiency"][-1], 0.49)]:
                self.assertLess(abs(found / said - 1.0), 0.02, f"{found} instead of {said}")
            # The weaker the acid and the base, the better the efficiency.
            self.assertTrue((stack["current_efficiency"][1:] < stack["current_efficiency"][:-1]).all())


if __name__ == "__main__":
    program.main()
