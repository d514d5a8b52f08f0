"""Runs a column problem in CADET-Core 5.1.1 through its HDF5 interface (https://cadet.github.io/v5.1.X/interface/).

A tool of maintainers: `cadet-cli` comes with the Python package cadet-core, which Debian does not have.
"""
import dataclasses
import os
import pathlib

import h5py
import numpy

from column_problem import Run, timed_process

UNIT_TYPE = {"lumped": "LUMPED_RATE_MODEL_WITHOUT_PORES", "lumped_with_pores": "LUMPED_RATE_MODEL_WITH_PORES",
             "general_rate": "GENERAL_RATE_MODEL"}
# Our law: its name there, and the keys that take our parameters.
LAW = {
    "linear": ("LINEAR", {"LIN_KA": "k_a", "LIN_KD": "k_d"}),
    "langmuir": ("MULTI_COMPONENT_LANGMUIR_LDF", {"MCLLDF_KEQ": "K", "MCLLDF_KKIN": "k", "MCLLDF_QMAX": "q_max"}),
    "mass_action_langmuir": ("MULTI_COMPONENT_LANGMUIR", {"MCL_KA": "k_a", "MCL_KD": "k_d", "MCL_QMAX": "q_max"}),
    "dual_site_langmuir": ("MULTI_COMPONENT_BILANGMUIR_LDF", {}),
    "freundlich": ("FREUNDLICH_LDF", {}),
}


@dataclasses.dataclass(frozen=True)
class Mesh:
    """degree 0: finite volumes (WENO3) with `elements` cells. particle: its polynomial degree, or number of cells."""
    degree: int
    elements: int
    particle: int = 0

    def __str__(self):
        axial = f"P{self.degree} x {self.elements}" if self.degree else f"FV {self.elements}"
        return axial + (f", particle {'P' if self.degree else ''}{self.particle}" if self.particle else "")


@dataclasses.dataclass(frozen=True)
class Settings:
    absolute_tolerance: float = 1e-8
    relative_tolerance: float = 1e-6
    modified_newton: bool = True
    analytic_jacobian: bool = True


def adsorption(problem):
    p, n = problem.parameters, len(problem.components)
    name, keys = LAW[problem.law]
    group = {"IS_KINETIC": 1} | {key: p[ours] for key, ours in keys.items()}
    if problem.law == "dual_site_langmuir":  # two bound states with the same k: their sum obeys our law
        group |= {"MCBLLDF_KEQ": p["K"] + p["K_second"], "MCBLLDF_KKIN": p["k"] * 2, "MCBLLDF_QMAX": p["q_max"] + p["q_max_second"]}
    if problem.law == "freundlich":  # there q* = K_F c^(1/n)
        group |= {"FLDF_KKIN": p["k"], "FLDF_KF": [p["q_ref"][i] / p["c_ref"][i] ** p["n"][i] for i in range(n)],
                  "FLDF_N": [1.0 / x for x in p["n"]]}
    return name, group


def discretization(problem, mesh, settings, bound):
    group = {"NBOUND": [bound] * len(problem.components), "USE_ANALYTIC_JACOBIAN": int(settings.analytic_jacobian)}
    if mesh.degree:
        group |= {"SPATIAL_METHOD": "DG", "POLYDEG": mesh.degree, "NELEM": mesh.elements, "EXACT_INTEGRATION": 0}
    else:
        group |= {"SPATIAL_METHOD": "FV", "NCOL": mesh.elements, "RECONSTRUCTION": "WENO", "GS_TYPE": 1, "MAX_KRYLOV": 0,
                  "MAX_RESTARTS": 10, "SCHUR_SAFETY": 1e-8, "weno": {"WENO_ORDER": 3, "WENO_EPS": 1e-10, "BOUNDARY_MODEL": 0}}
    if problem.model == "general_rate":
        group["PAR_DISC_TYPE"] = "EQUIDISTANT_PAR"
        group |= {"PAR_POLYDEG": mesh.particle, "PAR_NELEM": 1} if mesh.degree else {"NPAR": mesh.particle}
    return group


