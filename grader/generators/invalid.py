"""`invalid`: a value that the statement says to refuse."""

import math
from collections.abc import Callable, Mapping
from typing import ClassVar, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.fields import Formula
from grader.generators._contract import Draw, Generator, Unfit
from grader.notation import describe
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

Way: TypeAlias = Literal[
    "empty", "too_long", "too_short", "wrong_dimension", "flattened", "not_square", "not_symmetric"
]


@dataclass(frozen=True, kw_only=True)
class Invalid(Generator):
    """A value that is made wrong on purpose, in one way after the other; for checks with `raises`.

    Either a good value is given, usually an earlier input that is only a helper, and spoilt; or bounds are, and a
    number outside is drawn, at first just outside. With both, one entry of the good value lies outside.

    Attributes
    ----------
    like : formula, optional
        an array or nested list.
    ways : tuple of str
        what to do to it: `empty`, nothing left; `too_long` and `too_short`, one entry (of a matrix: one row) more or
        less; `wrong_dimension`, one dimension more, so that a vector is a column; `flattened`, one dimension less;
        `not_square`, of a square matrix a column added or taken away; `not_symmetric`, of a square matrix one entry
        changed.
    below, above : formula, optional
        bounds of what is allowed: numbers below the one and above the other are drawn.
    whole : bool
        whether those are whole numbers, Python ints.

    Examples
    --------
    Vectors that do not fit a matrix, and a number of steps below 0::

        inputs:
          n: {integer: {low: 2, high: 5}}
          good: {vector: {size: n}}
          b: {invalid: {like: good, ways: [too_long, too_short, empty]}}
          steps: {invalid: {below: 0, whole: true}}
        holds: "size(b) != n and steps < 0"
    """

    kind: ClassVar[str] = "invalid"

    like: Formula | None = None
    ways: tuple[Way, ...] = ()
    below: Formula | None = None
    above: Formula | None = None
    whole: bool = False

    def __post_init__(self) -> None:
        """Refuse parameters that leave nothing to do, or say a thing twice."""
        super().__post_init__()
        bounded = self.below is not None or self.above is not None
        if self.like is None and not bounded:
            raise ValueError("there is nothing to make a value from: `like`, `below` or `above` is needed")
        if self.like is None and self.ways:
            raise ValueError("there is nothing to spoil in these ways: `like` is needed")
        if not self._turns():
            raise ValueError("there is no way to spoil it: `ways`, `below` or `above` is needed")
        if len(set(self.ways)) < len(self.ways):
            raise ValueError("a way is written twice")
        if self.whole and not bounded:
            raise ValueError("`whole` is about numbers outside of bounds: `below` or `above` is needed")

    def draw(self, draw: Draw) -> Value:
        """Return a value that is wrong in the way whose turn it is."""
        turns = self._turns()
        distance = float(f"{10.0 ** draw.random.uniform(-2.0, 1.0):.2g}")
        if draw.number < len(turns):
            distance = 0.001
        return self._made(draw, turns[draw.number % len(turns)], distance)

    def simple(self, draw: Draw) -> Value:
        """Return a value that is wrong in any of the ways, and easy to see through."""
        turns = self._turns()
        distance = (1.0, 2.0, 0.5, 0.1)[int(draw.random.integers(min(draw.level, 3) + 1))]
        return self._made(draw, turns[int(draw.random.integers(len(turns)))], distance)

    def _turns(self) -> tuple[str, ...]:
        below = () if self.below is None else ("below",)
        return (*self.ways, *below, *(() if self.above is None else ("above",)))

    def _made(self, draw: Draw, way: str, distance: float) -> Value:
        if self.like is None:
            return self._number(draw, way, distance)
        good = draw.evaluate(self.like)
        array = _array(good)
        if array is None:
            raise Unfit(
                self.like, f"{self.like.text!r} is {describe(good)}, where an array or list of numbers is needed"
            )
        spoil = _WAYS.get(way)
        bad = spoil(array) if spoil else self._with_one_outside(draw, array, way, distance)
        if bad is None:
            raise Unfit(self.like, f"{self.like.text!r} is {describe(good)}: it cannot be made {way!r}")
        return bad if isinstance(good, np.ndarray) else bad.tolist()

    def _with_one_outside(self, draw: Draw, array: "_Array", way: str, distance: float) -> "_Array | None":
        if array.size == 0:
            return None
        array = array if self.whole or array.dtype.kind == "c" else array.astype(np.float64)
        array.flat[int(draw.random.integers(array.size))] = self._number(draw, way, distance)
        return array

    def _number(self, draw: Draw, way: str, distance: float) -> float | int:
        """Return a number outside the bounds, about `distance` away from the nearer (for a bound of 1)."""
        low = -math.inf if self.below is None else draw.real(self.below)
        high = math.inf if self.above is None else draw.real(self.above)
        bound, sign = (low, -1) if way == "below" else (high, 1)
        if not (low <= high and math.isfinite(bound)):
            raise JudgeError(f"there is no number {way} the bounds from {low} to {high}")
        if self.whole:
            return (math.ceil(bound) if sign < 0 else math.floor(bound)) + sign * math.ceil(distance)
        return float(f"{bound + sign * distance * max(1.0, abs(bound)):.12g}")


_Array: TypeAlias = NDArray[np.generic]


def _array(value: object) -> _Array | None:
    try:
        array = np.array(value)
    except ValueError:  # lists of different lengths
        return None
    return array if array.dtype.kind in "iufc" else None


def _too_long(array: _Array) -> _Array | None:
    return np.concatenate([array, array[:1]]) if array.ndim and len(array) else None


def _too_short(array: _Array) -> _Array | None:
    return array[:-1] if array.ndim and len(array) else None


def _flattened(array: _Array) -> _Array | None:
    return array.reshape(-1, *array.shape[2:]) if array.ndim > 1 else None


def _not_square(array: _Array) -> _Array | None:
    if not _is_square(array, 1):
        return None
    return array[:, :-1] if len(array) > 1 else np.hstack([array, array])


def _not_symmetric(array: _Array) -> _Array | None:
    if not _is_square(array, 2):
        return None
    other = array[-1, 0]
    array[0, -1] = other + max(1, abs(other))  # more than any tolerance of a test for symmetry
    return array


def _is_square(array: _Array, least: int) -> bool:
    return array.ndim == 2 and array.shape[0] == array.shape[1] >= least


_WAYS: Final[Mapping[str, Callable[[_Array], _Array | None]]] = {
    "empty": lambda array: np.empty((0,) * array.ndim, dtype=array.dtype) if array.size and array.ndim else None,
    "too_long": _too_long,
    "too_short": _too_short,
    "wrong_dimension": lambda array: array[..., np.newaxis],
    "flattened": _flattened,
    "not_square": _not_square,
    "not_symmetric": _not_symmetric,
}
