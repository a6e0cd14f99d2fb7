"""`returns`: several values at once, each with a comparison of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, cast

from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected
from grader.errors import JudgeError
from grader.fields import OfKind
from grader.model import Case, Outcome
from grader.notation import describe
from grader.sandbox.expressions import Expression
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class Returns(Comparison):
    """A tuple compared field by field, or a dict compared key by key.

    Attributes
    ----------
    fields : mapping of str to comparison
        for a tuple in its order, the names being for the reader; for a dict the keys.
    """

    kind: ClassVar[str] = "returns"
    bare: ClassVar[str] = "fields"

    fields: Mapping[str, Annotated[Comparison, OfKind("checks")]]

    def formulas(self) -> Iterator[tuple[str, Expression]]:
        """Yield the formulas of all fields."""
        for name, comparison in self.fields.items():
            yield from ((f"{name}.{field}", formula) for field, formula in comparison.formulas())

    def own_names(self) -> frozenset[str]:
        """Return the names that the formulas of the fields may use beside the inputs."""
        return frozenset().union(*(comparison.own_names() for comparison in self.fields.values()))

    def inputs_named(self) -> Iterator[tuple[str, str]]:
        """Yield the inputs that the fields name."""
        for name, comparison in self.fields.items():
            yield from ((f"{name}.{field}", named) for field, named in comparison.inputs_named())

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Return what every field has to remember."""
        parts = self._parts(value)
        if isinstance(parts, str):
            raise JudgeError(f"the reference solution {parts}")
        return {name: dict(rule.remember(case, parts[name], conditions)) for name, rule in self.fields.items()}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare every field, and name the first that is wrong."""
        got, want = self._parts(value), self._parts(expected.value)
        if isinstance(want, dict) and isinstance(expected.value, dict) != isinstance(value, dict):
            got = f"returned {describe(value)}, expected {describe(expected.value)}"
        if isinstance(got, str) or isinstance(want, str):
            return wrong("returned None: is a `return` missing?" if value is None else str(got))
        notes: tuple[str, ...] = ()
        for name, rule in self.fields.items():
            part = Expected(want[name], cast(Mapping[str, Value], expected.facts[name]))
            outcome = rule.compare(got[name], part, case)
            if not outcome.accepted:
                return replace(outcome, message=f"{name}: {outcome.message}")
            notes += tuple(f"{name}: {note}" for note in outcome.notes)
        return Outcome(notes=notes)

    def _parts(self, value: Value) -> dict[str, Value] | str:
        """Return the fields of a value by name, or what is wrong with it."""
        names = list(self.fields)
        if isinstance(value, dict):
            if set(value) == set(names):
                return {name: value[name] for name in names}
            return (
                f"returned a dict with the keys {', '.join(map(repr, value))}, expected {', '.join(map(repr, names))}"
            )
        if isinstance(value, tuple | list) and len(value) == len(names):
            return dict(zip(names, value, strict=True))
        return f"returned {describe(value)}, expected {len(names)} values: {', '.join(names)}"
