"""What every kind of input is, and what it gets to draw from."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import fields
from numbers import Real
from typing import ClassVar

import numpy as np

from grader.errors import JudgeError
from grader.fields import Described
from grader.notation import describe
from grader.sandbox.expressions import Expression, ExpressionError
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value, realise


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
    """

    random: "np.random.Generator"  # as a text, because naming the module imports it, which a warm run can do without
    names: Mapping[str, Value]
    number: int = 0
    regime: str = ""

    def evaluate(self, formula: Expression) -> object:
        """Return the value of a formula over the inputs drawn before.

        Raises
        ------
        JudgeError
            if it cannot be evaluated.
        """
        try:
            return formula.evaluate({name: realise(self.names[name]) for name in formula.mentions & self.names.keys()})
        except ExpressionError as error:
            raise JudgeError(str(error)) from error

    def real(self, formula: Expression) -> float:
        """Return the value of a formula as a float.

        Raises
        ------
        JudgeError
            if it is not one real number.
        """
        value = self.evaluate(formula)
        number = value[()] if isinstance(value, np.ndarray) else value
        if not isinstance(number, Real):
            raise JudgeError(f"{formula.text!r} is {describe(number)}, where one real number is needed")
        return float(number)

    def whole(self, formula: Expression) -> int:
        """Return the value of a formula as an integer.

        Raises
        ------
        JudgeError
            if it is not a whole number.
        """
        value = self.real(formula)
        if not value.is_integer():
            raise JudgeError(f"{formula.text!r} is {value}, where a whole number is needed")
        return int(value)


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
    """

    kind: ClassVar[str] = ""
    bare: ClassVar[str] = ""
    regimes: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def draw(self, draw: Draw) -> Value:
        """Return one value."""

    def edges(self) -> tuple[str, ...]:
        """Return the regimes that apply to this input, without those that the author excluded."""
        excluded: tuple[str, ...] = getattr(self, "exclude", ())
        return tuple(regime for regime in self.regimes if regime not in excluded)

    def formulas(self) -> Iterator[tuple[str, Expression]]:
        """Yield every formula among the fields with the field's name."""
        for item in fields(self):  # type: ignore[arg-type] # every kind is a dataclass
            value = getattr(self, item.name)
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, Expression):
                    yield item.name, part

    def own_names(self) -> frozenset[str]:
        """Return names that formulas of this kind may use beside earlier inputs."""
        return frozenset()

    def _require_regimes(self) -> None:
        excluded: tuple[str, ...] = getattr(self, "exclude", ())
        for regime in excluded:
            if regime not in self.regimes:
                raise ValueError(f"there is no regime {regime!r} here; there is {', '.join(self.regimes)}")

    def __post_init__(self) -> None:
        """Refuse parameters that make no sense."""
        self._require_regimes()
