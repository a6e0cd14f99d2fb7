"""`distribution`: draws are judged by the law that they should have, in two stages with fresh draws."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal, cast

import numpy as np

from grader.checks._contract import Expected
from grader.checks._laws import PHI, Cells, Continuous, Event, Law
from grader.checks._levels import CERTAIN
from grader.checks._runs import ANSWER, MOST_RUNS, NORMAL, UNIFORM, Fresh
from grader.checks._sources import ManyCalls, OneCall, Source
from grader.checks._stages import Staged
from grader.checks._statistics import Floats
from grader.errors import JudgeError
from grader.fields import Bounds, Formula, OneOrMore, Path
from grader.model import Case, Outcome
from grader.notation import show
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "ks": ("cdf",),
    "ad": ("cdf",),
    "chi2": ("probabilities",),
    "binomial": ("event", "probability"),
}


@dataclass(frozen=True, kw_only=True)
class Distribution(Staged):
    """Draws from a law, tested at a level that all statistical tests of the exercise share.

    A right sampler may fail the first stage once in 1,000 exercises; only then a fresh sample four times as large is
    drawn, and must fail again, so that a right submission is failed once in 10⁶ at most. Draws outside the range of the
    law, draws that are all the same and draws that do not come from the generator are refused at once. The draws must be
    independent: a Markov chain is tested by `runs`, one draw from each of many chains.

    `ks` and `ad` are for continuous laws with the distribution function F. Three tests each: Kolmogorov and Smirnov's (or
    Anderson and Darling's) on u = F(x), which is uniform for a right sampler; mean and sum of squares of w = Φ⁻¹(u),
    which are exactly N(0, 1/n) and χ²(n) whatever F is. Of 2,000 draws, with 18 tests in the exercise, they find a
    normal's scale that is off by 10 % in 98 % of all cases, and a mean off by 0.15 standard deviations in 99 %.

    `chi2` is for draws of 0, 1, …, k − 1: one test, exact for any probabilities. Outcomes of which fewer than 10 are
    expected share a cell; outcomes of probability 0 must never occur. Of 2,000 draws, it finds a die whose one face comes
    with 0.23 in 98 %. `binomial` is for any law and one event: the exact test of how often it holds.

    Attributes
    ----------
    test : str
        `ks`, `ad`, `chi2` or `binomial`.
    cdf : formula, optional
        for `ks` and `ad`: F at `x`, in the other inputs. `Phi` is the distribution function of N(0, 1).
    probabilities : formula, optional
        for `chi2`: the vector of the probabilities of 0, 1, …
    event, probability : formula, optional
        for `binomial`: a truth value for every draw `x`, and its probability.
    independent : bool
        for `ks` and `ad`: four more tests, of the correlation of neighbouring draws and of draws half a sample apart, and
        the same of their distances from the middle. They are exact, too.
    size : str
        the input that says how many draws one call returns.
    runs : int, optional
        instead of `size`: how many calls are made, each for one draw; 2,000 at most, and four times as many in the second
        stage.
    draw : formula
        with `runs`: the draw, in `answer`, which is what a call returned, and the inputs.
    input : tuple of str
        with `runs`: inputs that get fresh data in every call.
    data : formula, optional
        these data, in the case's inputs, `z` and `u`: standard normal and uniform numbers of the input's shape.

    Examples
    --------
    Exponential waiting times::

        inputs: {rate: {positive: {low: 0.2, high: 5}}, n: 2000, rng: {rng: {}}}
        cases: 2
        compare: {distribution: {cdf: "1 - exp(-rate * x)", size: n}}
        reference: "lambda rate, n, rng: rng.exponential(1 / rate, n)"
        right: "lambda rate, n, rng: -np.log1p(-rng.random(n)) / rate"
        wrong: "lambda rate, n, rng: rng.exponential(1.2 / rate, n)"
    """

    kind: ClassVar[str] = "distribution"
    things: ClassVar[str] = "draws"

    test: Literal["ks", "chi2", "ad", "binomial"] = "ks"
    cdf: Formula | None = None
    probabilities: Formula | None = None
    event: Formula | None = None
    probability: Formula | None = None
    independent: bool = False
    size: str = ""
    runs: Annotated[int, Bounds(2, MOST_RUNS)] | None = None
    draw: Formula = parse(ANSWER)
    input: Annotated[tuple[str, ...], OneOrMore()] = ()
    data: Formula | None = None

    def __post_init__(self) -> None:
        """Refuse fields that do not fit the test, or the way in which the draws come about."""
        for name in ("cdf", "probabilities", "event", "probability"):
            needed = name in _NEEDED[self.test]
            if needed != (getattr(self, name) is not None):
                raise ValueError(f"the test {self.test!r} needs {'' if needed else 'no '}`{name}`")
        if bool(self.size) == (self.runs is not None):
            raise ValueError("exactly one of `size` (one call gives all draws) and `runs` (a call for each) is needed")
        if self.independent and (self.test not in ("ks", "ad") or not self.size):
            raise ValueError("`independent` goes with the tests ks and ad of draws that one call gives")
        if self.size and (self.input or self.data or self.draw != parse(ANSWER)):
            raise ValueError("`draw`, `input` and `data` go with `runs`")
        self._fresh().require_both()

    def own_names(self) -> frozenset[str]:
        """Return the names of a draw, of an answer, of fresh numbers and of Φ."""
        return frozenset({"x", ANSWER, NORMAL, UNIFORM, *PHI})

    def own_inputs(self) -> Iterator[tuple[Path, str]]:
        """Yield the inputs that hold the size and fresh data."""
        if self.size:
            yield ("size",), self.size
        yield from self._fresh().named()

    def tests(self) -> int:
        """Return the number of tests for one case."""
        return self._law().tests()

    def source(self) -> Source:
        """Return one call or many."""
        return OneCall(self.size) if self.size else ManyCalls(self._fresh(), (self.draw,))

    def _fresh(self) -> Fresh:
        return Fresh(self.input, self.data)

    def size_of(self, case: Case, level: float) -> int:
        """Return the number of draws."""
        return self.runs or cast(int, case.inputs[self.size])

    def limits(self, case: Case, n: int, level: float, random: "np.random.Generator") -> Mapping[str, Value]:
        """Return the limits of all tests."""
        return self._law().limits(case, n, level, random)

    def varies(self, case: Case, n: int) -> bool:
        """Return whether equal draws prove something: not where few draws have few outcomes."""
        return self._law().coincidence(case, n) < CERTAIN

    def tested(self, values: Floats, limits: Mapping[str, Any], case: Case) -> Outcome:
        """Test the draws."""
        draws = values.ravel()
        outcome = self._law().tested(draws, limits, case)
        return replace(outcome, got=show(draws)) if self.size and not outcome.accepted else outcome

    def samples(self, values: Floats) -> tuple[Floats, ...]:
        """Return the draws and, where their independence matters, products of them."""
        draws = values.ravel()
        middle = (len(draws) + 1) // 2
        products = (draws[1:] * draws[:-1], draws[middle:] * draws[: len(draws) - middle])
        return (draws, *(products if self.independent else ()))

    def wanted(self, case: Case, expected: Expected) -> str:
        """Return the law in words."""
        return self._law().wanted()

    def _law(self) -> Law:
        if self.probabilities is not None:
            return Cells(self.probabilities)
        if self.event is not None and self.probability is not None:
            return Event(self.event, self.probability)
        if self.cdf is None:
            raise JudgeError("there is no law")
        return Continuous(self.cdf, self.test == "ad", self.independent)
