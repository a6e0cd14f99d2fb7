"""What every kind of input is, and what it gets to draw from."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import fields
from numbers import Real
from typing import ClassVar

import numpy as np

from grader.errors import JudgeError
from grader.fields import Described, Path, formulas_in
from grader.notation import describe
from grader.sandbox.expressions import Expression, ExpressionError
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value, realise


class Unfit(JudgeError):
    """The value of a parameter makes no sense where it stands.

    Attributes
    ----------
    formula : Expression
        the parameter.
    """

    def __init__(self, formula: Expression, message: str) -> None:
        super().__init__(message)
        self.formula = formula


@dataclass(frozen=True)
class Draw:
    """Where one value of one case comes from.

    Attributes
    ----------
    random : numpy.random.Generator
        the stream of this case.
    names : mapping of str to value
        the inputs that were drawn before.
    number : int
        0-based number of the case.
    regime : str
        the edge regime that this input must show in this case, or empty.
    folder : str
        where the exercise's description lies, with the files beside it.
    level : int
        how far a simple value may be from the simplest: 0, 1, 2, … Only `Generator.simple` looks at it.
    """

    random: "np.random.Generator"  # as a text, because naming the module imports it, which a warm run can do without
    names: Mapping[str, Value]
    number: int = 0
    regime: str = ""
    folder: str = ""
    level: int = 0

    def evaluate(self, formula: Expression) -> object:
        """Return the value of a formula over the inputs drawn before.

        Raises
        ------
        Unfit
            if it cannot be evaluated.
        """
        try:
            return formula.evaluate({name: realise(self.names[name]) for name in formula.mentions & self.names.keys()})
        except ExpressionError as error:
            raise Unfit(formula, str(error)) from error

    def real(self, formula: Expression) -> float:
        """Return the value of a formula as a float.

        Raises
        ------
        Unfit
            if it is not one real number.
        """
        value = self.evaluate(formula)
        number = value[()] if isinstance(value, np.ndarray) else value
        if not isinstance(number, Real):
            raise Unfit(formula, f"{formula.text!r} is {describe(number)}, where one real number is needed")
        return float(number)

    def whole(self, formula: Expression) -> int:
        """Return the value of a formula as an integer.

        Raises
        ------
        Unfit
            if it is not a whole number.
        """
        value = self.real(formula)
        if not value.is_integer():
            raise Unfit(formula, f"{formula.text!r} is {value}, where a whole number is needed")
        return int(value)

    def natural(self, formula: Expression, least: int = 0) -> int:
        """Return the value of a formula as a size.

        Raises
        ------
        Unfit
            if it is not a whole number, or smaller than `least`.
        """
        value = self.whole(formula)
        if value < least:
            raise Unfit(formula, f"{formula.text!r} is {value}, where a size of at least {least} is needed")
        return value


class Generator(Described, ABC):
    """A kind of input: a frozen dataclass whose fields are its parameters in YAML.

    Attributes
    ----------
    kind : str
        the name in YAML.
    bare : str
        the field that is meant when something other than a mapping is written, or empty.
    regimes : tuple of str
        the edge regimes that this kind can show, in the order in which they take their turn.
    fixed : bool
        whether the value is the same in every case, once the inputs it follows from are.
    """

    kind: ClassVar[str] = ""
    bare: ClassVar[str] = ""
    regimes: ClassVar[tuple[str, ...]] = ()
    fixed: ClassVar[bool] = False

    @abstractmethod
    def draw(self, draw: Draw) -> Value:
        """Return one value."""

    def simple(self, draw: Draw) -> Value:
        """Return a value that a person would try first: as small as `draw.level` says, of whole numbers if possible."""
        return self.draw(draw)

    def edges(self) -> tuple[str, ...]:
        """Return the regimes that apply to this input, without those that the author excluded."""
        excluded: tuple[str, ...] = getattr(self, "exclude", ())
        return tuple(regime for regime in self.regimes if regime not in excluded)

    def formulas(self) -> Iterator[tuple[Path, Expression]]:
        """Yield every formula among the fields, in lists and mappings too, with its path."""
        for item in fields(self):  # type: ignore[arg-type] # every kind is a dataclass
            yield from formulas_in(getattr(self, item.name), (item.name,))

    def own_names(self) -> frozenset[str]:
        """Return names that formulas of this kind may use beside earlier inputs."""
        return frozenset()

    def _require_regimes(self) -> None:
        excluded: tuple[str, ...] = getattr(self, "exclude", ())
        if excluded and not self.regimes:
            raise ValueError("this kind has no edge regimes, so there are none to exclude")
        for regime in excluded:
            if regime not in self.regimes:
                raise ValueError(f"there is no regime {regime!r} here; there is {', '.join(self.regimes)}")

    def __post_init__(self) -> None:
        """Refuse parameters that make no sense."""
        self._require_regimes()
