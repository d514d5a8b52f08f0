"""Three runs of WaterTAP's bipolar electrodialysis as cases of ours, with its simplifications: docs/equations/bipolar_electrodialysis.md says
which, and where the two part."""

import csv
import pathlib

import h5py

REFERENCE = pathlib.Path(__file__).resolve().parent.parent / "reference" / "electrodialysis" / "watertap_bipolar_nmsu.csv"
MOLAR_MASS = {"salt": 58.5, "base": 40.0, "acid": 36.5}  # g/mol, as the peer has them
COMPONENTS = (18.015e-3, 22.990e-3, 35.45e-3, 1.008e-3)  # kg/mol, ours: H2O, Na+, Cl-, H+
DENSITY = 1000.0        # kg/m3 of every solution
WATER_DENSITY = 997.047  # kg/m3, of an ideal brine at 25 degC
RESISTANCE = (0.00984, 0.0216)  # ohm m2, ohm kg/m: of a triplet, the second over the sum of HCl and NaOH in kg/m3

CASE = """
components: [H2O, Na+, Cl-, H+]
brine: {{chemistry: ideal}}
units:
  brine: {{type: feed, flow: {water[salt]} m3/s, brine: {{Na+: {c[salt]} mol/m3, balance: Cl-}}}}
  lye: {{type: feed, flow: {water[base]} m3/s, brine: {{Na+: {c[base]} mol/m3, balance: H+}}}}
  sour: {{type: feed, flow: {water[acid]} m3/s, brine: {{H+: {c[acid]} mol/m3, balance: Cl-}}}}
  stack:
    type: bipolar_electrodialysis
    cation_membrane: {{kind: cation_exchange, thickness: 0.58 mm, areal_resistance: {third} ohm m2, counter_ion_transport_number: 0.96,
                      water_transport_number: 5.8, water_permeability: 2.16e-14 m/s/Pa, salt_diffusivity: 1.5e-10 m2/s, selectivity: {{H+: 1e-6, OH-: 1e-6}}}}
    anion_membrane: {{kind: anion_exchange, thickness: 0.57 mm, areal_resistance: {third} ohm m2, counter_ion_transport_number: 0.97,
                     water_transport_number: 4.3, water_permeability: 1.75e-14 m/s/Pa, salt_diffusivity: 1.9e-10 m2/s, selectivity: {{H+: 1e-6, OH-: 1e-6}}}}
    # The layers of the peer take both salts together; 2e-6 mol/(m3 s) of water at 5e4 mol/m3 times the sum of 5000/447 and 5000/50000.
    bipolar_membrane: {{kind: bipolar, thickness: 1.15 mm, areal_resistance: {third} ohm m2, water_transport_number: 5.05, water_permeability: 1.955e-14 m/s/Pa,
                       fixed_charge: 5 mol/L, layer_diffusivity: 1.995e-9 m2/s, splitting_rate: 1.12857 mol/m3/s, permittivity: 30}}
    cell_triplets: 5
    width: 0.2286 m
    length: 0.254 m
    channel_height: 0.38 mm
    spacer_porosity: 89.72 %
    current: {current} A
    current_distribution: uniform
    concentration_potential: false
    cells: 10
    solution: {{density: 1000 kg/m3, viscosity: 1 cP, equivalent_conductivity: 1e6 S cm2/mol,
               diffusivity: {{Na+: 1.33e-9 m2/s, Cl-: 2.03e-9 m2/s, H+: 9.31e-9 m2/s, OH-: 5.27e-9 m2/s}}}}
    initial_salt: {{Na+: {c[salt]} mol/m3, balance: Cl-}}
    initial_base: {{Na+: {c[base]} mol/m3, balance: H+}}
    initial_acid: {{H+: {c[acid]} mol/m3, balance: Cl-}}
  spent: {{type: sink}}
  base: {{type: sink}}
  acid: {{type: sink}}
schedule:
  for: 20 min
  always: [brine -> stack.salt -> spent, lye -> stack.base -> base, sour -> stack.acid -> acid]
output: {{every: 1 min}}
"""


def read_references():
    with open(REFERENCE, encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [{name: float(value) for name, value in row.items()} for row in rows]


def case(row):
    """The feeds of an ideal brine, whose volume is that of its water, hold what the peer's hold in a solution of DENSITY."""
    flow = row["flow_L_min"] / 6e4
    fed = {port: 1000.0 * row[f"{port}_in"] / MOLAR_MASS[port] for port in MOLAR_MASS}  # mol/m3
    water = {port: flow * (DENSITY - row[f"{port}_in"]) / WATER_DENSITY for port in MOLAR_MASS}
    c = {port: fed[port] * flow / water[port] for port in MOLAR_MASS}
    mean = 0.5 * sum(row[f"{port}_{end}"] for port in ("acid", "base") for end in ("in", "out"))
    return CASE.format(water=water, c=c, current=row["current_A"], third=(RESISTANCE[0] + RESISTANCE[1] / mean) / 3.0)


def differences(result, row):
    """Relative: of the concentrations that leave (salt by Cl-, acid by H+, base by OH-), and of the voltage."""
    with h5py.File(result) as file:
        flows = {port: file[f"streams/stack.{port}/molar_flow"][-1] for port in MOLAR_MASS}
        voltage = file["units/stack/voltage"][-1]
    moles = {"salt": flows["salt"][2], "acid": flows["acid"][3], "base": -flows["base"][3]}
    found = {port: moles[port] * MOLAR_MASS[port] / 1000.0 * DENSITY / sum(n * m for n, m in zip(flow, COMPONENTS)) for port, flow in flows.items()}
    return {port: value / row[f"{port}_out"] - 1.0 for port, value in found.items()}, voltage / row["voltage_V"] - 1.0
