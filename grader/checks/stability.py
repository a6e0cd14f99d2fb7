"""`stability`: the answer must stay finite and right where the input is shifted or scaled far away."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Final

import numpy as np

from grader.checks._comparison import Comparison
from grader.checks._contract import Check, Conditions, Expected, Reference
from grader.checks._nested import confirmed, joined, judged_part, part_of, parts_alike, prepared_part
from grader.checks.allclose import AllClose
from grader.errors import JudgeError
from grader.fields import OfKind, Path
from grader.model import Answer, Call, Case, Outcome
from grader.notation import describe
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

_EXACT: Final = 2.0**53
"""Below it floats tell all whole numbers apart."""


@dataclass(frozen=True, kw_only=True)
class Stability(Check):
    """The function is called with one input shifted by each offset, and multiplied by each scale.

    Every time its answer is compared with the reference's for the same input. What overflows on the way is not looked
    at; a result that is nan or infinite is refused.

    Attributes
    ----------
    input : str
        the input that is changed: a number, an array, or a list of numbers.
    offsets : tuple of float
        what is added to all of its entries.
    scales : tuple of float
        what all of its entries are multiplied by.
    compare : comparison
        of the answers; by default `allclose` with scale `unit`, since a loss may be tiny where its input is large.

    Examples
    --------
    Softmax, whose exponentials must not overflow::

        inputs: {z: {vector: {size: 4}}}
        compare: {stability: z}
        reference: "lambda z: np.exp(z - np.max(z)) / np.sum(np.exp(z - np.max(z)))"
        right: "lambda z: scipy.special.softmax(z)"
        wrong: "lambda z: np.exp(z) / np.sum(np.exp(z))"
    """

    kind: ClassVar[str] = "stability"
    bare: ClassVar[str] = "input"

    input: str
    offsets: tuple[float, ...] = (-1000.0, 1000.0)
    scales: tuple[float, ...] = ()
    compare: Annotated[Comparison, OfKind("checks")] = AllClose(scale="unit")

    def __post_init__(self) -> None:
        """Refuse changes that are none, or no numbers."""
        if not self.offsets + self.scales:
            raise ValueError("there is neither an offset nor a scale")
        if not np.all(np.isfinite(self.offsets + self.scales)):
            raise ValueError("offsets and scales must be finite")

    def parts(self) -> Iterator[tuple[Path, Check]]:
        """Yield the comparison of the answers."""
        yield ("compare",), self.compare

    def own_inputs(self) -> Iterator[tuple[Path, str]]:
        """Yield the input that is changed."""
        yield ("input",), self.input

    def prepare(self, case: Case, reference: Reference, conditions: Conditions) -> Expected:
        """Return the reference's answers to the changed inputs."""
        if self.input not in case.arguments:
            raise JudgeError(f"{self.input!r} is no parameter of the function, so changing it changes nothing")
        pairs = zip(self._changes(), self.ask(case, Expected()), strict=True)
        parts = [prepared_part(self.compare, case, reference(call), conditions, where) for where, call in pairs]
        return confirmed(self, case, joined(parts), reference)

    def ask(self, case: Case, expected: Expected) -> tuple[Call, ...]:
        """Ask for the answer to every changed input."""
        value = case.inputs[self.input]
        shifted = [_changed(value, offset, 1) for offset in self.offsets]
        scaled = [_changed(value, 0, scale) for scale in self.scales]
        return tuple(case.call(**{self.input: item}) for item in shifted + scaled)

    def judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome:
        """Compare every answer, and show the first changed input whose answer is wrong."""
        notes: tuple[str, ...] = ()
        for place, (where, call) in enumerate(zip(self._changes(), self.ask(case, expected), strict=True)):
            outcome = judged_part(self.compare, case, answers[place], part_of(expected, place), where)
            if not outcome.accepted:
                return replace(outcome, call=call)
            notes += outcome.notes
        return Outcome(notes=tuple(dict.fromkeys(notes)))

    def resembles(self, case: Case, expected: Expected, mine: Sequence[Answer], theirs: Sequence[Answer]) -> bool:
        """Return whether both gave the same answers to all changed inputs."""
        pairs = zip(mine, theirs, strict=True)
        return len(mine) == len(theirs) and all(
            parts_alike(self.compare, case, part_of(expected, place), *pair) for place, pair in enumerate(pairs)
        )

    def _changes(self) -> list[str]:
        """Return a name for each changed input."""
        signs = [f"{self.input} {'-' if offset < 0 else '+'} {abs(offset):g}" for offset in self.offsets]
        return [f"with {text}" for text in [*signs, *(f"{scale:g} * {self.input}" for scale in self.scales)]]


def _changed(value: Value, offset: float, scale: float) -> Value:
    """Return a value shifted and multiplied, in its own form; integers stay integers where that is possible."""
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "iufc":
        raise JudgeError(f"the input is {describe(value)}, where numbers are needed that can be shifted")
    whole = array.dtype.kind in "iu" and float(offset).is_integer() and float(scale).is_integer()
    with np.errstate(over="ignore"):
        changed = array * scale + offset
    if whole and bool(np.all(np.abs(changed) < _EXACT)):
        changed = changed.astype(np.int64)
    if isinstance(value, np.ndarray):
        return changed
    plain = np.asarray(changed).tolist()
    return tuple(plain) if isinstance(value, tuple) else plain
