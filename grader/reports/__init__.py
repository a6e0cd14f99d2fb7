"""A report as something to read: one file a format, named as on the command line."""

from grader.reports._contract import Renderer

__all__ = ["Renderer"]
