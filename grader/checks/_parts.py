"""Answers of several values: a tuple in order, or a dict with keys."""

from collections.abc import Sequence

from grader.checks._comparison import wrong
from grader.model import Outcome
from grader.notation import describe
from grader.sandbox.values import Value


def parts(value: Value, names: Sequence[str]) -> dict[str, Value] | str:
    """Return the parts of a value by name, or what is wrong with it."""
    if isinstance(value, dict):
        if set(value) == set(names):
            return {name: value[name] for name in names}
        return f"returned a dict with the keys {', '.join(map(repr, value))}, expected {', '.join(map(repr, names))}"
    if isinstance(value, tuple | list) and len(value) == len(names):
        return dict(zip(names, value, strict=True))
    return f"returned {describe(value)}, expected {len(names)} values: {', '.join(names)}"


def both(value: Value, expected: Value, names: Sequence[str]) -> tuple[dict[str, Value], dict[str, Value]] | Outcome:
    """Return the parts of an answer and of the expected value, or the outcome that says what is wrong."""
    got, want = parts(value, names), parts(expected, names)
    if isinstance(want, dict) and isinstance(expected, dict) != isinstance(value, dict):
        got = f"returned {describe(value)}, expected {describe(expected)}"
    if isinstance(got, str) or isinstance(want, str):
        return wrong("returned None: is a `return` missing?" if value is None else str(got), aspect="type")
    return got, want
