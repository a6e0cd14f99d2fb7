"""Library routines that may give one of several right answers, in versions that give another one.

A decomposition fixes its vectors only up to sign, and up to a basis where values are equal; some routines promise no
order. What a solution makes of them must not depend on the choice.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import numpy as np

Routine: TypeAlias = Callable[..., Any]

SIGNS: Final = "signs"
ORDER: Final = "order"
BASIS: Final = "basis"
CHOICES: Final[Mapping[str, str]] = {
    SIGNS: "the signs of the vectors",
    ORDER: "the order of the values",
    BASIS: "the basis of a space",
}
"""What a routine may choose, in words."""
_EQUAL: Final = 1e-8
"""Values that differ by less, relative to the largest, belong to one space."""


@contextmanager
def choosing(choice: str) -> Iterator[set[str]]:
    """Put other versions of the routines in their place for a while; yield the names of those that were called."""
    used: set[str] = set()
    replaced = []
    try:
        for module_name, name, change in _changes(choice):
            module = sys.modules.get(module_name)
            original = getattr(module, name, None)
            if module is not None and original is not None:
                replaced.append((module, name, original))
                setattr(module, name, _watched(original, change, f"{module_name}.{name}", used))
        yield used
    finally:
        for module, name, original in reversed(replaced):
            setattr(module, name, original)


def _watched(original: Routine, change: Callable[[Any], Any], name: str, used: set[str]) -> Routine:
    def routine(*arguments: Any, **options: Any) -> Any:
        found = original(*arguments, **options)
        other = change(found)
        if other is not None:
            used.add(name)
        return found if other is None else other

    return routine


def _changes(choice: str) -> Sequence[tuple[str, str, Callable[[Any], Any]]]:
    """Return module, name and what to do with the result; None leaves it as it is."""
    both = ("numpy.linalg", "scipy.linalg")
    match choice:
        case "signs":
            table: dict[str, Callable[[Any], Any]] = {
                "eigh": _flip_eigen,
                "eig": _flip_eigen,
                "svd": _flip_svd,
                "qr": _flip_qr,
            }
            extra = [("scipy.linalg", "null_space", _negate), ("scipy.linalg", "orth", _negate)]
        case "order":
            table = {"eig": _reorder_eigen, "eigvals": _reorder}
            extra = [("numpy", "roots", _reorder)]
        case _:
            table = {"eigh": _turn_eigen, "svd": _turn_svd}
            extra = [("scipy.linalg", "null_space", _turn), ("scipy.linalg", "orth", _turn)]
    return [*((module, name, change) for module in both for name, change in table.items()), *extra]


def _parts(found: Any, count: int) -> list[Any] | None:
    """Return the arrays of a result, if it has so many."""
    if isinstance(found, tuple) and len(found) == count and all(isinstance(part, np.ndarray) for part in found):
        return list(found)
    return None


def _again(found: Any, parts: Sequence[Any]) -> Any:
    """Return other arrays in a result of the same type."""
    return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)


def _flip_eigen(found: Any) -> Any:
    parts = _parts(found, 2)
    return parts and _again(found, [parts[0], -parts[1]])


def _flip_svd(found: Any) -> Any:
    parts = _parts(found, 3)
    return parts and _again(found, [-parts[0], parts[1], -parts[2]])


def _flip_qr(found: Any) -> Any:
    parts = _parts(found, 2)
    return parts and _again(found, [-parts[0], -parts[1]])


def _negate(found: Any) -> Any:
    return -found


def _reorder(found: Any) -> Any:
    return found[::-1].copy() if isinstance(found, np.ndarray) and found.ndim == 1 and found.size > 1 else None


def _reorder_eigen(found: Any) -> Any:
    parts = _parts(found, 2)
    if parts is None or parts[0].size < 2:
        return None
    return _again(found, [parts[0][::-1].copy(), parts[1][:, ::-1].copy()])


def _turn_eigen(found: Any) -> Any:
    parts = _parts(found, 2)
    turn = None if parts is None else _turns(parts[0], parts[1].shape[1])
    return None if parts is None or turn is None else _again(found, [parts[0], parts[1] @ turn])


def _turn_svd(found: Any) -> Any:
    """Turn the singular vectors of equal values, and those without a value on the side where there are more."""
    parts = _parts(found, 3)
    if parts is None or parts[0].ndim != 2:
        return None
    U, s, Vt = parts
    left, right = _turns(s, U.shape[1]), _turns(s, Vt.shape[0])
    if left is None and right is None:
        return None
    return _again(found, [U if left is None else U @ left, s, Vt if right is None else right.T @ Vt])


def _turns(values: Any, size: int) -> Any:
    """Return an orthogonal matrix that mixes the columns of equal values, and those beyond the values; None if all differ.

    The mix is the same on both sides of a singular value decomposition.
    """
    turn, mixed = np.eye(size), False
    for group in _groups(values, size):
        if len(group) > 1:
            turn[np.ix_(group, group)] = _reflection(len(group))
            mixed = True
    return turn if mixed else None


def _groups(values: Any, size: int) -> list[list[int]]:
    """Return the places of columns whose values are equal; those beyond the values are one group."""
    near = _EQUAL * float(np.max(np.abs(values), initial=0.0))
    groups: list[list[int]] = []
    for place in range(size):
        last = groups[-1][-1] if groups else -1
        beyond = place >= len(values)
        joined = last >= len(values) if beyond else last >= 0 and abs(values[place] - values[last]) <= near
        if joined:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _reflection(size: int) -> Any:
    """Return an orthogonal matrix without zeros: a reflection at a diagonal hyperplane."""
    v = np.arange(1.0, size + 1)
    return np.eye(size) - 2 * np.outer(v, v) / (v @ v)


def _turn(found: Any) -> Any:
    return (
        found @ _reflection(found.shape[1])
        if isinstance(found, np.ndarray) and found.ndim == 2 and found.shape[1] > 1
        else None
    )
