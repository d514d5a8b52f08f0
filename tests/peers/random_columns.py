#!/usr/bin/python3
"""Random column problems solved by CADET-Core and by us, each refined until it agrees with itself, then compared.

    tests/peers/random_columns.py --peer DIR [--output DIR] [--table FILE] [SEED...]

--peer is the folder that holds cadet-cli. A problem is known by its seed (random_column_problems.py), 0 to 29 without any. Each
program halves its mesh until two successive outlets differ by less than 2e-4 of the feed everywhere; the peer goes on with finite
volumes where its Galerkin scheme does not get through. --output writes the peer's outlet at some forty times, with the problem,
one CSV a problem: tests/app/test_random_columns.py holds us to those without the peer. --table writes the table of
docs/validation/columns.md. Takes tens of minutes.
"""
import argparse
import dataclasses
import json
import pathlib
import sys
import tempfile

import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cadet  # noqa: E402
import column_problem  # noqa: E402
from random_column_problems import random_problem  # noqa: E402

OWN_LIMIT, LIMIT = 2e-4, 1e-3  # of the feed: two meshes of one program; two programs
TIMES = 40                     # of a reference


@dataclasses.dataclass
class Refined:
    """A program's answer to a problem."""
    run: column_problem.Run = None
    mesh: str = ""
    change: float = float("nan")  # from the mesh before, over the feed
    converged: bool = False
    failures: list = dataclasses.field(default_factory=list)
    runs: list = dataclasses.field(default_factory=list)  # (mesh, run) of all that got through


def difference(problem, a, b):
    return float(abs((a.outlet - b.outlet) / problem.feed()).max())


def refine(problem, meshes, solve, answer):
    """Continues `answer` through the meshes; stops when two agree, or after two failures on end."""
    before, failed = None, 0
    for mesh in meshes:
        run = solve(mesh)
        if not run.failure and not numpy.isfinite(run.outlet).all():
            run.failure = "the outlet is no number"
        if run.failure:
            answer.failures.append(f"{mesh}: {run.failure.splitlines()[-1][:100]}")
            failed += 1
            if failed == 2:
                return
            continue
        failed = 0
        answer.runs.append((mesh, run))
        answer.run, answer.mesh = run, str(mesh)
        if before is not None:
            answer.change = difference(problem, run, before)
            if answer.change < OWN_LIMIT:
                answer.converged = True
                return
        before = run


def solve_by_peer(problem, program, folder, longest):
    radial = problem.model == "general_rate"
    # Its Galerkin scheme hangs with the analytic Jacobian of the laws with a driving force, in most cases; its automatic one
    # takes no more than 80 directions, too few for many components.
    by_driving_force = problem.law not in ("linear", "mass_action_langmuir")

    def solve(mesh):
        limit = min(20.0, longest) if mesh.degree and mesh.elements <= 16 else longest
        automatic = by_driving_force and mesh.degree
        # Finite volumes of Freundlich's law stall with the modified Newton iteration and get through with the plain one.
        for modified, analytic in [(bool(mesh.degree), not automatic), (not mesh.degree, not automatic)] + ([(True, True)] if automatic else []):
            run = cadet.run(program, problem, mesh, cadet.Settings(1e-8, 1e-7, modified, analytic), folder, limit)
            if not run.failure:
                break
        return run

    answer = Refined()
    galerkin = [cadet.Mesh(4, 8 * 2**k, (4 + k) if radial else 0) for k in range(6)]
    refine(problem, galerkin, solve, answer)
    if not answer.converged:
        volumes = [cadet.Mesh(0, 50 * 2**k, 10 * 2**min(k, 2)) for k in range(4)] if radial else [cadet.Mesh(0, 100 * 2**k) for k in range(5)]
        refine(problem, volumes, solve, answer)
    return answer


def our_mesh(problem, k):
    mesh = {"degree": 4, "elements": 8 * 2**k}
    return mesh | {"radial_nodes": 4 + k} if problem.model == "general_rate" else mesh


def solve_by_us(problem, program, folder, longest):
    def solve(mesh):
        file = folder / "case.yaml"
        file.write_text(column_problem.case(problem, json.loads(mesh), 1e-7))
        return column_problem.run_ours(program, file, folder / "ours.h5", (), longest)

    answer = Refined()
    refine(problem, [json.dumps(our_mesh(problem, k)) for k in range(6)], solve, answer)
    return answer


