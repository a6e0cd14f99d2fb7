"""What must hold between the parts of a description: names that exist, one rule a check, inputs for all parameters."""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from keyword import iskeyword

from grader.checks import Check
from grader.checks.returns import Returns
from grader.errors import Problem
from grader.generators import Generator
from grader.sandbox.expressions import Expression
from grader.spec.exercise import CheckItem, Exercise, used_by
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
    names = tuple({**check.inputs, **exercise.inputs})
    for name in exercise.function.parameters:
        if name not in names:
            yield fault(path, f"the parameter {name!r} has no input", f"add `{name}:` under `inputs:`")
    for name, kind in check.inputs.items():
        yield from _formulas(kind, {*names} - {name}, (*path, "inputs", name), fault)
        if name not in kinds and name not in used_by(kind):
            message = f"the input {name!r} needs itself, by way of the inputs that it uses"
            yield fault((*path, "inputs", name), message, "an input can use only what does not use it")
    rule = check.rule
    rule_path = (*path, given[0], *([] if rule.standalone else [rule.kind]))
    yield from _rule(rule, names, exercise.function.name, rule_path, fault)
    yield from _budget(check, kinds, path, fault)
    yield from _kind_of_answer(exercise, check, path, fault)
    returned = exercise.function.returns
    parts = (returned.tuple or returned.dict) if returned else None
    if isinstance(rule, Returns) and parts is not None and list(rule.fields) != list(parts):
        message = f"the function returns {', '.join(parts)}, but {', '.join(rule.fields)} are compared"
        yield fault(rule_path, message, "")
    if not exercise.drawn(check) and len(kinds) == len(names):
        yield fault((*path, "inputs"), "this check has no inputs at all", "")


def _budget(check: CheckItem, kinds: Mapping[str, Generator], path: Path, fault: Fault) -> Iterator[Problem]:
    for name, formula in check.budget.items():
        if not getattr(kinds.get(name), "counted", False):
            hint = "write `counted: true` there" if name in kinds else f"there are: {', '.join(kinds)}"
            yield fault((*path, "budget", name), f"{name!r} is no input whose calls are counted", hint)
        yield from _unknown(formula, {*kinds}, (*path, "budget", name), fault, "the inputs of the check can be used")


def _kind_of_answer(exercise: Exercise, check: CheckItem, path: Path, fault: Fault) -> Iterator[Problem]:
    """Tell a function from a class: the methods of a class are what there is to compare."""
    methods = exercise.function.methods
    if bool(methods) != (check.calls is not None) and check.raises is None:
        given = next(name for name in CheckItem.rules if getattr(check, name) is not None)
        wanted = "a class is checked with `calls:`" if methods else "only a class, with `methods:`, has method calls"
        yield fault((*path, given), wanted, "")
    for place, step in enumerate(getattr(check.calls, "steps", ())):
        where = (*path, "calls", place, "method")
        if step.method not in methods:
            near = get_close_matches(step.method, methods, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(methods)}"
            yield fault(where, f"the class has no method {step.method!r}", hint)
        elif len(step.arguments) != len(methods[step.method].parameters):
            takes = ", ".join(methods[step.method].parameters) or "no arguments"
            yield fault(where, f"{step.method!r} takes {takes}, and is called with {len(step.arguments)}", "")


def _inputs_in_order(
    kinds: Mapping[str, Generator], path: Path, known: Mapping[str, Generator], fault: Fault
) -> Iterator[Problem]:
    seen = dict(known)
    for name, kind in kinds.items():
        yield from _formulas(kind, set(seen), (*path, name), fault)
        seen[name] = kind


def _formulas(kind: Generator, known: set[str], path: Path, fault: Fault) -> Iterator[Problem]:
    names = known | kind.own_names()
    for inner, formula in kind.formulas():
        yield from _unknown(formula, names, (*path, kind.kind, *inner), fault, "inputs are drawn in order")


def _rule(rule: Check, inputs: tuple[str, ...], function: str, path: Path, fault: Fault) -> Iterator[Problem]:
    names = {*inputs, *rule.own_names(), *([function] if rule.calls_function else [])}
    for inner, formula in rule.own_formulas():
        yield from _unknown(formula, names, (*path, *inner), fault, "the inputs of the check can be used")
    for inner, name in rule.own_inputs():
        if name not in inputs:
            near = get_close_matches(name, inputs, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(inputs)}"
            yield fault((*path, *inner), f"there is no input named {name!r}", hint)
    for inner, part in rule.parts():
        yield from _rule(part, inputs, function, (*path, *inner, part.kind), fault)


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
