"""`expression`: a function that is handed to the answer."""

from typing import ClassVar

from grader.fields import Formula
from grader.generators._contract import Draw, Generator
from grader.generators._names import require_names
from grader.sandbox.records import dataclass
from grader.sandbox.values import FunctionText


@dataclass(frozen=True, kw_only=True)
class ExpressionInput(Generator):
    """A function of `parameters`, given by a text in which earlier inputs are constants.

    Its gradient or antiderivative is a further input of this kind; if only the checks name it, no answer is handed it.

    Attributes
    ----------
    text : formula
        the value of the function.
    parameters : tuple of str
        its arguments, in order.
    counted : bool
        if true, the grader evaluates the function itself and so knows every call; slower, for exercises in which
        calls are graded.

    Examples
    --------
    A parabola with drawn coefficients, and its derivative for the author::

        inputs:
          a: {real: {low: 1, high: 3}}
          b: {real: {low: -2, high: 2}}
          f: {expression: a * x**2 + b * x}
          df: {expression: 2 * a * x + b}
        holds: "abs((f(1.001) - f(0.999)) / 0.002 - df(1.0)) < 1e-6"
    """

    kind: ClassVar[str] = "expression"
    bare: ClassVar[str] = "text"

    text: Formula
    parameters: tuple[str, ...] = ("x",)
    counted: bool = False

    def __post_init__(self) -> None:
        """Refuse parameters that are not names, or not different."""
        super().__post_init__()
        require_names(self.parameters)

    def own_names(self) -> frozenset[str]:
        """Return the function's own arguments."""
        return frozenset(self.parameters)

    def draw(self, draw: Draw) -> FunctionText:
        """Return the function as text with the constants of this case."""
        names = sorted(self.text.mentions & draw.names.keys() - set(self.parameters))
        constants = {name: draw.names[name] for name in names}
        return FunctionText(self.parameters, self.text.text, constants, self.counted)
