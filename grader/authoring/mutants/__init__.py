"""Wrong variants of a right solution, made through its syntax tree: one file for each group of families.

Text in, mutants out: nothing is run here.
"""

from grader.authoring.mutants._contract import Mutant, Shapes
from grader.authoring.mutants._engine import families, mutants

__all__ = ["Mutant", "Shapes", "families", "mutants"]
