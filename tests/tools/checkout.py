"""A small checkout in a temporary folder, right in every way, for tests to break in one place."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

repository = Path(__file__).resolve().parents[2]
layers = ["base", "input", "numerics", "physics", "units", "flowsheet", "solve", "record", "study", "app"]
beside_app = "python"  # stands on study as app does


class CheckoutTest(unittest.TestCase):
    tool = ""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="brine flow ")  # a space, on purpose
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("CMakeLists.txt", f"foreach(layer IN ITEMS {' '.join(layers)})\n  add_subdirectory(src/${{layer}})\nendforeach()\n")
        previous = ""
        for layer in layers:
            self.write(f"src/{layer}/{layer}.hpp", "#pragma once\n#include <vector>\n")
            self.write(f"src/{layer}/{layer}.cpp", f'#include "{layer}/{layer}.hpp"\n' + (f'#include "{previous}/{previous}.hpp"\n' if previous else ""))
            self.write(f"src/{layer}/CMakeLists.txt", f"brineflow_layer({layer}\n  SOURCES {layer}.cpp\n  LINKS brineflow_{previous or 'jet'})\n")
            previous = layer
        self.write(f"src/{beside_app}/module.cpp", '#include "study/study.hpp"\n')
        self.write(f"src/{beside_app}/CMakeLists.txt", "pybind11_add_module(brineflow_python\n  module.cpp)\ntarget_link_libraries(brineflow_python brineflow_study)\n")
        self.write("include/brineflow/brineflow.hpp", '#include <string>\n')

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def append(self, name, text):
        self.write(name, (self.root / name).read_text(encoding="utf-8") + text)

    def check(self):
        done = subprocess.run([sys.executable, repository / "tools" / self.tool, "--root", self.root], capture_output=True, text=True)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout.splitlines()

    def assert_clean(self):
        status, lines = self.check()
        self.assertEqual(status, 0, lines)

    def assert_only(self, place, words):
        """Exactly one finding, at this file:line, with these words in it."""
        status, lines = self.check()
        self.assertEqual((status, len(lines)), (1, 1), lines)
        self.assertTrue(lines[0].startswith(place + ": "), lines)
        self.assertIn(words, lines[0])
