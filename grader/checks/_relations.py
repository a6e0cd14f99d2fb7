"""Relations between values, judged with a tolerance: equal, at most, at least."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.checks._arrays import widened
from grader.checks._comparison import wrong
from grader.checks._contract import evaluate
from grader.checks._linear import number, worst_place
from grader.checks._own_calls import Clause, Side
from grader.errors import JudgeError
from grader.model import Case, Outcome
from grader.notation import describe
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

Array: TypeAlias = NDArray[Any]

_WORDS: Final = {"==": "equal to", "<=": "at most", "<": "below", ">=": "at least", ">": "above"}
_MIRRORED: Final = {"==": "==", "<=": ">=", "<": ">", ">=": "<=", ">": "<"}


@dataclass(frozen=True)
class Allowed:
    """A tolerance: relative to the largest entry of both sides, and an absolute one."""

    relative: float
    absolute: float


def broken(clause: Clause, case: Case, values: Mapping[str, Value], allowed: Allowed) -> Outcome | None:
    """Return what is wrong with a clause, or None.

    Parameters
    ----------
    clause : Clause
        what should hold.
    case : Case
        with the inputs.
    values : mapping of str to value
        of the calls in it, by name.
    allowed : Allowed
        how far two sides may be apart.

    Raises
    ------
    JudgeError
        if a side cannot be evaluated, or not be compared.
    """
    if not clause.operators:
        value = evaluate(clause.sides[0].formula, case, **values)
        return None if _is_true(value, clause.text) else wrong(f"it should hold that {clause.text}, and it does not")
    sides = [(side, _numeric(side, evaluate(side.formula, case, **values))) for side in clause.sides]
    for operator, first, second in zip(clause.operators, sides[:-1], sides[1:], strict=True):
        fault = _apart(operator, first, second, allowed)
        if fault:
            return fault
    return None


def _is_true(value: object, text: str) -> bool:
    try:
        return bool(np.all(np.asarray(value)))
    except ValueError:
        raise JudgeError(f"{text} is neither true nor false") from None


def _numeric(side: Side, value: object) -> Array:
    try:
        array = widened(value)
    except ValueError:
        array = np.array(None)
    if array.dtype.kind not in "fcb":
        raise JudgeError(f"{side.text} is {describe(value)}, where numbers are needed")
    return array


@np.errstate(all="ignore")  # what overflows or has no value is judged
def _apart(operator: str, first: tuple[Side, Array], second: tuple[Side, Array], allowed: Allowed) -> Outcome | None:
    """Return what is wrong between two sides, or None."""
    (left, mine), (right, theirs) = first, second
    if mine.shape != theirs.shape and mine.ndim and theirs.ndim:
        return wrong(f"{left.text} has shape {mine.shape}, and {right.text} has shape {theirs.shape}", aspect="shape")
    x, y = (
        array.astype(np.float64) if array.dtype.kind == "b" else array for array in np.broadcast_arrays(mine, theirs)
    )
    if operator != "==" and "c" in x.dtype.kind + y.dtype.kind:
        raise JudgeError(f"{left.text} {operator} {right.text}: complex numbers have no order")
    limit = allowed.relative * max(_largest(x), _largest(y)) + allowed.absolute
    difference = np.abs(x - y) if operator == "==" else x - y if operator in ("<=", "<") else y - x
    holds = (x == y) | (difference <= limit)
    if np.all(holds):
        return None
    place = worst_place(np.where(holds, -np.inf, difference))
    error = float(difference[place])
    said = _said(operator, (left, mine), (right, theirs), place)
    return wrong(said, error if np.isfinite(error) else None, limit if np.isfinite(limit) else None)


def _largest(array: Array) -> float:
    sizes = np.abs(array)
    return float(np.max(sizes[np.isfinite(sizes)], initial=0.0))


def _said(operator: str, first: tuple[Side, Array], second: tuple[Side, Array], place: tuple[int, ...]) -> str:
    """Return in words what two sides are, and what they should be."""
    (left, mine), (right, theirs) = first, second
    if left.is_constant and not right.is_constant:
        return _said(_MIRRORED[operator], second, first, place)
    entries = [(array[place] if array.ndim else array[()]).item() for array in (mine, theirs)]
    texts = [str(entry) if isinstance(entry, bool) else number(entry) for entry in entries]
    if texts[0] == texts[1]:
        texts = list(map(str, entries))
    where = f" at {list(place)}" if place else ""
    found = f"{left.text} is {texts[0]}{where}"
    if right.is_constant:
        return f"{found}: it should be {_WORDS[operator]} {right.text}"
    wanted = "they should be equal" if operator == "==" else f"the first should be {_WORDS[operator]} the second"
    return f"{found} and {right.text} is {texts[1]}: {wanted}"
