"""Random electrodialysis stacks on one salt, as both programs have them; all numbers but the diffusivities are made up.

Drawn are not the currents and voltages themselves but how much of its salt the diluate is to lose; they follow from that by Faraday's and
Ohm's laws. tests/peers/random_ed_stacks.py solves them, tests/app/test_random_stacks.py holds us to what the peer found.
"""
import csv
import dataclasses
import json
import math
import random

# charge, diffusivity in water at 25 degC [m2/s] (Vanysek in the CRC Handbook, from memory), molar mass [kg/mol]
IONS = {
    "Na+": (1, 1.334e-9, 0.02299), "Li+": (1, 1.029e-9, 0.00694), "K+": (1, 1.957e-9, 0.039098), "Mg+2": (2, 0.706e-9, 0.024305),
    "Ca+2": (2, 0.792e-9, 0.040078), "Cl-": (-1, 2.032e-9, 0.03545), "SO4-2": (-2, 1.065e-9, 0.096056),
}
UNIVALENT = [("Na+", "Cl-"), ("Li+", "Cl-"), ("K+", "Cl-")]
OTHERS = [("Mg+2", "Cl-"), ("Ca+2", "Cl-"), ("Na+", "SO4-2"), ("Li+", "SO4-2")]
WATER = 0.018015    # kg/mol
DENSITY = 1000.0    # kg/m3, of every solution
VISCOSITY = 1e-3    # Pa s
TEMPERATURE = 298.15
FARADAY, GAS = 96485.33212331, 8.31446261815324
PURE_WATER = 997.0448954    # kg/m3 at 25 degC, of our osmosis and of our ideal brine
PEER_WATER = 996.8923398    # of the peer's osmosis

LAYERS = ["ohmic", "membranes", "films_at_inlet", "films_empirical"]
# What both compute, in the order of a reference. Density of the current in the first and the last cell; the diluate's pressure at its outlet.
RESULTS = ["diluate_water", "diluate_salt", "concentrate_water", "concentrate_salt", "power", "specific_energy", "first_density", "last_density",
           "current", "voltage", "diluate_pressure"]


@dataclasses.dataclass
class Stack:
    """SI. `water` and `salt` of a channel are mol/s of all pairs, the salt as equivalents."""
    seed: int
    cation: str
    anion: str
    layers: str
    cells: int
    pairs: int
    width: float
    length: float
    height: float
    porosity: float
    diluate_water: float
    diluate_salt: float
    concentrate_water: float
    concentrate_salt: float
    pressure: float
    cem_number: float  # transport number of the counter-ions
    aem_number: float
    cem_resistance: float  # ohm m2
    aem_resistance: float
    cem_water: float       # mol of water by mol of charge
    aem_water: float
    cem_permeability: float  # m/s/Pa
    aem_permeability: float
    cem_diffusivity: float  # of the salt, m2/s
    aem_diffusivity: float
    cem_thickness: float
    aem_thickness: float
    electrodes: float       # ohm m2
    given: str              # what the supply keeps: current or voltage
    supply: float           # A or V
    limiting: float         # A/m2 at the inlet, for films_at_inlet
    friction: str           # none, gradient, friction_factor, gurreri, kuroda
    friction_value: float   # Pa/m or Darcy's factor
    diameter: str           # conventional, fixed, specific_area
    diameter_value: float   # m or 1/m

    def moles(self, channel):
        """{component: mol/s} that arrive."""
        equivalents = getattr(self, channel + "_salt")
        return {"H2O": getattr(self, channel + "_water"),
                **{ion: equivalents / abs(IONS[ion][0]) for ion in (self.cation, self.anion)}}

    def mass(self, channel):
        return sum(n * (WATER if name == "H2O" else IONS[name][2]) for name, n in self.moles(channel).items())

    def residence(self, channel):
        """s, of what arrives."""
        return self.length * self.pairs * self.width * self.height * self.porosity * DENSITY / self.mass(channel)

    def equivalent_conductivity(self):
        """S m2 a mol of charge, by Einstein's relation."""
        return FARADAY**2 / (GAS * TEMPERATURE) * sum(abs(IONS[ion][0]) * IONS[ion][1] for ion in (self.cation, self.anion))


def digits(x, count=4):
    return float(f"{x:.{count}g}")


