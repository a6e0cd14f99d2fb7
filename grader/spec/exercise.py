"""The frozen description of an exercise, field by field as it is written in YAML."""

from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from grader.checks import Check
from grader.fields import Bounds, Described, OfKind
from grader.generators import Generator
from grader.sandbox.records import dataclass
from grader.spec.units import Points

ValueType = Literal["float", "int", "bool", "str", "callable", "generator", "iterator", "list", "dict", "any"]


@dataclass(frozen=True, kw_only=True)
class ValueDescription(Described):
    """What a parameter or a returned value is, for the reader; exactly one of `array`, `type`, `tuple` and `dict`.

    Attributes
    ----------
    about : str
        in a few words.
    array : tuple, optional
        its dimensions, by name or number; empty for "a number or an array of any shape".
    type : str, optional
        what it is, if not an array.
    tuple, dict : mapping, optional
        the parts of a tuple in order, or of a dict.
    """

    about: str = ""
    array: tuple[str | int, ...] | None = None
    type: ValueType | None = None
    tuple: "Mapping[str, ValueDescription] | None" = None
    dict: "Mapping[str, ValueDescription] | None" = None

    def __post_init__(self) -> None:
        """Refuse none or several of the four."""
        given = [name for name in ("array", "type", "tuple", "dict") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"exactly one of array, type, tuple and dict is needed, found {' and '.join(given) or 'none'}"
            )


@dataclass(frozen=True, kw_only=True)
class Function(Described):
    """The function that a student writes."""

    name: str
    about: str
    parameters: Mapping[str, ValueDescription]
    returns: ValueDescription


@dataclass(frozen=True, kw_only=True)
class CheckItem(Described):
    """One check of an exercise: a rule, the cases it is tried on, and what it is worth."""

    name: Annotated[str, Bounds(least=1)]
    points: Points
    cases: Annotated[int, Bounds(1, 10_000)] | None = None
    inputs: Mapping[str, Annotated[Generator, OfKind("generators")]] = field(default_factory=dict)
    credit: Literal["all", "proportional"] = "all"
    visibility: Literal["public", "hidden"] = "public"
    feedback: str = ""
    needs: tuple[str, ...] = ()
    compare: Annotated[Check, OfKind("checks")] | None = None
    raises: Annotated[Check, OfKind("checks", "raises")] | None = None

    rules: ClassVar[tuple[str, ...]] = ("compare", "raises")

    @property
    def rule(self) -> Check:
        """The one rule that this check has."""
        rules: list[Check | None] = [getattr(self, name) for name in self.rules]
        return next(rule for rule in rules if rule is not None)


@dataclass(frozen=True, kw_only=True)
class Exercise(Described):
    """All that `exercise.yaml` says."""

    title: Annotated[str, Bounds(least=1)]
    difficulty: Annotated[int, Bounds(1, 5)]
    statement: Annotated[str, Bounds(least=1)]
    function: Function
    hints: tuple[str, ...] = ()
    no_mutation: bool = True
    inputs: Mapping[str, Annotated[Generator, OfKind("generators")]]
    checks: Annotated[tuple[CheckItem, ...], Bounds(least=1)]

    @property
    def points(self) -> Fraction:
        """What all checks are worth together."""
        return sum((check.points for check in self.checks), Fraction(0))

    @property
    def public_points(self) -> Fraction:
        """What the checks are worth that students see."""
        return sum((check.points for check in self.checks if check.visibility == "public"), Fraction(0))

    def tests(self) -> int:
        """Return how many statistical tests the exercise makes, fixed by the description alone."""
        return sum(check.rule.tests() * self.cases(check) for check in self.checks)

    def generators(self, check: CheckItem) -> dict[str, Generator]:
        """Return the inputs of a check in the order of drawing: new names first, then the exercise's, overridden."""
        new = {name: kind for name, kind in check.inputs.items() if name not in self.inputs}
        return new | {name: check.inputs.get(name, kind) for name, kind in self.inputs.items()}

    def cases(self, check: CheckItem) -> int:
        """Return the number of cases of a check: 20 by default, or 1 where nothing is drawn."""
        if check.cases is not None:
            return check.cases
        fixed = all(kind.kind in ("literal", "computed") for kind in self.drawn(check).values())
        return 1 if fixed else 20

    def drawn(self, check: CheckItem) -> dict[str, Generator]:
        """Return the inputs to draw for a check, in order: those of the call, those the rule names, and what they use.

        A helper of an input that the check overrides falls out, and so do its edge regimes.
        """
        kinds = self.generators(check)
        wanted = [*self.function.parameters, *(name for _, name in check.rule.inputs_named())]
        wanted += [name for _, formula in check.rule.formulas() for name in formula.mentions]
        found: set[str] = set()
        while wanted:
            name = wanted.pop()
            if name in kinds and name not in found:
                found.add(name)
                wanted += [used for _, formula in kinds[name].formulas() for used in formula.mentions]
        return {name: kind for name, kind in kinds.items() if name in found}
