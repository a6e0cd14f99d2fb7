"""The values of a function's calls as formulas use them, one after the other."""

from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.checks._comparison import wrong
from grader.checks._nested import argument
from grader.checks._numbers import as_reference, numbers
from grader.checks._own_calls import ANSWER, Asked, Plan
from grader.errors import JudgeError
from grader.model import Call, Case, Outcome
from grader.notation import describe, show
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

Usable: TypeAlias = "NDArray[Any] | np.generic | tuple[Usable, ...]"
"""Numbers or truth values of a width that does not wrap around, or a tuple of these."""


class Known:
    """The values that are known so far.

    Attributes
    ----------
    raw : dict of str to value
        by the names that stand for them: as they came, and as they are handed to other calls.
    usable : dict of str to value
        as they are computed with.
    """

    def __init__(self, asked: Plan, case: Case) -> None:
        self.raw: dict[str, Value] = {}
        self.usable: dict[str, Value] = {}
        self._asked, self._case = asked, case

    def add(self, name: str, raw: Value, usable: Usable) -> None:
        """Add a value under a name."""
        self.raw[name], self.usable[name] = raw, usable

    def call(self, call: Asked) -> Call:
        """Return a call whose arguments follow from what is known.

        Raises
        ------
        JudgeError
            if one of them cannot be evaluated or handed to a function.
        """
        if call.name == ANSWER:
            return self._case.call()
        return Call(tuple(map(self._argument, call.arguments)))

    def _argument(self, text: str) -> Value:
        if text in self.raw:
            return self.raw[text]
        try:
            return argument(parse(text), replace(self._case, inputs={**self._case.inputs, **self.usable}))
        except JudgeError as error:
            raise JudgeError(self._asked.worded(str(error))) from error

    def shown(self) -> str:
        """Return all values as text, unless there is only the answer, and the inputs that are no arguments."""
        if set(self.raw) <= {ANSWER}:
            return ""
        values = "; ".join(f"{call.text} = {show(self.raw[call.name])}" for call in self._asked.calls)
        names = sorted(self._asked.mentions & self._case.inputs.keys() - {*self._case.arguments})
        helpers = "; ".join(f"{name} = {show(self._case.inputs[name])}" for name in names)
        return f"{values} with {helpers}" if helpers else values


def usable(value: Value) -> "Usable | None":
    """Return a reference's value as it is computed with, or None if formulas cannot use it."""
    if isinstance(value, tuple):
        parts = [part for part in map(usable, value) if part is not None]
        return tuple(parts) if len(parts) == len(value) else None
    truth = _truth(value)
    array = as_reference(value, finite=False) if truth is None else truth
    return None if array is None else array[()]


def _truth(value: Value) -> NDArray[Any] | None:
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind == "b" else None


def like(value: Value, want: "Usable | None") -> tuple[Usable, tuple[str, ...]] | Outcome:
    """Return an answer as it is computed with, with remarks, or say why it is not of the reference's form."""
    if isinstance(want, tuple):
        return _like_tuple(value, want)
    array: NDArray[Any] = np.asarray(want)
    if array.dtype.kind != "b":
        got = numbers(value, array, finite=bool(np.all(np.isfinite(array))))
        return got if isinstance(got, Outcome) else (got.array[()], got.notes)
    truth = _truth(value)
    if truth is not None and truth.shape == array.shape:
        return truth[()], ()
    missing = "returned None: is a `return` missing?"
    return wrong(missing if value is None else f"returned {describe(value)}, expected {describe(want)}", aspect="type")


def _like_tuple(value: Value, want: "tuple[Usable, ...]") -> tuple[Usable, tuple[str, ...]] | Outcome:
    if not isinstance(value, tuple | list) or len(value) != len(want):
        missing = "returned None: is a `return` missing?"
        text = f"returned {describe(value)}, expected a tuple of {len(want)}"
        return wrong(missing if value is None else text, aspect="type")
    parts, notes = [], dict[str, None]()
    for place, (part, theirs) in enumerate(zip(value, want, strict=True)):
        got = like(part, theirs)
        if isinstance(got, Outcome):
            return replace(got, message=f"part {place}: {got.message}")
        parts.append(got[0])
        notes |= dict.fromkeys(got[1])
    return tuple(parts), tuple(notes)
