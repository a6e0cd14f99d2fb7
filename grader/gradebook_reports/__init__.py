"""Formats of the gradebook: one file each, whose name is the one on the command line (`grade report --format csv`)."""

from grader.gradebook_reports._contract import GradebookRenderer

__all__ = ["GradebookRenderer"]
