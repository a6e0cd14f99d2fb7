"""Many programs in one worker process: each is loaded by its number, and called by the handle that comes back.

A worker starts as slowly as NumPy is imported, and a mutant is mostly found out by its first call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Self

from grader.errors import JudgeError
from grader.executors import Executor, Session
from grader.model import FAILED_BY_SYSTEM, Answer, Call, Submission, Verdict
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

    def run(self, name: str) -> "Run":
        """Return what answers calls with one program's function."""
        return Run(self._session, self._numbers[name])


class Run:
    """A program's function.

    A program that cannot be loaded answers every call with the reason. After a call that ended the worker the next one
    finds a fresh worker, and the program loaded there anew.
    """

    def __init__(self, session: Session, number: int) -> None:
        self._session, self._number = session, number
        self._handle: Handle | None = None

    def __call__(self, call: Call) -> Answer:
        """Call the function, or one that it returned; that it took too long is believed if it happens twice.

        A machine that is busy may keep a program waiting. What is called on an object cannot be called again.
        """
        answer = self._called(call)
        late = answer.failure is not None and answer.failure.verdict is Verdict.TIME_LIMIT
        return self._called(call) if late and call.target is None else answer

    def _called(self, call: Call) -> Answer:
        if call.target is None and self._handle is None:
            answer = self._load()
            if self._handle is None:
                return answer
        answer = self._session.call(self._own(call))
        if answer.failure is not None and answer.failure.verdict in FAILED_BY_SYSTEM:
            self._handle = None
        return answer

    def expect(self, calls: Sequence[Call]) -> None:
        """Announce the calls that come next, in this order."""
        if self._handle is None:
            self._load()
        if self._handle is not None:
            self._session.expect([self._own(call) for call in calls])

    def _load(self) -> Answer:
        answer = self._session.call(Call((self._number,), keep=True))
        self._handle = answer.value if isinstance(answer.value, Handle) else None
        return answer

    def _own(self, call: Call) -> Call:
        return call if call.target else replace(call, target=self._handle)
