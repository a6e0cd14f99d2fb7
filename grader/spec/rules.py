"""What must hold between the parts of a description: names that exist, one rule a check, inputs for all parameters."""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from keyword import iskeyword

from grader.checks import Check
from grader.checks.returns import Returns
from grader.errors import Problem
from grader.generators import Generator
from grader.sandbox.expressions import Expression
from grader.spec.exercise import CheckItem, Exercise
from grader.spec.loader import Document, Path

Fault = Callable[[Path, str, str], Problem]


def problems(exercise: Exercise, document: Document) -> list[Problem]:
    """Return every fault between the parts of an exercise that is well-formed otherwise."""

    def fault(path: Path, message: str, hint: str = "") -> Problem:
        return document.problem(path, message, hint)

    found = [*_names(exercise, fault), *_inputs_in_order(exercise.inputs, ("inputs",), {}, fault)]
    for place, check in enumerate(exercise.checks):
        found += _check(exercise, check, ("checks", place), fault)
    earlier: dict[str, int] = {}
    for place, check in enumerate(exercise.checks):
        if check.name in earlier:
            message = f"the name {check.name!r} is taken by check {earlier[check.name]}"
            found.append(fault(("checks", place, "name"), message, ""))
        found += _needs(check, place, earlier, fault)
        earlier[check.name] = place
    return found


def _names(exercise: Exercise, fault: Fault) -> Iterator[Problem]:
    function = exercise.function
    for name, path in [
        (function.name, ("function", "name")),
        *((name, ("function", "parameters", name)) for name in function.parameters),
        *((name, ("inputs", name)) for name in exercise.inputs),
        *(
            (name, ("checks", place, "inputs", name))
            for place, check in enumerate(exercise.checks)
            for name in check.inputs
            if name not in exercise.inputs
        ),
    ]:
        if not name.isidentifier() or iskeyword(name) or name.startswith("_"):
            yield fault(path, f"{name!r} is not a name that a function or an argument can have", "")


def _check(exercise: Exercise, check: CheckItem, path: Path, fault: Fault) -> Iterator[Problem]:
    given = [name for name in CheckItem.rules if getattr(check, name) is not None]
    if len(given) != 1:
        wanted = " and ".join([", ".join(CheckItem.rules[:-1]), CheckItem.rules[-1]])
        yield fault(path, f"exactly one of {wanted} is needed, found {' and '.join(given) or 'none'}", "")
        return
    kinds = exercise.generators(check)
    for name in exercise.function.parameters:
        if name not in kinds:
            yield fault(path, f"the parameter {name!r} has no input", f"add `{name}:` under `inputs:`")
    new = {name: kind for name, kind in check.inputs.items() if name not in exercise.inputs}
    overriding = {name: kind for name, kind in check.inputs.items() if name in exercise.inputs}
    yield from _inputs_in_order(new, (*path, "inputs"), {}, fault)
    for name, kind in overriding.items():
        before = list(exercise.inputs)[: list(exercise.inputs).index(name)]
        known = new | {other: kinds[other] for other in before}
        yield from _formulas(kind, known, (*path, "inputs", name), fault)
    rule, rule_path = check.rule, (*path, given[0], check.rule.kind)
    yield from _rule(rule, kinds, rule_path, fault)
    parts = exercise.function.returns.tuple or exercise.function.returns.dict
    if isinstance(rule, Returns) and parts is not None and list(rule.fields) != list(parts):
        message = f"the function returns {', '.join(parts)}, but {', '.join(rule.fields)} are compared"
        yield fault(rule_path, message, "")
    if not exercise.drawn(check):
        yield fault((*path, "inputs"), "this check has no inputs at all", "")


def _inputs_in_order(
    kinds: Mapping[str, Generator], path: Path, known: Mapping[str, Generator], fault: Fault
) -> Iterator[Problem]:
    seen = dict(known)
    for name, kind in kinds.items():
        yield from _formulas(kind, seen, (*path, name), fault)
        seen[name] = kind


def _formulas(kind: Generator, known: Mapping[str, Generator], path: Path, fault: Fault) -> Iterator[Problem]:
    names = {*known, *kind.own_names()}
    for field, formula in kind.formulas():
        yield from _unknown(formula, names, (*path, kind.kind, field), fault, "inputs are drawn in order")


def _rule(rule: Check, kinds: Mapping[str, Generator], path: Path, fault: Fault) -> Iterator[Problem]:
    if isinstance(rule, Returns):
        for name, part in rule.fields.items():
            yield from _rule(part, kinds, (*path, name, part.kind), fault)
        return
    names = {*kinds, *rule.own_names()}
    for field, formula in rule.formulas():
        yield from _unknown(formula, names, (*path, field), fault, "the inputs of the check can be used")
    for field, name in rule.inputs_named():
        if name not in kinds:
            near = get_close_matches(name, kinds, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(kinds)}"
            yield fault((*path, field), f"there is no input named {name!r}", hint)


def _unknown(formula: Expression, names: set[str], path: Path, fault: Fault, hint: str) -> Iterator[Problem]:
    for name in sorted(formula.names - names):
        near = get_close_matches(name, sorted(names), n=1)
        better = (
            f"did you mean {near[0]!r}?" if near else f"{hint}; known here: {', '.join(sorted(names)) or 'nothing'}"
        )
        yield fault(path, f"the name {name!r} in {formula.text!r} is not known here", better)


def _needs(check: CheckItem, place: int, earlier: Mapping[str, int], fault: Fault) -> Iterator[Problem]:
    for index, name in enumerate(check.needs):
        if name not in earlier:
            near = get_close_matches(name, earlier, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "a check can need only checks that stand above it"
            yield fault(("checks", place, "needs", index), f"there is no check named {name!r} above this one", hint)
