"""The lines of a report for people: text in pieces, each with a role that a terminal may colour."""

import textwrap
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final, TypeAlias

from grader.model import Verdict
from grader.results import CheckResult, ExerciseResult, Report, TopicScore

Line: TypeAlias = tuple[tuple[str, str], ...]
"""Pieces of (text, role); the roles are `title`, `good`, `bad`, `half`, `dim`, `code` and empty."""

WIDTH: Final = 92
SHORT_FROM: Final = 3
"""Reports on more exercises leave the failing cases out."""

_MARKS: Final = {Verdict.ACCEPTED: ("✓", "good"), Verdict.PARTIAL: ("◐", "half"), Verdict.SKIPPED: ("–", "dim")}
_PRINTED_LINES: Final = 12
_TRACE_LINES: Final = 16


def lines(report: Report) -> Iterator[Line]:
    """Yield the lines of a whole report."""
    short = len(report.exercises) > SHORT_FROM
    for exercise in report.exercises:
        yield from exercise_lines(exercise, short=short)
    if short or len(report.topics) > 1:
        yield _heading("By topic", "")
    for topic in report.topics:
        yield _topic_line(topic)


def exercise_lines(exercise: ExerciseResult, *, short: bool) -> Iterator[Line]:
    """Yield the lines on one exercise and an empty one after them."""
    kind = "public " if exercise.points_withheld else ""
    yield _heading(f"{exercise.id}  {exercise.title}", _earned(exercise.score, exercise.points, kind))
    if exercise.untouched:
        yield from _first_steps(exercise, short=short)
    elif _same_everywhere(exercise):
        yield from _once(exercise)
    elif not (short and exercise.verdict is Verdict.ACCEPTED):
        told: set[str] = set()
        for check in exercise.checks:
            yield from _check_lines(check, told, short=short)
        yield from _way_on(exercise, short=short)
    for error in exercise.errors:
        yield (("  judge error: ", "bad"), (clean(error).replace("\n", "\n    "), ""))
    yield ()


def _first_steps(exercise: ExerciseResult, *, short: bool) -> Iterator[Line]:
    if short:
        yield (("  not started yet", "dim"),)
        return
    yield from _wrapped("Not started yet: the stub is as it came. Welcome! This is the way on:", 2)
    steps = [
        (f"grade show {exercise.id}", "read the statement"),
        (exercise.answer_file, "write your function there, in place of the line with `raise`"),
        (f"grade {exercise.id}", "see what holds and what does not, as often as you like"),
        (f"grade hint {exercise.id}", "open a door when you are stuck"),
    ]
    width = max(len(step) for step, _ in steps)
    for step, what in steps:
        yield (("    ", ""), (step.ljust(width), "code"), (f"  {what}", "dim"))


def _same_everywhere(exercise: ExerciseResult) -> bool:
    """Return whether nothing could be called at all, so that every check says the same."""
    messages = {check.message for check in exercise.checks if check.visibility == "public"}
    return len(messages) == 1 and all(
        check.counterexample is None and check.verdict not in (Verdict.ACCEPTED, Verdict.SKIPPED)
        for check in exercise.checks
    )


def _once(exercise: ExerciseResult) -> Iterator[Line]:
    check = next((check for check in exercise.checks if check.message), exercise.checks[0])
    rows = list(_wrapped(check.message, 4))
    yield (("  ✗ ", "bad"), *((piece.lstrip(), role) for row in rows[:1] for piece, role in row))
    yield from rows[1:]
    yield from _verbatim(check)


def _check_lines(check: CheckResult, told: set[str], *, short: bool) -> Iterator[Line]:
    """Yield the lines on one check; feedback that was `told` before is not told again."""
    mark, role = mark_of(check.verdict)
    hidden = " (hidden)" if check.visibility == "hidden" else ""
    left = f"{check.name}{hidden}"
    right = _earned(check.score, check.points)
    cases = f"{check.passed} of {check.cases} cases" if check.cases > 1 else ""
    room = max(1, WIDTH - 4 - len(left) - len(right) - 18)
    yield ((f"  {mark} ", role), (left, ""), (" " * room, ""), (f"{cases:>16}  ", "dim"), (right, role))
    yield from below(check, told, short=short)


