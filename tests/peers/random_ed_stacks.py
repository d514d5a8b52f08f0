#!/usr/bin/python3
"""Random electrodialysis stacks (1-D, one salt) solved by WaterTAP and by us on the same grid, with its simplifications switched on in ours.

    tests/peers/random_ed_stacks.py --peer DIR [--build DIR] [--write CSV] [--number 50] [--limit SECONDS] [--refine SEED...]

--peer is the environment of the peer (WaterTAP 1.8.0, ipopt beside its interpreter). Writes inputs and the peer's results; prints who failed,
times and the largest differences; --refine also solves these stacks on the grid refined four times by both, which tells what is grid.
Takes about ten seconds a stack, most of them for the peer to be imported.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import ed_stack

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SAME = 1e-3  # what the project asks of itself beside a peer
FINER = 4


@dataclasses.dataclass
class Answer:
    outcome: str  # "solved", how with help, or why not
    results: dict = dataclasses.field(default_factory=dict)
    first: float = float("nan")  # s, to initialise and solve, without the building of the model
    again: float = float("nan")  # s, to solve again from the solution
    charge: float = 0.0          # what the peer's diluate lacks in neutrality
    failed: str = ""             # what the peer says where it needed help or found nothing


def solve_by_peer(peer, stack, limit):
    try:
        done = subprocess.run([peer / "bin" / "python", HERE / "ed_stack_by_watertap.py"], input=json.dumps(dataclasses.asdict(stack)), text=True,
                              capture_output=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return Answer(f"not through in {limit:.0f} s")
    if done.returncode != 0:
        return Answer(f"ends with status {done.returncode}: {(done.stderr.splitlines() or [''])[-1][:80]}")
    return Answer(**json.loads(done.stdout))


def solve_by_us(program, stack, folder, limit):
    case, result = folder / "case.yaml", folder / "result.h5"
    case.write_text(ed_stack.case(stack))
    begin = time.perf_counter()
    try:
        done = subprocess.run([program, "run", case, "-o", result], text=True, capture_output=True, timeout=limit,
                              env={**os.environ, "BRINEFLOW_MODELS": str(ROOT / "models")})
    except subprocess.TimeoutExpired:
        return Answer(f"not through in {limit:.0f} s")
    first = time.perf_counter() - begin
    if done.returncode != 0:
        return Answer(f"status {done.returncode}: {done.stderr.splitlines()[0]}", first=first)
    return Answer("solved", ed_stack.read_result(result, stack), first)


def largest(stack, ours, peer):
    """(difference, of what)"""
    if not ours.results or not peer.results:
        return float("nan"), "-"
    found = ed_stack.differences(stack, ours.results, peer.results)
    worst = max(found, key=found.get)
    return found[worst], worst


def head():
    return ("# Random electrodialysis stacks (1-D, one salt, backward differences on `cells` equal elements) solved by WaterTAP 1.8.0 with ipopt 3.11.9;\n"
            "# written by tests/peers/random_ed_stacks.py, inputs and results as tests/peers/ed_stack.py explains them. SI; salt as mol/s of charge.\n"
            + ",".join([f.name for f in dataclasses.fields(ed_stack.Stack)] + ["peer"] + ["peer_" + key for key in ed_stack.RESULTS]) + "\n")


def row(stack, peer):
    cells = [*dataclasses.astuple(stack), peer.outcome.replace(",", ";"), *(peer.results.get(key, "") for key in ed_stack.RESULTS)]
    return ",".join(x if isinstance(x, str) else repr(x) for x in cells) + "\n"


def show_grid(stack, ours, peer, options, folder):
    finer = dataclasses.replace(stack, cells=FINER * stack.cells)
    fine_ours, fine_peer = solve_by_us(options.build / "brineflow", finer, folder, options.limit), solve_by_peer(options.peer, finer, options.limit)
    print(f"    {finer.cells} cells: peer {fine_peer.outcome}, ours {fine_ours.outcome}; apart {largest(stack, fine_ours, fine_peer)[0]:.1e}; "
          f"{stack.cells} to {finer.cells} cells: peer {largest(stack, peer, fine_peer)[0]:.1e}, ours {largest(stack, ours, fine_ours)[0]:.1e} "
          f"({largest(stack, ours, fine_ours)[1]})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--number", type=int, default=50)
    parser.add_argument("--limit", type=float, default=120.0)
    parser.add_argument("--refine", type=int, nargs="*", default=[], metavar="SEED")
    options = parser.parse_args()
    lines, both, first, again, our_times, helped = [head()], [], [], [], [], []
    failed = {"peer": [], "ours": []}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.number):
            stack = ed_stack.draw(seed)
            ours = solve_by_us(options.build / "brineflow", stack, pathlib.Path(folder), options.limit)
            peer = solve_by_peer(options.peer, stack, options.limit)
            lines.append(row(stack, peer))
            our_times.append(ours.first)
            for who, answer in (("peer", peer), ("ours", ours)):
                if not answer.results:
                    failed[who].append(seed)
            apart, what = largest(stack, ours, peer)
            if peer.outcome == "solved":
                first.append(peer.first)
                again.append(peer.again)
            elif peer.results:
                helped.append(seed)
            if peer.results and ours.results:
                both.append(apart)
            print(f"{seed} {stack.cation[:-1]}{stack.anion[:-1]} {stack.layers} {stack.given} {stack.cells}: peer {peer.outcome}{f' ({peer.failed})' if peer.failed else ''}, "
                  f"ours {ours.outcome}; apart {apart:.1e} ({what}), peer's charge {peer.charge:.0e}; {peer.first:.2f} s, {peer.again:.2f} s, {ours.first:.3f} s", flush=True)
            if seed in options.refine:
                show_grid(stack, ours, peer, options, pathlib.Path(folder))
            if options.write:
                options.write.write_text("".join(lines))  # what is solved stays if the rest is not
    print(f"peer solved {len(first)} of {options.number}, with help {helped}, failed on {failed['peer']}; ours {options.number - len(failed['ours'])}, failed on {failed['ours']}; "
          f"both {len(both)}, of which {sum(d <= SAME for d in both)} within {SAME:g}, largest difference {max(both, default=0):.1e}, "
          f"median {statistics.median(both) if both else 0:.1e}")
    if first:
        print(f"medians: peer initialises and solves in {statistics.median(first):.2f} s, solves again in {statistics.median(again):.2f} s; "
              f"our program runs to the steady state in {statistics.median(our_times):.3f} s")
    return 1 if failed["ours"] or any(d > SAME for d in both) else 0


if __name__ == "__main__":
    sys.exit(main())
