"""Three runs of WaterTAP's bipolar electrodialysis as cases of ours, with its simplifications: docs/equations/bipolar_electrodialysis.md says
which, and where the two part."""

import csv
import math
import pathlib

import h5py

REFERENCE = pathlib.Path(__file__).resolve().parent.parent / "reference" / "electrodialysis" / "watertap_bipolar_nmsu.csv"
MOLAR_MASS = {"salt": 58.5, "base": 40.0, "acid": 36.5}  # g/mol, as the peer has them
COMPONENTS = (18.015e-3, 22.990e-3, 35.45e-3, 1.008e-3)  # kg/mol, ours: H2O, Na+, Cl-, H+
DENSITY = 1000.0        # kg/m3 of every solution
WATER_DENSITY = 997.047  # kg/m3, of an ideal brine at 25 degC
TRIPLETS, CELLS, AREA, CHANNEL = 5, 10, 0.2286 * 0.254, 0.38e-3  # -, -, m2, m; as in CASE
MOBILITY = (5.19e-8, 7.92e-8, 3.623e-7, 2.064e-7)  # m2/(V s), of Na+, Cl-, H+, OH- in the peer's test
FARADAY, BOLTZMANN, CHARGE, VACUUM = 96485.33212331, 1.380649e-23, 1.602176634e-19, 8.8541878128e-12
PERMITTIVITY, FIXED_CHARGE, SPLITTING = 30.0, 5000.0, 1.12857  # -, mol/m3, mol/(m3 s); as in CASE
WIEN = CHARGE**3 / (8.0 * math.pi * VACUUM * BOLTZMANN**2)  # K2 m/V, 0.09696: of (B8), b = WIEN E / (eps_r T^2)
PEER_WIEN = 0.0936                                          # the peer's number for it
TEMPERATURE_OF_BASE = {1: 298.45, 2: 297.95, 3: 298.85}     # K, which the peer's junction has; ours has 298.15
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
    return CASE.format(water=water, c=c, current=row["current_A"], third=case_resistance(row) / 3.0)


def mass(moles):
    return sum(n * m for n, m in zip(moles, COMPONENTS))


def current_density(row):
    return row["current_A"] / AREA


def case_resistance(row):
    """[ohm m2] of a triplet of our case. Its membranes have one resistance all along; for the peer's voltage its place is taken by sum_of_resistances()."""
    mean = 0.5 * sum(row[f"{port}_{end}"] for port in ("acid", "base") for end in ("in", "out"))
    return RESISTANCE[0] + RESISTANCE[1] / mean


def sum_of_resistances(moles):
    """[ohm m2] of the peer's triplet between three solutions: of the membranes, by the masses of H+ and Cl- in the acid and of Na+ and OH- in the base, and of the channels."""
    c = {}  # mol/m3 of Na+, Cl-, H+, OH-
    for port, n in moles.items():
        _, sodium, chloride, acidity = (DENSITY / mass(n) * x for x in n)
        c[port] = (sodium, chloride, max(acidity, 0.0), max(-acidity, 0.0))
    dissolved = (c["acid"][2] * 1.0 + c["acid"][1] * 35.5 + c["base"][0] * 23.0 + c["base"][3] * 17.0) / 1000.0
    channels = sum(CHANNEL / (FARADAY * sum(x * u for x, u in zip(c[port], MOBILITY))) for port in c)
    return RESISTANCE[0] + RESISTANCE[1] / dissolved + channels


def junction(current, temperature, wien):
    """[V] (B8) at a current density [A/m2], with Onsager's function as its series."""
    def split(volts):
        b = wien / (PERMITTIVITY * temperature**2) * math.sqrt(FARADAY * FIXED_CHARGE * volts / (VACUUM * PERMITTIVITY))
        f = sum((2.0 * b) ** k / (math.factorial(k) * math.factorial(k + 1)) for k in range(60))
        return FARADAY * SPLITTING * f * math.sqrt(VACUUM * PERMITTIVITY * volts / (FARADAY * FIXED_CHARGE))

    low, high = 1e-3, 10.0
    for _ in range(100):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if split(middle) < current else (low, middle)
    return middle


def differences(result, row):
    """Relative differences: of the concentrations that leave (salt by Cl-, acid by H+, base by OH-); of the peer's voltage built again, its resistances between our
    solutions and its number in Onsager's function; of our junction from (B8); of our voltage, with one resistance of the membranes and none of the channels."""
    with h5py.File(result) as file:
        flows = {port: file[f"streams/stack.{port}/molar_flow"][-1] for port in MOLAR_MASS}
        fed = {port: file[f"streams/{unit}.outlet/molar_flow"][-1] for port, unit in (("salt", "brine"), ("base", "lye"), ("acid", "sour"))}
        cells = {port: file[f"units/stack/{port}_amount"][-1] for port in MOLAR_MASS}  # (component, cell)
        voltage = file["units/stack/voltage"][-1]
    moles = {"salt": flows["salt"][2], "acid": flows["acid"][3], "base": -flows["base"][3]}
    found = {port: moles[port] * MOLAR_MASS[port] / 1000.0 * DENSITY / mass(flow) for port, flow in flows.items()}
    current = current_density(row)
    ours = voltage / TRIPLETS - current * case_resistance(row)
    along = [sum_of_resistances({port: fed[port] if k == 0 else cells[port][:, k - 1] for port in fed}) for k in range(CELLS + 1)]
    mean = (sum(along) - 0.5 * (along[0] + along[-1])) / CELLS  # the test of the peer integrates by trapezoids from face to face
    peer = TRIPLETS * (current * mean + junction(current, TEMPERATURE_OF_BASE[row["run"]], PEER_WIEN))
    concentrations = {port: value / row[f"{port}_out"] - 1.0 for port, value in found.items()}
    return concentrations, peer / row["voltage_V"] - 1.0, ours / junction(current, 298.15, WIEN) - 1.0, voltage / row["voltage_V"] - 1.0
