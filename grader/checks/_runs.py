"""Many calls of one function with fresh random numbers, and what is taken from their answers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from grader.checks._arrays import widened
from grader.checks._comparison import bare, wrong
from grader.checks._contract import raised
from grader.checks._numbers import as_reference, numbers
from grader.errors import JudgeError
from grader.fields import Path
from grader.model import Answer, Case, Outcome
from grader.notation import describe, show
from grader.sandbox import expressions
from grader.sandbox.expressions import Expression, ExpressionError
from grader.sandbox.records import dataclass
from grader.sandbox.values import RandomState, Value, realise

NORMAL, UNIFORM, ANSWER = "z", "u", "answer"
"""Names in formulas: fresh standard normal and uniform numbers, and what a call gave."""
MOST_RUNS: Final = 2000
"""Most calls of a first stage; a call takes a good part of a millisecond, and the second stage has four times as many."""


@dataclass(frozen=True)
class Fresh:
    """What is new in every run: the generator, and inputs made of fresh numbers by a formula.

    Attributes
    ----------
    inputs : tuple of str
        the inputs that are replaced; each gets numbers of its own.
    data : Expression or None
        what replaces them, in the case's inputs, `z` and `u`.
    """

    inputs: tuple[str, ...] = ()
    data: Expression | None = None

    def require_both(self) -> None:
        """Refuse one of the two without the other.

        Raises
        ------
        ValueError
            if only one is given.
        """
        if bool(self.inputs) != (self.data is not None):
            raise ValueError("`input` (what gets fresh data) and `data` (their formula) need each other")

    def named(self) -> Iterator[tuple[Path, str]]:
        """Yield the inputs, with the paths of the field `input`."""
        yield from ((("input", place), name) for place, name in enumerate(self.inputs))

    def require(self, case: Case) -> None:
        """Refuse inputs that the function is not handed, and runs that would all be the same.

        Raises
        ------
        JudgeError
            if the runs cannot be made.
        """
        for name in self.inputs:
            if name not in case.arguments:
                raise JudgeError(f"{name!r} is no argument of the function, so that fresh data cannot reach it")
        if not self.inputs and generator_of(case) is None:
            raise JudgeError("every run would be the same: neither a generator nor fresh data are handed over")

    def runs(self, case: Case, key: int, count: int, *, other: int = 0) -> tuple[Case, ...]:
        """Return the case with fresh numbers, `count` times over.

        Parameters
        ----------
        case : Case
            what stays the same in all runs.
        key : int
            of the random stream of this stage.
        count : int
            of runs.
        other : int
            the key of other generators, for the same data.
        """
        generator = generator_of(case)
        fresh = self._data(case, key) if self.inputs else None
        runs = []
        for number in range(count):
            new: dict[str, Value] = {} if fresh is None else next(fresh)
            if generator is not None:
                new[generator] = RandomState((other or key) + 1 + number)
            runs.append(replace(case, inputs={**case.inputs, **new}))
        return tuple(runs)

    def _data(self, case: Case, key: int) -> Iterator[dict[str, Value]]:
        if self.data is None:
            raise JudgeError("there is no formula for fresh data")
        make = prepared(self.data, case, (NORMAL, UNIFORM))
        random = np.random.default_rng(key)
        while True:
            yield {name: self._input(make, case.inputs[name], random) for name in self.inputs}

    def _input(self, make: Callable[..., object], old: Value, random: "np.random.Generator") -> Value:
        shape = np.asarray(old).shape
        made = np.asarray(make(random.standard_normal(shape), random.random(shape)))
        text = self.data.text if self.data else ""
        if made.shape != shape or made.dtype.kind not in "iuf" or not np.all(np.isfinite(made)):
            raise JudgeError(f"{text!r} does not give finite numbers of the input's shape, {shape}")
        return made if isinstance(old, np.ndarray) else made.tolist()


def generator_of(case: Case) -> str | None:
    """Return the argument that is a generator of random numbers."""
    return next((name for name in case.arguments if isinstance(case.inputs[name], RandomState)), None)


def prepared(formula: Expression, case: Case, varying: tuple[str, ...]) -> Callable[..., object]:
    """Return a formula as a function of some names, the others being the case's; a fault in it is a judge error."""
    fixed = formula.mentions & case.inputs.keys() - set(varying)
    try:
        function = expressions.function(varying, formula.text, {name: realise(case.inputs[name]) for name in fixed})
    except ExpressionError as error:
        raise JudgeError(str(error)) from error

    @np.errstate(all="ignore")
    def call(*values: object) -> object:
        try:
            return function(*values)
        except Exception as error:
            raise JudgeError(f"{formula.text!r} cannot be evaluated: {type(error).__name__}: {error}") from error

    return call


