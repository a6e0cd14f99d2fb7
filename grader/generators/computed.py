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

    Examples
    --------
    A right-hand side whose solution is known::

        inputs:
          A: {matrix: {shape: [3, 3]}}
          x: {vector: {size: 3}}
          b: {computed: A @ x}
        holds: "norm(A @ x - b) <= 1e-12 * (1 + norm(b))"
    """

    kind: ClassVar[str] = "computed"
    fixed: ClassVar[bool] = True
    bare: ClassVar[str] = "formula"

    formula: Formula

    def draw(self, draw: Draw) -> Value:
        """Return the value."""
        return draw.evaluate(self.formula)
