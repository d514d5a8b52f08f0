"""A packed-column problem said once, in SI, for whoever is to solve it: our program here, CADET-Core in cadet.py.

The symbols and equations are those of docs/equations/adsorption_column.md. Everything is empty at the start.
"""
import dataclasses
import json
import os
import pathlib
import resource
import signal
import subprocess
import time

import h5py
import numpy


@dataclasses.dataclass
class Section:
    """A stretch of time with one inlet."""
    duration: float  # s
    velocity: float  # m/s, interstitial
    inlet: list      # mol/m3, component by component


@dataclasses.dataclass
class Problem:
    name: str
    model: str       # lumped, lumped_with_pores or general_rate
    law: str         # as our case format calls it
    parameters: dict  # of the law: name -> one number a component
    components: list  # names
    sections: list
    every: float     # s, between two rows of the outlet curve
    length: float = 0.5               # m
    cross_section: float = 1e-4       # m2
    void_fraction: float = 0.6
    axial_dispersion: float = 1e-3 * 0.5 / 300  # m2/s
    particle_porosity: float = 0.0
    particle_radius: float = 0.0      # m
    film_coefficient: float = 0.0     # m/s
    pore_diffusion: float = 0.0       # m2/s

    def duration(self):
        return sum(section.duration for section in self.sections)

    def times(self):
        return numpy.linspace(0.0, self.duration(), round(self.duration() / self.every) + 1)

    def feed(self):
        """What errors are measured in: the largest inlet concentration of each component."""
        return numpy.array([section.inlet for section in self.sections]).max(axis=0)

    def flow(self, section):
        return section.velocity * self.void_fraction * self.cross_section


# Unit of each parameter of a law, for the case file.
UNIT = {"q_max": "mol/m3", "q_max_second": "mol/m3", "q_ref": "mol/m3", "c_ref": "mol/m3", "K": "m3/mol", "K_second": "m3/mol",
        "k": "1/s", "k_d": "1/s", "n": ""}


def parameter_unit(law, name):
    if name == "k_a":
        return "1/s" if law == "linear" else "m3/mol/s"
    return UNIT[name]


def quantity(value, unit):
    return f"{value!r} {unit}".strip()


def column(problem, mesh):
    """The unit `column` of our case format; mesh: what `discretisation` holds."""
    species = {name: {key: quantity(values[i], parameter_unit(problem.law, key)) for key, values in problem.parameters.items()}
               for i, name in enumerate(problem.components)}
    unit = {"type": "adsorption_column", "model": problem.model, "length": quantity(problem.length, "m"),
            "cross_section": quantity(problem.cross_section, "m2"), "void_fraction": problem.void_fraction,
            "axial_dispersion": quantity(problem.axial_dispersion, "m2/s"), "discretisation": mesh,
            "sorbent": {"law": problem.law, "species": species}}
    if problem.model != "lumped":
        unit |= {"particle_porosity": problem.particle_porosity, "particle_radius": quantity(problem.particle_radius, "m"),
                 "film_coefficient": quantity(problem.film_coefficient, "m/s")}
    if problem.model == "general_rate":
        unit["pore_diffusion"] = quantity(problem.pore_diffusion, "m2/s")
    return unit


def feed(problem, section):
    brine = {name: quantity(c, "mol/m3") for name, c in zip(problem.components, section.inlet) if c > 0.0}
    return {"type": "feed", "brine": brine, "flow": quantity(problem.flow(section), "m3/s")}


def case(problem, mesh, relative_tolerance=1e-6, columns=1):
    """The problem as a case of ours, in a number of identical columns side by side; JSON, which is YAML."""
    units, steps = {}, []
    for k in range(columns):
        units[name_of("column", k)] = column(problem, mesh)
        units[name_of("product", k)] = {"type": "sink"}
        for s, section in enumerate(problem.sections):
            units[name_of(f"feed_{s}", k)] = feed(problem, section)
    for s, section in enumerate(problem.sections):
        routes = [" -> ".join(name_of(unit, k) for unit in (f"feed_{s}", "column", "product")) for k in range(columns)]
        steps.append({"step": f"section_{s}", "route": routes, "for": quantity(section.duration, "s")})
    components = ["H2O"] + [{"name": name, "molar_mass": "10 g/mol", "charge": 0} for name in problem.components]
    return json.dumps({"title": problem.name, "components": components, "brine": {"chemistry": "ideal"}, "units": units,
                       "schedule": {"cycle": steps},
                       "output": {"every": quantity(problem.every, "s"), "profiles_every": quantity(problem.duration(), "s")},
                       "solver": {"relative_tolerance": relative_tolerance}}, indent=1)


