#!/usr/bin/env python3
"""Random nanofiltration modules (DSPM-DE, 0-D) solved by WaterTAP and by us, in the peer's arrangement (tests/physics/peer_module.hpp).

    PEER/bin/python tests/peers/nf_dspm_de_modules.py --ours build/release/tests/solve_peer_modules --write CSV [--number 200] [--limit SECONDS]

Runs in the environment of the peer (WaterTAP 1.8.0, ipopt beside its interpreter), needs no library of ours. 2 to 5 ions, ideal activities, one straight
step through the pore, spiral-wound mass transfer. Writes inputs and the peer's results; prints who failed, times and the largest differences.
Solving takes two to three seconds a module, so two hundred take ten minutes.
"""
import argparse
import dataclasses
import io
import math
import multiprocessing
import os
import pathlib
import random
import statistics
import subprocess
import sys
import time

IONS = {  # charge, diffusion [m2/s], Stokes radius [m], molar mass [kg/mol] of the peer's tests; K+ and Li+ by Stokes and Einstein
    "Na+": (1, 1.33e-9, 1.84e-10, 0.023), "Li+": (1, 1.03e-9, 2.38e-10, 0.007), "K+": (1, 1.96e-9, 1.25e-10, 0.039),
    "Mg+2": (2, 7.06e-10, 3.47e-10, 0.024), "Ca+2": (2, 9.2e-10, 3.09e-10, 0.04),
    "Cl-": (-1, 2.03e-9, 1.21e-10, 0.035), "SO4-2": (-2, 1.06e-9, 2.3e-10, 0.096),
}


@dataclasses.dataclass
class Module:
    seed: int
    pressure: float
    area: float
    charge: float
    pore_radius: float
    thickness: float
    dielectric: float
    water: float  # mol/s
    feed: dict    # ion -> mol/s

    def line(self):
        ions = " ".join(f"{name} {' '.join(map(repr, IONS[name]))} {flow!r}" for name, flow in self.feed.items())
        return (f"{self.pressure!r} {self.area!r} {self.charge!r} {self.pore_radius!r} {self.thickness!r} {self.dielectric!r} {self.water!r} "
                f"{len(self.feed)} {ions}")


def draw(seed):
    r = random.Random(seed)
    count = r.randint(2, 5)
    cations = r.sample(["Na+", "Li+", "K+", "Mg+2", "Ca+2"], r.randint(1, count - 1) if count < 5 else r.randint(3, 4))
    anions = ["Cl-"] + (["SO4-2"] if len(cations) < count - 1 else [])
    # 1 mmol/L to 2 mol/L of ions in 1 kg/s of solution of 1000 kg/m3
    total = math.exp(r.uniform(math.log(1.0), math.log(2000.0)))
    share = {name: math.exp(r.uniform(math.log(0.02), 0.0)) for name in cations}
    positive = sum(IONS[name][0] * x for name, x in share.items())
    if len(anions) > 1:
        share["SO4-2"] = 0.5 * positive * r.uniform(0.02, 0.6)
    share["Cl-"] = positive - 2.0 * share.get("SO4-2", 0.0)
    scale = 1e-3 * total / sum(share.values())
    feed = {name: scale * x for name, x in share.items()}
    water = (1.0 - sum(IONS[name][3] * flow for name, flow in feed.items())) / 0.018
    # Water slower than the film's 7e-6 m/s: the linear film of these modules, J_i = -k (c_m - c_b) + J c_m, has no solution of any meaning beyond
    # it; nor has one straight step through a pore beyond a Peclet number of 2. Membranes as thin as real ones then take low pressures.
    widest = max(IONS[name][2] for name in feed)
    radius, dielectric, thickness = r.uniform(max(3.5e-10, widest / 0.8), 8e-10), r.uniform(35.0, 75.0), math.exp(r.uniform(math.log(1e-6), math.log(1e-5)))
    flux = math.exp(r.uniform(math.log(5e-7), math.log(5e-6)))  # m/s, of pure water
    pressure = 101325.0 + flux * 8e-3 * thickness / radius**2
    area = r.uniform(0.05, 0.6) * 1e-3 / flux
    return Module(seed, pressure, area, r.uniform(-200.0, 100.0), radius, thickness, dielectric, water, feed)


