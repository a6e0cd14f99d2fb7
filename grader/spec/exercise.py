"""The frozen description of an exercise, field by field as it is written in YAML."""

from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from grader.checks import Check
from grader.fields import Bounds, Described, Formula, OfKind
from grader.generators import Generator
from grader.sandbox.records import dataclass
from grader.spec.units import Points
from grader.uses import Entry

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

    one_of: ClassVar[tuple[str, ...]] = ("array", "type", "tuple", "dict")

    about: str = ""
    array: tuple[str | int, ...] | None = None
    type: ValueType | None = None
    tuple: "Mapping[str, ValueDescription] | None" = None
    dict: "Mapping[str, ValueDescription] | None" = None

    def __post_init__(self) -> None:
        """Refuse none or several of the four."""
        given = [name for name in self.one_of if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"exactly one of array, type, tuple and dict is needed, found {' and '.join(given) or 'none'}"
            )


@dataclass(frozen=True, kw_only=True)
class Method(Described):
    """A method of the class that a student writes.

    Attributes
    ----------
    about : str
        what it does, in a sentence: the first line of its docstring in the stub.
    parameters : mapping of str to description
        its parameters in order, without `self`.
    returns : description, optional
        what it returns; leave it out if that is nothing.
    """

    about: str
    parameters: Mapping[str, ValueDescription] = field(default_factory=dict)
    returns: ValueDescription | None = None


@dataclass(frozen=True, kw_only=True)
class Function(Described):
    """The function that a student writes; with `methods`, a class, whose constructor takes the parameters.

    Attributes
    ----------
    name : str
        name of the function or class.
    about : str
        what it does, in a sentence: the first line of its docstring in the stub.
    parameters : mapping of str to description
        the parameters in order, each with what it is; every one needs an input of the same name.
    returns : description, optional
        what the function returns; a class has `methods` instead.
    methods : mapping of str to method, optional
        the methods of a class, by name.
    """

    name: str
    about: str
    parameters: Mapping[str, ValueDescription]
    returns: ValueDescription | None = None
    methods: Mapping[str, Method] = field(default_factory=dict)

    one_of: ClassVar[tuple[str, ...]] = ("returns", "methods")

    def __post_init__(self) -> None:
        """Refuse both and neither of what a function returns and what methods a class has."""
        if (self.returns is None) == (not self.methods):
            raise ValueError("exactly one of returns (of a function) and methods (of a class) is needed")


@dataclass(frozen=True, kw_only=True)
class CheckItem(Described):
    """One check of an exercise: a rule, the cases it is tried on, and what it is worth.

    Attributes
    ----------
    name : str
        what is tried, in a few words, as the report shows it; the random streams hang on it, so a new name draws new
        cases.
    points : number
        what it is worth; 0 is allowed.
    cases : int, optional
        how many; 20 by default, or 1 where nothing is drawn or samples are judged.
    inputs : mapping of str to generator
        in place of the exercise's; further names are helpers of this check.
    credit : str
        `all` or nothing, or `proportional` to the cases that hold.
    visibility : str
        `public`, or `hidden` for a check of which students see only name and verdict.
    feedback : str
        what a student reads when it fails; say what to think about and not what to write.
    needs : tuple of str
        checks without which this one is skipped.
    budget : mapping of str to formula
        for an input that is a counted function, how often one call of the student's function may call it.
    compare : comparison
        the relation that must hold between the answer and the reference's.
    raises : exception
        the exception with which the function must refuse these inputs.
    sentinel : any value
        the value that the statement maps these inputs to, such as -1, null or [].
    calls : list of calls
        the methods of a class, called one after the other.
    """

    name: Annotated[str, Bounds(least=1)]
    points: Points
    cases: Annotated[int, Bounds(1, 10_000)] | None = None
    inputs: Mapping[str, Annotated[Generator, OfKind("generators")]] = field(default_factory=dict)
    credit: Literal["all", "proportional"] = "all"
    visibility: Literal["public", "hidden"] = "public"
    feedback: str = ""
    needs: tuple[str, ...] = ()
    budget: Mapping[str, Formula] = field(default_factory=dict)
    compare: Annotated[Check, OfKind("checks")] | None = None
    raises: Annotated[Check, OfKind("checks", "raises")] | None = None
    sentinel: Annotated[Check | None, OfKind("checks", "sentinel")] = None  # YAML's null is a value here
    calls: Annotated[Check, OfKind("checks", "calls")] | None = None

    rules: ClassVar[tuple[str, ...]] = ("compare", "raises", "sentinel", "calls")
    one_of: ClassVar[tuple[str, ...]] = rules

    @property
    def rule(self) -> Check:
        """The one rule that this check has."""
        rules: list[Check | None] = [getattr(self, name) for name in self.rules]
        return next(rule for rule in rules if rule is not None)