def below(check: CheckResult, told: set[str], *, short: bool) -> Iterator[Line]:
    """Yield what stands under the line of a check; feedback that was `told` before is not told again."""
    if not short:
        for note in check.notes:
            yield from _wrapped(f"note: {note}", 6, "dim")
    if check.verdict is Verdict.ACCEPTED:
        return
    if check.message:
        yield from _wrapped(check.message, 6)
    if not short:
        yield from _details(check)
        if check.feedback and check.feedback not in told:
            yield from _wrapped(check.feedback, 6, "half" if check.mistake else "")
        elif check.feedback:
            yield from _wrapped("This is the same mistake as above.", 6, "dim")
        told.add(check.feedback)


def _details(check: CheckResult) -> Iterator[Line]:
    example = check.counterexample
    if example:
        for name, text in example.inputs.items():
            yield (("        ", ""), (f"{name} = {text}", "code"))
        yield (("        expected  ", "dim"), (clean(example.expected), "code"))
        yield (("        got       ", "dim"), (clean(example.got), "code"))
        if example.error is not None and example.allowed is not None and "allowed" not in check.message:
            yield (("        error     ", "dim"), (f"{example.error:.3g}, allowed {example.allowed:.3g}", ""))
        if example.replay:
            yield (("        replay    ", "dim"), (example.replay, "code"))
    yield from _verbatim(check)


def _verbatim(check: CheckResult) -> Iterator[Line]:
    for title, text, cap in (("traceback", check.trace, _TRACE_LINES), ("printed", check.printed, _PRINTED_LINES)):
        rows = clean(text).splitlines()
        if rows:
            yield ((f"        {title}:", "dim"),)
        if len(rows) > cap:
            rows = [*rows[: cap // 2], f"… ({len(rows) - cap} lines left out)", *rows[-cap // 2 :]]
        for row in rows:
            yield ((f"        {row}"[:200], "dim"),)


def _way_on(exercise: ExerciseResult, *, short: bool) -> Iterator[Line]:
    if exercise.verdict in (Verdict.ACCEPTED, Verdict.JUDGE_ERROR):
        return
    if short:
        yield ((f"  `grade {exercise.id}` shows the failing cases.", "dim"),)
    else:
        yield ((f"  Next: paste a failing case, or ask for `grade hint {exercise.id}`.", "dim"),)


def _topic_line(topic: TopicScore) -> Line:
    whole = f" (the whole topic: {number(topic.course_points)})" if topic.course_points != topic.points else ""
    return (("  ", ""), (f"{topic.title}  ", ""), (_earned(topic.score, topic.points), ""), (whole, "dim"))


def _heading(left: str, right: str) -> Line:
    return ((left, "title"), (" " * max(2, WIDTH - len(left) - len(right)), ""), (right, "title"))


def _earned(score: Fraction | None, points: Fraction, kind: str = "") -> str:
    word = "point" if points == 1 else "points"
    return f"{'no score' if score is None else number(score)} of {number(points)} {kind}{word}"


def number(value: Fraction) -> str:
    """Return points as people write them: whole, or with two decimals."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.2f}"


def _wrapped(text: str, indent: int, role: str = "") -> Iterator[Line]:
    for row in textwrap.wrap(clean(text), WIDTH - indent, break_long_words=False, break_on_hyphens=False):
        yield ((" " * indent + row, role),)


def mark_of(verdict: Verdict) -> tuple[str, str]:
    """Return the sign of a verdict, and its role."""
    return _MARKS.get(verdict, ("✗", "bad"))


def plain(rows: Iterable[Line]) -> str:
    """Return lines as text without colours, each with its newline."""
    return "".join("".join(piece for piece, _ in row).rstrip() + "\n" for row in rows)


def clean(text: str) -> str:
    """Return text that may come from a student without what would steer a terminal."""
    return "".join(char if char.isprintable() or char in "\n\t" else f"\\x{ord(char):02x}" for char in text)
