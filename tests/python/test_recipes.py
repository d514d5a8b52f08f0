"""The scripts of docs/recipes run, and what they print is what it should be."""

import importlib.util
import pathlib
import re
import subprocess
import sys
import unittest

FOLDER = pathlib.Path("docs/recipes")


def is_installed(name):
    return importlib.util.find_spec(name) is not None


scipy = is_installed("scipy")


def prints(name):
    done = subprocess.run([sys.executable, FOLDER / name], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"{name} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def numbers(text):
    return [float(n) for n in re.findall(r"(?<![\w.])-?\d+\.?\d*(?:e-?\d+)?", text)]


class Recipes(unittest.TestCase):
    tried = set()

    def run_recipe(self, name):
        self.tried.add(name)
        for package in ["scipy", "SALib"]:  # SALib is no Debian package: tools/test_wheel runs its recipe
            if f"from {package}" in (FOLDER / name).read_text() and not is_installed(package):
                self.skipTest(f"{package} is not installed")
        return prints(name)

    def test_1_sweep_in_a_loop(self):
        lines = self.run_recipe("sweep_in_a_loop.py").splitlines()
        table = [numbers(line) for line in lines[1:5]]
        self.assertEqual([row[0] for row in table], [2.0, 3.0, 4.0, 5.0])
        self.assertEqual(lines[5], f"highest recovery: {max(row[1] for row in table):.3f} at {max(table, key=lambda row: row[1])[0]} m")

    def test_2_fit(self):
        q_max, rate, spread = self.run_recipe("fit_with_scipy.py").splitlines()
        # What the package and the case hold, which was fitted to the same data with other programs: within the standard errors of 5.8 and 8.3 %.
        self.assertAlmostEqual(numbers(q_max)[0], 768.6, delta=0.058 * 768.6)
        self.assertAlmostEqual(numbers(rate)[0], 1.0e-4, delta=0.083e-4)
        self.assertAlmostEqual(numbers(spread)[0], 0.057, delta=0.002)  # an output of ours

    def test_3_optimum(self):
        load, elute, water, recovery, _ = numbers(self.run_recipe("optimise_with_scipy.py"))
        self.assertAlmostEqual(recovery, 0.85, delta=2e-3)  # the least water is had at the bound
        self.assertGreater(water, 0.0)
        self.assertTrue(0.5 < load < 12.0 and 0.5 < elute < 12.0)

    def test_4_sobol_indices(self):
        self.check_indices("sobol_indices.py")

    def test_4_sobol_indices_of_salib(self):
        self.check_indices("sobol_with_salib.py")

    def check_indices(self, name):
        lines = self.run_recipe(name).splitlines()
        table = {line.split()[0]: [float(word) for word in line.split()[1:]] for line in lines[1:]}
        self.assertEqual(len(table), 3)
        # With 32 points an index is uncertain by some 0.2.
        self.assertAlmostEqual(sum(row[0] for row in table.values()), 1.0, delta=0.3)
        self.assertGreater(table["units.lake.flow"][1], table["units.column.peclet_number"][1])

    @unittest.skipUnless(scipy, "scipy is not installed")
    def test_5_the_estimator_finds_indices_that_are_known(self):
        specification = importlib.util.spec_from_file_location("sobol_indices", FOLDER / "sobol_indices.py")
        recipe = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(recipe)
        # f = x + 2 y + 3 x' y' with x', y' of mean 0: variances 1/12, 4/12 and 9/144.
        first, total = recipe.sobol_indices(lambda p: p[0] + 2.0 * p[1] + 3.0 * (p[0] - 0.5) * (p[1] - 0.5), 2, 4096)
        all_of_it = 1 / 12 + 4 / 12 + 9 / 144
        for found, exact in zip([*first, *total], [1 / 12, 4 / 12, 1 / 12 + 9 / 144, 4 / 12 + 9 / 144]):
            self.assertAlmostEqual(found, exact / all_of_it, delta=0.01)  # the error of 4096 points of a scrambled sequence

    def test_6_every_recipe_is_tried_and_listed(self):
        names = {path.name for path in FOLDER.glob("*.py")}
        self.assertEqual(self.tried, names)
        listed = set(re.findall(r"^\| `(\w+\.py)`", (FOLDER / "README.md").read_text(), re.M))
        self.assertEqual(listed, names)


if __name__ == "__main__":
    unittest.main()
