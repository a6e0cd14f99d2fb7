"""`distribution`: a sampler is judged by its draws, in two stages with fresh draws."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import NormalDist
from typing import ClassVar, Final, cast

import numpy as np
from numpy.typing import NDArray

from grader.checks._arrays import widened
from grader.checks._comparison import bare, wrong
from grader.checks._contract import Check, Conditions, Expected, Need, Reference, raised, reals
from grader.checks._numbers import numbers
from grader.errors import JudgeError
from grader.fields import Formula
from grader.model import Answer, Call, Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import RandomState, Value

ALPHA: Final = 1e-3
"""Chance, per stage and for all tests of an exercise together, that a right sampler fails. Both stages: 1e-6."""

_GROWTH: Final = 4
_TESTS: Final = 3
_KS_ALIKE: Final = 1.63
"""Two samples of n are taken for one law below this times sqrt(2/n) (Smirnov's test at 1 %)."""


@dataclass(frozen=True, kw_only=True)
class Distribution(Check):
    """Draws from a continuous law, tested with its distribution function F.

    The transformed draws u = F(x) are uniform for a right sampler. Three tests: Kolmogorov and Smirnov's on u; mean and
    sum of squares of w = Φ⁻¹(u), which are exactly N(0, 1/n) and χ²(n). A right sampler may fail the first stage once in
    1,000 exercises; only then a fresh sample four times as large is drawn, and must fail again.

    Attributes
    ----------
    cdf : formula
        F at `x`, in the other inputs.
    size : str
        the input that says how many draws are wanted.
    """

    kind: ClassVar[str] = "distribution"

    cdf: Formula
    size: str

    def own_names(self) -> frozenset[str]:
        """Return the name of the point in `cdf`."""
        return frozenset({"x"})

    def inputs_named(self) -> Iterator[tuple[str, str]]:
        """Yield the input that holds the size."""
        yield "size", self.size

    def tests(self) -> int:
        """Return the number of tests for one case."""
        return _TESTS

    def prepare(self, case: Case, reference: Reference, conditions: Conditions) -> Expected:
        """Return the critical values of both stages and the streams of the fresh draws."""
        n = case.inputs.get(self.size)
        if not isinstance(n, int) or n < 1 or self.size not in case.arguments or _generator(case) is None:
            raise JudgeError(f"a distribution needs a generator among the inputs, and a size in {self.size!r}")
        level = ALPHA / max(conditions.tests, _TESTS)
        facts: dict[str, Value] = {
            "other": conditions.stream(case.number, "another generator"),
            "fresh": conditions.stream(case.number, "fresh draws"),
            "first": _critical(n, level),
            "second": _critical(_GROWTH * n, level),
        }
        expected = Expected(None, facts)
        answers = [reference(call) for call in self.ask(case, expected)]
        outcome = self.judge(case, expected, answers)
        if isinstance(outcome, Need):
            outcome = self.judge(case, expected, [*answers, *map(reference, outcome.calls)])
        if isinstance(outcome, Need) or not outcome.accepted:
            raise JudgeError(f"the reference solution's own draws fail on this seed: {getattr(outcome, 'message', '')}")
        return expected

    def ask(self, case: Case, expected: Expected) -> tuple[Call, ...]:
        """Ask for the draws; twice with the same generator, and once with another."""
        other = {cast(str, _generator(case)): RandomState(cast(int, expected.facts["other"]))}
        return (case.call(), case.call(), case.call(**other))

    def judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome | Need:
        """Test the first draws and, where they fail, the fresh ones."""
        outcome = self._judge(case, expected, answers)
        if isinstance(outcome, Need):
            return outcome
        return replace(outcome, expected=f"draws with the distribution function {self.cdf.text} at x")

    def _judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome | Need:
        n = cast(int, case.inputs[self.size])
        for answer, size in zip(answers, (n, n, n, _GROWTH * n), strict=False):
            refused = _refused(answer, size)
            if refused:
                return refused
        manner = _manner(answers)
        if manner:
            return wrong(manner)
        stage, sample = ("second", answers[3]) if len(answers) > 3 else ("first", answers[0])
        limits = cast(list[float], expected.facts[stage])
        outcome = self._test(_draws(sample), limits, case)
        if outcome.accepted or stage == "second" or outcome.error is None:
            return outcome
        fresh = {cast(str, _generator(case)): RandomState(cast(int, expected.facts["fresh"])), self.size: _GROWTH * n}
        return Need((case.call(**fresh),))

    def _test(self, draws: NDArray[np.float64], limits: Sequence[float], case: Case) -> Outcome:
        order = np.sort(draws)
        u = reals(self.cdf, case, x=order)
        if u.shape != order.shape:
            raise JudgeError(f"{self.cdf.text!r} does not give one number for every x")
        outside = ~((u >= 0) & (u <= 1))
        if outside.any():
            return wrong(f"the draw {order[outside][0]:.6g} lies outside the range of the distribution")
        ranks = np.arange(len(u) + 1) / len(u)
        gaps = np.maximum(u - ranks[:-1], ranks[1:] - u)
        ks, mean, low, high = limits
        worst = int(np.argmax(gaps))
        if gaps[worst] > ks:
            shares = f"{100 * (worst + 1) / len(u):.1f} % of the draws lie at or below {order[worst]:.4g}"
            return wrong(f"{shares}, expected {100 * u[worst]:.1f} %", float(gaps[worst]), ks)
        normal = NormalDist().inv_cdf
        w = np.array([normal(p) for p in np.clip(u, 2**-53, 1 - 2**-53)])
        if abs(w.mean()) > mean:
            side = "large" if w.mean() > 0 else "small"
            return wrong(f"the draws are too {side} on the whole", float(abs(w.mean())), mean)
        spread = float(w @ w)
        if not low <= spread <= high:
            side, limit = ("much", high) if spread > high else ("little", low)
            return wrong(f"the draws scatter too {side}", abs(spread / len(u) - 1), abs(limit / len(u) - 1))
        return Outcome()

    def resembles(self, case: Case, expected: Expected, mine: Sequence[Answer], theirs: Sequence[Answer]) -> bool:
        """Return whether both samples could come from one law, and treat the generator in the same manner."""
        n = cast(int, case.inputs[self.size])
        if any(_refused(answer, n) for answer in (*mine[:3], *theirs[:3])):
            return False
        if bool(_manner(mine)) != bool(_manner(theirs)):
            return False
        first, second = np.sort(_draws(mine[0])), np.sort(_draws(theirs[0]))
        points = np.concatenate([first, second])
        shares = [np.searchsorted(sample, points, side="right") / n for sample in (first, second)]
        return float(np.max(np.abs(shares[0] - shares[1]))) <= _KS_ALIKE * float(np.sqrt(2 / n))


def _critical(n: int, level: float) -> list[float]:
    """Return the limits of the three tests for n draws: of D, of the mean's size, and below and above of the squares."""
    from scipy import stats  # most of a second; the values are stored with the expected ones

    low, high = stats.chi2.ppf(level / 2, n), stats.chi2.isf(level / 2, n)
    ks, mean = stats.kstwo.isf(level, n), stats.norm.isf(level / 2) / np.sqrt(n)
    return [float(ks), float(mean), float(low), float(high)]


def _generator(case: Case) -> str | None:
    return next((name for name in case.arguments if isinstance(case.inputs[name], RandomState)), None)


def _draws(answer: Answer) -> NDArray[np.float64]:
    return widened(bare(answer.value)[0]).real.astype(np.float64, copy=False)


def _refused(answer: Answer, n: int) -> Outcome | None:
    if answer.failure:
        return raised(answer)
    got = numbers(bare(answer.value)[0], np.zeros(n))
    return got if isinstance(got, Outcome) else None


def _manner(answers: Sequence[Answer]) -> str:
    """Return what is wrong with the use of the generator, or nothing."""
    first, again, other = (_draws(answer) for answer in answers[:3])
    if first.size > 1 and np.all(first == first[0]):
        return f"all draws are the same number, {first[0]:.6g}"
    if not np.array_equal(first, again):
        return "the draws do not come from `rng`: a generator in the same state gave others the second time"
    if np.array_equal(first, other):
        return "the draws do not depend on `rng`: another generator gave the same ones"
    return ""
