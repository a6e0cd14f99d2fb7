"""Where the author's programs run that may hang or crash: one place to choose the executor."""

from grader.executors import Executor
from grader.executors.process import ProcessExecutor
from grader.model import Limits


def executor(limits: Limits) -> Executor:
    """Return what runs an author's programs; they are trusted, so deadlines and caps are all that is needed."""
    return ProcessExecutor(limits)
