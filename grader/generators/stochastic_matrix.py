"""`stochastic_matrix`: the probabilities of going from state to state."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from grader.fields import Bounds, Formula
from grader.generators._array import Array
from grader.generators._contract import Draw
from grader.generators._structured import Floats, StructuredArray, until
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class StochasticMatrix(StructuredArray):
    """A square matrix of probabilities whose rows add up to 1, up to rounding errors. From two states on it is not the identity.

    Attributes
    ----------
    size : formula
        number of states, at least 1.
    columns : bool
        whether the columns add up to 1 in place of the rows.
    entries : str
        `positive` (all above zero, so that powers converge and the stationary distribution is unique), `irreducible`
        (zeros occur, but every state can be reached from every other, so that the stationary distribution is unique)
        or `any`.
    decimals : int
        places of the entries; more where there are too many states.
    exclude : tuple of str
        regimes to leave out: `uniform` (all entries are equal), `doubly` (rows and columns add up to 1), `sticky` (a
        state is kept with probability 0.9 or more); `periodic` (the states follow each other in a circle), unless all
        are to be `positive`; `absorbing` (one state is never left), where they may be `any`.

    Examples
    --------
    One step from a distribution leads to a distribution::

        inputs:
          n: {integer: {low: 1, high: 5}}
          P: {stochastic_matrix: {size: n}}
        holds: "all(P > 0) and all(abs(sum(P, axis=1) - 1) < 1e-12)"
    """

    kind: ClassVar[str] = "stochastic_matrix"
    regimes: ClassVar[tuple[str, ...]] = ("uniform", "doubly", "sticky", "periodic", "absorbing")

    size: Formula
    columns: bool = False
    entries: Literal["positive", "irreducible", "any"] = "positive"
    decimals: Annotated[int, Bounds(1, 12)] = 3

    def edges(self) -> tuple[str, ...]:
        """Return the regimes that the entries allow."""
        impossible = {"positive": ("periodic", "absorbing"), "irreducible": ("absorbing",), "any": ()}[self.entries]
        return tuple(name for name in super().edges() if name not in impossible)

    def array(self, draw: Draw) -> Array:
        """Return a matrix of shape (n, n)."""
        n = draw.natural(self.size, 1)
        total = 10**self.decimals
        while total < 20 * n:
            total *= 10
        return self._turned(self._rows(draw, n, total))

    def simple_array(self, draw: Draw) -> Array:
        """Return a matrix with one decimal, or two where there are many states."""
        n = draw.natural(self.size, 1)
        total = 10 if n <= 5 else 10 * n
        return self._turned(self._free(draw, n, total))

    def _rows(self, draw: Draw, n: int, total: int) -> Floats:
        random, every = draw.random, np.ones((n, n), dtype=bool)
        match draw.regime:
            case "uniform":
                return np.full((n, n), 1.0 / n)
            case "doubly":
                weights = _shares(random, every[0], total) / total
                circulant = np.array([np.roll(weights, place) for place in range(n)])
                return circulant[random.permutation(n)][:, random.permutation(n)]
            case "sticky":
                stay = round(0.9 * total)
                return (stay * np.eye(n) + _all_shares(random, every, total - stay)) / total
            case "periodic":
                return _circle(random, n).astype(np.float64)
            case "absorbing":
                rows = _all_shares(random, every, total) / total
                place = random.integers(n)
                rows[place] = np.arange(n) == place
                return rows
            case _:
                return self._free(draw, n, total)

    def _free(self, draw: Draw, n: int, total: int) -> Floats:
        """Return rows of probabilities that show no regime that the author left out, and are not the identity."""
        random = draw.random

        def make() -> Floats:
            possible = np.ones((n, n), dtype=bool)
            if self.entries != "positive":
                possible = random.integers(2, size=(n, n)) == 1
            if self.entries == "irreducible":
                possible |= _circle(random, n)
            elif self.entries == "any":
                possible[np.arange(n), random.integers(n, size=n)] = True
            return _all_shares(random, possible, total) / total

        return until(lambda rows: n == 1 or self._allowed(rows), make, make)

    def _allowed(self, rows: Floats) -> bool:
        stays = np.diag(rows)
        shown = {
            "uniform": bool(np.all(rows == rows[0, 0])),
            "doubly": bool(np.all(np.abs(np.sum(rows, axis=0) - 1.0) < 1e-9)),
            "sticky": bool(np.all(stays >= 0.9)),
            "periodic": bool(np.all((rows == 0.0) | (rows == 1.0))),
            "absorbing": bool(np.any(stays == 1.0)),
        }
        return not np.all(stays == 1.0) and not any(shown[regime] for regime in self.exclude)

    def _turned(self, rows: Floats) -> Floats:
        return rows.T.copy() if self.columns else rows


def _all_shares(random: "np.random.Generator", possible: NDArray[np.bool_], total: int) -> Floats:
    return np.array([_shares(random, row, total) for row in possible])


def _shares(random: "np.random.Generator", possible: NDArray[np.bool_], total: int) -> Floats:
    """Return whole numbers that add up to `total`: at least 1 where it is possible, 0 elsewhere."""
    count = int(np.sum(possible))
    wanted = random.dirichlet(np.ones(count)) * (total - count)
    shares = np.floor(wanted)
    rest = int(total - count - np.sum(shares))
    shares[np.argsort(shares - wanted)[:rest]] += 1.0
    row = np.zeros(possible.size)
    row[possible] = shares + 1.0
    return row


def _circle(random: "np.random.Generator", n: int) -> NDArray[np.bool_]:
    """Return the matrix of one round through all states in random order."""
    order = random.permutation(n)
    step = np.zeros((n, n), dtype=bool)
    step[order, np.roll(order, 1)] = True
    return step
