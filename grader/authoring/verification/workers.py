"""Where the author's programs run that may hang or crash: one place to choose the executor."""

from grader.errors import JudgeError
from grader.executors import Executor
from grader.executors.confined import ConfinedExecutor
from grader.executors.process import ProcessExecutor
from grader.model import Limits


def executor(limits: Limits) -> Executor:
    """Return what runs an author's programs: forked workers where this system has them, because they start at once.

    The programs are trusted; deadlines and caps are all that is needed, and these every level has.
    """
    try:
        return ConfinedExecutor(limits)
    except JudgeError:
        return ProcessExecutor(limits)
