"""Runs what the author wrote: the reference, accepted solutions and mistakes. They are trusted, and run here."""

import ast
import contextlib
import io
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from grader.errors import AuthoringError
from grader.model import Answer, Call, Evaluations, Failure, Verdict
from grader.sandbox.decoder import Decoder
from grader.sandbox.encoder import Encoder
from grader.sandbox.syntax import parse_module
from grader.sandbox.values import FunctionText, Handle, Value, realise


def load_function(file: Path, name: str) -> Callable[..., object]:
    """Return the function `name` of an author's file.

    Raises
    ------
    AuthoringError
        if the file cannot be run or has no such function.
    """
    module = ModuleType(f"_author_{file.stem}")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module  # where dataclasses look up the annotations of their fields
    try:
        code = compile(file.read_text(encoding="utf-8"), str(file), "exec", dont_inherit=True)
        with contextlib.redirect_stdout(io.StringIO()):  # a report may be read by a program
            exec(code, module.__dict__)  # noqa: S102 - the author's own code, which we are here to run
    except FileNotFoundError:
        raise AuthoringError(f"{file}: there is no such file") from None
    except (Exception, SystemExit) as error:  # whatever the author's module raises is told to the author
        last = traceback.format_exception_only(error)[-1].strip()
        raise AuthoringError(f"{file}: cannot be run: {last}") from error
    function = module.__dict__.get(name)
    if not callable(function):
        raise AuthoringError(f"{file}: has no function {name!r}")
    return function  # type: ignore[no-any-return]


def feedback_of(file: Path) -> str:
    """Return the docstring of an author's file with its lines joined: the feedback of a mistake.

    Raises
    ------
    AuthoringError
        if the file is not Python, or has none.
    """
    try:
        text = ast.get_docstring(parse_module(file.read_text(encoding="utf-8")))
    except (SyntaxError, ValueError) as error:
        raise AuthoringError(f"{file}: is not Python: {error}") from None
    if not text:
        raise AuthoringError(f"{file}: has no docstring; it is the feedback to give")
    return " ".join(text.split())


def runner(function: Callable[..., object]) -> Callable[[Call], Answer]:
    """Return what answers calls with an author's function, in the form in which a worker's answers come.

    What the function returns and another call may name as its target is kept for as long as the runner lives.
    """
    kept: list[Any] = []

    def keep(value: object) -> int:
        kept.append(value)
        return len(kept) - 1

    def run(call: Call) -> Answer:
        tallies: list[_Tally] = []
        arguments = [realise(value, _counted(tallies, place)) for place, value in enumerate(call.arguments)]
        target = kept[call.target.number] if call.target else function
        quiet = io.StringIO()
        try:
            with np.errstate(all="ignore"), contextlib.redirect_stdout(quiet), warnings.catch_warnings(action="ignore"):
                value = (getattr(target, call.method) if call.method else target)(*arguments)
        except (Exception, SystemExit) as error:  # a mistake may well raise, and it is data then
            return Answer(failure=_failure(error))
        answer = Handle(keep(value)) if call.keep else normal_form(value, keep)
        return Answer(answer, evaluations=tuple(tally.evaluations() for tally in tallies))

    return run


class _Tally:
    """A function that counts how often it is called."""

    def __init__(self, place: int, function: FunctionText) -> None:
        self._function = function.build()
        self._place, self._calls, self._points = place, 0, 0

    def __call__(self, *arguments: object) -> object:
        self._calls += 1
        self._points += int(np.size(arguments[0])) if arguments else 0  # type: ignore[arg-type]
        return self._function(*arguments)

    def evaluations(self) -> Evaluations:
        return Evaluations(self._place, self._calls, self._points)


def _counted(tallies: list[_Tally], place: int) -> Callable[[FunctionText], Callable[..., object]]:
    def make(function: FunctionText) -> Callable[..., object]:
        tallies.append(_Tally(place, function))
        return tallies[-1]

    return make


def normal_form(value: object, keep: Callable[[Callable[..., object]], int] | None = None) -> Value:
    """Return a value as it would look after its way over the wire; `keep` numbers the functions in it."""
    encoder = Encoder(keep)
    node = encoder.node(value)
    return Decoder(b"".join(encoder.buffers), trusted=True).value(node)


def _failure(error: BaseException) -> Failure:
    kind = type(error)
    lineage = tuple(
        base.__name__ if base.__module__ == "builtins" else f"{base.__module__}.{base.__name__}"
        for base in kind.__mro__
    )
    trace = "".join(traceback.format_tb(error.__traceback__)[1:])
    message = f"raised {kind.__name__}: {error}".removesuffix(": ")
    return Failure(Verdict.RAISED, message, kind.__name__, lineage, trace)
