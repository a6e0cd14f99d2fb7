"""How the kinds of checks judge answers whose verdict is known: right ones, wrong ones, and those they forgive."""

from collections.abc import Mapping
from typing import Final

from bench.verdicts import calculus, equations, functions, matrices, samples, values, vectors
from bench.verdicts.records import Trial

TRIALS: Final[tuple[Trial, ...]] = (
    *values.TRIALS,
    *vectors.TRIALS,
    *matrices.TRIALS,
    *equations.TRIALS,
    *functions.TRIALS,
    *calculus.TRIALS,
    *samples.TRIALS,
)
LEFT_OUT: Final[Mapping[str, str]] = {}
"""Kinds without trials, and why they have none."""
