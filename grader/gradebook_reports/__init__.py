"""Formats of the gradebook: one file each, whose name is the one on the command line (`grade report --format csv`)."""

from grader.gradebook_reports._contract import GradebookRenderer, Options
from grader.gradebook_reports._parts import Part, part_of

__all__ = ["GradebookRenderer", "Options", "Part", "part_of"]
