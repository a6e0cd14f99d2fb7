"""Values as text that can be pasted into a session with NumPy."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from grader.sandbox import expressions
from grader.sandbox.syntax import parse_expression
from grader.sandbox.values import FunctionText, Handle, ItemsOnce, Noted, Opaque, RandomState, Value

ENTRIES_CAP: Final = 400
"""Arrays and lists with more entries, at all depths together, are shown by their first few and their size."""

_TEXT_CAP: Final = 500


def show(value: Value) -> str:
    """Return `value` as Python text; long arrays and what has no such text are described instead."""
    match value:
        case np.ndarray():
            return _array(value)
        case np.generic():
            return _array(np.asarray(value)) if value.dtype.char not in "d?" else _number(value.item())
        case FunctionText():
            return _function(value)
        case RandomState():
            return f"np.random.default_rng({value.key})"
        case ItemsOnce():
            return f"iter({show(list(value.items))})"
        case Handle():
            return "<a function>"
        case Opaque():
            return f"<{value.reason}>"
        case Noted():
            return show(value.value)
        case _:
            return _plain(value)


def _plain(value: Value) -> str:
    match value:
        case str():
            return repr(value if len(value) <= _TEXT_CAP else value[:_TEXT_CAP] + "…")
        case list() | tuple() | dict():
            return _container(value)
        case _:
            return _number(value)


def _function(value: FunctionText) -> str:
    """Return a lambda with its constants written out, but for those that have no such text; they keep their names."""
    shown = {name: show(item) for name, item in value.constants.items()}
    long = {name: text for name, text in shown.items() if not _is_python(text)}
    kept = {name: name for name in (*long, *value.parameters)}
    where = ", ".join(f"{name} = {text}" for name, text in long.items())
    text = f"lambda {', '.join(value.parameters)}: {expressions.as_numpy(value.text, shown | kept)}"
    return f"{text} with {where}" if where else text


def _is_python(text: str) -> bool:
    try:
        parse_expression(text)
    except SyntaxError:
        return False
    return True


def _number(value: object) -> str:
    if isinstance(value, complex) and not np.isfinite(value):
        return f"complex({_number(value.real)}, {_number(value.imag)})"
    text = repr(value)
    return {"nan": "np.nan", "inf": "np.inf", "-inf": "-np.inf"}.get(text, text)


def _container(value: list[Value] | tuple[Value, ...] | dict[object, Value]) -> str:
    if _entries(value) > ENTRIES_CAP:
        return f"<a {type(value).__name__} of {len(value)} items>"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{show(key)}: {show(item)}" for key, item in value.items()) + "}"
    inside = ", ".join(map(show, value))
    if isinstance(value, tuple):
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return f"[{inside}]"


def _entries(value: Value) -> int:
    """Return how many entries are written out where a value is shown."""
    match value:
        case np.ndarray():
            return int(value.size) if value.size <= ENTRIES_CAP else 1
        case list() | tuple() | dict():
            items = value.values() if isinstance(value, dict) else value
            return max(len(value), sum(map(_entries, items)))
        case _:
            return 1


def _array(value: NDArray[np.generic]) -> str:
    if value.size > ENTRIES_CAP:
        first = ", ".join(_number(item.item()) for item in value.flat[:5])
        return f"<an array of shape {value.shape}: {first}, …>"
    name = "bool_" if value.dtype.char == "?" else value.dtype.name  # NumPy 1 has no np.bool
    dtype = f", dtype=np.{name}" if value.dtype.char not in ("dl?D" if value.size else "d") else ""
    if value.size == 0 and value.ndim > 1:
        return f"np.empty({value.shape}{dtype})"
    return f"np.array({_nested(value.tolist())}{dtype})"


def _nested(items: object) -> str:
    if isinstance(items, list):
        return "[" + ", ".join(map(_nested, items)) + "]"
    return _number(items)


def describe(value: Value) -> str:
    """Return what kind of value this is, in plain words: "an array of shape (3,)", "a number", "a tuple of 2"."""
    match value:
        case None:
            return "None"
        case bool() | np.bool_():
            return "a truth value"
        case int() | float() | complex() | np.generic():
            return "a number"
        case str():
            return "a text"
        case np.ndarray():
            kind = "truth values" if value.dtype == np.bool_ else "numbers"
            return f"an array of {kind} of shape {value.shape}"
        case list() | tuple() | dict():
            return f"a {type(value).__name__} of {len(value)}"
        case Handle() | FunctionText():
            return "a function"
        case Opaque():
            return value.reason
        case _:
            return "a value"