def peer_name(ion):
    return {"Na+": "Na_+", "Li+": "Li_+", "K+": "K_+", "Mg+2": "Mg_2+", "Ca+2": "Ca_2+", "Cl-": "Cl_-", "SO4-2": "SO4_2-"}[ion]


def solve_with_peer(module):
    """(outcome, seconds to initialise and solve, seconds to solve again, water flux, {ion: flux}, {ion: rejection})"""
    import logging
    logging.disable(logging.CRITICAL)
    from idaes.core import FlowsheetBlock
    from idaes.core.util.scaling import calculate_scaling_factors
    from pyomo.environ import ConcreteModel, check_optimal_termination, value
    from watertap.core.solvers import get_solver
    from watertap.property_models.multicomp_aq_sol_prop_pack import ActivityCoefficientModel, DensityCalculation, MCASParameterBlock
    from watertap.unit_models.nanofiltration_DSPMDE_0D import NanofiltrationDSPMDE0D
    names = {peer_name(ion): ion for ion in module.feed}
    m = ConcreteModel()
    m.fs = FlowsheetBlock(dynamic=False)
    m.fs.properties = MCASParameterBlock(
        solute_list=list(names), diffusivity_data={("Liq", n): IONS[i][1] for n, i in names.items()},
        mw_data={"H2O": 0.018, **{n: IONS[i][3] for n, i in names.items()}}, stokes_radius_data={n: IONS[i][2] for n, i in names.items()},
        charge={n: IONS[i][0] for n, i in names.items()}, activity_coefficient_model=ActivityCoefficientModel.ideal,
        density_calculation=DensityCalculation.constant)
    m.fs.unit = unit = NanofiltrationDSPMDE0D(property_package=m.fs.properties)
    for n, i in names.items():
        unit.inlet.flow_mol_phase_comp[0, "Liq", n].fix(module.feed[i])
        m.fs.properties.set_default_scaling("flow_mol_phase_comp", 10.0 ** round(-math.log10(module.feed[i])), index=("Liq", n))
    unit.inlet.flow_mol_phase_comp[0, "Liq", "H2O"].fix(module.water)
    m.fs.properties.set_default_scaling("flow_mol_phase_comp", 1e-1, index=("Liq", "H2O"))
    unit.inlet.temperature[0].fix(298.15)
    unit.inlet.pressure[0].fix(module.pressure)
    unit.radius_pore.fix(module.pore_radius)
    unit.membrane_thickness_effective.fix(module.thickness)
    unit.membrane_charge_density.fix(module.charge)
    unit.dielectric_constant_pore.fix(module.dielectric)
    unit.mixed_permeate[0].pressure.fix(101325)
    unit.spacer_porosity.fix(0.85)
    unit.channel_height.fix(5e-4)
    unit.velocity[0, 0].fix(0.25)
    unit.area.fix(module.area)
    unit.spacer_mixing_efficiency.fix()
    unit.spacer_mixing_length.fix()
    calculate_scaling_factors(m)
    solver = get_solver()
    begin = time.perf_counter()
    try:
        unit.initialize()
        results = solver.solve(m)
    except Exception as error:  # whatever it says of itself
        return (f"initialisation: {str(error).splitlines()[0][:80]}", time.perf_counter() - begin, None, None, {}, {})
    first = time.perf_counter() - begin
    if not check_optimal_termination(results):
        return (f"ipopt: {results.solver.termination_condition}", first, None, None, {}, {})
    begin = time.perf_counter()
    solver.solve(m)
    again = time.perf_counter() - begin
    flux = {i: value(unit.flux_mol_phase_comp_avg[0, "Liq", n]) for n, i in names.items()}
    water = value(unit.flux_mol_phase_comp_avg[0, "Liq", "H2O"])
    interface = unit.feed_side.properties_interface[0, 0]
    permeate = unit.mixed_permeate[0]
    rejection = {i: 1.0 - value(permeate.conc_mol_phase_comp["Liq", n]) / value(interface.conc_mol_phase_comp["Liq", n]) for n, i in names.items()}
    return ("solved", first, again, water, flux, rejection)


