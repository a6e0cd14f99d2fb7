"""The order with which errors fall, estimated from those that tell something about it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from grader.sandbox.records import dataclass

FEWEST: Final = 3
"""Errors that are needed at least."""
_ROUNDING: Final = 1e3 * float(np.finfo(np.float64).eps)
_LARGE: Final = 0.1
"""Relative to the exact value: below the one an error may be rounding, above the other it tells nothing of the limit."""


@dataclass(frozen=True)
class Order:
    """What errors say.

    Attributes
    ----------
    value : float or None
        the order with which they fall.
    fault : str
        why there is none.
    last : int
        the place of the last error that counted, or of the last.
    rough : float or None
        where there is no order, the one that errors show that are too large to count.
    """

    value: float | None
    fault: str = ""
    last: int = -1
    rough: float | None = None


def refinement_order(parameters: Sequence[float], errors: NDArray[np.float64], scale: float) -> Order:
    """Return the slope of log(error) over log(parameter), as an order: positive where errors fall from first to last.

    Parameters
    ----------
    parameters : sequence of float
        positive, from coarse to fine.
    errors : array
        one for each.
    scale : float
        what errors are relative to.
    """
    counted = _counted(errors, scale)
    towards = -np.log(parameters) if parameters[-1] > parameters[0] else np.log(parameters)
    if np.count_nonzero(counted) >= FEWEST:
        slope = _slope(towards[counted], np.log(errors[counted]))
        return Order(slope, last=int(np.flatnonzero(counted)[-1]))
    large = np.isfinite(errors) & (errors >= _ROUNDING * scale)
    rough = _slope(towards[large], np.log(errors[large])) if np.count_nonzero(large) >= FEWEST else None
    return Order(None, _too_few(errors, scale), rough=rough)


def iteration_order(errors: NDArray[np.float64], scale: float) -> Order:
    """Return the slope of log(next error) over log(error), in the last row of errors that count."""
    counted = _last_run(_counted(errors, scale))
    if len(counted) < FEWEST:
        seen = _last_run((errors >= _ROUNDING * scale) & (errors < scale))
        logs = np.log(errors[seen])
        rough = _slope(logs[:-1], logs[1:]) if len(seen) >= FEWEST and np.ptp(logs[:-1]) else None
        return Order(None, _too_few(errors, scale), rough=rough)
    logs, last = np.log(errors[counted]), int(counted[-1])
    if np.ptp(logs[:-1]) < np.log(2.0):
        return Order(None, f"they stay near {errors[last]:.2g}")
    return Order(_slope(logs[:-1], logs[1:]), last=last)


def _last_run(chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the places of the last run of chosen entries that is long enough, or of the last one."""
    runs = np.split(np.arange(len(chosen)), np.flatnonzero(np.diff(chosen)) + 1)
    runs = [run for run in runs if run.size and chosen[run[0]]]
    long = [run for run in runs if len(run) >= FEWEST]
    return (long or runs or [np.arange(0)])[-1]


def _counted(errors: NDArray[np.float64], scale: float) -> NDArray[np.bool_]:
    return np.asarray((errors >= _ROUNDING * scale) & (errors <= _LARGE * scale))


def _slope(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return the slope of the least squares line."""
    centred = x - x.mean()
    return float(centred @ y / (centred @ centred))


def spread(parameters: Sequence[float], replicates: int) -> float:
    """Return the standard deviation of an order from root mean squares of independent normal errors."""
    x = np.log(np.asarray(parameters))
    return float(np.sqrt(0.5 / replicates / np.sum((x - x.mean()) ** 2)))


def _too_few(errors: NDArray[np.float64], scale: float) -> str:
    low, high = _ROUNDING * scale, _LARGE * scale
    if np.all(errors < low):
        return f"all of them are below {low:.2g}, where only rounding is left"
    if not np.any(errors <= high):
        return f"all of them are above {high:.2g}"
    count = int(np.count_nonzero(_counted(errors, scale)))
    return f"{count or 'none'} of them can be used, between {low:.2g} (rounding) and {high:.2g} (too far off)"
