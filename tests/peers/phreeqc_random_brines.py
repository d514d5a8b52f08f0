#!/usr/bin/env python3
"""Random brines speciated by PHREEQC with our parameters, to compare our activities and speciation with.

    tests/peers/phreeqc_random_brines.py [--brines 500] [--seed 1984] [--output FILE]
    tests/peers/phreeqc_random_brines.py --named tests/reference/brine/named_brines.csv --output FILE

Writes tests/reference/brine/phreeqc_same_parameters_25C.csv: molalities of all species, log10 of their unscaled activity
coefficients, ln of the water activity, saturation indices. The database is phreeqc_database.py's of hmw84_lithium_25C, so
what differs is the programs. A tool of maintainers; needs python3-yaml and the Python package phreeqpython (PHREEQC as a
library), which Debian does not have.
"""
import argparse
import csv
import importlib.metadata
import math
import os
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import phreeqc_database

root = Path(__file__).resolve().parent.parent.parent
package_name = "hmw84_lithium_25C"
cations = {"Li": 1, "Na": 1, "K": 1, "Mg": 2, "Ca": 2}
# What one ion may reach [mol/kg water]: about the saturation of its most soluble salt here, within which the parameters
# were fitted. Absurd brines would test nothing that anybody computes.
highest = {"Li": 8.0, "Na": 6.5, "K": 5.0, "Mg": 6.0, "Ca": 5.0, "S(6)": 4.0}
highest_ionic_strength = 16.5  # mol/kg
supersaturation = 0.7  # the highest SI a brine may have; slow carbonates, which natural brines exceed too, do not count

# share of the brines, what is in them beside Li Na K Mg Ca Cl SO4, range of pH
kinds = [(0.40, (), (6.0, 8.0)), (0.14, ("Br",), (6.0, 8.0)), (0.16, ("C",), (5.0, 10.5)), (0.14, ("B",), (5.0, 10.5)),
         (0.11, ("Br", "C", "B"), (5.0, 10.5)), (0.05, (), (0.5, 4.0))]


def load_phreeqc(text):
    """PHREEQC with the database `text`."""
    from phreeqpython.viphreeqc import VIPhreeqc
    program = VIPhreeqc()
    program.load_database_string(text)
    return program


def output_block(quantities):
    """What to report, in double precision, and an iteration that goes on until nothing moves in the tenth digit."""
    return ("KNOBS\n  -convergence_tolerance 1e-12\n  -iterations 500\n"
            "SELECTED_OUTPUT\n  -reset false\n  -high_precision true\n"
            "USER_PUNCH\n  -headings q\n  10 PUNCH " + ", ".join(quantities) + "\n")


def solution_block(totals, pH):
    """A solution at 25 degC in mol/kg water whose chloride balances the charge."""
    return ("SOLUTION 1\n  temp 25\n  units mol/kgw\n" + f"  pH {pH!r}\n"
            + "".join(f"  {element} {amount!r}{' charge' if element == 'Cl' else ''}\n" for element, amount in totals.items())
            + "END\n")


def shares(draw, count):
    """`count` positive numbers of sum 1, some much smaller than others."""
    numbers = [10.0 ** draw.uniform(-2.5, 0.0) for _ in range(count)]
    return [n / sum(numbers) for n in numbers]


def random_totals(draw, others):
    """Total molalities [mol/kg water] of a random brine at about a random ionic strength."""
    strength = 10.0 ** draw.uniform(-2.0, 1.22) if draw.random() < 0.5 else draw.uniform(1.0, 16.0)
    present = draw.sample(sorted(cations), draw.choice((1, 2, 3, 4, 5, 5, 5)))
    of_charge = dict(zip(present, shares(draw, len(present))))
    sulfate = draw.choice((0.0, 10.0 ** draw.uniform(-3.0, 0.0)))  # share of the anions' charge
    half_sum = sum(f * cations[ion] for ion, f in of_charge.items()) / 2 + (1 + sulfate) / 2  # I per mol/kg of charge
    charge = strength / half_sum
    totals = {ion: charge * f / cations[ion] for ion, f in of_charge.items()}
    if sulfate > 0:
        totals["S(6)"] = charge * sulfate / 2
    if "Br" in others:
        totals["Br"] = charge * 10.0 ** draw.uniform(-3.0, -0.5)
    if "C" in others:
        totals["C"] = min(charge, 1.0) * 10.0 ** draw.uniform(-3.5, -0.5)
    if "B" in others:
        totals["B"] = min(charge, 1.0) * 10.0 ** draw.uniform(-3.0, -0.3)
    negative = sum(totals.get(e, 0.0) * n for e, n in (("S(6)", 2), ("Br", 1), ("C", 1)))
    totals["Cl"] = charge - negative
    return totals


def is_plausible(totals):
    return totals["Cl"] > 0 and all(totals.get(element, 0.0) <= limit for element, limit in highest.items())


