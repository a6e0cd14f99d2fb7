"""`estimator`: a random estimate is judged by the mean of many, in two stages with fresh ones."""

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

import numpy as np

from grader.checks import _levels
from grader.checks._comparison import wrong
from grader.checks._contract import Expected, real
from grader.checks._runs import ANSWER, MOST_RUNS, NORMAL, UNIFORM, Fresh
from grader.checks._sources import ManyCalls, Source
from grader.checks._stages import Staged
from grader.checks._statistics import Aspect, Floats
from grader.errors import JudgeError
from grader.fields import Bounds, Formula, OneOrMore, Path
from grader.model import Case, Outcome
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

_FEWEST_RUNS = 100
"""The mean of so many is normal enough for estimates that are means of 30 draws themselves."""
_WHOLE = 1e-6
_WILD = 10
"""Estimates that scatter so many times as much as the reference's are refused: noise can be right on average, too."""


@dataclass(frozen=True, kw_only=True)
class Estimator(Staged):
    """A random estimate that is right on average: the function is called with many generators, and the mean is tested.

    The number of calls follows from `min_effect`, `power` and the level, which all statistical tests of the exercise share:
    with `min_effect` 0.25, `power` 0.99 and 10 tests in the exercise there are 626 calls. Only if their mean fails, four
    times as many fresh ones are made, and must fail too, so that a right submission is failed once in 10⁶ at most. That
    holds for estimates that are about normal, such as means of 30 draws: the test is Student's. `deviation` and `counts`
    say more about them and make it sharper. Estimates that are all the same, or that scatter ten times as much as the
    reference's, are refused at once.

    A target without a formula, such as an end of a bootstrap interval, can be the mean of very many estimates of the
    reference on written inputs: it must be known to a hundredth of the standard deviation of one estimate.

    Attributes
    ----------
    target : formula
        the expected value of the estimate, in the inputs.
    value : formula
        the estimate, in `answer`, which is what a call returned, and the inputs.
    min_effect : float
        a bias of so many standard deviations of one estimate is found with `power`.
    power : float
        probability with which it is found, over both stages.
    deviation : formula, optional
        the standard deviation of one estimate, if it is known.
    test_spread : bool
        whether the variance of the estimates is tested against `deviation` squared (by χ², one test more). Only for
        estimates that are normal or very nearly so.
    counts : formula, optional
        n, if n times the estimate counts successes in n independent trials with the probability `target`. The test is then
        exact.
    input : tuple of str
        inputs that get fresh data in every call.
    data : formula, optional
        these data, in the case's inputs, `z` and `u`: standard normal and uniform numbers of the input's shape.

    Examples
    --------
    The mean of a function by Monte Carlo, with the variance 4/45 of x² for uniform x::

        inputs: {n: 15, rng: {rng: {}}}
        cases: 1
        compare: {estimator: {target: 1/3, deviation: "sqrt(4 / 45 / n)"}}
        reference: "lambda n, rng: np.mean(rng.random(n) ** 2)"
        right: "lambda n, rng: np.mean((1 - rng.random(n)) ** 2)"
        wrong: "lambda n, rng: np.sum(rng.random(n) ** 2) / (n - 1)"
    """

    kind: ClassVar[str] = "estimator"
    things: ClassVar[str] = "estimates"

    target: Formula
    value: Formula = parse(ANSWER)
    min_effect: Annotated[float, Bounds(0.01, 10)] = 0.25
    power: Annotated[float, Bounds(0.5, 0.9999)] = 0.99
    deviation: Formula | None = None
    test_spread: bool = False
    counts: Formula | None = None
    input: Annotated[tuple[str, ...], OneOrMore()] = ()
    data: Formula | None = None

    def __post_init__(self) -> None:
        """Refuse fields that exclude each other, and an effect that takes too many calls."""
        if self.test_spread and self.deviation is None:
            raise ValueError("`test_spread` needs `deviation`")
        if self.counts and self.deviation:
            raise ValueError("`deviation` follows from `counts`: only one of them is needed")
        self._fresh().require_both()
        message = self._too_many(_levels.ALPHA / self.tests())
        if message:
            raise ValueError(message)

    def own_names(self) -> frozenset[str]:
        """Return the names of an answer and of fresh numbers."""
        return frozenset({ANSWER, NORMAL, UNIFORM})

    def own_inputs(self) -> Iterator[tuple[Path, str]]:
        """Yield the inputs that get fresh data."""
        yield from self._fresh().named()

    def tests(self) -> int:
        """Return 1, or 2 with the spread."""
        return 1 + self.test_spread

    def source(self) -> Source:
        """Return many calls, one for each estimate."""
        return ManyCalls(self._fresh(), (self.value,))

    def _fresh(self) -> Fresh:
        return Fresh(self.input, self.data)

    def size_of(self, case: Case, level: float) -> int:
        """Return how many calls the first stage makes."""
        message = self._too_many(level)
        if message:
            raise JudgeError(message)
        return self._runs(self.min_effect, level)

    def _runs(self, effect: float, level: float) -> int:
        return max(_FEWEST_RUNS, _levels.runs_for(effect, self.power, level))

    def _too_many(self, level: float) -> str:
        runs = self._runs(self.min_effect, level)
        if runs <= MOST_RUNS:
            return ""
        enough = math.ceil(100 * self.min_effect * math.sqrt(runs / MOST_RUNS)) / 100
        while self._runs(enough, level) > MOST_RUNS:
            enough = round(enough + 0.01, 2)
        text = f"a bias of {self.min_effect:g} standard deviations takes {runs} calls, and {MOST_RUNS} are allowed"
        return f"{text}: raise `min_effect` to {enough:g} or more"

    def limits(self, case: Case, n: int, level: float, random: "np.random.Generator") -> Mapping[str, Value]:
        """Return the target, and the limits of the mean or the count and of the spread."""
        target = real(self.target, case)
        if not math.isfinite(target):
            raise JudgeError(f"{self.target.text!r} is {target}, where a finite number is needed")
        if self.counts is not None:
            return {"target": target, **self._count_limits(self.counts, target, case, n, level)}
        if self.deviation is None:
            return {"target": target, "student": _levels.student_limit(n, level)}
        deviation = real(self.deviation, case)
        if not 0 < deviation < math.inf:
            raise JudgeError(f"{self.deviation.text!r} is {deviation}, where a standard deviation is needed")
        low, high = _levels.squares_limits(n - 1, level)
        spread = {"low": low, "high": high} if self.test_spread else {}
        return {"target": target, "deviation": deviation, "normal": _levels.normal_limit(level), **spread}

    @staticmethod
    def _count_limits(counts: Formula, target: float, case: Case, n: int, level: float) -> Mapping[str, Value]:
        trials = real(counts, case)
        if not (trials >= 1 and trials.is_integer()):
            raise JudgeError(f"{counts.text!r} is {trials}, where a number of trials is needed")
        if not 0 <= target <= 1:
            raise JudgeError(f"the target is {target}, where the probability of a success is needed")
        low, high = _levels.count_limits(n * int(trials), target, level)
        return {"trials": int(trials), "low": low, "high": high}

    def varies(self, case: Case, n: int) -> bool:
        """Return whether equal estimates prove something: not if nearly all counts are 0."""
        if self.counts is None:
            return True
        from scipy import stats  # cold

        trials, target = real(self.counts, case), real(self.target, case)
        likeliest = float(stats.binom.pmf(np.floor((trials + 1) * target), trials, target))
        return min(likeliest, 1.0) ** (n - 1) < _levels.CERTAIN and 0 < target < 1

    def tested(self, values: Floats, limits: Mapping[str, Any], case: Case) -> Outcome:
        """Test the mean of the estimates, and perhaps their spread."""
        estimates = values.ravel()
        if "trials" in limits:
            return self._counted(estimates, limits)
        n, mean, own = len(estimates), float(np.mean(estimates)), float(np.std(estimates, ddof=1))
        limit = limits["student"] * own if "student" in limits else limits["normal"] * limits["deviation"]
        allowed = limit / math.sqrt(n)
        usual = limits.get("usual", math.inf)
        if "student" in limits and not own <= _WILD * usual:
            text = f"the estimates scatter by {own:.3g}, and those of the reference solution by {usual:.3g}"
            return wrong(text, aspect="scatter")
        if not abs(mean - limits["target"]) <= allowed:
            return _off(mean, n, limits["target"], allowed)
        return _spread(own, n, limits) if self.test_spread else Outcome()

    def _counted(self, estimates: Floats, limits: Mapping[str, Any]) -> Outcome:
        trials, low, high = limits["trials"], limits["low"], limits["high"]
        counts = estimates * trials
        odd = ~(np.abs(counts - np.round(counts)) <= _WHOLE) | (counts < -_WHOLE) | (counts > trials + _WHOLE)
        if odd.any():
            text = f"{estimates[odd][0]:.6g} is no share of {trials}: times {trials} it is {counts[odd][0]:.6g}"
            return wrong(text, aspect="range")
        total, everything = float(np.round(counts).sum()), trials * len(estimates)
        if low <= total <= high:
            return Outcome()
        allowed = abs((high if total > high else low) / everything - limits["target"])
        return _off(total / everything, len(estimates), limits["target"], allowed)

    def usual(self, values: Floats) -> dict[str, Value]:
        """Return how much the reference's estimates scatter."""
        return {"usual": float(np.std(values, ddof=1))}

    def wanted(self, case: Case, expected: Expected) -> str:
        """Return the target."""
        return f"estimates of {real(self.target, case):.6g} on average"


def _off(mean: float, n: int, target: float, allowed: float) -> Outcome:
    error = abs(mean - target)
    text = f"the mean of {n} estimates is {mean:.6g}, expected {target:.6g}"
    finite = math.isfinite(error) and math.isfinite(allowed)
    return wrong(text, error if finite else None, allowed if finite else None, aspect=Aspect.MEAN)


def _spread(found: float, n: int, limits: Mapping[str, Any]) -> Outcome:
    known, low, high = limits["deviation"], limits["low"], limits["high"]
    if low <= (n - 1) * (found / known) ** 2 <= high:
        return Outcome()
    side, limit = ("much", high) if found > known else ("little", low)
    text = f"the estimates scatter too {side}: their standard deviation is {found:.6g}, expected {known:.6g}"
    return wrong(text, abs(found - known), abs(known * math.sqrt(limit / (n - 1)) - known), aspect=Aspect.SPREAD)
