"""`unordered`: the same numbers in any order."""

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal, cast

import numpy as np

from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected
from grader.checks._linear import Array
from grader.checks._matching import no_partner
from grader.checks._numbers import as_reference, numbers
from grader.checks.allclose import AllClose
from grader.errors import JudgeError
from grader.fields import Bounds, Formula
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

_CAP: Final = 500
_NOUNS: Final = {"entries": "value", "rows": "row", "columns": "column"}


@dataclass(frozen=True, kw_only=True)
class Unordered(Comparison):
    """The expected numbers in any order, each as often as it is expected; the shape being the same.

    A number may stand for an expected one within ``rtol * abs(expected) + atol * scale``, and there must be a way to
    give every expected number one of its own. For roots and for eigenvalues of a matrix that is not symmetric. Numbers
    may be complex, also where the reference's are real: the distance counts. A root of multiplicity k is found to about
    the k-th root of the rounding error only, so that `rtol` or `atol` must be larger for it.

    Attributes
    ----------
    items : str
        what may change places: the `entries`, or whole `rows` or `columns` of a matrix.
    rtol, atol : float
        relative to the number and to the scale; the course's tolerance by default.
    scale : str or formula
        `array`: the largest expected magnitude. `elementwise`: the number's own. `unit`: 1. A formula in the inputs
        where the expected numbers may be all zero.

    Examples
    --------
    The roots of a quadratic polynomial::

        inputs: {b: real, c: real}
        compare: unordered
        reference: "lambda b, c: np.roots([1, b, c])"
        right: "lambda b, c: np.roots([1, b, c])[::-1]"
        wrong: "lambda b, c: -np.roots([1, b, c])"
    """

    kind: ClassVar[str] = "unordered"

    items: Literal["entries", "rows", "columns"] = "entries"
    rtol: Annotated[float, Bounds(0)] | None = None
    atol: Annotated[float, Bounds(0)] | None = None
    scale: Literal["array", "elementwise", "unit"] | Formula = "array"

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Return both tolerances and the scale as numbers."""
        facts = AllClose(rtol=self.rtol, atol=self.atol, scale=self.scale).remember(case, value, conditions)
        array = as_reference(value)
        if array is None or (self.items != "entries" and array.ndim < 2):
            raise JudgeError(f"the reference solution's value has no {self.items}")
        if len(self._items(array)) > _CAP:
            raise JudgeError(
                f"the reference solution gave {len(self._items(array))} {self.items}; {_CAP} can be matched"
            )
        return {name: facts[name] for name in ("rtol", "atol", "scale")}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Give every expected item a partner, or name one that has none."""
        want = as_reference(expected.value)
        if want is None or (self.items != "entries" and want.ndim < 2):
            return wrong("there is nothing to compare with")
        got = numbers(value, want.astype(np.complex128))
        if isinstance(got, Outcome):
            return got
        rtol, atol = cast(float, expected.facts["rtol"]), cast(float, expected.facts["atol"])
        scale = cast(float | None, expected.facts["scale"])
        with np.errstate(all="ignore"):  # what overflows gives inf
            sizes = np.abs(self._items(want))
            allowed = rtol * sizes + atol * (sizes if scale is None else scale)
        return no_partner(self._items(got.array), self._items(want), allowed, _NOUNS[self.items]) or Outcome()

    def _items(self, array: Array) -> Array:
        """Return the items as rows."""
        if self.items == "entries":
            return array.reshape(-1, 1)
        rows = array if self.items == "rows" else np.moveaxis(array, 1, 0)
        return rows.reshape(len(rows), math.prod(rows.shape[1:]))
