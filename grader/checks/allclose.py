"""`allclose`: numbers within a tolerance."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected, real
from grader.checks._numbers import as_reference, numbers
from grader.checks._single import ATOL, NOTE, RTOL, in_single
from grader.errors import JudgeError
from grader.fields import Bounds, Formula, OneOrMore
from grader.model import Case, Outcome
from grader.notation import show
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

_Array: TypeAlias = NDArray[Any]
_NONFINITE: Final = ("nan", "inf", "-inf")


@dataclass(frozen=True, kw_only=True)
class AllClose(Comparison):
    """Every entry within ``rtol * abs(expected) + atol * scale``, the shape being the same.

    An answer of float32 numbers is given rtol 1e-5 and atol 1e-6 at least, but only where an input is a float32 array,
    or where `single` allows it: otherwise a conversion would buy tolerance.

    Attributes
    ----------
    rtol, atol : float
        relative to the entry and to the scale; the course's tolerance by default.
    scale : str or formula
        `array`: the largest expected magnitude, right for one matrix. `elementwise`: the entry's own magnitude, for a
        function applied entry by entry. `unit`: 1. A number, or a formula in the inputs, where the expected array may
        be all zero.
    nonfinite : str, or list of str
        which of `nan`, `inf` and `-inf` the expected value may hold. Then the answer must have the same ones in the
        same places, and only finite entries are compared; the scale `array` is taken over these.
    equal_nan : bool
        whether the expected value may hold nan; short for naming it under `nonfinite`.
    single : bool
        whether an answer may be computed in single precision though the inputs are not.

    Examples
    --------
    Values within a millionth::

        inputs: {A: {matrix: {shape: [3, 2]}}, x: {vector: {size: 2}}}
        compare: {allclose: {scale: norm(A) * norm(x)}}
        reference: "lambda A, x: A @ x"
        right: "lambda A, x: [float(row @ x) * (1 + 1e-8) for row in A]"
        wrong: "lambda A, x: A @ x + 1e-3"

    A logarithm, which is infinite at 0; every entry counts for itself::

        inputs: {p: [0.0, 1.0e-9, 0.5]}
        compare: {allclose: {scale: elementwise, nonfinite: -inf}}
        reference: "lambda p: np.log(p)"
        right: "lambda p: np.log2(p) * np.log(2)"
        wrong: "lambda p: np.log(np.maximum(p, 1e-300))"
    """

    kind: ClassVar[str] = "allclose"

    rtol: Annotated[float, Bounds(0)] | None = None
    atol: Annotated[float, Bounds(0)] | None = None
    scale: Literal["array", "elementwise", "unit"] | Formula = "array"
    nonfinite: Annotated[tuple[Literal["nan", "inf", "-inf"], ...], OneOrMore()] = ()
    equal_nan: bool = False
    single: bool = False

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Return both tolerances and the scale as numbers."""
        array = as_reference(value, finite=False)
        if array is None or (not self._declared and not np.all(np.isfinite(array))):
            raise JudgeError("the reference solution's value is not made of finite numbers")
        surprising = [name for name in _nonfinite(array) if name not in self._declared] if self._declared else []
        if surprising:
            raise JudgeError(f"the reference solution's value holds {surprising[0]}, which `nonfinite` does not name")
        scale = self._scale(array[np.isfinite(array)], case)
        if scale is not None and not 0.0 <= scale < np.inf:
            raise JudgeError(f"the scale of the tolerance is {scale}, where a finite number from 0 on is needed")
        return {
            "rtol": conditions.tolerance.rtol if self.rtol is None else self.rtol,
            "atol": conditions.tolerance.atol if self.atol is None else self.atol,
            "scale": scale,
        }

    @property
    def _declared(self) -> frozenset[str]:
        return frozenset((*self.nonfinite, *(["nan"] if self.equal_nan else [])))

    def _scale(self, finite: _Array, case: Case) -> float | None:
        match self.scale:
            case "array":
                with np.errstate(over="ignore"):  # a complex number may be larger than its parts can say
                    return float(np.max(np.abs(finite), initial=0.0))
            case "elementwise":
                return None
            case "unit":
                return 1.0
            case formula:
                return real(formula, case)

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare entry by entry, and name the entry that is furthest beyond what is allowed."""
        want = as_reference(expected.value, finite=not self._declared)
        if want is None:
            return wrong("there is nothing to compare with")
        got = numbers(value, want, finite=not self._declared)
        if isinstance(got, Outcome):
            return got
        differing = _differing(got.array, want) if self._declared else None  # without a word, both are finite
        if differing is not None:
            return differing
        rtol, atol = (cast(float, expected.facts[name]) for name in ("rtol", "atol"))
        scale = cast("float | None", expected.facts["scale"])
        notes = got.notes
        if in_single(case, value, expected.value, allowed=self.single):
            rtol, atol = max(rtol, RTOL), max(atol, ATOL)
            notes += (NOTE,) * got.single
        mine: _Array = got.array
        theirs: _Array = want
        if self._declared:
            finite = np.isfinite(want)
            mine, theirs = np.where(finite, mine, 0), np.where(finite, theirs, 0)
        with np.errstate(over="ignore"):  # a difference beyond the largest float is inf, and wrong
            error, magnitude = np.abs(mine - theirs), np.abs(theirs)
            allowed = rtol * magnitude + atol * (magnitude if scale is None else scale)
        if bool(np.all(error <= allowed)):
            return Outcome(notes=notes)
        return replace(_off(error, np.asarray(allowed)), notes=notes)


def _signs(array: _Array) -> tuple[_Array, _Array, _Array]:
    """Return where an array is nan, and the signs of its infinite parts, the real and the imaginary ones.

    A complex number with an infinite part is infinite, whatever its other part is.
    """
    infinite = [np.where(np.isinf(part), np.sign(part), 0) for part in (array.real, array.imag)]
    return np.isnan(array) & ~np.isinf(array), infinite[0], infinite[1]


def _nonfinite(array: _Array) -> Iterable[str]:
    """Return the names of what an array holds that is not finite."""
    nan, *infinite = _signs(array)
    found = (np.any(nan), *(any(np.any(signs == sign) for signs in infinite) for sign in (1, -1)))
    return [name for name, is_there in zip(_NONFINITE, found, strict=True) if is_there]


def _differing(got: _Array, want: _Array) -> Outcome | None:
    """Return what is wrong with the entries that are not finite, in either array."""
    pairs = zip(_signs(got), _signs(want), strict=True)
    differs = np.any([mine != theirs for mine, theirs in pairs], axis=0)
    if not np.any(differs):
        return None
    place = tuple(int(index) for index in np.argwhere(differs)[0])
    where = f"entry {list(place)} is" if place else "the answer is"
    wanted = "a finite number" if np.isfinite(want[place]) else show(want[place].item())
    return wrong(f"{where} {show(got[place].item())}, expected {wanted}", aspect="finiteness")


@np.errstate(invalid="ignore")  # inf - inf, where an error of any size is allowed
def _off(error: NDArray[np.floating], allowed: NDArray[np.floating]) -> Outcome:
    beyond = np.where(error <= allowed, -np.inf, error - allowed)
    worst = np.unravel_index(int(np.argmax(beyond)), error.shape)
    place = [int(index) for index in worst]
    size, limit = float(error[worst]), float(allowed[worst])
    where = f" at {place}" if place else ""
    return wrong(f"off by {size:.2g}{where}; allowed {limit:.2g}", size if np.isfinite(size) else None, limit)
