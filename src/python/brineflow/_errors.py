"""What can go wrong, by whose fault it is. In Python, so that exceptions can be pickled: they come back from processes of a pool."""
from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that is wrong with the input. Line and column count from 1; line 0: the file as a whole."""
    file: str
    line: int
    column: int
    message: str
    hint: str


class Error(Exception):
    """Of everything brineflow raises. str() is what the command line prints."""


class InputError(Error):
    """The input is wrong. `findings`: everything that is, each with its place; empty where it is a sentence without one."""

    def __init__(self, text="", findings=()):
        super().__init__(text, list(findings))
        self.findings = [Finding(*one) for one in findings]

    def __str__(self):
        return self.args[0]


class SolverError(Error):
    """The solver cannot go on: the text says when, where and what to try."""


class StorageError(Error):
    """A file cannot be written or read."""


class InternalError(Error):
    """A fault of brineflow."""
