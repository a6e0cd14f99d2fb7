"""Numerical derivatives with an estimate of their error, and the kinks that are near a point.

All steps are powers of two, so that adding them to a number rounds nothing.
"""

from collections.abc import Callable, Sequence
from itertools import combinations_with_replacement, pairwise
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.checks._arrays import widened
from grader.checks._linear import Array, norm
from grader.errors import JudgeError
from grader.model import Case
from grader.sandbox import expressions
from grader.sandbox.expressions import Expression, ExpressionError
from grader.sandbox.records import dataclass
from grader.sandbox.values import realise

Function: TypeAlias = Callable[[Array], Array]
Method: TypeAlias = Literal["richardson", "complex_step", "central"]

_EPS: Final = float(np.finfo(np.float64).eps)
_STEPS: Final = (2.0**-7, 2.0**-10, 2.0**-14, 2.0**-18, 2.0**-26, 2.0**-3)
"""First steps of an extrapolation, in the order in which they are tried."""
_LEVELS: Final = 4
_GOOD: Final = 1e-9
"""Relative error at which no other step is tried."""
_CENTRAL: Final = {1: 2.0**-17, 2: 2.0**-12}
"""Steps of the plain central difference, near the third and the fourth root of the machine epsilon."""
_IMAGINARY: Final = 2.0**-70
_GRID: Final = 2.0**-12
"""Distance of the points, five on each side, among which a kink is looked for: it is found up to 1e-3 away."""
_CONTRAST: Final = 20.0
"""How much larger than the others a second difference must be to be taken for a kink."""
_SMALLEST_GRID: Final = 2.0**-24


@dataclass(frozen=True)
class Derivative:
    """A derivative at one point.

    Attributes
    ----------
    value, error : array
        of the shape of the function's value, then that of its argument, twice for the second derivative; entry by entry
        only the first of these. The error is an estimate.
    smooth : array of bool
        false where a kink is so near that the derivative is not looked at; the value is 0 there.
    size : float
        the norm of the function's value.
    nearby : float
        the norm of one-sided difference quotients, which a derivative that happens to vanish at this point has nearby.
    """

    value: Array
    error: Array
    smooth: NDArray[np.bool_]
    size: float
    nearby: float


def function_of(formula: Expression, case: Case, name: str) -> Function:
    """Return a formula as a function of one input, the others being those of the case.

    Raises
    ------
    JudgeError
        if it cannot be evaluated (when it is called, too), or has no numbers for a value.
    """
    others = {other: realise(case.inputs[other]) for other in formula.mentions & case.inputs.keys() - {name}}
    try:
        built = expressions.function((name,), formula.text, others)
    except ExpressionError as error:
        raise JudgeError(str(error)) from error

    def evaluate(point: Array) -> Array:
        try:
            with np.errstate(all="ignore"):
                value = widened(built(point[()]))
        except Exception as error:  # whatever NumPy says to it is told to the author
            raise JudgeError(f"{formula.text!r} cannot be evaluated: {type(error).__name__}: {error}") from error
        if value.dtype.kind not in "fc":
            raise JudgeError(f"the value of {formula.text!r} is not made of numbers")
        return value

    return evaluate


@np.errstate(all="ignore")  # what is not finite counts as an error without bound
def differentiate(
    function: Function, point: Array, order: int, method: Method = "richardson", *, entrywise: bool = False
) -> Derivative:
    """Return the first or second derivative of a function at a point.

    Parameters
    ----------
    function : callable
        takes an array like `point`, returns an array.
    point : array
        of floats.
    order : int
        1 or 2.
    method : str
        how; `complex_step` is for the first derivative.
    entrywise : bool
        whether each entry of the value depends on the same entry of the argument alone.

    Raises
    ------
    JudgeError
        if the function is not finite at the point, or has no derivative that could be computed.
    """
    value = function(point)
    if not np.all(np.isfinite(value)):
        raise JudgeError("the function is not finite at the point where it is differentiated")
    if entrywise and value.shape != point.shape:
        raise JudgeError(
            f"the function's value has shape {value.shape}, its argument {point.shape}: not entry by entry"
        )
    axes = directions(point, entrywise=entrywise)
    smooth = [_is_smooth(function, point, axis) for axis in axes]
    pairs = [(place,) * order for place in range(len(axes))] if order == 1 or entrywise else []
    pairs = pairs or list(combinations_with_replacement(range(len(axes)), order))
    shape = value.shape if entrywise else value.shape + (len(axes),) * order
    derivative, error = np.zeros(shape, dtype=value.dtype), np.zeros(shape)
    mask = np.ones(shape, dtype=np.bool_)
    for pair in pairs:
        good = np.logical_and.reduce([smooth[place] for place in pair])
        found, doubt = _along(function, point, [axes[place] for place in pair], method)
        for index in {pair, pair[::-1]}:
            place: Any = ... if entrywise else (..., *index)
            derivative[place], error[place], mask[place] = np.where(good, found, 0), np.where(good, doubt, 0), good
    if not np.all(np.isfinite(error)):
        raise JudgeError("the function is not finite near the point where it is differentiated")
    shape = value.shape if entrywise else value.shape + point.shape * order
    return Derivative(
        value=derivative.reshape(shape),
        error=error.reshape(shape),
        smooth=mask.reshape(shape),
        size=norm(value),
        nearby=norm(np.array([_one_sided(function, point, axis, order) for axis in axes])),
    )