def telling_rows(problem, outlet):
    """Rows at equal distances along the curves of all components, so that fronts get most."""
    shares = outlet / problem.feed()
    way = numpy.concatenate([[0.0], numpy.cumsum(abs(numpy.diff(shares, axis=0)).max(axis=1) + 0.2 / len(shares))])
    rows = numpy.searchsorted(way, numpy.linspace(0.0, way[-1], TIMES))
    return numpy.unique(numpy.minimum(rows, len(way) - 1))


def write_reference(file, problem, peer, coarsest):
    """coarsest: our mesh that is good enough for a test."""
    lines = [f"# Outlet of a random column problem ({problem.name}; made-up numbers). Source: CADET-Core 5.1.1, {peer.mesh}, relative tolerance",
             f"# 1e-7, which differs from its next coarser mesh by {peer.change:.1e} of the feed. Written by tests/peers/random_columns.py.",
             f"# problem: {json.dumps(dataclasses.asdict(problem))}", f"# mesh: {coarsest}",
             "time [s]," + ",".join(f"c_{name} [mol/m3]" for name in problem.components)]
    for row in telling_rows(problem, peer.run.outlet):
        values = [0.0 if abs(x) < 1e-12 else x for x in peer.run.outlet[row]]
        lines.append(f"{peer.run.times[row]:.8g}," + ",".join(f"{x:.7g}" for x in values))
    file.write_text("\n".join(lines) + "\n")


def short(mesh):
    """Our mesh as the table has it."""
    m = json.loads(mesh)
    return f"P{m['degree']} x {m['elements']}" + (f", {m['radial_nodes']} nodes" if "radial_nodes" in m else "")


def outcome(answer, name):
    """What the table says of a program."""
    if answer.converged:
        return f"{name(answer.mesh)} ({answer.change:.0e})"
    said = f"not converged: {name(answer.mesh)} ({answer.change:.0e})" if answer.run else "failed"
    return said


def compare(seed, options, folder):
    """(row of the table, whether all is well, notes)"""
    problem = random_problem(seed)
    ours = solve_by_us(problem, options.build / "brineflow", folder, options.limit)
    peer = solve_by_peer(problem, options.peer / "cadet-cli", folder, options.limit)
    found, well = "", ours.converged and not ours.failures
    if ours.run and peer.run:
        apart = difference(problem, ours.run, peer.run)
        found, well = f"{apart:.1e}", well and (apart <= LIMIT or not peer.converged)
    if peer.converged and ours.converged:
        enough = next(mesh for mesh, run in ours.runs if difference(problem, run, peer.run) <= LIMIT / 2 or run is ours.run)
        if options.output:
            write_reference(options.output / f"{seed:02d}.csv", problem, peer, enough)
    peclet = problem.sections[0].velocity * problem.length / problem.axial_dispersion
    row = (f"| {seed} | {problem.model} | {problem.law} | {len(problem.components)} | {peclet:.0f} | {outcome(ours, short)} | "
           f"{ours.run.solver_cpu() if ours.run else float('nan'):.2f} | {outcome(peer, str)} | "
           f"{peer.run.solver_cpu() if peer.run else float('nan'):.2f} | {found} |")
    notes = [f"{seed}, {who}: {failure}" for who, answer in (("ours", ours), ("CADET", peer)) for failure in answer.failures]
    return row, well, notes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("seeds", type=int, nargs="*", default=list(range(30)))
    parser.add_argument("--limit", type=float, default=120.0, help="seconds after which a run has failed; its coarse Galerkin ones after 20")
    parser.add_argument("--output", type=pathlib.Path, help="folder for the references")
    parser.add_argument("--table", type=pathlib.Path)
    options = parser.parse_args()
    lines = ["| seed | model | law | components | Péclet | ours (change from the mesh before) | s | CADET (change) | s | difference |",
             "|---|---|---|---|---|---|---|---|---|---|"]
    failures, bad = [], []
    with tempfile.TemporaryDirectory() as folder:
        for seed in options.seeds:
            row, well, notes = compare(seed, options, pathlib.Path(folder))
            print(row, *notes, sep="\n", flush=True)
            lines.append(row)
            failures += notes
            if not well:
                bad.append(seed)
    if options.table:
        options.table.write_text("\n".join(lines + [""] + [f"- {note}" for note in failures]) + "\n")
    if bad:
        sys.exit(f"ours fails or disagrees on {bad}")


if __name__ == "__main__":
    main()
