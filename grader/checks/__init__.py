"""Kinds of checks: one file each, named as in a description's `checks:`.

Comparisons are written under `compare:`; the others (`raises`) have a key of their own.
"""

from grader.checks._comparison import Comparison
from grader.checks._contract import ROUNDS_CAP, Check, Conditions, Expected, Need, Reference, real
from grader.checks._rounds import judged

__all__ = ["ROUNDS_CAP", "Check", "Comparison", "Conditions", "Expected", "Need", "Reference", "judged", "real"]
