"""`grade [EXERCISE…]`: checks answers and reports."""

import os
import sys
from pathlib import Path

import click

from grader import bundle, registry, running, state
from grader.course import Course
from grader.errors import GraderError, SubmissionNotFound, UsageError
from grader.executors import Executor
from grader.model import Verdict
from grader.results import ExerciseResult, Report
from grader.spec.files import load_course
from grader.submissions import answer_file, exercise_of
from grader.workers import Worker


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, metavar="[EXERCISE|FILE]…")
@click.option("--seed", type=click.IntRange(min=0), help="Draw the cases from another seed than the course's.")
@click.option("--case", "case", metavar="CHECK:N", default="", help="Replay one case of a check, without a score.")
@click.option("--answers", type=click.Path(path_type=Path), help="A folder with the answer files.")
@click.option(
    "--format",
    "form",
    default="text",
    metavar="FORMAT",
    help="text (default), json, junit, gradescope, github or markdown.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the report to a file.")
@click.option(
    "--isolation",
    default="process",
    metavar="LEVEL",
    help="How answers are kept apart: process (default), confined or sealed.",
)
@click.option("--reveal", is_flag=True, help="Show the details of hidden checks (for instructors).")
@click.pass_obj
def command(
    started: list[Worker],
    names: tuple[str, ...],
    *,
    seed: int | None,
    case: str,
    answers: Path | None,
    form: str,
    out: Path | None,
    isolation: str,
    reveal: bool,
) -> int:
    """Check answers: of the exercises named, of the files named, or all.

    Exit status: 0 all points, 1 some points lost, 2 usage, 3 the course or an exercise is wrong, 4 judge error.
    """
    renderer = _kind("reports", form, "format")()
    course = load_course(Path.cwd())
    bundle.require(course, course.file.seed if seed is None else seed)
    hidden = [course.folder, *([answers] if answers else [])]
    with _kind("executors", isolation, "isolation level")(course.limits, started, hidden) as executor:
        executor.warm(1)
        requests = _requests(course, names, answers)
        if case and len(requests) != 1:
            raise UsageError("--case replays a case of one exercise; name it")
        if out:
            _require_writable(out)
        options = running.Options(seed=course.file.seed if seed is None else seed, case=case, reveal=reveal)
        results, faults, interrupted = _run(course, requests, executor, options)
        report = running.report(course, results, options.seed, executor.isolation)
    own = all(request.file == course.answer_file(request.exercise) for request in requests)
    if own and not case:
        state.remember_results(course, report.exercises)
    if results:
        _emit(renderer, report, out, form)
    for fault in faults:
        click.echo(f"grade: {fault}", err=True)
    if interrupted:
        raise KeyboardInterrupt
    return _status(report, faults)


def _run(
    course: Course, requests: list[running.Request], executor: Executor, options: running.Options
) -> tuple[list[ExerciseResult], list[GraderError], bool]:
    """Return what could be graded, the faults of the rest, and whether it was cut short; what is finished is kept."""
    found: dict[int, running.Result] = {}
    interrupted = False
    try:
        for place, result in running.run(course, requests, executor, options):
            found[place] = result  # noqa: PERF403 - one by one, so that what was finished is there after Ctrl-C
    except KeyboardInterrupt:
        interrupted = True
    in_order = [found[place] for place in sorted(found)]
    results = [result for result in in_order if isinstance(result, ExerciseResult)]
    faults = [result for result in in_order if isinstance(result, GraderError)]
    return results, faults, interrupted


def _kind(family: str, name: str, word: str) -> type:
    try:
        return registry.load(family, name)
    except registry.UnknownKind as error:
        there_are = ", ".join(registry.names(family))
        raise UsageError(f"there is no {word} {name!r} here; there is: {there_are}") from error


def _requests(course: Course, names: tuple[str, ...], answers: Path | None) -> list[running.Request]:
    """Return what is to be graded, each file once."""
    requests = [_request(course, name, answers) for name in names or course.exercises]
    return list({request.file.absolute(): request for request in requests}.values())


def _request(course: Course, name: str, answers: Path | None) -> running.Request:
    path = Path(name)
    if os.path.isfile(name):  # noqa: PTH113 - unlike pathlib's, it takes any text at all
        exercise = exercise_of(course, path)
        own = course.answer_file(exercise)
        return running.Request(exercise, own if path.resolve() == own.resolve() else path)
    if os.path.isdir(name) and path.resolve() not in {course.answer_file(e).parent.resolve() for e in course.exercises}:  # noqa: PTH112
        raise UsageError(f"{name} is a folder; `--answers {name}` grades the answers in it")
    if path.suffix == ".py" and len(path.parts) > 1:
        raise SubmissionNotFound(f"there is no file {name}")
    exercise = course.find(path.resolve().name if os.path.isdir(name) else name)  # noqa: PTH112
    return running.Request(exercise, answer_file(course, exercise, answers))


def _require_writable(out: Path) -> None:
    """Refuse a file that cannot be written before any work is done."""
    try:
        existed = out.exists()
        with out.open("a"):
            pass
        if not existed:
            out.unlink()
    except OSError as error:
        raise UsageError(f"--out {out}: cannot be written: {error.strerror}") from None


def _emit(renderer: object, report: Report, out: Path | None, form: str) -> None:
    from grader.reports import Renderer

    assert isinstance(renderer, Renderer)
    if form == "text" and out is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        from rich.console import Console

        from grader.reports import _layout, _terminal

        _terminal.show(_layout.lines(report), Console(highlight=False))
        return
    text = renderer.render(report)
    if out is None:
        click.echo(text, nl=False)
    else:
        _write(out, text, "w", f"--out {out}")
    for file, added in renderer.additions(report, os.environ):
        _write(file, added, "a", str(file))


def _write(file: Path, text: str, mode: str, shown: str) -> None:
    try:
        with file.open(mode, encoding="utf-8") as target:
            target.write(text)
    except OSError as error:
        raise UsageError(f"{shown}: cannot be written: {error.strerror}") from None


def _status(report: Report, faults: list[GraderError]) -> int:
    from grader.cli.main import status_of

    statuses = {status_of(fault) for fault in faults}
    verdicts = {check.verdict for exercise in report.exercises for check in exercise.checks}
    verdicts |= {exercise.verdict for exercise in report.exercises}
    if Verdict.JUDGE_ERROR in verdicts:
        statuses.add(4)
    if verdicts - {Verdict.ACCEPTED, Verdict.JUDGE_ERROR}:
        statuses.add(1)
    return next((status for status in (2, 3, 4, 1) if status in statuses), 0)
