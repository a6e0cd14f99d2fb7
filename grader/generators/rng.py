"""`rng`: a generator of random numbers."""

from typing import ClassVar

from grader.generators._contract import Draw, Generator
from grader.sandbox.records import dataclass
from grader.sandbox.values import RandomState


@dataclass(frozen=True, kw_only=True)
class Rng(Generator):
    """A `numpy.random.Generator` with a stream of its own in every case.

    Examples
    --------
    ::

        inputs:
          n: 5
          rng: {rng: {}}
        holds: "n == 5"
    """

    kind: ClassVar[str] = "rng"

    def draw(self, draw: Draw) -> RandomState:
        """Return the generator's first state, which says nothing about the course's seed."""
        return RandomState(int(draw.random.integers(2**63)))

    def simple(self, draw: Draw) -> RandomState:
        """Return the state that a person would write down."""
        return RandomState(int(draw.random.integers(draw.level + 1)))
