"""`rounded`: answers that the statement asks to round."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected
from grader.checks._numbers import as_reference, beside
from grader.errors import JudgeError
from grader.fields import Bounds
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

_SLACK: Final = 1e-9
"""Beyond half a unit, relative to it."""
_ULPS: Final = 4 * np.finfo(np.float64).eps
"""Rounding errors of the expected value and of the answer, relative to the expected value."""
_ZERO: Final = 1e-12
"""What counts as 0 where no digit of the expected value is significant, relative to the largest of them, if any."""


@dataclass(frozen=True, kw_only=True)
class Rounded(Comparison):
    """Every entry within half a unit of the last place of the *unrounded* reference.

    The reference does not round. So a tie may be rounded either way, and an answer that is not rounded passes, too.
    Both parts of a complex number are rounded. Exactly one of `decimals` and `significant` is needed.

    Attributes
    ----------
    decimals : int
        places after the decimal point; negative ones stand before it (-2: hundreds).
    significant : int
        significant digits of each entry. A reference of exactly 0 has none: there the answer must be 0, too, up to
        1e-12 of the largest entry.

    Examples
    --------
    Rounded to two places, a tie either way::

        inputs: {x: [0.125, 2.0, -3.14159]}
        compare: {rounded: 2}
        reference: "lambda x: x"
        right: "lambda x: [0.13, 2, -3.14]"
        wrong: "lambda x: [0.1, 2.0, -3.1]"

    Three significant digits::

        inputs: {x: [123456.0, 0.000987654]}
        compare: {rounded: {significant: 3}}
        reference: "lambda x: x"
        right: "lambda x: [123000, 0.000988]"
        wrong: "lambda x: np.round(x, 3)"
    """

    kind: ClassVar[str] = "rounded"
    bare: ClassVar[str] = "decimals"

    decimals: Annotated[int, Bounds(-15, 15)] | None = None
    significant: Annotated[int, Bounds(1, 15)] | None = None

    def __post_init__(self) -> None:
        """Refuse both and neither."""
        if (self.decimals is None) == (self.significant is None):
            found = "neither" if self.decimals is None else "both"
            raise ValueError(f"exactly one of decimals and significant is needed, found {found}")

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Refuse a reference that is not made of numbers."""
        if as_reference(value) is None:
            raise JudgeError("the reference solution's value is not made of finite numbers")
        return {}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare with the unrounded value, and name the entry that is furthest off."""
        pair = beside(value, expected.value)
        if isinstance(pair, Outcome):
            return pair
        got, want = pair
        for mine, theirs in ((got.array.real, want.real), (got.array.imag, want.imag)):
            allowed = self._allowed(theirs)
            with np.errstate(over="ignore"):  # a difference beyond the largest float is inf, and wrong
                error = np.abs(mine - theirs)
            if not bool(np.all(error <= allowed)):
                return self._off(error, allowed)
        return Outcome(notes=got.notes)

    @np.errstate(over="ignore", under="ignore", divide="ignore")
    def _allowed(self, want: NDArray[Any]) -> NDArray[np.float64]:
        """Return how far each entry may be off."""
        size = np.abs(want)
        if self.significant is None:
            unit = np.full(want.shape, 10.0 ** -(self.decimals or 0))
        else:
            unit = 10.0 ** (_exponent(size) + 1 - self.significant)
        half = 0.5 * unit * (1 + _SLACK) + _ULPS * size
        if self.significant is None:
            return np.asarray(half)
        return np.asarray(np.where(size == 0, _ZERO * (np.max(size, initial=0.0) or 1.0), half))

    def _off(self, error: NDArray[Any], allowed: NDArray[np.float64]) -> Outcome:
        with np.errstate(all="ignore"):
            excess = np.where(error <= allowed, 0.0, error / allowed)
        worst = np.unravel_index(int(np.argmax(excess)), error.shape)
        place = [int(index) for index in worst]
        size, limit = float(error[worst]), float(allowed[worst])
        where = f" at {place}" if place else ""
        digits = f"{self.decimals} decimals" if self.significant is None else f"{self.significant} significant digits"
        message = f"off by {size:.2g}{where}; rounded to {digits}, {limit:.2g} is allowed"
        return wrong(message, size if np.isfinite(size) else None, limit)


def _exponent(size: NDArray[Any]) -> NDArray[np.float64]:
    """Return the power of ten of the first digit; the logarithm alone may miss it by one beside a power of ten."""
    guess = np.floor(np.log10(size))
    guess = np.where(10.0 ** (guess + 1) <= size, guess + 1, guess)
    return np.asarray(np.where(10.0**guess > size, guess - 1, guess))
