"""An electrodialysis stack solved by WaterTAP: `PEER/bin/python tests/peers/ed_stack_by_watertap.py < stack.json`, its answer as JSON.

Runs in the environment of the peer (WaterTAP 1.8.0, ipopt beside its interpreter) for tests/peers/random_ed_stacks.py.
"""
import dataclasses
import json
import logging
import os
import pathlib
import sys
import time

import ed_stack
from ed_stack import IONS, Stack

NAMES = {"Na+": "Na_+", "Li+": "Li_+", "K+": "K_+", "Mg+2": "Mg_2+", "Ca+2": "Ca_2+", "Cl-": "Cl_-", "SO4-2": "SO4_2-"}


def options_of(stack):
    """What its unit is configured with."""
    from watertap.unit_models import electrodialysis_1D as peer
    options = {"finite_elements": stack.cells, "has_nonohmic_potential_membrane": stack.layers != "ohmic",
               "has_Nernst_diffusion_layer": stack.layers.startswith("films"),
               "operation_mode": {"current": peer.ElectricalOperationMode.Constant_Current,
                                  "voltage": peer.ElectricalOperationMode.Constant_Voltage}[stack.given]}
    if stack.layers == "films_at_inlet":
        options["limiting_current_density_data"] = stack.limiting
    if stack.layers == "films_empirical":
        options["limiting_current_density_method"] = peer.LimitingCurrentDensityMethod.Empirical
    if stack.friction == "none":
        return options
    options["has_pressure_change"] = True
    if stack.friction == "gradient":
        return options | {"pressure_drop_method": peer.PressureDropMethod.experimental}
    kinds = peer.FrictionFactorMethod
    return options | {
        "pressure_drop_method": peer.PressureDropMethod.Darcy_Weisbach,
        "friction_factor_method": {"friction_factor": kinds.fixed, "gurreri": kinds.Gurreri, "kuroda": kinds.Kuroda}[stack.friction],
        "hydraulic_diameter_method": {"conventional": peer.HydraulicDiameterMethod.conventional, "fixed": peer.HydraulicDiameterMethod.fixed,
                                      "specific_area": peer.HydraulicDiameterMethod.spacer_specific_area_known}[stack.diameter]}


def build(stack):
    from idaes.core import FlowsheetBlock
    from idaes.core.util import scaling
    from pyomo.environ import ConcreteModel
    from watertap.property_models.multicomp_aq_sol_prop_pack import ElectricalMobilityCalculation, MCASParameterBlock
    from watertap.unit_models.electrodialysis_1D import Electrodialysis1D
    ions = {NAMES[i]: i for i in (stack.cation, stack.anion)}
    m = ConcreteModel()
    m.fs = FlowsheetBlock(dynamic=False)
    m.fs.properties = MCASParameterBlock(
        solute_list=list(ions), mw_data={"H2O": ed_stack.WATER, **{n: IONS[i][2] for n, i in ions.items()}}, charge={n: IONS[i][0] for n, i in ions.items()},
        diffusivity_data={("Liq", n): IONS[i][1] for n, i in ions.items()}, elec_mobility_calculation=ElectricalMobilityCalculation.EinsteinRelation)
    m.fs.unit = unit = Electrodialysis1D(property_package=m.fs.properties, **options_of(stack))
    for side in ("diluate", "concentrate"):
        inlet = getattr(unit, "inlet_" + side)
        inlet.pressure.fix(stack.pressure)
        inlet.temperature.fix(ed_stack.TEMPERATURE)
        for component, flow in stack.moles(side).items():
            inlet.flow_mol_phase_comp[0, "Liq", NAMES.get(component, component)].fix(flow)
    for component, flow in stack.moles("diluate").items():
        m.fs.properties.set_default_scaling("flow_mol_phase_comp", 1.0 / flow, index=("Liq", NAMES.get(component, component)))
    for m_, counter in (("cem", stack.cation), ("aem", stack.anion)):
        of = {key: getattr(stack, f"{m_}_{key}") for key in ("number", "resistance", "water", "permeability", "diffusivity", "thickness")}
        unit.water_trans_number_membrane[m_].fix(of["water"])
        unit.water_permeability_membrane[m_].fix(of["permeability"])
        unit.membrane_areal_resistance[m_].fix(of["resistance"])
        unit.membrane_areal_resistance_coef[m_].fix(0.0)
        unit.membrane_thickness[m_].fix(of["thickness"])
        for n, i in ions.items():
            unit.solute_diffusivity_membrane[m_, n].fix(of["diffusivity"])
            unit.ion_trans_number_membrane[m_, n].fix(of["number"] if i == counter else 1.0 - of["number"])
    for name, x in (("electrodes_resistance", stack.electrodes), ("cell_pair_num", stack.pairs), ("current_utilization", 1.0),
                    ("channel_height", stack.height), ("cell_width", stack.width), ("cell_length", stack.length),
                    ("spacer_porosity", stack.porosity), ("spacer_conductivity_coefficient", 1.0)):
        getattr(unit, name).fix(x)
    (unit.current_applied if stack.given == "current" else unit.voltage_applied).fix(stack.supply)
    if stack.friction == "gradient":
        unit.pressure_drop.fix(stack.friction_value)
    if stack.friction == "friction_factor":
        unit.friction_factor.fix(stack.friction_value)
    if stack.diameter == "fixed":
        unit.hydraulic_diameter.fix(stack.diameter_value)
    if stack.diameter == "specific_area":
        unit.spacer_specific_area.fix(stack.diameter_value)
    for var, size in ((unit.cell_width, stack.width), (unit.cell_length, stack.length), (unit.cell_pair_num, stack.pairs)):
        scaling.set_scaling_factor(var, 1.0 / size)
    scaling.calculate_scaling_factors(m)
    return m


