"""Frames of a worker as answers and failures; what the worker says is checked field by field."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from grader.executors._bounded import bounded, numbers, require_few
from grader.executors._contract import Loaded
from grader.model import Answer, Evaluations, Failure, Verdict
from grader.sandbox.decoder import Decoder
from grader.sandbox.values import FunctionText, ItemsOnce, Value
from grader.sandbox.wire import Frame, WireError, printable
from grader.uses import called

_SHOWN: Final = 4_000
_EXIT: Final = "SystemExit"
_MEMORY: Final = "MemoryError"
_FORBIDDEN: Final = "grader.sandbox.forbidding.ForbiddenCall"
_INTEGER_CAP: Final = 2**16
_LETTER_BYTES: Final = 4


class TooMuchOutput(Exception):
    """More was printed than is allowed."""


class Printed:
    """What was printed during one call, up to a cap.

    Parameters
    ----------
    cap : int
        number of bytes at which the call is ended.
    """

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._beginning = bytearray()
        self._size = 0

    def add(self, data: bytes | bytearray) -> None:
        """Add a piece.

        Raises
        ------
        TooMuchOutput
            if it is one too many.
        """
        # Only what can be shown is kept, and in one piece: there may be any number of parts of a byte or none.
        self._beginning += data[: _LETTER_BYTES * (_SHOWN + 1) - len(self._beginning)]
        self._size += len(data)
        if self._size > self._cap:
            raise TooMuchOutput

    def text(self) -> str:
        """Return the beginning of what was printed."""
        text = self._beginning.decode("utf-8", errors="replace")
        return text if len(text) <= _SHOWN else text[:_SHOWN] + f"\n… ({self._size} bytes in all)"


class Tally:
    """The functions among the arguments of one call whose own calls the grader answers, and how often it did.

    Parameters
    ----------
    first : int
        the number that the worker gives to the first of them.
    arguments : iterable of value
        of the call.

    Attributes
    ----------
    functions : list of FunctionText
        in the order in which the worker numbers them.
    """

    def __init__(self, first: int, arguments: Iterable[Value]) -> None:
        found = [(place, function) for place, value in enumerate(arguments) for function in _counted_in(value)]
        self.functions = [function for _, function in found]
        self._first = first
        self._counts = [Evaluations(place) for place, _ in found]

    def add(self, number: int, arguments: Sequence[Value]) -> None:
        """Note one call of the function with a number; those that belong to earlier calls do not count."""
        place = number - self._first
        if place >= 0:
            known = self._counts[place]
            points = int(np.size(arguments[0])) if arguments and isinstance(arguments[0], np.ndarray) else 1
            self._counts[place] = Evaluations(known.place, known.calls + 1, known.points + points)

    def evaluations(self) -> tuple[Evaluations, ...]:
        """Return what was noted so far."""
        return tuple(self._counts)


def _counted_in(value: Value) -> Iterator[FunctionText]:
    match value:
        case FunctionText() if value.counted:
            yield value
        case list() | tuple():
            for item in value:
                yield from _counted_in(item)
        case dict():
            for item in value.values():
                yield from _counted_in(item)
        case ItemsOnce():
            for item in value.items:
                yield from _counted_in(item)


def evaluated(function: FunctionText, arguments: Iterable[Value]) -> object:
    """Return the value of a counted function, which takes numbers and arrays.

    This runs in the grader, where no deadline ends it. So an integer that is too long for an index goes as a float
    (a power of it could take hours), and neither an argument nor a value on the way may be larger than allowed.

    Raises
    ------
    Exception
        whatever comes of arguments that do not fit.
    """
    usable = [_number(argument) for argument in arguments]
    require_few(0, *map(numbers, usable))
    with np.errstate(all="ignore"):
        return bounded(function)(*usable)


def _number(value: Value) -> object:
    if type(value) is int:
        return value if abs(value) < _INTEGER_CAP else float(value)
    array = np.asarray(value) if isinstance(value, list | tuple | np.ndarray) else None
    if isinstance(value, float | complex | np.number | np.bool_ | bool):
        return value
    if array is None or array.dtype.kind not in "biufc":
        raise TypeError(f"this function takes numbers and arrays of numbers, not {type(value).__name__}")
    return array


def loaded(frame: Frame, printed: str) -> Loaded:
    """Return what loading a submission found out.

    Raises
    ------
    WireError
        if the frame says anything else.
    """
    if frame.kind != "loaded":
        raise WireError(f"a {frame.kind[:40]!r} frame where the answer was loaded")
    names = _texts(frame, "names")
    if frame.fields.get("found") is not True:
        return Loaded(names=names, printed=printed)
    most = None if frame.fields.get("most") is None else frame.whole("most")
    parameters, fewest = _text(frame, "parameters", 500), frame.whole("fewest")
    return Loaded(None, True, names, parameters, fewest, most, printed)


def answer(frame: Frame, printed: str) -> Answer:
    """Return the answer in a frame.

    Raises
    ------
    WireError
        if the frame holds none.
    """
    if frame.kind != "returned":
        raise WireError(f"a {frame.kind[:40]!r} frame where an answer was due")
    decoder = Decoder(frame.payload, trusted=False)
    value = decoder.value(frame.fields.get("value"))
    decoder.finish()
    changed = frame.fields.get("changed")
    if not isinstance(changed, list) or not all(type(place) is int for place in changed[:100]):
        raise WireError("an answer needs the list of changed arguments")
    return Answer(value, None, tuple(changed[:100]), frame.whole("threads"), printed)


def failure(frame: Frame, file: str = "", forbidden: Sequence[tuple[str, str]] = ()) -> Failure:
    """Return how a call ended that raised an exception.

    Parameters
    ----------
    frame : Frame
        from the worker.
    file : str
        name of the answer's file.
    forbidden : sequence of pairs of str
        dotted paths that the answer must not call, each with what to do instead.

    Raises
    ------
    WireError
        if the frame does not say.
    """
    kind, message, lineage = _text(frame, "type", 200), _text(frame, "message", 2_000), _texts(frame, "lineage")
    trace = _text(frame, "trace", 10_000)
    if _EXIT in lineage:
        return Failure(
            Verdict.RAISED, "called `sys.exit`: a function gives its answer with `return`", kind, lineage, trace
        )
    if _MEMORY in lineage:
        return Failure(Verdict.MEMORY_LIMIT, f"needs more memory than is allowed ({message})", kind, lineage, trace)
    if forbidden and _FORBIDDEN in lineage:
        return Failure(Verdict.WRONG_ANSWER, called(message, file, forbidden), kind, lineage, trace)
    return Failure(Verdict.RAISED, f"raised {kind}: {message}" if message else f"raised {kind}", kind, lineage, trace)


def _text(frame: Frame, name: str, cap: int) -> str:
    return printable(frame.text(name, cap))


def _texts(frame: Frame, name: str) -> tuple[str, ...]:
    return tuple(map(printable, frame.texts(name)))
