"""`polynomial`: a polynomial as a function that is handed to the answer."""

from typing import Annotated, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from grader.fields import Bounds, Formula
from grader.generators._contract import Draw, Generator, Unfit
from grader.generators._names import require_names
from grader.notation import describe
from grader.sandbox.records import dataclass
from grader.sandbox.values import FunctionText

_MOST: Final = 100
"""Coefficients of the longest polynomial: its text has a pair of brackets for each, and Python reads up to 200."""


@dataclass(frozen=True, kw_only=True)
class Polynomial(Generator):
    """A polynomial, a derivative or an antiderivative of it, in Horner's form.

    It takes numbers and arrays of any shape, real or complex, one value per entry. Coefficients are a vector of their
    own, drawn by the kind `coefficients` or written out, so that checks can use them, and the derivative as a further
    input, without the student's seeing either.

    Attributes
    ----------
    of : formula
        the coefficients, that of the constant term first.
    derivative : int
        how often to differentiate; −1 for the antiderivative that is 0 at 0, and so on.
    variable : str
        name of the function's argument.
    counted : bool
        if true, the grader evaluates the function itself and so knows every call; slower, for exercises in which
        calls are graded.

    Examples
    --------
    A function, its derivative and its antiderivative::

        inputs:
          n: {integer: {low: 0, high: 4}}
          c: {coefficients: {degree: n}}
          f: {polynomial: c}
          df: {polynomial: {of: c, derivative: 1}}
          F: {polynomial: {of: c, derivative: -1}}
        holds: >-
          f(0) == c[0] and F(0) == 0 and abs((F(1.0001) - F(0.9999)) / 0.0002 - f(1)) < 1e-5
          and abs((f(1.0001) - f(0.9999)) / 0.0002 - df(1)) < 1e-5
    """

    kind: ClassVar[str] = "polynomial"
    fixed: ClassVar[bool] = True
    bare: ClassVar[str] = "of"

    of: Formula
    derivative: Annotated[int, Bounds(-10, 10)] = 0
    variable: str = "x"
    counted: bool = False

    def __post_init__(self) -> None:
        """Refuse an argument that is not a name."""
        super().__post_init__()
        require_names((self.variable,))

    def draw(self, draw: Draw) -> FunctionText:
        """Return the function as text."""
        coefficients = self._coefficients(draw)
        for _ in range(self.derivative):
            coefficients = coefficients[1:] * np.arange(1, len(coefficients))
        for _ in range(-self.derivative):
            coefficients = np.concatenate([[0.0], coefficients / np.arange(1, len(coefficients) + 1)])
        return FunctionText((self.variable,), _horner(coefficients.tolist(), self.variable), {}, self.counted)

    def _coefficients(self, draw: Draw) -> NDArray[np.inexact]:
        value = draw.evaluate(self.of)
        try:
            coefficients = np.asarray(value)
        except ValueError:  # lists of different lengths
            coefficients = np.asarray(None)
        if coefficients.ndim != 1 or coefficients.dtype.kind not in "iufc" or not np.all(np.isfinite(coefficients)):
            raise Unfit(self.of, f"{self.of.text!r} is {describe(value)}, where a vector of coefficients is needed")
        if not 1 <= coefficients.size <= _MOST:
            raise Unfit(
                self.of, f"{self.of.text!r} has {coefficients.size} coefficients, where 1 to {_MOST} are possible"
            )
        return coefficients * 1.0  # whole numbers would overflow


def _horner(coefficients: list[complex], variable: str) -> str:
    """Return `a + x * (b + x * c)`."""
    if len(coefficients) < 2:
        # The power gives a constant the shape of its argument.
        return f"{coefficients[0] if coefficients else 0.0!r} * {variable}**0"
    *others, last = coefficients
    text = repr(last)
    for place, value in enumerate(reversed(others)):
        product = f"{variable} * ({text})" if place else f"{variable} * {text}"
        text = f"{value!r} + {product}" if value else product
    return text
