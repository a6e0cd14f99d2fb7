"""`computed`: a value that follows from earlier inputs."""

from typing import ClassVar

from grader.fields import Formula
from grader.generators._contract import Draw, Generator
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class Computed(Generator):
    """The value of a formula over earlier inputs, such as a right-hand side `A @ x`.

    Attributes
    ----------
    formula : formula
        what to compute.
    """

    kind: ClassVar[str] = "computed"
    bare: ClassVar[str] = "formula"

    formula: Formula

    def draw(self, draw: Draw) -> Value:
        """Return the value."""
        return draw.evaluate(self.formula)