def log_uniform(r, low, high):
    return digits(math.exp(r.uniform(math.log(low), math.log(high))))


def hydraulic_diameter(kind, value, width, height, porosity):
    if kind == "fixed":
        return value
    if kind == "specific_area":
        return 4.0 * porosity / (2.0 / height + (1.0 - porosity) * value)
    return 2.0 * width * height * porosity / (width + height)


def draw_friction(r, width, length, height, porosity, velocity):
    """Keys of a Stack, with a pressure at the inlet that suffices."""
    friction = r.choice(["none", "gradient", "friction_factor", "gurreri", "kuroda"])
    diameter, diameter_value, value, lost = "conventional", 0.0, 0.0, 0.0
    if friction == "gradient":
        value = log_uniform(r, 1e3, 1e5)
        lost = value
    elif friction != "none":
        diameter = r.choice(["conventional", "fixed", "specific_area"])
        diameter_value = {"conventional": 0.0, "fixed": digits(height * r.uniform(0.8, 2.0)), "specific_area": digits(r.uniform(3.0, 8.0) / height)}[diameter]
        d = hydraulic_diameter(diameter, diameter_value, width, height, porosity)
        Re = DENSITY * velocity * d / VISCOSITY
        if friction == "friction_factor":
            value = log_uniform(r, 2.0, 50.0)
        f = {"friction_factor": value, "gurreri": 4.0 * 50.6 * porosity**-7.06 / Re, "kuroda": 4.0 * 9.6 / porosity / math.sqrt(Re)}[friction]
        lost = f * DENSITY * velocity**2 / (2.0 * d)
    return {"friction": friction, "friction_value": value, "diameter": diameter, "diameter_value": diameter_value,
            "pressure": digits(2e5 + 1.5 * lost * length)}


def film_by_ratio(cation, anion, numbers, height):
    """Limiting current by concentration [A m/mol] at which two films as thick as F D c/(excess i_lim) fill 0.9 of a channel as rich as the diluate."""
    plus, minus = IONS[cation][1], IONS[anion][1]
    in_solution = IONS[cation][0] * plus / (IONS[cation][0] * plus - IONS[anion][0] * minus)
    excess = min(numbers[0] - in_solution, numbers[1] - 1.0 + in_solution)
    return FARADAY * 2.0 * plus * minus / (plus + minus) / (excess * 0.45 * height)