def used_by(kind: Generator) -> set[str]:
    """Return the names of the inputs that an input may need, and other names of its formulas."""
    return {name for _, formula in kind.formulas() for name in formula.mentions} - kind.own_names()


def in_order(kinds: Mapping[str, Generator]) -> dict[str, Generator]:
    """Return inputs in an order in which each stands after those that it uses; of a circle, none stands anywhere."""
    found: dict[str, Generator] = {}
    left = dict(kinds)
    while left:
        ready = next((name for name, kind in left.items() if not (used_by(kind) & left.keys())), None)
        if ready is None:
            return found
        found[ready] = left.pop(ready)
    return found


@dataclass(frozen=True, kw_only=True)
class Exercise(Described):
    """All that `exercise.yaml` says.

    Attributes
    ----------
    title : str
        a few words, shown in lists and reports.
    difficulty : int
        from 1, a warm-up, to 5.
    statement : str
        the task in Markdown with LaTeX between dollar signs; the `>>>` examples in its `python` blocks are run with the
        reference when the exercise is verified.
    function : function
        what a student writes; the stub is made from it.
    hints : list of str
        from a nudge to nearly the solution; `grade hint` shows one more each time.
    no_mutation : bool
        whether the function must leave its arguments unchanged.
    forbid : list of uses
        what an answer must not use, such as `numpy.linalg.det`, `.dot`, `@` or `for`; looked for in its source before it
        is run.
    require : list of uses
        what an answer must use; looked for in its source before it is run.
    inputs : mapping of str to generator
        where the arguments come from, drawn in order: later inputs may use the names of earlier ones. Names that are no
        parameters are helpers.
    checks : list of checks
        what is tried and what it is worth, in the order of the report.
    """

    title: Annotated[str, Bounds(least=1)]
    difficulty: Annotated[int, Bounds(1, 5)]
    statement: Annotated[str, Bounds(least=1)]
    function: Function
    hints: tuple[str, ...] = ()
    no_mutation: bool = True
    forbid: tuple[Entry, ...] = ()
    require: tuple[Entry, ...] = ()
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

    def check(self, name: str) -> CheckItem:
        """Return the check of a name."""
        return next(check for check in self.checks if check.name == name)

    def tests(self) -> int:
        """Return how many statistical tests the exercise makes, fixed by the description alone."""
        return sum(tests * self.cases(check) for check in self.checks if (tests := check.rule.tests()))

    def generators(self, check: CheckItem) -> dict[str, Generator]:
        """Return the inputs of a check in the order of drawing: each after those that it uses.

        Beyond that, new names come first, then the exercise's, some of them overridden.
        """
        new = {name: kind for name, kind in check.inputs.items() if name not in self.inputs}
        return in_order(new | {name: check.inputs.get(name, kind) for name, kind in self.inputs.items()})

    def cases(self, check: CheckItem) -> int:
        """Return the number of cases of a check: 20 by default, or 1 where nothing is drawn or samples are judged."""
        if check.cases is not None:
            return check.cases
        fixed = check.rule.tests() or all(kind.fixed for kind in self.drawn(check).values())
        return 1 if fixed else 20

    def drawn(self, check: CheckItem) -> dict[str, Generator]:
        """Return the inputs to draw for a check, in order: those of the call, those the rule names, and what they use.

        A helper of an input that the check overrides falls out, and so do its edge regimes.
        """
        kinds = self.generators(check)
        wanted = [*self.function.parameters, *check.rule.mentioned()]
        wanted += [name for formula in check.budget.values() for name in formula.mentions]
        found: set[str] = set()
        while wanted:
            name = wanted.pop()
            if name in kinds and name not in found:
                found.add(name)
                wanted += used_by(kinds[name])
        return {name: kind for name, kind in kinds.items() if name in found}
