"""`sample`: independent draws from a distribution of SciPy."""

import math
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.fields import Bounds, Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._contract import Draw
from grader.sandbox.records import dataclass

_FOR_SPREAD = 16
_MOST_PLACES = 15


@dataclass(frozen=True, kw_only=True)
class Sample(ArrayInput):
    """An array of shape (size,) of independent draws from any distribution of one variable in `scipy.stats`.

    Draws from a discrete distribution are integers. In the regime `ties` half of the values are copies of the others;
    who excludes it gets values of a continuous distribution that all differ. There is no regime with an offset, since
    most distributions live on a part of the line: write `loc: 1000`, or name an earlier input there.

    Attributes
    ----------
    law : str
        name of the distribution in `scipy.stats`, such as `norm`, `gamma`, `binom`.
    parameters : mapping of str to formula
        SciPy's own names, such as `a` of the gamma distribution; `loc` and `scale` may be left out.
    size : formula
        number of draws; 0 is allowed.
    decimals : int, optional
        places that are kept, more where the draws lie closer together than 1, or where a value would be rounded to
        the end of the distribution's support; `null` keeps all.

    Examples
    --------
    Waiting times with a mean of 2s::

        inputs:
          n: {integer: {low: 1, high: 8}}
          s: {positive: {low: 0.5, high: 4}}
          x: {sample: {law: gamma, parameters: {a: 2, scale: s}, size: n}}
        holds: "size(x) == n and all(x > 0)"
    """

    kind: ClassVar[str] = "sample"
    regimes: ClassVar[tuple[str, ...]] = ("ties",)

    law: str
    parameters: Mapping[str, Formula] = field(default_factory=dict)
    size: Formula
    decimals: Annotated[int, Bounds(0, _MOST_PLACES)] | None = 3

    def array(self, draw: Draw) -> Array:
        """Return the draws."""
        values = self._rounded(draw, self.decimals)
        if draw.regime == "ties" and values.size > 1:
            half = (values.size + 1) // 2
            values = draw.random.permutation(np.resize(values[:half], values.shape))
        return values

    def simple_array(self, draw: Draw) -> Array:
        """Return draws with as few decimals as the support allows."""
        return self._rounded(draw, draw.level // 2)

    def _rounded(self, draw: Draw, decimals: int | None) -> Array:
        size = draw.natural(self.size)
        with _quiet():
            law = self._frozen(draw)
            low, high = law.support()
            # A few more than needed show how far the values lie apart, which the rounding depends on.
            drawn = np.asarray(law.rvs(size=max(size, _FOR_SPREAD), random_state=draw.random))
        if not np.all(np.isfinite(drawn)):
            raise JudgeError(f"a draw from {self.law!r} with these parameters is not finite")
        if decimals is None or drawn.dtype.kind != "f":
            return drawn[:size]
        spread = float(np.quantile(drawn, 0.9) - np.quantile(drawn, 0.1))  # without the tails, which may be heavy
        more = max(0, -math.floor(math.log10(spread))) if spread > 0.0 else 0
        for places in range(decimals, _MOST_PLACES + 1):
            rounded = _inside(drawn[:size], places + more, float(low), float(high))
            if "ties" not in self.exclude or np.unique(rounded).size == size:
                return rounded
        return drawn[:size]

    def _frozen(self, draw: Draw) -> Any:
        """Return the distribution with its parameters."""
        # Loaded here, since this takes most of a second; cases are kept, so a warm run draws none.
        from scipy import stats

        kinds = (stats.rv_continuous, stats.rv_discrete)
        found: Any = getattr(stats, self.law, None)
        if not isinstance(found, kinds):
            near = get_close_matches(
                self.law, [name for name in dir(stats) if isinstance(getattr(stats, name), kinds)], 1
            )
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise JudgeError(f"{self.law!r} is no distribution of one variable in scipy.stats{hint}")
        continuous = isinstance(found, stats.rv_continuous)
        shapes = [name.strip() for name in (found.shapes or "").split(",") if name.strip()]
        self._require_parameters(shapes, [*shapes, "loc", *(["scale"] if continuous else [])])
        values = {name: draw.real(formula) for name, formula in self.parameters.items()}
        # Counts, such as the n of the binomial distribution, have to be integers there.
        whole = {name: int(value) for name, value in values.items() if value.is_integer() and abs(value) < 2**53}
        law = found(**values | whole)
        if np.any(np.isnan(law.support())) or not (continuous or values.get("loc", 0.0).is_integer()):
            shown = ", ".join(f"{name} = {value:g}" for name, value in values.items())
            raise JudgeError(f"there is no distribution {self.law!r} with {shown}")
        return law

    def _require_parameters(self, needed: list[str], known: list[str]) -> None:
        for name in self.parameters:
            if name not in known:
                raise JudgeError(f"the distribution {self.law!r} has no parameter {name!r}; it has {', '.join(known)}")
        for name in needed:
            if name not in self.parameters:
                raise JudgeError(f"the distribution {self.law!r} needs the parameter {name!r}")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what SciPy says of its own numerics from the author: what counts is whether the draws are finite."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _inside(values: NDArray[np.float64], places: int, low: float, high: float) -> NDArray[np.float64]:
    """Return values rounded to these places, or to more where they would reach an end of the support."""
    result = values.copy()
    left = np.ones(values.shape, dtype=bool)
    for more in range(_MOST_PLACES):
        with np.errstate(all="ignore"):  # too many places overflow; then the value stays as it is
            rounded = np.round(values, places + more) + 0.0
            fits = left & (low < rounded) & (rounded < high)
        result[fits] = rounded[fits]
        left &= ~fits
        if not np.any(left):
            break
    return result
