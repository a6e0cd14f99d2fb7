"""The cases of a check: inputs drawn from one seed, edge regimes first in turn, smallest first in use.

The stream of a case comes from a keyed hash of the seed, the exercise, the check's name, the number of the case and a
purpose; never from a position, so that adding or dropping a check moves no other. Beside its cases a check has a
ladder: small and simple inputs of the same kinds, the same for every seed, on which a failure is shown if it shows there.
"""

import hashlib
from collections.abc import Callable
from typing import Final

import numpy as np

from grader.errors import JudgeError
from grader.generators import Draw
from grader.model import Case
from grader.notation import show
from grader.sandbox.expressions import Expression
from grader.sandbox.records import dataclass
from grader.sandbox.values import FunctionText, ItemsOnce, Value
from grader.spec.exercise import CheckItem, Exercise

RUNGS_CAP: Final = 50
"""Most rungs that a ladder has."""

_INPUTS: Final = "inputs"
_RUNG: Final = "rung"
_LEVELS: Final = (0,) * 10 + (1,) * 35 + (2,) * 25 + (3,) * 20
"""How far each attempt at a rung may go from the simplest; most go to the sizes 1 and 2."""


class CannotDraw(JudgeError):
    """An input that cannot be drawn.

    Attributes
    ----------
    name : str
        of the input.
    reason : str
        what is wrong.
    formula : Expression or None
        the parameter that is to blame, where that is known.
    """

    def __init__(self, name: str, check: str, error: Exception) -> None:
        super().__init__(f"the input {name!r} of check {check!r} cannot be drawn: {error}")
        self.name = name
        self.reason = str(error)
        self.formula: Expression | None = getattr(error, "formula", None)


@dataclass(frozen=True)
class Source:
    """What cases are drawn for.

    Attributes
    ----------
    exercise_id : str
        name of the exercise.
    exercise : Exercise
        its description.
    folder : str
        where the description lies, with the data files beside it.
    """

    exercise_id: str
    exercise: Exercise
    folder: str = ""


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


def draw_cases(source: Source, check: CheckItem, seed: int) -> tuple[Case, ...]:
    """Return the cases of a check in the order in which they are run.

    Raises
    ------
    CannotDraw
        if an input cannot be drawn.
    """
    kinds = source.exercise.drawn(check)
    edges = [(name, regime) for name, kind in kinds.items() for regime in kind.edges()]
    cases = []
    for number in range(source.exercise.cases(check)):
        random = np.random.default_rng(stream(seed, source.exercise_id, check.name, number))
        special, regime = edges[number] if number < len(edges) else ("", "")
        inputs: dict[str, Value] = {}
        for name, kind in kinds.items():
            shown = regime if name == special else ""
            inputs[name] = _drawn(name, check, kind.draw, Draw(random, dict(inputs), number, shown, source.folder))
        title = f"{special}: {regime}" if regime else ""
        cases.append(Case(number, inputs, tuple(source.exercise.function.parameters), title))
    return tuple(sorted(cases, key=_size))


def draw_ladder(source: Source, check: CheckItem) -> tuple[Case, ...]:
    """Return the rungs of a check, simplest first; none where all inputs are written out, or the check has no use for it.

    The rungs depend on the description alone, so that they serve every seed and say nothing of a secret one.
    """
    kinds = source.exercise.drawn(check)
    if not check.rule.climbs or all(kind.fixed for kind in kinds.values()):
        return ()
    found: dict[str, Case] = {}
    for attempt in range(len(_LEVELS)):
        case = _rung(source, check, attempt)
        if case is not None:
            found.setdefault("; ".join(show(case.inputs[name]) for name in case.arguments), case)
    rungs = sorted(found.values(), key=_effort)[:RUNGS_CAP]
    return tuple(Case(place, rung.inputs, rung.arguments) for place, rung in enumerate(rungs))


def _rung(source: Source, check: CheckItem, attempt: int) -> Case | None:
    """Return one attempt at a rung, or None where the simple values do not go together."""
    random = np.random.default_rng(stream(0, source.exercise_id, check.name, attempt, _RUNG))
    inputs: dict[str, Value] = {}
    for name, kind in source.exercise.drawn(check).items():
        place = Draw(random, dict(inputs), attempt, "", source.folder, _LEVELS[attempt])
        try:
            inputs[name] = _drawn(name, check, kind.simple, place)
        except CannotDraw:
            return None
    return Case(attempt, inputs, tuple(source.exercise.function.parameters))


def _drawn(name: str, check: CheckItem, draw: Callable[[Draw], Value], place: Draw) -> Value:
    try:
        return draw(place)
    except (JudgeError, ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
        raise CannotDraw(name, check.name, error) from error


def _size(case: Case) -> int:
    return sum(_entries(case.inputs[name]) for name in case.arguments)


def _entries(value: Value) -> int:
    match value:
        case np.ndarray():
            return int(value.size)
        case list() | tuple():
            return sum(map(_entries, value))
        case ItemsOnce():
            return sum(map(_entries, value.items))
        case FunctionText():
            return sum(map(_entries, value.constants.values()))
        case int() if not isinstance(value, bool):
            return min(abs(value), 1000)
        case _:
            return 1


def _effort(case: Case) -> tuple[int, float]:
    """Return how hard a case is to follow by hand: how many numbers there are, then how easy they are."""
    return _size(case), sum(_cost(case.inputs[name]) for name in case.arguments)


def _cost(value: Value) -> float:
    """Return how hard numbers are to calculate with: 1 is easy, 0 hides too much, fractions are hard."""
    match value:
        case np.ndarray() if value.dtype.kind in "iufc":
            return float(sum(map(_cost, value.ravel().tolist())))
        case list() | tuple():
            return float(sum(map(_cost, value)))
        case ItemsOnce():
            return _cost(value.items)
        case FunctionText():
            return float(sum(map(_cost, value.constants.values())))
        case bool():
            return 1.0
        case int() | float():
            size = 1.5 if value == 0 else min(abs(value), 100.0) + 0.5 * (value < 0)
            return size + (0.0 if float(value).is_integer() else len(repr(float(value))))
        case _:
            return 1.0
