"""The first lines of `grade`: the process that will run the answer starts before anything else is imported.

Both processes need NumPy, whose import takes longer than all that follows; so they import it side by side.
"""

import gc
import os
import sys
from typing import Final, NoReturn

from grader.workers import Worker

COMMANDS: Final = {
    "list": "topics, sections and exercises, with the score of each",
    "show": "the statement of an exercise",
    "hint": "the next hint of an exercise",
    "reset": "the stub again; the old answer is kept beside it",
    "doctor": "what this machine offers: Python, packages, isolation",
    "author": "for those who write exercises",
    "batch": "grade what students handed in, for course teams",
    "report": "scores of the gradebook, for course teams",
    "gradescope": "an autograder for Gradescope, from exercises",
    "notebook": "nbgrader's assignments from exercises, and scores of submitted notebooks",
    "gradebook": "adjust a score, erase a student, see what happened",
}
"""Commands beside the checking of answers, and what each is for; a command is the module of its name."""

_NO_WORKER: Final = frozenset({*COMMANDS, "-h", "--help", "--version"})


def main() -> NoReturn:
    """Run the command line and leave with its exit status."""
    gc.disable()  # a run is short; looking for garbage while modules are imported takes a tenth of it
    arguments = sys.argv[1:]
    started = [] if _NO_WORKER.intersection(arguments) else [Worker()]
    from grader.cli.main import run

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without a tick mark shows a question mark
    try:
        status = run(arguments, started)
    finally:
        for worker in started:
            worker.end()
    _leave(status)


def _leave(status: int) -> NoReturn:
    """End at once: all is written and closed, and taking the interpreter apart would cost as much as a check."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass  # the reader of a pipe went away, which is its right
    os._exit(status)
