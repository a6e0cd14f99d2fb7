"""`returns`: several values at once, each with a comparison of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, cast

from grader.checks._comparison import Comparison
from grader.checks._contract import Check, Conditions, Expected
from grader.checks._parts import both, parts
from grader.errors import JudgeError
from grader.fields import OfKind, Path
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class Returns(Comparison):
    """A tuple compared field by field, or a dict compared key by key.

    Attributes
    ----------
    fields : mapping of str to comparison
        for a tuple in its order, the names being for the reader; for a dict the keys.

    Examples
    --------
    Mean and standard deviation, a tuple::

        inputs: {x: {vector: {size: 6}}}
        compare:
          returns:
            mean: {allclose: {rtol: 1e-9}}
            deviation: {allclose: {rtol: 1e-9}}
        reference: "lambda x: (np.mean(x), np.std(x))"
        right: "lambda x: (np.sum(x) / len(x), np.sqrt(np.mean((x - np.mean(x))**2)))"
        wrong: "lambda x: (np.mean(x), np.std(x, ddof=1))"
    """

    kind: ClassVar[str] = "returns"
    bare: ClassVar[str] = "fields"

    fields: Mapping[str, Annotated[Comparison, OfKind("checks")]]

    def parts(self) -> Iterator[tuple[Path, Check]]:
        """Yield the comparisons of the fields."""
        for name, comparison in self.fields.items():
            yield (name,), comparison

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Return what every field has to remember."""
        found = parts(value, list(self.fields))
        if isinstance(found, str):
            raise JudgeError(f"the reference solution {found}")
        return {name: dict(rule.remember(case, found[name], conditions)) for name, rule in self.fields.items()}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare every field, and name the first that is wrong."""
        pair = both(value, expected.value, list(self.fields))
        if isinstance(pair, Outcome):
            return pair
        got, want = pair
        notes: tuple[str, ...] = ()
        for name, rule in self.fields.items():
            part = Expected(want[name], cast(Mapping[str, Value], expected.facts[name]))
            outcome = rule.compare(got[name], part, case)
            if not outcome.accepted:
                return replace(outcome, message=f"{name}: {outcome.message}")
            notes += tuple(f"{name}: {note}" for note in outcome.notes)
        return Outcome(notes=notes)
