"""`expression`: a function that is handed to the answer."""

from keyword import iskeyword
from typing import ClassVar

from grader.fields import Formula
from grader.generators._contract import Draw, Generator
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass
from grader.sandbox.values import FunctionText


@dataclass(frozen=True, kw_only=True)
class ExpressionInput(Generator):
    """A function of `parameters`, given by a text in which earlier inputs are constants.

    Attributes
    ----------
    text : formula
        the value of the function.
    parameters : tuple of str
        its arguments, in order.
    counted : bool
        if true, the grader evaluates the function itself and so knows every call; slower, for exercises in which
        calls are graded.
    """

    kind: ClassVar[str] = "expression"
    bare: ClassVar[str] = "text"

    text: Formula
    parameters: tuple[str, ...] = ("x",)
    counted: bool = False

    def __post_init__(self) -> None:
        """Refuse parameters that are not names, or not different."""
        for name in self.parameters:
            parse(name)
            if not name.isidentifier() or iskeyword(name):
                raise ValueError(f"the parameter {name!r} is not a name")
            if self.parameters.count(name) > 1:
                raise ValueError(f"there are several parameters {name!r}")

    def own_names(self) -> frozenset[str]:
        """Return the function's own arguments."""
        return frozenset(self.parameters)

    def draw(self, draw: Draw) -> FunctionText:
        """Return the function as text with the constants of this case."""
        names = sorted(self.text.mentions & draw.names.keys() - set(self.parameters))
        constants = {name: draw.names[name] for name in names}
        return FunctionText(self.parameters, self.text.text, constants, self.counted)
