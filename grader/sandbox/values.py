"""The values that cross the boundary between the grader and a student's process.

Most are plain Python and NumPy: None, bool, int, float, complex, str, list, tuple, dict and arrays of numbers. The
classes below stand for what has no such form: functions, generators of random numbers, iterators, and answers that
cannot be sent at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Final, TypeAlias

import numpy as np

from grader.sandbox import expressions
from grader.sandbox.records import dataclass

Value: TypeAlias = object

NUMERIC_KINDS: Final = "?bhilqBHILQefdFD"
"""Type codes of the arrays that may cross; all have the same meaning on every machine once their width is fixed."""


@dataclass(frozen=True)
class FunctionText:
    """A function handed to an answer, as the text of an expression.

    Attributes
    ----------
    parameters : tuple of str
        names of the arguments, in order.
    text : str
        the expression, in the language of `grader.sandbox.expressions`.
    constants : mapping of str to value
        numbers and arrays that the text names.
    counted : bool
        if true, the grader evaluates the function and sees every call; otherwise the worker builds it.
    """

    parameters: tuple[str, ...]
    text: str
    constants: Mapping[str, Value] = field(default_factory=dict)
    counted: bool = False

    def build(self) -> Callable[..., object]:
        """Return the function itself."""
        constants = {name: realise(value) for name, value in self.constants.items()}
        return expressions.function(self.parameters, self.text, constants)


@dataclass(frozen=True)
class RandomState:
    """A `numpy.random.Generator` in its first state: `np.random.default_rng(key)`."""

    key: int


@dataclass(frozen=True)
class ItemsOnce:
    """An iterator over `items` that can be read once."""

    items: tuple[Value, ...]


@dataclass(frozen=True)
class Handle:
    """A function or an object that an answer returned; it stays in the worker and is named by this number."""

    number: int


@dataclass(frozen=True)
class Opaque:
    """An answer that cannot be sent: the name of its type and, in plain words, what it is."""

    type_name: str
    reason: str


@dataclass(frozen=True)
class Noted:
    """A value that was accepted in an unusual form, with the form's name (`numpy.matrix`, `longdouble`)."""

    value: Value
    form: str


def realise(value: Value, counted: Callable[[FunctionText], Callable[..., object]] | None = None) -> object:
    """Return what a function is called with: arrays copied, functions built, generators and iterators started.

    Parameters
    ----------
    value : value
        as decoded from the wire or drawn for a case.
    counted : callable, optional
        makes the stand-in for a function whose calls the grader answers; by default such a function is built here.
    """
    match value:
        case np.ndarray():
            return value.copy()
        case FunctionText():
            return counted(value) if value.counted and counted else value.build()
        case RandomState():
            return np.random.default_rng(value.key)
        case ItemsOnce():
            return iter([realise(item, counted) for item in value.items])
        case list():
            return [realise(item, counted) for item in value]
        case tuple():
            return tuple(realise(item, counted) for item in value)
        case dict():
            return {key: realise(item, counted) for key, item in value.items()}
        case _:
            return value
