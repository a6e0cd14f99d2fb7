"""`exact`: the same value, with no tolerance."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected
from grader.errors import JudgeError
from grader.model import Case, Outcome
from grader.notation import describe, show
from grader.sandbox.records import dataclass
from grader.sandbox.values import Handle, Opaque, Value


@dataclass(frozen=True, kw_only=True)
class Exact(Comparison):
    """Integers, texts, truth values, None, indices and structures of these, equal item by item.

    NumPy's scalars count as Python's; a list, a tuple and an array of the same integers are the same. Floats are not
    compared for equality: use `allclose`.

    Examples
    --------
    ::

        inputs: {A: {matrix: {shape: [3, 2]}}}
        compare: exact
        reference: "lambda A: list(A.shape)"
        right: "lambda A: np.array(A.shape)"
        wrong: "lambda A: list(A.T.shape)"
    """

    kind: ClassVar[str] = "exact"

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Refuse a reference that cannot be compared exactly."""
        plain = _plain(value)
        if _holds(plain, float | complex) or _holds(plain, Handle | Opaque):
            raise JudgeError(f"the reference solution gave {show(value)}, which cannot be compared exactly")
        return {}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare item by item, types first."""
        want = _plain(expected.value)
        # An array of millions of entries is not made into lists of lists only to see that it is too large.
        got = _plain(value) if _size(value) <= _size(expected.value) else value
        if got is None and want is not None:
            return wrong("returned None: is a `return` missing?")
        alike = _kind(got) == _kind(want)
        if alike and got == want:
            return Outcome()
        found, wanted = describe(value), describe(expected.value)
        if alike or found == wanted:
            found, wanted = show(value), show(expected.value)
        return wrong(f"returned {found}, expected {wanted}{'' if alike else _float_hint(got, want)}")


def _plain(value: Value) -> Value:
    match value:
        case np.ndarray() | np.generic():
            return _plain(value.tolist())
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case _:
            return value


def _size(value: Value) -> int:
    """Return the number of items in a structure."""
    match value:
        case np.ndarray():
            return value.size
        case list() | tuple():
            return sum(map(_size, value))
        case dict():
            return sum(map(_size, value.values()))
        case _:
            return 1


def _kind(value: Value) -> object:
    """Return the types in a structure, so that True is not 1 and 1.0 is not 1."""
    if isinstance(value, list):
        return [_kind(item) for item in value]
    if isinstance(value, dict):
        return {key: _kind(item) for key, item in value.items()}
    return type(value)


def _holds(value: Value, kinds: object) -> bool:
    if isinstance(value, list):
        return any(_holds(item, kinds) for item in value)
    if isinstance(value, dict):
        return any(_holds(item, kinds) for item in value.values())
    return isinstance(value, kinds)  # type: ignore[arg-type]


def _float_hint(got: Value, want: Value) -> str:
    if isinstance(got, float) and isinstance(want, int) and not isinstance(want, bool):
        return ": a float is not an integer; `int(…)` or `round(…)` makes it one"
    if isinstance(want, bool) and isinstance(got, int | float):
        return ": True or False, not a number"
    return ""