def in_time(module, limit):
    """The peer in a process of its own, which is stopped after `limit` seconds."""
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=lambda: queue.put(solve_with_peer(module)))
    process.start()
    try:
        answer = queue.get(timeout=limit)
    except Exception:
        answer = (f"not through in {limit:.0f} s", limit, None, None, {}, {})
    process.terminate()
    process.join()
    return answer


def solve_with_ours(program, modules):
    lines = subprocess.run([program], input="\n".join(m.line() for m in modules) + "\n", text=True, capture_output=True, check=True).stdout.splitlines()
    for module, line in zip(modules, lines, strict=True):
        numbers = [float(x) for x in line.split()]
        pairs = numbers[4:]
        yield bool(numbers[0]), numbers[1], numbers[3], dict(zip(module.feed, pairs[0::2])), dict(zip(module.feed, pairs[1::2]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--limit", type=float, default=60.0)
    options = parser.parse_args()
    multiprocessing.set_start_method("fork")
    os.environ["PATH"] = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"  # where the peer's ipopt is
    modules = [draw(seed) for seed in range(options.number)]
    ours = list(solve_with_ours(options.ours, modules))
    both, times, again, our_times = [], [], [], []
    file = options.write.open("w", buffering=1) if options.write else io.StringIO()  # line by line: what is solved stays if the rest is not
    file.write("# Random nanofiltration modules (DSPM-DE, 0-D, ideal activities, one straight step) solved by WaterTAP 1.8.0 with ipopt 3.11.9;\n"
               "# written by tests/peers/nf_dspm_de_modules.py. SI; feed [mol/s], fluxes [mol/m2/s], rejection 1 - c(mixed permeate)/c(interface at the inlet).\n"
               "seed,pressure,area,charge,pore_radius,thickness,dielectric,water,ion,z,diffusion,stokes_radius,molar_mass,feed,peer,water_flux,flux,rejection\n")
    for module, (converged, water, seconds, flux, rejection) in zip(modules, ours):
        outcome, first, second, peer_water, peer_flux, peer_rejection = in_time(module, options.limit)
        our_times.append(seconds)
        difference = float("nan")
        if outcome == "solved":
            times.append(first)
            again.append(second)
            if converged:
                difference = max([abs(water / peer_water - 1.0)] + [abs(flux[i] / peer_flux[i] - 1.0) for i in flux])
                both.append(difference)
        print(f"{module.seed}: peer {outcome}, ours {'solved' if converged else 'FAILED'}, difference {difference:.2e}", flush=True)
        for ion in module.feed:
            row = [module.seed, module.pressure, module.area, module.charge, module.pore_radius, module.thickness, module.dielectric, module.water, ion,
                   *IONS[ion], module.feed[ion], outcome.replace(",", ";"), peer_water if peer_water is not None else "", peer_flux.get(ion, ""),
                   peer_rejection.get(ion, "")]
            file.write(",".join(x if isinstance(x, str) else repr(x) for x in row) + "\n")
    file.close()
    print(f"peer solved {len(times)} of {len(modules)}, ours {sum(o[0] for o in ours)}; both {len(both)}, of which {sum(d <= 1e-3 for d in both)} within 1e-3, "
          f"largest difference {max(both, default=0):.2e}")
    if times:
        print(f"medians: peer initialises and solves in {statistics.median(times):.2f} s, solves again in {statistics.median(again):.2f} s; "
              f"ours {statistics.median(our_times) * 1e3:.2f} ms")


if __name__ == "__main__":
    sys.exit(main())
