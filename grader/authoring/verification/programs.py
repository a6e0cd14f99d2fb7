"""Many programs in one worker process: each is loaded by its number, and called by the handle that comes back.

A worker starts as slowly as NumPy is imported, and a mutant is mostly found out by its first call.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Self

from grader.checks import Reference
from grader.errors import JudgeError
from grader.executors import Executor, Session
from grader.model import FAILED_BY_SYSTEM, Answer, Call, Failure, Submission
from grader.sandbox.values import Handle

_LOADER: Final = '''
import sys
from types import ModuleType

SOURCES = {sources!r}

def program(number):
    """Run a program, and return its function."""
    module = ModuleType(f"program_{{number}}")
    sys.modules[module.__name__] = module
    exec(compile(SOURCES[number], f"program_{{number}}.py", "exec", dont_inherit=True), module.__dict__)
    return module.__dict__[{function!r}]
'''


class Programs:
    """Programs that define one function each, in one worker at a time.

    Parameters
    ----------
    executor : Executor
        gives the worker; its limits hold for every call, and for all programs together.
    sources : mapping of str to str
        their texts by name.
    function : str
        the function that each defines.
    """

    def __init__(self, executor: Executor, sources: Mapping[str, str], function: str) -> None:
        self._numbers = {name: number for number, name in enumerate(sources)}
        source = _LOADER.format(sources=list(sources.values()), function=function)
        self._session: Session = executor.open(Submission("programs", source, "program"))

    def __enter__(self) -> Self:
        """Start the worker.

        Raises
        ------
        JudgeError
            if the programs cannot be handed over.
        """
        loaded = self._session.load()
        if loaded.failure or not loaded.found:
            self._session.close()
            raise JudgeError(f"the programs cannot be loaded: {loaded.failure.message if loaded.failure else ''}")
        return self

    def __exit__(self, *_: object) -> None:
        """End the worker."""
        self._session.close()

    def run(self, name: str) -> Reference:
        """Return what answers calls with one program's function.

        A program that cannot be loaded answers every call with the reason. After a call that ended the worker the next one
        finds a fresh worker, and the program loaded there anew.
        """
        handle: list[Handle] = []

        def answer(call: Call) -> Answer:
            if call.target is None and not handle:
                loaded = self._session.call(Call((self._numbers[name],), keep=True))
                if not isinstance(loaded.value, Handle):
                    return loaded
                handle.append(loaded.value)
            found = self._session.call(call if call.target else replace(call, target=handle[0]))
            if _is_gone(found.failure):
                handle.clear()
            return found

        return answer


def _is_gone(failure: Failure | None) -> bool:
    """Return whether the worker that had the function has ended."""
    return failure is not None and failure.verdict in FAILED_BY_SYSTEM