def column(problem, mesh, settings):
    n = len(problem.components)
    law, parameters = adsorption(problem)
    bound = 2 if problem.law == "dual_site_langmuir" else 1
    unit = {"UNIT_TYPE": UNIT_TYPE[problem.model], "NCOMP": n, "COL_LENGTH": problem.length, "CROSS_SECTION_AREA": problem.cross_section,
            "COL_DISPERSION": problem.axial_dispersion, "INIT_C": [0.0] * n, "INIT_Q": [0.0] * (n * bound), "ADSORPTION_MODEL": law,
            "adsorption": parameters, "discretization": discretization(problem, mesh, settings, bound)}
    if problem.model == "lumped":
        unit["TOTAL_POROSITY"] = problem.void_fraction
    else:
        unit |= {"COL_POROSITY": problem.void_fraction, "PAR_POROSITY": problem.particle_porosity, "PAR_RADIUS": problem.particle_radius,
                 "FILM_DIFFUSION": [problem.film_coefficient] * n, "PAR_GEOM": "SPHERE", "INIT_CP": [0.0] * n}
    if problem.model == "general_rate":
        unit |= {"PAR_CORERADIUS": 0.0, "PAR_DIFFUSION": [problem.pore_diffusion] * n, "PAR_SURFDIFFUSION": [0.0] * (n * bound)}
    return unit


def model_input(problem, mesh, settings):
    """The group /input."""
    n, sections = len(problem.components), problem.sections
    inlet = {"UNIT_TYPE": "INLET", "NCOMP": n, "INLET_TYPE": "PIECEWISE_CUBIC_POLY"}
    connections = {"NSWITCHES": len(sections), "CONNECTIONS_INCLUDE_PORTS": 0}
    for s, section in enumerate(sections):
        inlet[f"sec_{s:03d}"] = {"CONST_COEFF": section.inlet, "LIN_COEFF": [0.0] * n, "QUAD_COEFF": [0.0] * n, "CUBE_COEFF": [0.0] * n}
        q = problem.flow(section)
        connections[f"switch_{s:03d}"] = {"SECTION": s, "CONNECTIONS": [0.0, 1.0, -1.0, -1.0, q, 1.0, 2.0, -1.0, -1.0, q]}
    ends = numpy.concatenate([[0.0], numpy.cumsum([section.duration for section in sections])])
    return {
        "model": {"NUNITS": 3, "unit_000": inlet, "unit_001": column(problem, mesh, settings), "unit_002": {"UNIT_TYPE": "OUTLET", "NCOMP": n},
                  "connections": connections, "solver": {"GS_TYPE": 1, "MAX_KRYLOV": 0, "MAX_RESTARTS": 10, "SCHUR_SAFETY": 1e-8}},
        "solver": {"NTHREADS": 1, "USER_SOLUTION_TIMES": problem.times(), "CONSISTENT_INIT_MODE": 1,
                   "time_integrator": {"ABSTOL": settings.absolute_tolerance, "RELTOL": settings.relative_tolerance, "ALGTOL": 1e-10,
                                       "INIT_STEP_SIZE": 1e-6, "MAX_STEPS": 10000000, "USE_MODIFIED_NEWTON": int(settings.modified_newton)},
                   "sections": {"NSEC": len(sections), "SECTION_TIMES": ends, "SECTION_CONTINUITY": [0] * (len(sections) - 1)}},
        "return": {"SPLIT_COMPONENTS_DATA": 0, "SPLIT_PORTS_DATA": 0, "WRITE_SOLUTION_TIMES": 1,
                   "unit_001": {"WRITE_SOLUTION_OUTLET": 1, "WRITE_SOLUTION_BULK": 0}},
    }


def write_group(group, content):
    for key, value in content.items():
        if isinstance(value, dict):
            write_group(group.create_group(key), value)
        elif isinstance(value, str):
            group[key] = numpy.bytes_(value)
        else:
            array = numpy.asarray(value)
            whole = array.dtype.kind in "iu" or array.size == 0
            group[key] = array.astype("i4" if whole else "f8")


def run(program, problem, mesh, settings, folder, limit=300.0):
    file = pathlib.Path(folder) / "peer.h5"
    with h5py.File(file, "w") as f:
        write_group(f.create_group("input"), model_input(problem, mesh, settings))
    one_thread = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    done, result = timed_process([str(program), str(file)], limit, one_thread)
    if done is None:
        return result
    if done.returncode != 0:
        return dataclasses.replace(result, failure=(done.stdout + done.stderr).strip()[-300:] or f"exit status {done.returncode}")
    with h5py.File(file) as f:
        result.times = f["output/solution/SOLUTION_TIMES"][:]
        result.outlet = f["output/solution/unit_001/SOLUTION_OUTLET"][:].reshape(len(result.times), -1)
        result.solver = float(f["meta/TIME_SIM"][()])
    return result