def draw(seed):
    r = random.Random(seed)
    layers, given = LAYERS[seed % 4], ("current", "voltage")[seed // 4 % 2]
    # With diffusion layers the peer is right for a salt of univalent ions only: see docs/validation/membranes.md.
    cation, anion = r.choice(UNIVALENT if layers.startswith("films") else UNIVALENT + OTHERS)
    films = layers.startswith("films")
    width, length = log_uniform(r, 0.05, 0.6), log_uniform(r, 0.2, 1.7)
    height, porosity = log_uniform(r, *((4e-4, 1.5e-3) if films else (2e-4, 1e-3))), digits(r.uniform(0.6, 1.0))
    pairs = round(math.exp(r.uniform(math.log(2.0), math.log(200.0))))
    velocity = log_uniform(r, 0.03 if films else 0.01, 0.1)
    strength = log_uniform(r, 10.0, 300.0 if films else 600.0)              # equivalents of the diluate, mol/m3
    ratio = math.exp(r.uniform(math.log(0.5), math.log(3.0 if films else 10.0)))
    numbers = [digits(r.uniform(0.9, 1.0)) for _ in range(2)]
    share = r.uniform(0.05, 0.85)  # of its salt that the diluate loses, without leakage
    by_ratio = film_by_ratio(cation, anion, numbers, height)
    if layers == "films_empirical":
        largest = 25.0 * math.sqrt(velocity) / by_ratio
        ratio = min(ratio, 0.6 * largest)
        share = min(share, (largest - ratio) / (largest + 1.3))
    saline = min(1500.0, digits(strength * ratio))
    volume = {"diluate": velocity * height * width * porosity * pairs}      # m3/s
    volume["concentrate"] = volume["diluate"] * r.uniform(0.7, 1.3)
    salt = {"diluate": digits(volume["diluate"] * strength, 6), "concentrate": digits(volume["concentrate"] * saline, 6)}
    molar = sum(IONS[ion][2] / abs(IONS[ion][0]) for ion in (cation, anion))  # kg a mol of charge
    water = {name: digits((volume[name] * DENSITY - salt[name] * molar) / WATER, 6) for name in volume}
    density = min(600.0, share * FARADAY * salt["diluate"] / (pairs * width * length * (sum(numbers) - 1.0)))
    if layers == "films_empirical":
        density = min(density, 0.8 * 25.0 * math.sqrt(velocity) * strength * (1.0 - share))
    limiting = max(density / (1.0 - share) * r.uniform(1.2, 4.0), strength * by_ratio * (ratio + 1.3 * share) / (1.0 - share))
    limiting = digits(min(9000.0, limiting))
    stack = Stack(
        seed=seed, cation=cation, anion=anion, layers=layers, cells=r.choice([10, 20, 40]), pairs=pairs, width=width, length=length, height=height,
        porosity=porosity, diluate_water=water["diluate"], diluate_salt=salt["diluate"], concentrate_water=water["concentrate"],
        concentrate_salt=salt["concentrate"], cem_number=numbers[0], aem_number=numbers[1],
        cem_resistance=log_uniform(r, 5e-5, 1e-3), aem_resistance=log_uniform(r, 5e-5, 1e-3), cem_water=digits(r.uniform(2.0, 12.0)),
        aem_water=digits(r.uniform(2.0, 12.0)), cem_permeability=log_uniform(r, 5e-15, 3e-14), aem_permeability=log_uniform(r, 5e-15, 3e-14),
        cem_diffusivity=log_uniform(r, 1e-12, 3e-10), aem_diffusivity=log_uniform(r, 1e-12, 3e-10), cem_thickness=log_uniform(r, 5e-5, 5e-4),
        aem_thickness=log_uniform(r, 5e-5, 5e-4), electrodes=r.choice([0.0, log_uniform(r, 1e-4, 1e-2)]), given=given, supply=0.0, limiting=limiting,
        **draw_friction(r, width, length, height, porosity, velocity))
    if given == "current":
        stack.supply = digits(density * width * length)
        return stack
    conductivity = stack.equivalent_conductivity()
    ohmic = stack.cem_resistance + stack.aem_resistance + height / conductivity * (1.0 / (strength * (1.0 - 0.5 * share)) + 1.0 / saline)
    potential = 0.0
    if layers != "ohmic":
        potential = 2.0 * GAS * TEMPERATURE / FARADAY * math.log((saline + share * strength) / (strength * (1.0 - share)))
    stack.supply = digits(max(pairs * (density * ohmic + potential), 0.02 * pairs) + density * stack.electrodes)
    return stack


def quantity(value, unit):
    return f"{value!r} {unit}"


def membrane(stack, name):
    # Osmosis by volume of water, in ours 997.05 kg/m3: the same moles as in the peer.
    of = {key: getattr(stack, f"{name}_{key}") for key in ("number", "resistance", "water", "permeability", "diffusivity", "thickness")}
    return {"kind": {"cem": "cation_exchange", "aem": "anion_exchange"}[name], "thickness": quantity(of["thickness"], "m"),
            "areal_resistance": quantity(of["resistance"], "ohm m2"), "counter_ion_transport_number": of["number"], "water_transport_number": of["water"],
            "water_permeability": quantity(of["permeability"] * PEER_WATER / PURE_WATER, "m/s/Pa"), "salt_diffusivity": quantity(of["diffusivity"], "m2/s")}


def feed(stack, channel):
    moles = stack.moles(channel)
    volume = moles["H2O"] * WATER / PURE_WATER  # m3/s, of an ideal brine: that of its water
    return {"type": "feed", "brine": {stack.cation: quantity(moles[stack.cation] / volume, "mol/m3"), "balance": stack.anion},
            "flow": quantity(volume, "m3/s"), "pressure": quantity(stack.pressure, "Pa")}


def unit(stack):
    """The stack in our case format, with the peer's simplifications."""
    ed = {"type": "electrodialysis", "cation_membrane": membrane(stack, "cem"), "anion_membrane": membrane(stack, "aem"), "cell_pairs": stack.pairs,
          "width": quantity(stack.width, "m"), "length": quantity(stack.length, "m"), "channel_height": quantity(stack.height, "m"),
          "spacer_porosity": quantity(100.0 * stack.porosity, "%"), "electrode_resistance": quantity(stack.electrodes, "ohm m2"), "cells": stack.cells,
          "solution": {"density": quantity(DENSITY, "kg/m3"), "viscosity": quantity(VISCOSITY, "Pa s"),
                       "equivalent_conductivity": quantity(stack.equivalent_conductivity(), "S m2/mol"),
                       "diffusivity": {ion: quantity(IONS[ion][1], "m2/s") for ion in (stack.cation, stack.anion)}},
          "initial": feed(stack, "diluate")["brine"]}
    if stack.given == "current":
        # The same density all along, as the peer has it; the supply's voltage never limits.
        ed |= {"current": quantity(stack.supply, "A"), "current_distribution": "uniform", "highest_pair_voltage": "1000 V"}
    else:
        ed["voltage"] = quantity(stack.supply, "V")
    if stack.layers == "ohmic":
        ed["concentration_potential"] = False
    elif stack.layers == "films_at_inlet":
        ed["limiting_current"] = {"at_inlet": quantity(stack.limiting, "A/m2")}
    elif stack.layers == "films_empirical":
        ed["limiting_current"] = {"coefficient": 25, "exponent": 0.5}  # numbers of the peer that cannot be changed
    if stack.friction != "none":
        ed["pressure_drop"] = stack.friction
        if stack.friction == "gradient":
            ed["pressure_gradient"] = quantity(stack.friction_value, "Pa/m")
        if stack.friction == "friction_factor":
            ed["friction_factor"] = stack.friction_value
        if stack.diameter == "fixed":
            ed["hydraulic_diameter"] = quantity(stack.diameter_value, "m")
        if stack.diameter == "specific_area":
            ed["spacer_specific_area"] = quantity(stack.diameter_value, "1/m")
    return ed


def case(stack):
    """JSON, which is YAML. Runs for ten residence times of the slower channel, which leaves nothing of the start."""
    duration = quantity(digits(10.0 * max(stack.residence("diluate"), stack.residence("concentrate"))), "s")
    return json.dumps({
        "title": f"Random stack {stack.seed}", "components": ["H2O", stack.cation, stack.anion], "brine": {"chemistry": "ideal"},
        "units": {"dilute": feed(stack, "diluate"), "saline": feed(stack, "concentrate"), "ed": unit(stack), "product": {"type": "sink"}, "brine": {"type": "sink"}},
        "schedule": {"for": duration,
                     "always": ["dilute -> ed.diluate", "saline -> ed.concentrate", "ed.diluate -> product", "ed.concentrate -> brine"]},
        "output": {"every": duration, "profiles_every": duration}, "solver": {"relative_tolerance": 1e-8}}, indent=1)


def read_result(path, stack):
    """RESULTS at the end of our result file."""
    import h5py
    charge = IONS[stack.cation][0]
    with h5py.File(path, "r") as file:
        diluate, concentrate = (file[f"streams/ed.{name}/molar_flow"][-1] for name in ("diluate", "concentrate"))
        of = file["units/ed"]
        density = of["current_density"][-1]
        found = [diluate[0], charge * diluate[1], concentrate[0], charge * concentrate[1], of["power"][-1], of["specific_energy"][-1], density[0],
                 density[-1], of["current"][-1], of["voltage"][-1], file["streams/ed.diluate/pressure"][-1]]
    return dict(zip(RESULTS, map(float, found)))


def differences(stack, ours, peer):
    """Relative differences by result. Pressure: of what is lost."""
    def apart(key):
        if key == "diluate_pressure":
            lost = stack.pressure - peer[key]
            return abs(ours[key] - peer[key]) / lost if stack.friction != "none" else abs(ours[key] / peer[key] - 1.0)
        return abs(ours[key] / peer[key] - 1.0)
    return {key: apart(key) for key in RESULTS}


def read_references(path):
    """[(Stack, outcome of the peer, {result: value} or {})]"""
    types = {field.name: field.type for field in dataclasses.fields(Stack)}
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            results = {key: float(row["peer_" + key]) for key in RESULTS if row["peer_" + key]}
            yield Stack(**{name: kind(row[name]) for name, kind in types.items()}), row["peer"], results
