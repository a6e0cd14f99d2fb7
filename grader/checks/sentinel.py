"""`sentinel`: bad input that the statement maps to a value, such as -1, None or an empty list."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, ClassVar

import numpy as np

from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected
from grader.errors import JudgeError
from grader.fields import AnyValue
from grader.model import Case, Outcome
from grader.notation import describe, show
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class Sentinel(Comparison):
    """The function must return this very value; the reference does, too.

    -1 and -1.0 are one, nan is nan, and an empty list is an empty tuple and an empty array; but True is not 1.

    Attributes
    ----------
    value : any value
        the value; nan and infinity are written `.nan` and `.inf`.

    Examples
    --------
    An index, or -1 where there is none::

        inputs: {x: [1, 2, 3], y: 4}
        sentinel: -1
        reference: "lambda x, y: -1"
        right: "lambda x, y: np.array(-1.0)"
        wrong: "lambda x, y: None"

    Nothing at all::

        inputs: {x: [1, 2, 3], y: 4}
        sentinel: null
        reference: "lambda x, y: None"
        right: "lambda x, y: None"
        wrong: "lambda x, y: -1"
    """

    kind: ClassVar[str] = "sentinel"
    bare: ClassVar[str] = "value"
    standalone: ClassVar[bool] = True

    value: Annotated[object, AnyValue()]

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Require that the reference returns the value, too."""
        if not _same(_plain(value), _plain(self.value)):
            raise JudgeError(f"the reference solution returned {_short(value)}, where {show(self.value)} is asked for")
        return {}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare with the value."""
        # A known mistake is recognised by putting its value in the place of the expected one.
        if _same(_plain(value), _plain(expected.value)):
            return Outcome()
        missing = value is None and self.value is not None
        message = f"returned {_short(value)}, expected {show(self.value)} for these inputs"
        outcome = wrong("returned None: is a `return` missing?" if missing else message)
        return replace(outcome, expected=show(self.value))


def _plain(value: Value) -> Value:
    """Return a value with arrays, NumPy's scalars and tuples as what they are in plain Python."""
    match value:
        case np.ndarray() | np.generic():
            return value.tolist()
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case _:
            return value


def _same(first: Value, second: Value) -> bool:
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_same, first, second))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_same(first[key], second[key]) for key in first)
    if _is_number(first) and _is_number(second):
        return first == second or (first != first and second != second)  # noqa: PLR0124 - nan alone differs from itself
    return type(first) is type(second) and first == second


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float | complex) and not isinstance(value, bool)


def _short(value: Value) -> str:
    """Return a single value as it is written, and in words what has several parts."""
    plain = isinstance(value, bool | int | float | complex | str | np.generic)
    return show(value) if plain else describe(value)
