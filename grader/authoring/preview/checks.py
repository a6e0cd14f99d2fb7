"""The checks of an exercise as their author wants to see them: the rule, the cases, and the lines of the description."""

import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Final

from grader.authoring.preview.gathering import Preview
from grader.model import Case
from grader.notation import show
from grader.prepared import PreparedCheck
from grader.sandbox.records import dataclass
from grader.spec.exercise import CheckItem

_DOUBLE: Final = re.compile(r"``(.+?)``")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One check, ready to be put into a page.

    Attributes
    ----------
    item : CheckItem
        its description.
    rule, about : str
        the kind of its rule, and what that demands, as Markdown; the latter where the kind is met first.
    cases : int
        how many.
    conditions : tuple of str
        what else holds: when it is tried, how it is paid.
    regimes : mapping of str to tuple of str
        the edge regimes among the cases, by the inputs that they are of.
    example : tuple of pairs of str
        the inputs of its first case, by name, and what is expected; empty if no cases could be prepared.
    lines : str
        its part of the description, as YAML.
    """

    item: CheckItem
    rule: str
    about: str
    cases: int
    conditions: tuple[str, ...]
    regimes: Mapping[str, tuple[str, ...]]
    example: tuple[tuple[str, str], ...]
    lines: str


def shown(preview: Preview) -> list[Shown]:
    """Return all checks of an exercise."""
    items = preview.exercise.checks
    first = {item.rule.kind: place for place, item in reversed(list(enumerate(items)))}
    return [_shown(preview, place, item, is_first=first[item.rule.kind] == place) for place, item in enumerate(items)]


def _shown(preview: Preview, place: int, item: CheckItem, *, is_first: bool) -> Shown:
    prepared = preview.prepared.checks[item.name] if preview.prepared else None
    return Shown(
        item=item,
        rule=item.rule.kind,
        about=_about(type(item.rule)) if is_first else "",
        cases=preview.exercise.cases(item),
        conditions=tuple(_conditions(item)),
        regimes=_regimes(prepared) if prepared else {},
        example=tuple(_example(prepared)) if prepared and prepared.cases else (),
        lines=_lines(preview, place),
    )


def _about(kind: type) -> str:
    """Return the first paragraph of a kind's docstring as Markdown."""
    first = (inspect.getdoc(kind) or "").partition("\n\n")[0]
    return _DOUBLE.sub(r"`\1`", " ".join(first.split()))


def _conditions(item: CheckItem) -> Iterator[str]:
    if item.needs:
        names = " and ".join(f"“{name}”" for name in item.needs)
        yield f"It is skipped without {names}."
    if item.credit == "proportional":
        yield "Every case that holds earns its share of the points."
    for name, formula in item.budget.items():
        yield f"{name} may be called {formula.text} times."


def _regimes(prepared: PreparedCheck) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for text in dict.fromkeys(case.regime for case in prepared.cases if case.regime):
        name, _, regime = text.partition(": ")
        found[name] = (*found.get(name, ()), regime)
    return found


def _example(prepared: PreparedCheck) -> Iterator[tuple[str, str]]:
    case: Case = prepared.cases[0]
    for name in case.arguments:
        yield name, show(case.inputs[name])
    value = prepared.expected[0].value
    if value is not None:
        yield "expected", show(value)


def _lines(preview: Preview, place: int) -> str:
    """Return the lines in which the description has a check."""
    document = preview.document
    first, column = document.places["checks", place]
    others = [*document.places.items(), *document.keys.items()]
    after = [line for path, (line, _) in others if line > first and path[:2] != ("checks", place)]
    rows = preview.text.splitlines()[first - 1 : min(after, default=len(preview.text) + 1) - 1]
    text = "\n".join([" " * (column - 1) + rows[0][column - 1 :], *rows[1:]])
    return textwrap.dedent(text).rstrip() + "\n"
