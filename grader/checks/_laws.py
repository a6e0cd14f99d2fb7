"""The laws that draws can be tested against: one with a distribution function, one on 0 … k − 1, and one event."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from grader.checks import _levels, _statistics
from grader.checks._arrays import widened
from grader.checks._comparison import wrong
from grader.checks._contract import evaluate, real, reals
from grader.checks._statistics import Aspect, Floats
from grader.errors import JudgeError
from grader.model import Case, Outcome
from grader.sandbox.expressions import Expression
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

_ROUNDING: Final = 1e-9
"""How far a distribution function may leave 0 to 1 by rounding, and a sum of probabilities 1."""
_TAILS_NEED: Final = 100
"""Fewest draws for Anderson and Darling's test, whose limit is that of many."""
LEAST_EXPECTED: Final = 10
"""Outcomes that expect fewer draws share a cell."""


def normal_distribution(x: object) -> Floats:
    """Return the distribution function of N(0, 1) at every entry; formulas know it as `Phi`."""
    points = np.asarray(x, np.float64)
    flat = [math.erfc(-point / math.sqrt(2)) / 2 for point in points.ravel().tolist()]
    return np.array(flat, np.float64).reshape(points.shape)


PHI: Final[Mapping[str, Callable[[object], Floats]]] = {"Phi": normal_distribution}


class Law(ABC):
    """A law, and the tests of draws from it."""

    @abstractmethod
    def tests(self) -> int:
        """Return how many tests one sample takes."""

    @abstractmethod
    def limits(self, case: Case, n: int, level: float, random: "np.random.Generator") -> Mapping[str, Value]:
        """Return what n draws are judged by, each test at a level.

        Parameters
        ----------
        case, n, level : Case, int, float
            what is tested, and how severely.
        random : numpy.random.Generator
            for laws whose limits need random numbers.
        """

    @abstractmethod
    def tested(self, draws: Floats, limits: Mapping[str, Any], case: Case) -> Outcome:
        """Judge a sample."""

    @abstractmethod
    def wanted(self) -> str:
        """Return the law in words."""

    def coincidence(self, case: Case, n: int) -> float:
        """Return how probably n right draws are all the same, or equal n others, at most."""
        return 0.0


