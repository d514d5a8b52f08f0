#!/usr/bin/python3
"""Random electrodialysis stacks come out as in WaterTAP, on its grid: four kinds of potentials, given current or voltage, seven salts.

tests/reference/electrodialysis/watertap_random_stacks.csv holds inputs and what the peer found; tests/peers/random_ed_stacks.py wrote it.
"""
import sys
import unittest

import program
from program import ROOT, ProgramTest

sys.path.insert(0, str(ROOT / "tests" / "peers"))
import ed_stack  # noqa: E402

REFERENCES = list(ed_stack.read_references(ROOT / "tests" / "reference" / "electrodialysis" / "watertap_random_stacks.csv"))
# What was asked for is 1e-3. The two solve the same equations but for our trace of 1e-4 mol/m3, which is 1e-5 in stack 29 (docs/validation/membranes.md).
LIMIT = 2e-5


class RandomStacks(ProgramTest):
    def run_stack(self, stack):
        case, result = self.folder / f"{stack.seed}.yaml", self.folder / f"{stack.seed}.h5"
        case.write_text(ed_stack.case(stack))
        self.succeeds("run", case, "-o", result)
        return ed_stack.read_result(result, stack)

    def test_all_kinds_are_there(self):
        solved = [stack for stack, _, results in REFERENCES if results]
        self.assertEqual(len(REFERENCES), 50)
        self.assertGreaterEqual(len(solved), 45)
        self.assertEqual({(s.layers, s.given) for s in solved}, {(layers, given) for layers in ed_stack.LAYERS for given in ("current", "voltage")})
        self.assertEqual({s.friction for s in solved}, {"none", "gradient", "friction_factor", "gurreri", "kuroda"})

    def test_stacks_are_those_of_the_peer(self):
        """And where the peer fails, ours runs all the same."""
        for stack, outcome, expected in REFERENCES:
            with self.subTest(f"stack {stack.seed}, peer {outcome}"):
                found = self.run_stack(stack)
                if expected:
                    apart = ed_stack.differences(stack, found, expected)
                    worst = max(apart, key=apart.get)
                    self.assertLess(apart[worst], LIMIT, f"{worst}: ours {found[worst]:.9g}, peer's {expected[worst]:.9g}; all: {apart}")
                # Nothing is lost between the channels.
                for key in ("water", "salt"):
                    fed = getattr(stack, f"diluate_{key}") + getattr(stack, f"concentrate_{key}")
                    self.assertLess(abs((found[f"diluate_{key}"] + found[f"concentrate_{key}"]) / fed - 1.0), 1e-6, key)


if __name__ == "__main__":
    program.main()
