#!/usr/bin/python3
"""Random packed columns come out as in CADET-Core: three models, five laws, one to five components, Peclet 20 to 2000.

tests/reference/columns/random/ holds its converged outlets, with each problem in the head of its file; tests/peers/random_columns.py
wrote them. The mesh named there is the coarsest that was within half of the limit.
"""
import sys
import unittest

import program
from program import ROOT, ProgramTest

sys.path.insert(0, str(ROOT / "tests" / "peers"))
import column_problem  # noqa: E402

FILES = sorted((ROOT / "tests" / "reference" / "columns" / "random").glob("*.csv"))
LIMIT = 1e-3  # of the feed: what the project asks of itself beside a peer; the references are sure to 2e-4


class RandomColumns(ProgramTest):
    def test_all_models_and_laws_are_there(self):
        problems = [column_problem.read_reference(file).problem for file in FILES]
        self.assertEqual({p.model for p in problems}, {"lumped", "lumped_with_pores", "general_rate"})
        self.assertEqual(len({p.law for p in problems}), 5)
        self.assertEqual({len(p.components) for p in problems}, {1, 2, 3, 4, 5})

    def test_outlets_are_those_of_the_peer(self):
        for file in FILES:
            with self.subTest(file.name):
                apart, where = column_problem.beside_reference(program.program, column_problem.read_reference(file), self.folder)
                self.assertLess(apart, LIMIT, where)


if __name__ == "__main__":
    program.main()