class Brines:
    """Draws brines, has PHREEQC compute them and keeps those it makes sense to compare."""

    def __init__(self, seed):
        self.package, minerals = phreeqc_database.load(root / "models" / "pitzer" / f"{package_name}.yaml")
        self.minerals = [m["name"] for m in minerals["minerals"]]
        self.counted = [m.get("precipitates", True) is not False and "HCO3-" not in m["dissolves_to"]
                        for m in minerals["minerals"]]
        basis = [s for s in phreeqc_database.basis_of(self.package) if s not in ("H2O", "e-")]
        self.species = basis + phreeqc_database.secondary_species(self.package)
        self.program = load_phreeqc(phreeqc_database.database(self.package, minerals))
        self.draw = random.Random(seed)
        self.quantities = (["DH_A", "MU", 'LA("H2O")'] + [f'MOL("{s}")' for s in self.species]
                           + [f'LG("{s}")' for s in self.species] + [f'SI("{m}")' for m in self.minerals])

    def compute(self, totals, pH, absurd=supersaturation):
        """Molalities, log10 gamma, ln a_w, SI, A_phi of a brine; None if PHREEQC finds no solution or it is absurd."""
        try:
            self.program.run_string(output_block(self.quantities) + solution_block(totals, pH))
        except Exception:  # phreeqpython has no better one for "no convergence"
            return None
        row = self.program.get_selected_output_row(self.program.row_count - 1)
        dh_a, strength, log_aw = row[:3]
        n = len(self.species)
        molality, log_gamma, index = row[3:3 + n], row[3 + n:3 + 2 * n], row[3 + 2 * n:]
        reached = max((si for si, counts in zip(index, self.counted) if counts and si > -99), default=-99.0)
        if strength > max(highest_ionic_strength, absurd) or reached > absurd or molality[self.species.index("Cl-")] < 1e-4:
            return None
        return molality, log_gamma, log_aw * math.log(10.0), index, dh_a * math.log(10.0) / 3.0

    def take(self, count):
        result = []
        for share, others, (low, high) in kinds:
            wanted = round(share * count)
            while wanted > 0:
                totals, pH = random_totals(self.draw, others), self.draw.uniform(low, high)
                found = self.compute(totals, pH) if is_plausible(totals) else None
                if found is not None:
                    result.append(found)
                    wanted -= 1
        return result


    def named(self, file):
        """The brines of a CSV with columns brine, pH and the totals by element."""
        with open(file, encoding="utf-8") as lines:
            entries = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        result = []
        for entry in entries:
            totals = {element: float(entry[element]) for element in (*cations, "S(6)", "C", "B", "Cl") if float(entry[element]) > 0}
            result.append(self.compute(totals, float(entry["pH"]), absurd=math.inf))
            if result[-1] is None:
                raise SystemExit(f"PHREEQC finds no solution for {entry['brine']}")
        return result


def table(brines, rows):
    """The CSV: a species or mineral that is not in a brine has empty cells, one that is in none no column."""
    columns = [("A_phi", [f"{row[4]:.13f}" for row in rows])]
    for k, species in enumerate(brines.species):
        present = [row[0][k] > 1e-25 for row in rows]
        columns.append((f"m_{species}", [f"{row[0][k]:.13g}" if is_in else "" for row, is_in in zip(rows, present)]))
        columns.append((f"log10_gamma_{species}", [f"{row[1][k]:.9f}" if is_in else "" for row, is_in in zip(rows, present)]))
    columns.append(("ln_aw", [f"{row[2]:.12g}" for row in rows]))
    for k, mineral in enumerate(brines.minerals):
        columns.append((f"SI_{mineral}", [f"{row[3][k]:.7f}" if row[3][k] > -90 else "" for row in rows]))
    columns = [(name, cells) for name, cells in columns if any(cells)]
    lines = [",".join(name for name, _ in columns)]
    return lines + [",".join(cells[r] for _, cells in columns) for r in range(len(rows))]


def header(rows, seed, named=None):
    version = importlib.metadata.version("phreeqpython")
    return [
        f"# {len(rows)} brines ({f'those of {named.name}, in their order' if named else 'random'}) at 25 degC and 1 atm as PHREEQC computes them with the parameters of {package_name}.",
        f"# Source: computed by tests/peers/phreeqc_random_brines.py, seed {seed}, with PHREEQC 3.7.3-15968 (phreeqpython {version}).",
        "# A_phi [kg^.5/mol^.5] is the slope PHREEQC used, not that of the package: compute with it. It is 0.3914585 but for some",
        "# 1e-7, because the density of water that goes into it depends on how PHREEQC's iteration went.",
        "# m_: molality [mol/kg water] of a species; log10_gamma_: its unscaled (no MacInnes) molal activity coefficient;",
        "# ln_aw: of the water activity; SI_: saturation index of a mineral. Empty: not in the brine. Water is 55.50837 mol/kg.",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brines", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1984)
    parser.add_argument("--output", type=Path, default=root / "tests/reference/brine/phreeqc_same_parameters_25C.csv")
    parser.add_argument("--named", type=Path, help="a CSV of brines to take instead of random ones")
    arguments = parser.parse_args()
    named = arguments.named.resolve() if arguments.named else None
    output = arguments.output.resolve()
    with tempfile.TemporaryDirectory() as scratch:  # PHREEQC leaves error.inp where it is run when it finds no solution
        os.chdir(scratch)
        brines = Brines(arguments.seed)
        rows = brines.named(named) if named else brines.take(arguments.brines)
        os.chdir(root)
    text = "\n".join(header(rows, arguments.seed, named) + table(brines, rows)) + "\n"
    output.write_text(text, encoding="utf-8")
    slopes = [row[4] for row in rows]
    print(f"{len(rows)} brines, {len(text)} bytes, A_phi {min(slopes):.10f} to {max(slopes):.10f}")


if __name__ == "__main__":
    main()