@dataclass(frozen=True)
class Continuous(Law):
    """Draws with a continuous distribution function.

    Attributes
    ----------
    cdf : Expression
        it, at `x`.
    tails : bool
        whether Anderson and Darling's test takes the place of Kolmogorov and Smirnov's.
    independent : bool
        whether neighbours, and draws half a sample apart, are tested too.
    """

    cdf: Expression
    tails: bool = False
    independent: bool = False

    def tests(self) -> int:
        """Return 3, or 7."""
        return 3 + 4 * self.independent

    def limits(self, case: Case, n: int, level: float, random: "np.random.Generator") -> Mapping[str, Value]:
        """Return the limits of all tests."""
        if self.tails and n < _TAILS_NEED:
            raise JudgeError(
                f"Anderson and Darling's test needs at least {_TAILS_NEED} draws, and there are {n}: use ks"
            )
        low, high = _levels.squares_limits(n, level)
        normal = _levels.normal_limit(level)
        gap = _levels.tail_limit(level) if self.tails else _levels.gap_limit(n, level)
        return {"gap": gap, "mean": normal / math.sqrt(n), "low": low, "high": high, "normal": normal}

    def tested(self, draws: Floats, limits: Mapping[str, Any], case: Case) -> Outcome:
        """Transform the draws to uniform and to normal ones, and test these."""
        u = reals(self.cdf, case, x=draws, **PHI)
        if u.shape != draws.shape:
            raise JudgeError(f"{self.cdf.text!r} does not give one number for every x")
        outside = ~((u >= -_ROUNDING) & (u <= 1 + _ROUNDING))
        if outside.any():
            draw = np.min(draws[outside])
            return wrong(f"the draw {draw:.6g} lies outside the range of the distribution", aspect="range")
        u = np.clip(u, 0, 1)
        outcome = self._shape(draws, u, limits)
        return self._scores(u, limits) if outcome.accepted else outcome

    def _shape(self, draws: Floats, u: Floats, limits: Mapping[str, Any]) -> Outcome:
        order = np.argsort(u, kind="stable")
        gaps = _statistics.gaps(u[order])
        worst = int(np.argmax(gaps))
        found = float(_statistics.tails(u[order]) if self.tails else gaps[worst])
        if found <= limits["gap"]:
            return Outcome()
        at = order[worst]
        share = f"{100 * (worst + 1) / len(u):.1f} % of the draws lie at or below {draws[at]:.4g}"
        return wrong(f"{share}, expected {100 * u[at]:.1f} %", found, limits["gap"], aspect=Aspect.GAP)

    def _scores(self, u: Floats, limits: Mapping[str, Any]) -> Outcome:
        w = _statistics.scores(u)
        mean, spread = float(w.mean()), float(w @ w)
        if abs(mean) > limits["mean"]:
            side = "large" if mean > 0 else "small"
            return wrong(f"the draws are too {side} on the whole", abs(mean), limits["mean"], aspect=Aspect.MEAN)
        if not limits["low"] <= spread <= limits["high"]:
            side, limit = ("much", limits["high"]) if spread > limits["high"] else ("little", limits["low"])
            error, allowed = abs(spread / len(u) - 1), abs(limit / len(u) - 1)
            return wrong(f"the draws scatter too {side}", error, allowed, aspect=Aspect.SPREAD)
        return self._dependence(u, w, limits["normal"]) if self.independent else Outcome()

    def _dependence(self, u: Floats, w: Floats, limit: float) -> Outcome:
        for measure, aspect, where in (
            (_statistics.neighbours, Aspect.NEIGHBOURS, "neighbouring draws"),
            (_statistics.halves, Aspect.HALVES, "draws half a sample apart"),
        ):
            value, size = float(measure(w)), float(measure(_statistics.sizes(u)))
            if abs(value) > limit:
                sign = "positively" if value > 0 else "negatively"
                return wrong(f"{where} are {sign} correlated", abs(value), limit, aspect=aspect)
            if abs(size) > limit:
                text = f"{where} are uncorrelated, but their distances from the middle depend on each other"
                return wrong(text, abs(size), limit, aspect=aspect)
        return Outcome()

    def wanted(self) -> str:
        """Return the distribution function."""
        return f"draws with the distribution function {self.cdf.text} at x"


