"""How far a derivative may be off, and what is said of one that is further off."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from grader.checks._comparison import wrong
from grader.checks._differences import Derivative
from grader.checks._linear import Array, norm, worst_place
from grader.errors import JudgeError
from grader.model import Outcome

_STEEP: Final = 10.0
"""A function's value may be this many times its derivative before the rounding of differences widens the tolerance."""
_BLUNT: Final = 0.1
"""Largest share of the derivative that a widened tolerance may be."""
_KINK: Final = "beside a kink of the function the derivative was not looked at"
_NAMED: Final = 5


def allowed_error(found: Derivative, rtol: float) -> float:
    """Return the norm that the error of a whole derivative may have.

    It is relative to the derivative, or to what it is nearby if it happens to vanish here. A difference of values that
    are much larger than the derivative is known to fewer digits, and so they widen it.

    Raises
    ------
    JudgeError
        if the derivative cannot be told from nothing to this tolerance, or is not known well enough.
    """
    steepness, doubt = norm(found.value), norm(found.error)
    allowed = rtol * max(steepness, found.nearby / _STEEP, found.size / _STEEP)
    if allowed > _BLUNT * max(steepness, found.nearby) and steepness > 10 * doubt:
        raise JudgeError(
            f"the function's value has size {found.size:.2g} and its derivative {steepness:.2g}, so that differences "
            "of it say too little: leave out what is constant, or take other inputs"
        )
    if doubt > _BLUNT * allowed:
        raise JudgeError(f"the numerical derivative is known to {doubt:.2g} only, where {allowed:.2g} is allowed")
    return allowed


@np.errstate(all="ignore")  # an error that overflows is inf, and wrong
def compared(got: Array, want: Array, smooth: NDArray[np.bool_], allowed: float) -> Outcome:
    """Return the outcome of a derivative, of which only the smooth entries are looked at."""
    errors = np.where(smooth, got - want, 0)
    error = norm(errors)
    if error <= allowed:
        return Outcome(notes=_skipped(smooth))
    place = list(worst_place(np.abs(errors)))
    if place:
        message = f"the error has norm {error:.2g}, and most of it is at {place}; allowed {allowed:.2g}"
    else:
        message = f"off by {error:.2g}; allowed {allowed:.2g}"
    if norm(np.where(smooth, got + want, 0)) <= allowed:
        message = f"{message}; the sign is the opposite"
    elif got.ndim == 2 and got.shape == got.T.shape and norm(np.where(smooth, got.T - want, 0)) <= allowed:
        message = f"{message}; rows and columns are exchanged"
    return replace(wrong(message, error if np.isfinite(error) else None, allowed), notes=_skipped(smooth))


def _skipped(smooth: NDArray[np.bool_]) -> tuple[str, ...]:
    """Return the note on what was not looked at, if anything."""
    places = [f"{[int(index) for index in place]}" for place in np.argwhere(~smooth)]
    if not places:
        return ()
    if not smooth.ndim:
        return (_KINK,)
    more = ", …" if len(places) > _NAMED else ""
    return (f"{_KINK}: {', '.join(places[:_NAMED])}{more}",)
