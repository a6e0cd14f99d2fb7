"""What runs in a student's kernel: `grader.check` and `grader.score`.

The kernel's own process computes nothing that counts. The cells that were run go to a process of ours, as files do,
and values come back. Still, a kernel is its student's: what it shows can be forged, and what counts is graded again.
"""

import contextlib
import hashlib
import inspect
import io
import os
import shlex
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from grader import bundle, notebooks, registry, running
from grader.course import Course, module_name
from grader.errors import JudgeError, UsageError
from grader.executors import Executor
from grader.interop.in_kernel import InKernel
from grader.interop.wording import check_text, share
from grader.model import Submission, Verdict
from grader.notebooks import Code
from grader.notebooks.code import titled
from grader.preparing import prepare
from grader.reports.text import TextReport
from grader.results import CheckResult, ExerciseResult
from grader.spec.files import load_course, load_exercise
from grader.tasks import Task

COURSE: Final = "GRADE_COURSE"
"""The variable that says where the course lies, if not around the notebook."""

_SEED: Final = "GRADE_SEED"
_LEVEL: Final = "GRADE_ISOLATION"
_HERE: Final = (
    "  No cell that was run defines {}; so it was called here, without limits. What counts is taken from the cells."
)


def check(exercise: str, answer: Callable[..., object] | None = None, *, case: str = "") -> None:
    """Show the report that `grade` gives on an exercise, for the function as the notebook defines it."""
    course = _course()
    name = course.find(exercise)
    found = load_exercise(course, name)
    function = getattr(answer, "__name__", "") or found.function.name
    level = _level()
    with _without_noise():
        result = _judged(course, name, function, case)
        if answer is not None and result.verdict is Verdict.ABSENT:
            level, result = "none", _called_here(course, name, answer, case)
        report = running.report(course, [_replayed_here(result, function)], _seed(course), level)
    print(TextReport().render(report), end="")  # noqa: T201 - this is the notebook's own output
    if level == "none":
        print(_HERE.format(function))  # noqa: T201


def score(exercise: str, check: str, points: float = 1) -> float:
    """Return what one check earned, a number between 0 and `points`, and show what there is to say of it.

    Raises
    ------
    JudgeError
        if it could not be judged; nbgrader takes that for no points, and a person sees why.
    """
    course = _course()
    name = course.find(exercise)
    found = load_exercise(course, name)
    if check not in {item.name for item in found.checks}:
        raise UsageError(f"{name} has no check {check!r}")
    with _without_noise():
        result = _judged(course, name, found.function.name, "")
        earned = share(result, check, Fraction(str(points)))
        text = check_text(_replayed_here(result, found.function.name), check)
    print(text, end="")  # noqa: T201 - this is the notebook's own output
    if earned is None:
        raise JudgeError(f"{name}, {check}: no score can be given; the fault is not yours")
    return earned


@contextlib.contextmanager
def _without_noise() -> Iterator[None]:
    """Let nothing out on standard error: nbgrader gives no points to a cell that says anything there."""
    with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings(action="ignore"):
        yield


def _course() -> Course:
    return load_course(Path(os.environ.get(COURSE) or Path.cwd()))


def _seed(course: Course) -> int:
    given = os.environ.get(_SEED, "")
    return int(given) if given.isdecimal() else course.file.seed


def _level() -> str:
    return os.environ.get(_LEVEL) or "process"


def _judged(course: Course, name: str, function: str, case: str) -> ExerciseResult:
    """Return the result for what the notebook holds now; the cells of one exercise's checks ask for one and the same."""
    code = _code_here()
    if case:
        return _result(str(course.folder), name, function, code, (case, _seed(course), _level()))
    state = hashlib.sha256(course.description_file(name).read_bytes()).hexdigest()
    return _known_result(str(course.folder), name, function, code, ("", _seed(course), _level(), state))


@lru_cache(maxsize=32)
def _known_result(folder: str, name: str, function: str, code: Code, how: tuple[Any, ...]) -> ExerciseResult:
    return _result(folder, name, function, code, how[:3])


def _result(folder: str, name: str, function: str, code: Code, how: tuple[str, int, str]) -> ExerciseResult:
    case, seed, level = how
    course = load_course(Path(folder))
    submission = Submission(module_name(name), code.source, function, str(Path.cwd()), cells=code.cells)
    kind: Callable[..., Executor] = registry.load("executors", level)
    with kind(course.limits, None, [course.folder]) as executor:
        return _finished(_task(course, name, submission, seed), case, executor)


def _called_here(course: Course, name: str, answer: Callable[..., object], case: str) -> ExerciseResult:
    """Return the result for a function as this process has it."""
    submission = Submission(module_name(name), "", getattr(answer, "__name__", ""))
    return _finished(_task(course, name, submission, _seed(course)), case, InKernel(answer))


def _finished(task: Task, case: str, executor: Executor) -> ExerciseResult:
    result = running.finish(task.only(case) if case else task, executor)
    if isinstance(result, Exception):
        raise result
    return result


def _task(course: Course, name: str, submission: Submission, seed: int) -> Task:
    bundle.require(course, seed)
    exercise = load_exercise(course, name)
    bare = running.bare_task(course, name, exercise, seed, "the notebook")
    return replace(bare, prepared=prepare(course, name, exercise, seed), submission=submission)


def _code_here() -> Code:
    """Return the cells that this kernel has run, each as it was run last; or the file of a program that is none.

    Raises
    ------
    UsageError
        if there is neither.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    history = getattr(getattr(shell, "history_manager", None), "input_hist_raw", None)
    if history:
        last = {text: place for place, text in enumerate(history)}
        cells = sorted((place, text) for text, place in last.items() if text.strip())
        return _titled((f"cell {place}", text) for place, text in cells)
    main = sys.modules.get("__main__")
    try:
        return Code(inspect.getsource(main) if main else "", ())
    except (OSError, TypeError):
        raise UsageError("`grader.check` works in a notebook, or in a program that is a file") from None


def _titled(cells: Iterator[tuple[str, str]]) -> Code:
    try:
        return titled(cells)
    except notebooks.NotANotebook as error:
        raise UsageError(f"the notebook cannot be checked: {error}") from None


def _replayed_here(result: ExerciseResult, function: str) -> ExerciseResult:
    """Return a result whose cases are replayed by a call in the notebook."""
    return replace(result, checks=tuple(_with_call(item, result.id, function) for item in result.checks))


def _with_call(item: CheckResult, exercise: str, function: str) -> CheckResult:
    example = item.counterexample
    if example is None or "--case " not in example.replay:
        return item
    words = shlex.split(example.replay)
    label = words[words.index("--case") + 1]
    call = f'grader.check("{exercise}", {function}, case="{label}")'
    return replace(item, counterexample=replace(example, replay=call))
