"""The cases of a check: inputs drawn from one seed, edge regimes first in turn, smallest first in use.

The stream of a case comes from a keyed hash of the seed, the exercise, the check's name, the number of the case and a
purpose; never from a position, so that adding or dropping a check moves no other.
"""

import hashlib
from typing import Final

import numpy as np

from grader.errors import JudgeError
from grader.generators import Draw
from grader.model import Case
from grader.sandbox.values import FunctionText, Value
from grader.spec.exercise import CheckItem, Exercise

_INPUTS: Final = "inputs"


def stream(seed: int, exercise: str, check: str, number: int, purpose: str = _INPUTS) -> int:
    """Return the 128-bit key of a random stream.

    Parameters
    ----------
    seed : int
        of the course, or a secret one.
    exercise, check : str
        names.
    number : int
        of the case.
    purpose : str
        what the stream is for.
    """
    key = hashlib.blake2b(str(seed).encode(), digest_size=32).digest()
    words = "\0".join([exercise, check, str(number), purpose])
    return int.from_bytes(hashlib.blake2b(words.encode(), key=key, digest_size=16).digest())


def draw_cases(exercise_id: str, exercise: Exercise, check: CheckItem, seed: int) -> tuple[Case, ...]:
    """Return the cases of a check in the order in which they are run.

    Raises
    ------
    JudgeError
        if an input cannot be drawn.
    """
    kinds = exercise.drawn(check)
    edges = [(name, regime) for name, kind in kinds.items() for regime in kind.edges()]
    cases = []
    for number in range(exercise.cases(check)):
        random = np.random.default_rng(stream(seed, exercise_id, check.name, number))
        special, regime = edges[number] if number < len(edges) else ("", "")
        inputs: dict[str, Value] = {}
        for name, kind in kinds.items():
            try:
                inputs[name] = kind.draw(Draw(random, dict(inputs), number, regime if name == special else ""))
            except (JudgeError, ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
                raise JudgeError(f"the input {name!r} of check {check.name!r} cannot be drawn: {error}") from error
        shown = f"{special}: {regime}" if regime else ""
        cases.append(Case(number, inputs, tuple(exercise.function.parameters), shown))
    return tuple(sorted(cases, key=_size))


def _size(case: Case) -> int:
    return sum(_entries(case.inputs[name]) for name in case.arguments)


def _entries(value: Value) -> int:
    match value:
        case np.ndarray():
            return int(value.size)
        case list() | tuple():
            return sum(map(_entries, value))
        case FunctionText():
            return sum(map(_entries, value.constants.values()))
        case int() if not isinstance(value, bool):
            return min(abs(value), 1000)
        case _:
            return 1
