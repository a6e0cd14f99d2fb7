"""`rng`: a generator of random numbers."""

from typing import ClassVar

from grader.generators._contract import Draw, Generator
from grader.sandbox.records import dataclass
from grader.sandbox.values import RandomState


@dataclass(frozen=True, kw_only=True)
class Rng(Generator):
    """A `numpy.random.Generator` with a stream of its own in every case."""

    kind: ClassVar[str] = "rng"

    def draw(self, draw: Draw) -> RandomState:
        """Return the generator's first state, which says nothing about the course's seed."""
        return RandomState(int(draw.random.integers(2**63)))