def name_of(unit, k):
    return unit if k == 0 else f"{unit}_{k + 1}"


@dataclasses.dataclass
class Run:
    """What a program made of a problem."""
    failure: str = ""  # why there is no curve
    times: numpy.ndarray = None
    outlet: numpy.ndarray = None  # mol/m3, (time, component)
    solver: float = float("nan")  # s, wall time of the integration, without the writing of results
    cpu: float = float("nan")     # s, user and system time of the whole process
    wall: float = float("nan")    # s, of the whole process
    steps: int = 0

    def solver_cpu(self):
        """Solver time without what other processes took: the share of the processor that the process had, times its wall time."""
        return self.solver * min(1.0, self.cpu / self.wall)


def timed_process(command, limit, environment=None):
    """(finished process or None, Run with its times). The process alone among our children runs, so usage is its own."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True)
    try:
        said, complained = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        end_group(process)
        return None, Run(failure=f"not done after {limit:g} s", wall=limit)
    after, end = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    cpu = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
    done = subprocess.CompletedProcess(command, process.returncode, said, complained)
    return done, Run(cpu=cpu, wall=end - begin)


def end_group(process):
    """Ends a process and its children: a launcher's child is the program."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def run_ours(program, case_file, result, settings=(), limit=300.0, outlet="column.outlet"):
    command = [str(program), "run", str(case_file), "-o", str(result), "--json"]
    for setting in settings:
        command += ["--set", setting]
    done, run = timed_process(command, limit)
    if done is None:
        return run
    if done.returncode not in (0, 1):
        return dataclasses.replace(run, failure=done.stderr.strip()[-600:])
    report = json.loads(done.stdout)["solver"]
    run.solver, run.steps = report["wall_time_s"] - report["recording_time_s"], report["steps"]
    with h5py.File(result) as f:
        run.times = f["time"][:]
        # Before the first drop leaves there is no flow and no concentration; column 0 is water.
        run.outlet = numpy.nan_to_num(f[f"streams/{outlet}/concentration"][:, 1:])
    pathlib.Path(result).unlink()
    return run


@dataclasses.dataclass
class Reference:
    """A file that random_columns.py wrote: a problem, a mesh of ours that is fine enough for it, and the peer's outlet."""
    problem: Problem
    mesh: dict
    times: numpy.ndarray
    outlet: numpy.ndarray


def read_reference(file):
    lines = file.read_text().splitlines()
    head = dict(line[2:].split(": ", 1) for line in lines if line.startswith(("# problem: ", "# mesh: ")))
    problem = Problem(**json.loads(head["problem"]))
    problem.sections = [Section(**section) for section in problem.sections]
    table = numpy.array([[float(x) for x in line.split(",")] for line in lines if line[0].isdigit()])
    return Reference(problem, json.loads(head["mesh"]), table[:, 0], table[:, 1:])


def beside_reference(program, reference, folder, limit=60.0):
    """(largest difference of our outlet over the feed, where that is). Our default tolerances."""
    problem, case_file = reference.problem, pathlib.Path(folder) / "case.yaml"
    case_file.write_text(case(problem, reference.mesh))
    run = run_ours(program, case_file, pathlib.Path(folder) / "result.h5", limit=limit)
    if run.failure:
        return float("inf"), run.failure
    rows = numpy.searchsorted(run.times, reference.times - 1e-3 * problem.every)
    if not numpy.allclose(run.times[rows], reference.times, rtol=1e-6):
        return float("inf"), "the times of the reference are no output times of the run"
    apart = abs(run.outlet[rows] - reference.outlet) / problem.feed()
    k, i = numpy.unravel_index(apart.argmax(), apart.shape)
    return float(apart[k, i]), (f"{problem.name}, {problem.model}, {problem.law}: {problem.components[i]} at {reference.times[k]:g} s is "
                                f"{run.outlet[rows][k, i]:.6g}, reference {reference.outlet[k, i]:.6g} mol/m3")
