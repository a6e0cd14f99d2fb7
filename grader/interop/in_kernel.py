"""The last resort of `grader.check`: a function of which no cell tells the source is called where it is.

Only values are looked at here, too; but there is no process around the call, no deadline and no limit.
"""

import inspect
from collections.abc import Callable

from grader.author_code import runner
from grader.executors import Executor, Loaded, Session
from grader.model import Answer, Call, Submission


class InKernel(Executor):
    """Calls one function of this process.

    Parameters
    ----------
    function : callable
        what to call.
    """

    def __init__(self, function: Callable[..., object]) -> None:
        self.isolation = "none"
        self._function = function

    def warm(self, count: int) -> None:
        """Start nothing."""

    def open(self, submission: Submission) -> Session:
        """Return a session that calls the function, whatever the submission says."""
        return _Here(self._function)

    def close(self) -> None:
        """End nothing."""


class _Here(Session):
    """Calls of one function."""

    def __init__(self, function: Callable[..., object]) -> None:
        self._function = function
        self._run = runner(function)

    def load(self) -> Loaded:
        """Return what there is to know of the function."""
        try:
            parameters = inspect.signature(self._function).parameters.values()
        except (TypeError, ValueError):  # some functions of C have none
            return Loaded(found=True, parameters="(...)", most=None)
        places = [item for item in parameters if item.kind in (item.POSITIONAL_ONLY, item.POSITIONAL_OR_KEYWORD)]
        fewest = sum(item.default is item.empty for item in places)
        most = None if any(item.kind is item.VAR_POSITIONAL for item in parameters) else len(places)
        names = ", ".join(item.name for item in parameters)
        return Loaded(found=True, parameters=f"({names})", fewest=fewest, most=most)

    def call(self, call: Call) -> Answer:
        """Call the function."""
        return self._run(call)

    def close(self) -> None:
        """End nothing."""
