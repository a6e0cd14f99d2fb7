"""`callable`: a well-known function that is handed to the answer."""

from difflib import get_close_matches
from typing import Annotated, ClassVar

from grader.fields import Bounds
from grader.generators._contract import Draw, Generator
from grader.generators._elementary import ELEMENTARY
from grader.sandbox.records import dataclass
from grader.sandbox.values import FunctionText


@dataclass(frozen=True, kw_only=True)
class CallableInput(Generator):
    """One of several elementary functions, taken in turn, or its derivative or antiderivative.

    Each takes numbers and arrays, one value per entry. There are `identity`, `square`, `cube`, `abs`, `relu`, `exp`,
    `sin`, `cos`, `sinh`, `cosh`, `tanh`, `arctan`, `logistic` and `runge` (1 / (1 + 25x²)) for all numbers, and
    `sqrt`, `reciprocal` and `log` for positive ones. Two inputs with the same options take the same function in the
    same case: one may be handed to the answer, and another, its derivative, only be named in the checks.

    Attributes
    ----------
    options : tuple of str
        names of functions, at least one.
    derivative : int
        0 for the function, 1 for its derivative, −1 for the antiderivative that is 0 at 0 (at 1 for `reciprocal` and
        `log`).
    counted : bool
        if true, the grader evaluates the function itself and so knows every call; if false, calls are faster.

    Examples
    --------
    A function to be integrated, and its antiderivative for the check::

        inputs:
          f: {callable: [sin, exp, square]}
          F: {callable: {options: [sin, exp, square], derivative: -1}}
        holds: "F(0) == 0 and abs((F(1 + 1e-4) - F(1 - 1e-4)) / 2e-4 - f(1)) < 1e-7"
    """

    kind: ClassVar[str] = "callable"
    bare: ClassVar[str] = "options"

    options: tuple[str, ...]
    derivative: Annotated[int, Bounds(-1, 1)] = 0
    counted: bool = True

    def __post_init__(self) -> None:
        """Refuse functions that are not known, and none at all."""
        super().__post_init__()
        if not self.options:
            raise ValueError("there is nothing to choose from")
        for name in self.options:
            if name not in ELEMENTARY:
                near = get_close_matches(name, ELEMENTARY, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(ELEMENTARY)}"
                raise ValueError(f"there is no function {name!r}; {hint}")

    def draw(self, draw: Draw) -> FunctionText:
        """Return the function whose turn it is."""
        return self._function(draw.number)

    def simple(self, draw: Draw) -> FunctionText:
        """Return one of the first functions, the same for all inputs of one level."""
        return self._function(draw.level)

    def _function(self, turn: int) -> FunctionText:
        texts = ELEMENTARY[self.options[turn % len(self.options)]]
        return FunctionText(("x",), texts[self.derivative], {}, self.counted)
