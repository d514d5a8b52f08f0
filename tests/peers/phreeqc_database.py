#!/usr/bin/env python3
"""Writes a database for PHREEQC from a Pitzer package and the minerals that belong to it.

    tests/peers/phreeqc_database.py models/pitzer/NAME.yaml [models/minerals/NAME.yaml] > database.dat

Without the second argument the package named under `minerals` in the first is taken, if there is one. A tool of
maintainers, not run by the tests: it makes PHREEQC compute with our parameters, so that a difference is one of the
programs and not of the data. Needs python3-yaml.

Both write a parameter as P(T) = p + c1 (1/T - 1/Tr) + c2 ln(T/Tr) + c3 (T - Tr) + c4 (T^2 - Tr^2) + c5 (1/T^2 - 1/Tr^2)
with Tr = 298.15 K, so Pitzer parameters go over as they are; constants are rewritten for PHREEQC's
A1 + A2 T + A3/T + A4 log10 T + A5/T^2 + A6 T^2. What PHREEQC does by itself, and therefore differs from a package:
  - the Debye-Hueckel slope is its own: `A_phi` and `b` of the package are not used (b = 1.2 is fixed). The slope is
    ln(10)/3 times its BASIC function DH_A, 0.3914585 at 25 degC (PHREEQC 3.7.3);
  - alpha1 = 2, of 2-2 salts 1.4, alpha2 = 12 are its defaults too; others go into an ALPHAS block;
  - E-theta is on by default for every pair of like sign and unequal charge, listed or not (-use_etheta);
  - single ions are scaled after MacInnes by default; that is switched off here (-MacInnes false);
  - pe is not computed with Pitzer's equations unless asked for (-redox); there are no redox couples here.
"""
import math
import sys
from pathlib import Path

import yaml

reference_temperature = 298.15  # K

# element or valence state: master species, alkalinity, formula for conversion of mass, atomic weight [g/mol]
masters = {
    "H": ("H+", -1, "H", 1.008), "H(1)": ("H+", -1, 0.0, None), "E": ("e-", 0, 0.0, 0.0),
    "O": ("H2O", 0, "O", 15.999), "O(-2)": ("H2O", 0, 0.0, None),
    "Li": ("Li+", 0, "Li", 6.94), "Na": ("Na+", 0, "Na", 22.98976928), "K": ("K+", 0, "K", 39.0983),
    "Mg": ("Mg+2", 0, "Mg", 24.305), "Ca": ("Ca+2", 0, "Ca", 40.078),
    "Cl": ("Cl-", 0, "Cl", 35.453), "Br": ("Br-", 0, "Br", 79.904),
    "S": ("SO4-2", 0, "SO4", 32.06), "S(6)": ("SO4-2", 0, "SO4", None),
    "C": ("HCO3-", 1, "HCO3", 12.011), "C(4)": ("HCO3-", 1, "HCO3", None),
    "Alkalinity": ("HCO3-", 1, "HCO3", 61.0168), "B": ("B(OH)3", 0, "B", 10.81),
}


def coefficients(value):
    """The six coefficients of a parameter that is a number or a list of up to six."""
    values = list(value) if isinstance(value, list) else [value]
    if len(values) > 6:
        raise ValueError(f"more than six coefficients: {values}")
    return [float(v) for v in values] + [0.0] * (6 - len(values))


def written(numbers):
    """Numbers as text, without the zeros at the end, but at least one."""
    numbers = list(numbers)
    while len(numbers) > 1 and numbers[-1] == 0.0:
        numbers.pop()
    return " ".join(repr(float(n)) for n in numbers)


def constant(value):
    """The line that states log10 K, from a number or a list [log10 K at 25 degC, c1, ..., c5]."""
    p, c1, c2, c3, c4, c5 = coefficients(value)
    if not any((c1, c2, c3, c4, c5)):
        return f"-log_k {p!r}"
    tr = reference_temperature
    a1 = p - c1 / tr - c2 * math.log(tr) - c3 * tr - c4 * tr**2 - c5 / tr**2
    return "-analytical_expression " + " ".join(repr(a) for a in (a1, c3, c1, c2 * math.log(10.0), c5, c4))


