"""What went wrong in a student's code, as data: the exception, and the frames that are the student's own."""

import contextlib
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Final

from grader.sandbox.wire import Node

_NAME_CAP: Final = 200
_MESSAGE_CAP: Final = 2_000
_TRACE_CAP: Final = 8_000


def describe(error: BaseException, files: frozenset[str]) -> dict[str, Node]:
    """Return an exception's type, lineage, message and the part of its traceback that lies in `files`."""
    kind = type(error)
    lineage: list[Node] = [_text(lambda: _qualified(of), _NAME_CAP) for of in type.mro(kind)]  # noqa: B023 - used at once
    return {
        "type": _text(lambda: kind.__name__, _NAME_CAP),
        "lineage": lineage,
        "message": _text(lambda: str(error), _MESSAGE_CAP),
        "trace": _trace(error, files),
    }


def _qualified(kind: type) -> str:
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _text(make: Callable[[], str], cap: int) -> str:
    """Return the beginning of what `make` gives as a plain text, or nothing if that is not to be had."""
    try:
        return str.__getitem__(make(), slice(cap))
    except BaseException:  # the exception is the student's, and so are its __str__ and its metaclass
        return ""


def _trace(error: BaseException, files: frozenset[str]) -> str:
    try:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in files]
        lines = traceback.format_list(frames)
        if isinstance(error, SyntaxError):
            lines += traceback.format_exception_only(error)[:-1]
        text = "".join(lines)
    except BaseException:  # a student's module may have replaced anything that is used here
        return ""
    return text if len(text) <= _TRACE_CAP else text[: _TRACE_CAP // 2] + "\n…\n" + text[-_TRACE_CAP // 2 :]


def flush() -> None:
    """Send what was printed but still lies in a buffer."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):  # the stream may be one of the student's making, or closed
            stream.flush()


def threads_left() -> int:
    """Return the number of threads that an answer left running."""
    return threading.active_count() - 1
