"""Proves an exercise before a student sees it: one file for what is proved, and the machinery to run it side by side.

::

    exercise -> parts -> workers: facts (plain JSON) -> lines: proved, a warning, or refuted
"""

from grader.authoring.verification._contract import Facts, Line, Part, Proof, Status, Verified

__all__ = ["Facts", "Line", "Part", "Proof", "Status", "Verified"]
