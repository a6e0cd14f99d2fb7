"""Kinds of inputs: one file each, named as in a description's `inputs:`."""

from grader.generators._contract import Draw, Generator

__all__ = ["Draw", "Generator"]