def directions(point: Array, *, entrywise: bool) -> list[Array]:
    """Return the directions in which a point is moved: along each coordinate, or all entries at once."""
    if entrywise:
        return [np.ones(point.shape)] if point.size else []
    return [row.reshape(point.shape) for row in np.eye(point.size)]


def _along(function: Function, point: Array, axes: Sequence[Array], method: Method) -> tuple[Array, Array]:
    """Return a derivative along one or two directions, and its error."""
    size = np.abs(function(point))

    def quotient(step: float) -> Array:
        return _quotient(function, point, axes, step)

    def rounding(step: float) -> Array:
        return _EPS * size / step ** len(axes)

    if method == "complex_step":
        return _complex_step(function, point, axes[0], quotient)
    if method == "central":
        step = _CENTRAL[len(axes)] * _scale(point)
        return quotient(step), np.abs(quotient(step) - quotient(2 * step)) + rounding(step)
    best, error = np.zeros(size.shape), np.full(size.shape, np.inf)
    for first in (*_STEPS, _STEPS[-1] * _scale(point)):
        found, doubt = extrapolated([quotient(first / 2**level) for level in range(_LEVELS)])
        doubt = doubt + rounding(first / 2 ** (_LEVELS - 1))
        better = doubt < error  # not where it is nan
        best, error = np.where(better, found, best), np.where(better, doubt, error)
        if np.all(error <= _GOOD * np.max(np.abs(best), initial=0.0)):
            break
    return best, error


def _scale(point: Array) -> float:
    """Return a power of two near the size of the point, at least 1."""
    return float(2.0 ** np.floor(np.log2(max(1.0, float(np.max(np.abs(point), initial=0.0))))))


def _quotient(function: Function, point: Array, axes: Sequence[Array], step: float) -> Array:
    """Return a central difference quotient, whose error is even in the step."""
    first, last = step * axes[0], step * axes[-1]
    if len(axes) == 1:
        return np.asarray((function(point + first) - function(point - first)) / (2 * step))
    if axes[0] is axes[1]:
        return np.asarray((function(point + first) - 2 * function(point) + function(point - first)) / step**2)
    same = function(point + first + last) + function(point - first - last)
    return np.asarray((same - function(point + first - last) - function(point - first + last)) / (4 * step**2))


def extrapolated(rows: Sequence[Array]) -> tuple[Array, Array]:
    """Return Richardson's limit of quotients for steps that are halved, and how far it moved at the end."""
    column = list(rows)
    ends = [column[-1]]
    for power in range(1, len(rows)):
        column = [fine + (fine - coarse) / (4.0**power - 1) for coarse, fine in pairwise(column)]
        ends.append(column[-1])
    return ends[-1], np.abs(ends[-1] - ends[-2])


def _complex_step(
    function: Function, point: Array, axis: Array, quotient: Callable[[float], Array]
) -> tuple[Array, Array]:
    moved = function(point + 1j * _IMAGINARY * axis)
    found = moved.imag / _IMAGINARY
    rough = quotient(_CENTRAL[1])
    if not norm(found - rough) <= 1e-3 * norm(rough) + 1e-6 * norm(function(point)):
        raise JudgeError("the complex step gives another derivative than a difference: the function is not analytic")
    return found, _EPS * (np.abs(found) + np.abs(moved.real))


def _is_smooth(function: Function, point: Array, axis: Array) -> NDArray[np.bool_]:
    """Return for each entry of the value whether there is no kink or jump within 1e-3 of the point along a direction.

    Second differences on a grid are of one size where a function is smooth; a kink makes one or two of them large.
    """
    grid = _GRID
    while True:
        values = np.stack([function(point + place * grid * axis) for place in range(-5, 6)])
        if np.all(np.isfinite(values)) or grid < _SMALLEST_GRID:
            break
        grid /= 4  # the function ends nearby
    bends = np.abs(np.diff(values, n=2, axis=0))
    typical = np.median(bends, axis=0)
    noise = 64 * _EPS * np.max(np.abs(values), axis=0)
    smooth: NDArray[np.bool_] = np.max(bends, axis=0) <= _CONTRAST * typical + noise
    return smooth


def _one_sided(function: Function, point: Array, axis: Array, order: int) -> float:
    """Return the larger norm of the difference quotients on either side; 0 where they do not exist."""
    step, found = _STEPS[0], 0.0
    for side in (step, -step):
        values = [function(point + place * side * axis) for place in range(order + 1)]
        size = norm(np.diff(np.stack(values), n=order, axis=0)) / step**order
        found = max(found, size if np.isfinite(size) else 0.0)
    return found
