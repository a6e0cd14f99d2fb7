"""Reads notebooks without Jupyter: a file's bytes to cells, and cells to Python that can be run. Standard library alone."""

from grader.notebooks.code import Code, code_of
from grader.notebooks.reading import FILE_CAP, Cell, Kind, NotANotebook, Notebook, read

__all__ = ["FILE_CAP", "Cell", "Code", "Kind", "NotANotebook", "Notebook", "code_of", "read"]