def results_of(stack, unit):
    """ed_stack.RESULTS, and what its balance of charge lacks."""
    from pyomo.environ import value
    places = list(unit.diluate.length_domain)
    first, last = places[1], places[-1]
    cation, anion = (NAMES[i] for i in (stack.cation, stack.anion))

    def leaving(side, component):
        flow = value(getattr(unit, "outlet_" + side).flow_mol_phase_comp[0, "Liq", component])
        return flow if component == "H2O" else flow * abs(IONS[stack.cation if component == cation else stack.anion][0])

    densities = [value(unit.current_density_x[0, x]) for x in places[1:]]
    found = {"diluate_water": leaving("diluate", "H2O"), "diluate_salt": leaving("diluate", cation), "concentrate_water": leaving("concentrate", "H2O"),
             "concentrate_salt": leaving("concentrate", cation), "power": value(unit.diluate.power_electrical_x[0, last]),
             "specific_energy": value(unit.specific_power_electrical[0]) * 3.6e6, "first_density": densities[0], "last_density": densities[-1],
             "current": sum(densities) / len(densities) * stack.width * stack.length,
             "diluate_pressure": value(unit.outlet_diluate.pressure[0])}
    found["voltage"] = found["power"] / found["current"]
    return found, abs(leaving("diluate", anion) / found["diluate_salt"] - 1.0)


def lift_bounds(unit):
    """A current efficiency above 1 (a concentrate poorer than the diluate, which leaks into it) and the like are solutions all the same."""
    for name in ("current_efficiency_x", "total_areal_resistance_x", "potential_ohm_dl_x", "dl_thickness_x"):
        if hasattr(unit, name):
            getattr(unit, name).setlb(None)
            getattr(unit, name).setub(None)


def as_it_is(stack, solver):
    m = build(stack)
    begin = time.perf_counter()
    m.fs.unit.initialize()
    results = solver.solve(m)
    return m, results, time.perf_counter() - begin


def without_bounds(stack, solver):
    m = build(stack)
    lift_bounds(m.fs.unit)
    m.fs.unit.initialize()
    return m, solver.solve(m), None


def from_less(stack, solver):
    """From a smaller current or voltage up."""
    m = build(dataclasses.replace(stack, supply=0.1 * stack.supply))
    unit = m.fs.unit
    lift_bounds(unit)
    unit.initialize()
    for share in (0.2, 0.4, 0.6, 0.8, 0.9, 1.0):
        (unit.current_applied if stack.given == "current" else unit.voltage_applied).fix(share * stack.supply)
        results = solver.solve(m)
    return m, results, None


def solve(stack):
    """Tries what a user would: as it is, without the bounds of some variables, from a smaller supply up. "failed" holds what the first said."""
    logging.disable(logging.CRITICAL)
    from pyomo.environ import check_optimal_termination
    from watertap.core.solvers import get_solver
    answer, solver = {"failed": ""}, get_solver()
    for name, attempt in (("solved", as_it_is), ("solved without bounds", without_bounds), ("solved from a smaller supply", from_less)):
        begin = time.perf_counter()
        try:
            m, results, first = attempt(stack, solver)
            said = "" if check_optimal_termination(results) else f"ipopt: {results.solver.termination_condition}"
        except Exception as error:  # whatever it says of itself
            said, first = f"initialisation: {str(error).splitlines()[0][:80]}", None
        if name == "solved":
            answer["first"] = time.perf_counter() - begin if first is None else first
        if said:
            answer["failed"] = answer["failed"] or said
            continue
        begin = time.perf_counter()
        solver.solve(m)
        answer["again"] = time.perf_counter() - begin
        answer["results"], answer["charge"] = results_of(stack, m.fs.unit)
        return answer | {"outcome": name}
    return answer | {"outcome": "failed"}


if __name__ == "__main__":
    os.environ["PATH"] = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"  # where the peer's ipopt is
    asked = Stack(**json.load(sys.stdin))
    said, sys.stdout = sys.stdout, sys.stderr  # the peer prints what it likes
    json.dump(solve(asked), said)