@dataclass(frozen=True)
class Cells(Law):
    """Draws of 0 … k − 1 with given probabilities.

    Attributes
    ----------
    probabilities : Expression
        all k of them.
    """

    probabilities: Expression

    def tests(self) -> int:
        """Return 1."""
        return 1

    def limits(self, case: Case, n: int, level: float, random: "np.random.Generator") -> Mapping[str, Value]:
        """Return the cells with their shares, where to stand within the jumps, and the limit of χ²."""
        chances = self._chances(case)
        cells = np.array(_statistics.pooled(n * chances, LEAST_EXPECTED))
        shares = np.bincount(cells[cells >= 0], chances[cells >= 0])
        if len(shares) < 2 <= np.count_nonzero(chances):
            raise JudgeError(f"{n} draws are too few: all outcomes would share one cell of {LEAST_EXPECTED} draws")
        return {
            "cells": cells.tolist(),
            "shares": shares,
            "places": random.random(len(shares) - 1),
            "limit": _levels.squares_limit(len(shares) - 1, level) if len(shares) > 1 else 0.0,
        }

    def tested(self, draws: Floats, limits: Mapping[str, Any], case: Case) -> Outcome:
        """Count the draws of every cell."""
        cells = np.array(limits["cells"])
        foreign = ~((draws == np.round(draws)) & (draws >= 0) & (draws < len(cells)))
        if foreign.any():
            text = f"the draw {draws[foreign][0]:.6g} is not one of 0, …, {len(cells) - 1}"
            return wrong(text, aspect="range")
        counts = np.bincount(draws.astype(np.int64), minlength=len(cells))
        never = np.flatnonzero((counts > 0) & (cells < 0))
        if never.size:
            return wrong(f"{never[0]} was drawn, which has probability 0", aspect="range")
        shares = limits["shares"]
        found = np.bincount(cells[cells >= 0], counts[cells >= 0]).astype(np.int64)
        scores = _statistics.cell_scores(found, shares, limits["places"])
        if scores @ scores <= limits["limit"]:
            return Outcome()
        wanted = shares * len(draws)
        worst = int(np.argmax(np.abs(found - wanted) / np.sqrt(wanted)))
        members = np.flatnonzero(cells == worst).tolist()
        which = f"one of {', '.join(map(str, members[:5]))}{', …' * (len(members) > 5)}" if members[1:] else members[0]
        text = f"{which} was drawn {found[worst]} times out of {len(draws)}, expected about {wanted[worst]:.1f} times"
        return wrong(text, float(scores @ scores), limits["limit"], aspect=Aspect.CELLS)

    def wanted(self) -> str:
        """Return the probabilities."""
        return f"draws of 0, 1, … with the probabilities {self.probabilities.text}"

    def coincidence(self, case: Case, n: int) -> float:
        """Return how probably n draws are equal, or equal n others, at most."""
        return _coincidence(self._chances(case), n)

    def _chances(self, case: Case) -> Floats:
        chances = reals(self.probabilities, case, **PHI)
        good = chances.ndim == 1 and chances.size > 0 and bool(np.all(chances >= 0))
        if not good or not abs(float(chances.sum()) - 1) <= _ROUNDING:
            text = f"{self.probabilities.text!r} does not give probabilities"
            raise JudgeError(f"{text}: a vector is needed, with no entry below 0 and the sum 1")
        return np.asarray(chances / chances.sum())


@dataclass(frozen=True)
class Event(Law):
    """Draws of which an event has a given probability.

    Attributes
    ----------
    event : Expression
        a truth value for every draw `x`.
    probability : Expression
        that of the event.
    """

    event: Expression
    probability: Expression

    def tests(self) -> int:
        """Return 1."""
        return 1

    def limits(self, case: Case, n: int, level: float, random: "np.random.Generator") -> Mapping[str, Value]:
        """Return the least and the largest number of occurrences, and how many are expected."""
        chance = self._chance(case)
        low, high = _levels.count_limits(n, chance, level)
        return {"low": low, "high": high, "chance": chance}

    def tested(self, draws: Floats, limits: Mapping[str, Any], case: Case) -> Outcome:
        """Count the draws for which the event holds."""
        holds = widened(evaluate(self.event, case, x=draws, **PHI))
        if holds.dtype != np.bool_ or holds.shape != draws.shape:
            raise JudgeError(f"{self.event.text!r} does not give one truth value for every x")
        n, count, low, high = len(draws), int(holds.sum()), limits["low"], limits["high"]
        if low <= count <= high:
            return Outcome()
        chance = limits["chance"]
        text = f"{self.event.text} holds for {count} of {n} draws x, expected {low} to {high}"
        allowed = abs((high if count > high else low) / n - chance)
        return wrong(text, abs(count / n - chance), allowed, aspect=Aspect.COUNT)

    def wanted(self) -> str:
        """Return the event and its probability."""
        return f"draws x for which {self.event.text} holds with the probability {self.probability.text}"

    def coincidence(self, case: Case, n: int) -> float:
        """Return how probably the event treats n draws all alike, or like n others, at most."""
        chance = self._chance(case)
        return _coincidence(np.array([chance, 1 - chance]), n)

    def _chance(self, case: Case) -> float:
        chance = real(self.probability, case, **PHI)
        if not 0 <= chance <= 1:
            raise JudgeError(f"{self.probability.text!r} is {chance}, where a probability is needed")
        return chance


def _coincidence(chances: Floats, n: int) -> float:
    return float(max(np.sum(chances**n), np.sum(chances**2) ** n))
