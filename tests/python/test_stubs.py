"""The type stub names what the module has, and nothing else; its parameters are those of the functions."""

import ast
import pathlib
import re
import unittest

import brineflow

folder = pathlib.Path(brineflow.__file__).parent
stub = ast.parse((folder / "__init__.pyi").read_text())


def public(names):
    return {name for name in names if not name.startswith("_")}


def operators(cls):
    """Of those a class may have by itself, the ones that a stub names."""
    return {name for name in ["__getitem__", "__setitem__", "__contains__"] if name in vars(cls)}


def members(cls):
    if issubclass(cls, tuple):
        return set(cls._fields)
    if issubclass(cls, Exception):
        return {"findings"} if cls is brineflow.InputError else set()
    return public(vars(cls)) | operators(cls)


def declared(cls):
    names = set()
    for item in cls.body:
        if isinstance(item, ast.FunctionDef):
            names.add(item.name)
        elif isinstance(item, ast.AnnAssign):
            names.add(item.target.id)
    return names


def parameters_of_stub(function):
    return [a.arg for a in function.args.args + function.args.kwonlyargs if a.arg != "self"]


def parameters_of_module(function):
    """From the first line of what pybind11 writes: name(path: str, *, workers: int = 0) -> ..."""
    line = function.__doc__.splitlines()[0]
    inside = line[line.index("(") + 1:line.rindex(") ->")]
    return [name for name in re.findall(r"(?:^|, )(\w+): ", inside) if name != "self"]


class Stubs(unittest.TestCase):
    classes = {item.name: item for item in stub.body if isinstance(item, ast.ClassDef)}
    functions = {item.name: item for item in stub.body if isinstance(item, ast.FunctionDef)}

    def test_the_package_is_marked_as_typed(self):
        self.assertTrue((folder / "py.typed").is_file())

    def test_names_of_the_module(self):
        self.assertEqual(set(self.classes) | set(self.functions), set(brineflow.__all__))
        self.assertEqual(public(vars(brineflow)), set(brineflow.__all__))

    def test_members_of_classes(self):
        for name, item in self.classes.items():
            with self.subTest(name):
                self.assertEqual(declared(item), members(getattr(brineflow, name)))

    def test_bases(self):
        for name, item in self.classes.items():
            with self.subTest(name):
                for base in public(b.id for b in item.bases):
                    self.assertIn(base, [b.__name__ for b in getattr(brineflow, name).__mro__] + ["NamedTuple"])

    def test_parameters(self):
        compared = 0
        for name, function in self.functions.items():
            with self.subTest(name):
                self.assertEqual(parameters_of_stub(function), parameters_of_module(getattr(brineflow, name)))
                compared += 1
        for name, item in self.classes.items():
            for function in item.body:
                if isinstance(function, ast.FunctionDef) and not function.decorator_list:
                    with self.subTest(f"{name}.{function.name}"):
                        self.assertEqual(parameters_of_stub(function), parameters_of_module(getattr(getattr(brineflow, name), function.name)))
                        compared += 1
        self.assertGreater(compared, 15)

    def test_everything_says_what_it_is(self):
        for name in self.functions:
            self.assertGreater(len(getattr(brineflow, name).__doc__.splitlines()), 2, name)


if __name__ == "__main__":
    unittest.main()