def sum_of(terms):
    return " + ".join(name if n == 1 else f"{n} {name}" for name, n in terms)


def reaction(left, right, product_first=None):
    """'left = right' of species with coefficients; negative ones change sides. PHREEQC takes the first of the right
    hand side as the species that is defined, which `product_first` names."""
    lefts = [(s, n) for s, n in left.items() if n > 0] + [(s, -n) for s, n in right.items() if n < 0]
    rights = [(s, n) for s, n in right.items() if n > 0] + [(s, -n) for s, n in left.items() if n < 0]
    rights.sort(key=lambda term: term[0] != product_first)
    return f"{sum_of(lefts)} = {sum_of(rights)}"


def pitzer_block(package):
    """PITZER with everything in its full temperature function."""
    lines = ["PITZER", "-MacInnes false", "-use_etheta true", "-redox false"]
    for title, key in (("-B0", "beta0"), ("-B1", "beta1"), ("-B2", "beta2"), ("-C0", "C_phi")):
        lines.append(title)
        for pair in package["binary"]:
            numbers = coefficients(pair.get(key, 0))
            if any(numbers):
                lines.append(f"  {pair['cation']} {pair['anion']} {written(numbers)}")
    special = [pair for pair in package["binary"] if "alpha1" in pair or "alpha2" in pair]
    if special:
        lines.append("-ALPHAS")
    for pair in special:
        lines.append(f"  {pair['cation']} {pair['anion']} {pair.get('alpha1', 2.0)} {pair.get('alpha2', 12.0)}")
    for title, key in (("-THETA", "theta"), ("-LAMDA", "lambda"), ("-ZETA", "zeta"), ("-PSI", "psi")):
        lines.append(title)
        for entry in package.get(key) or []:
            numbers = coefficients(entry["value"])
            if any(numbers):
                lines.append(f"  {' '.join(entry['ions'])} {written(numbers)}")
    return lines


def master_block(basis):
    lines = ["SOLUTION_MASTER_SPECIES"]
    for element, (species, alkalinity, formula, weight) in masters.items():
        if species in basis:
            lines.append(f"  {element} {species} {alkalinity} {formula}" + ("" if weight is None else f" {weight}"))
    return lines


def species_block(basis, package):
    lines = ["SOLUTION_SPECIES"]
    for name in basis:
        lines += [f"{name} = {name}", "  -log_k 0"]
    for entry in package.get("species") or []:
        lines += [reaction(entry["from"], {entry["name"]: 1}, entry["name"]), "  " + constant(entry["log_K"])]
    return lines


def phases_block(minerals):
    lines = ["PHASES"]
    for mineral in minerals["minerals"]:
        lines += [mineral["name"], "  " + reaction({mineral["formula"]: 1}, mineral["dissolves_to"]),
                  "  " + constant(mineral["log_K"])]
    return lines


def secondary_species(package):
    return [entry["name"] for entry in package.get("species") or []]


def basis_of(package):
    """The master species the package knows: its ions and neutral solutes that are not formed from others."""
    known = {"H2O", "H+", "e-"}
    for pair in package["binary"]:
        known |= {pair["cation"], pair["anion"]}
    for entry in package.get("species") or []:
        known |= set(entry["from"])
    order = list(dict.fromkeys(master for master, *_ in masters.values()))
    return [name for name in order if name in known]


def database(package, minerals=None):
    """The whole text, from the two packages as Python objects."""
    basis = basis_of(package)
    lines = master_block(basis) + species_block(basis, package)
    if minerals:
        lines += phases_block(minerals)
    return "\n".join(lines + pitzer_block(package) + ["END", ""])


def load(pitzer, minerals=None):
    """Package and minerals from their files; the minerals may be named by the package."""
    package = yaml.safe_load(Path(pitzer).read_text(encoding="utf-8"))
    if minerals is None and "minerals" in package:
        minerals = Path(pitzer).parent.parent / "minerals" / f"{package['minerals']}.yaml"
    return package, yaml.safe_load(Path(minerals).read_text(encoding="utf-8")) if minerals else None


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: phreeqc_database.py PITZER.yaml [MINERALS.yaml]")
    print(database(*load(*sys.argv[1:])), end="")