def taken(
    formulas: Sequence[Expression], like: Value, runs: Sequence[Case], answers: Sequence[Answer]
) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]] | Outcome":
    """Return the numbers that formulas take from the answers, a row for each run; or what is wrong with the first bad one.

    Parameters
    ----------
    formulas : sequence of Expression
        in the inputs and `answer`.
    like : value
        the reference's answer to one run, whose form all answers must have.
    runs, answers : sequences
        of the same length.
    """
    first = runs[0]
    names = tuple(first.inputs)
    used = [tuple(name for name in names if name in formula.mentions and name != ANSWER) for formula in formulas]
    made = [prepared(formula, first, (ANSWER, *names)) for formula, names in zip(formulas, used, strict=True)]
    rows = np.empty((len(runs), len(formulas)))
    for place, (run, answer) in enumerate(zip(runs, answers, strict=True)):
        value = _formed(answer, like)
        if isinstance(value, Outcome):
            return replace(value, call=run.call())
        for column, (formula, function, more) in enumerate(zip(formulas, made, used, strict=True)):
            try:
                result = function(value, *(realise(run.inputs[name]) for name in more))
            except JudgeError:  # the reference's answer has this form and gave a number
                result = None
            found = _real(result)
            if found is None:
                subject = "the answer" if formula.text == ANSWER else formula.text
                message = f"{subject} is {show(result)}, expected a finite number"
                return replace(wrong(message, aspect="finiteness"), call=run.call())
            rows[place, column] = found
    return rows


def _formed(answer: Answer, like: Value) -> Value:
    """Return an answer in the form of another, or the outcome that says why it has none."""
    return raised(answer) if answer.failure else formed(bare(answer.value)[0], like)


def formed(value: Value, like: Value) -> Value:
    """Return a value in the form of another: arrays and numbers of its shapes, tuples and dicts of its parts."""
    array = as_reference(like, finite=False)
    if array is not None:
        got = numbers(value, array, finite=False)
        return got if isinstance(got, Outcome) else got.array[()]
    if isinstance(like, tuple | list) and isinstance(value, tuple | list) and len(value) == len(like):
        parts: Mapping[object, Value] = {
            place: formed(*pair) for place, pair in enumerate(zip(value, like, strict=True))
        }
        return next((part for part in parts.values() if isinstance(part, Outcome)), tuple(parts.values()))
    if isinstance(like, dict) and isinstance(value, dict) and value.keys() == like.keys():
        parts = {key: formed(value[key], like[key]) for key in like}
        return next((part for part in parts.values() if isinstance(part, Outcome)), dict(parts))
    if value is None and like is not None:
        return wrong("returned None: is a `return` missing?", aspect="type")
    if isinstance(like, bool | np.bool_) and isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(like, tuple | list | dict | bool | np.bool_) or type(value) is not type(like):
        return wrong(f"returned {describe(value)}, expected {describe(like)}", aspect="type")
    return value


def _real(value: object) -> float | None:
    try:
        array = widened(value)
    except ValueError:  # a list whose rows have different lengths
        return None
    if array.ndim or array.dtype.kind not in "bfc" or (array.dtype.kind == "c" and array.imag):
        return None
    number = float(array.real)
    return number if np.isfinite(number) else None
