"""`coverage`: an interval procedure is judged by how often its intervals contain what they should."""

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


@dataclass(frozen=True, kw_only=True)
class Coverage(Staged):
    """Intervals that contain a number with a given probability, over fresh data sets.

    Of `replications` intervals, as many must contain `target` as the binomial law allows at the level that all
    statistical tests of the exercise share. For 1,000 intervals of the level 0.95 and no other test in the exercise that
    is 926 to 971. Only otherwise 4,000 fresh data sets follow, and must fail too (there it is 3,753 to 3,844), so that a
    right submission is failed once in 10⁶ at most. Found with more than 99 %: the normal quantile in place of Student's
    for five observations (which covers 87.8 %), and the data's own spread (98.8 %).

    Only for exact intervals, such as Student's for normal data. The bootstrap covers less than its level: 0.85 to 0.94
    for a level of 0.95 and samples of up to 50. An interval must be finite, its lower end first.

    Attributes
    ----------
    input : tuple of str
        the inputs that get fresh data in every call.
    data : formula
        these data, in the case's inputs, `z` and `u`: standard normal and uniform numbers of the input's shape.
    target : formula
        what the interval must contain.
    level : formula
        how probably.
    low, high : formula
        the ends, in `answer`, which is what a call returned.
    replications : int
        how many data sets the first stage has.

    Examples
    --------
    The mean of a normal sample::

        inputs: {sample: {vector: {size: 5}}}
        cases: 1
        compare: {coverage: {input: sample, data: "3 + 2 * z", target: 3}}
        reference: |
          def answer(sample):
              half = scipy.stats.t.ppf(0.975, 4) * np.std(sample, ddof=1) / np.sqrt(5)
              return np.mean(sample) - half, np.mean(sample) + half
        right: |
          def answer(sample):
              return list(scipy.stats.t.interval(0.95, 4, np.mean(sample), scipy.stats.sem(sample)))
        wrong: |
          def answer(sample):
              half = 1.96 * np.std(sample, ddof=1) / np.sqrt(5)
              return np.mean(sample) - half, np.mean(sample) + half
    """

    kind: ClassVar[str] = "coverage"
    things: ClassVar[str] = "intervals"

    input: Annotated[tuple[str, ...], OneOrMore(), Bounds(least=1)]
    data: Formula
    target: Formula
    level: Formula = parse(0.95)
    low: Formula = parse(f"{ANSWER}[0]")
    high: Formula = parse(f"{ANSWER}[1]")
    replications: Annotated[int, Bounds(100, MOST_RUNS)] = 1000

    def own_names(self) -> frozenset[str]:
        """Return the names of an answer and of fresh numbers."""
        return frozenset({ANSWER, NORMAL, UNIFORM})

    def own_inputs(self) -> Iterator[tuple[Path, str]]:
        """Yield the inputs that get fresh data."""
        yield from self._fresh().named()

    def tests(self) -> int:
        """Return 1."""
        return 1

    def source(self) -> Source:
        """Return many calls, one for each interval."""
        return ManyCalls(self._fresh(), (self.low, self.high))

    def _fresh(self) -> Fresh:
        return Fresh(self.input, self.data)

    def size_of(self, case: Case, level: float) -> int:
        """Return the number of data sets in the first stage."""
        return self.replications

    def limits(self, case: Case, n: int, level: float, random: "np.random.Generator") -> Mapping[str, Value]:
        """Return the target, and how many intervals must contain it at least and at most."""
        target, share = real(self.target, case), real(self.level, case)
        if not np.isfinite(target):
            raise JudgeError(f"{self.target.text!r} is {target}, where a finite number is needed")
        if not 0 < share < 1:
            raise JudgeError(f"{self.level.text!r} is {share}, where a number between 0 and 1 is needed")
        low, high = _levels.count_limits(n, share, level)
        return {"target": target, "share": share, "low": low, "high": high}

    def tested(self, values: Floats, limits: Mapping[str, Any], case: Case) -> Outcome:
        """Count the intervals that contain the target."""
        low, high = values.T
        crossed = np.flatnonzero(low > high)
        if crossed.size:
            first, second = values[crossed[0]]
            return wrong(
                f"the lower end of an interval, {first:.6g}, is above the upper end, {second:.6g}", aspect="order"
            )
        target, n, share = limits["target"], len(values), limits["share"]
        count = int(np.count_nonzero((low <= target) & (target <= high)))
        if limits["low"] <= count <= limits["high"]:
            return Outcome()
        text = f"{count} of {n} intervals contain {target:.6g}, expected {limits['low']} to {limits['high']}"
        allowed = abs(limits["high" if count > limits["high"] else "low"] / n - share)
        return wrong(text, abs(count / n - share), allowed, aspect=Aspect.COUNT)

    def wanted(self, case: Case, expected: Expected) -> str:
        """Return the target and the level."""
        chance = 100 * real(self.level, case)
        return f"intervals that contain {real(self.target, case):.6g} in {chance:g} % of all samples"
