"""What a trial is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.checks import Check
from grader.sandbox.values import Value

Array: TypeAlias = NDArray[Any]
Random: TypeAlias = np.random.Generator
Function: TypeAlias = Callable[..., object]
Answers: TypeAlias = Mapping[str, Function]


class Group(StrEnum):
    """What kind of answer it is, which decides about the verdict that it has to get."""

    RIGHT = "right"
    FORGIVEN = "forgiven"
    OFF = "10 x the tolerance"
    WRONG = "wrong otherwise"

    @property
    def accepted(self) -> bool:
        """Whether such an answer has to be accepted."""
        return self in (Group.RIGHT, Group.FORGIVEN)


@dataclass(frozen=True, kw_only=True)
class Question:
    """A check on random inputs, with answers whose verdicts are known.

    Attributes
    ----------
    check : Check
        the kind with its parameters.
    inputs : mapping of str to value
        of the case.
    helpers : tuple of str
        the inputs that the function is not called with.
    function : str
        name of the function, under which formulas may call it.
    reference : callable
        what `check` is prepared with.
    right : mapping of str to callable
        answers by another algorithm than the reference's.
    forgiven : mapping of str to callable
        answers that differ from the reference's by no more than the kind promises to forgive.
    off : mapping of str to callable
        answers whose error is ten times the one that the kind allows, in its own measure.
    wrong : mapping of str to callable
        other wrong answers, which have no error that is a number.
    """

    check: Check
    inputs: Mapping[str, Value]
    reference: Function
    right: Answers
    forgiven: Answers = field(default_factory=dict)
    off: Answers = field(default_factory=dict)
    wrong: Answers = field(default_factory=dict)
    helpers: tuple[str, ...] = ()
    function: str = ""

    def answers(self) -> Mapping[tuple[Group, str], Function]:
        """Return all answers by group and name."""
        groups = zip(Group, (self.right, self.forgiven, self.off, self.wrong), strict=True)
        return {(group, name): answer for group, answers in groups for name, answer in answers.items()}


@dataclass(frozen=True)
class Trial:
    """A family of questions.

    Attributes
    ----------
    kind : str
        name of the check.
    what : str
        what is computed, and by which algorithm the reference does it.
    make : callable
        a question from a generator of random numbers.
    """

    kind: str
    what: str
    make: Callable[[Random], Question]


def constant(value: object) -> Function:
    """Return a function that gives one value, whatever it is called with."""
    return lambda *_: value


def pushed(random: Random, value: object, allowed: object, times: float) -> Array:
    """Return numbers of which one, at a random place, is moved by some times what is allowed there.

    Parameters
    ----------
    random : Generator
        chooses the place and the side.
    value, allowed : arrays, or numbers
        of one shape; `allowed` may also be one number for all.
    times : float
        how many times.
    """
    array: Array = np.array(value, dtype=np.result_type(np.asarray(value), np.float64))
    place = tuple(int(random.integers(size)) for size in array.shape)
    array[place] += random.choice([-1, 1]) * times * np.broadcast_to(np.asarray(allowed), array.shape)[place]
    return array


def moved(random: Random, value: object, allowed: object, more: Function | None = None) -> tuple[Answers, Answers]:
    """Return answers with half of the allowed error and with ten times as much, at one random place.

    Parameters
    ----------
    random : Generator
        chooses the place and the side.
    value, allowed : arrays, or numbers
        as `pushed` takes them.
    more : callable, optional
        makes an answer of the numbers; by default they are the answer.
    """
    near, far = (pushed(random, value, allowed, times) for times in (0.5, 10))
    make = more or _itself
    return {"half of the allowed error": constant(make(near))}, {"one number off": constant(make(far))}


def _itself(value: object) -> object:
    return value


def containers(value: object) -> Answers:
    """Return an array in all the forms in which it is the same answer."""
    array = np.asarray(value)
    size = float(np.max(np.abs(array), initial=0.0))
    forms: dict[str, object] = {
        "nested lists": array.tolist(),
        "a tuple": tuple(array.tolist()),
        "extended precision": array.astype(np.clongdouble if array.dtype.kind == "c" else np.longdouble),
        "an array in Fortran order": np.array(array, order="F"),
    }
    if array.dtype.kind != "c":
        forms["complex, the imaginary parts 0"] = array.astype(np.complex128)
        forms["complex, the imaginary parts rounding errors"] = array + 1e-13j * size
    answers = {name: constant(form) for name, form in forms.items()}
    if array.ndim == 2:
        answers["a numpy.matrix"] = lambda *_: np.asmatrix(array)  # made by the answer, since NumPy warns of it
    return answers


def scalars(value: complex) -> Answers:
    """Return a number in all the forms in which it is the same answer."""
    array = np.asarray(value)
    forms: dict[str, object] = {
        "a Python number": array.item(),
        "a NumPy scalar": array[()],
        "an array without axes": array,
        "a long double": np.longdouble(value) if array.dtype.kind != "c" else np.clongdouble(value),
    }
    if array.dtype.kind != "c":
        forms["complex, the imaginary part 0"] = complex(value)
    return {name: constant(form) for name, form in forms.items()}
