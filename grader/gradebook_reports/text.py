"""`text`: the gradebook for people."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from rich.cells import cell_len

from grader.gradebook.scores import ExerciseScore, Overview
from grader.gradebook_reports._contract import GradebookRenderer
from grader.model import Verdict
from grader.reports._layout import clean, exercise_lines, number

_NAMED: Final = 20
"""Students that are named under the table for one reason; of more there is a count."""


class TextOverview(GradebookRenderer):
    """A table of topics and totals; with details, all exercises of each student instead."""

    kind: ClassVar[str] = "text"

    def render(self, scores: Overview, *, details: bool) -> str:
        """Return the lines."""
        lines = _one_by_one(scores) if details else _table(scores)
        return "".join(f"{line.rstrip()}\n" for line in lines).encode("utf-8", "backslashreplace").decode()


def _table(scores: Overview) -> Iterator[str]:
    yield f"{scores.course.file.title}: {len(scores.students)} {_plural('student', len(scores.students))}"
    yield ""
    rows = [["student", "name", *(topic.title for topic in scores.topics), "total"]]
    for one in scores.students:
        sums = [f"{_score(item.score)} of {number(item.points)}" for item in one.topics]
        rows.append([clean(one.student.id), clean(one.student.name), *sums, _share(one.share)])
    if not any(one.student.name for one in scores.students):
        rows = [[row[0], *row[2:]] for row in rows]
    yield from _aligned(rows, left=len(rows[0]) - len(scores.topics) - 1)
    notes = list(_notes(scores))
    yield from ["", *notes] if notes else []


def _aligned(rows: Sequence[Sequence[str]], left: int) -> Iterator[str]:
    """Yield rows in columns, the first few of them flush left; letters that take two places are counted as two."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            room = " " * (width - cell_len(cell))
            padded.append(cell + room if place < left else room + cell)
        yield "  ".join(padded)


def _notes(scores: Overview) -> Iterator[str]:
    """Yield what stands under the table."""
    errors = _named(scores, lambda item: item.score is None and item.verdict is not None)
    waiting = _named(scores, lambda item: item.score is None and item.verdict is None)
    if errors:
        yield from _listed("not judged because of a judge error", errors)
    if waiting:
        yield from _listed("handed in and not graded yet", waiting)
    strangers = [clean(one.student.id) for one in scores.students if not one.on_roster]
    if strangers:
        yield from _listed("not on the roster", strangers)
    for topic in scores.topics:
        for item in (item for name in topic.exercises for item in scores.course.dropped(name)):
            yield f"dropped: {item.exercise}, “{item.check}”: {item.why}"


def _named(scores: Overview, holds: Callable[[ExerciseScore], bool]) -> list[str]:
    found = []
    for one in scores.students:
        exercises = [item.exercise for item in one.exercises if holds(item)]
        if exercises:
            found.append(f"{clean(one.student.id)} ({', '.join(exercises)})")
    return found


def _listed(reason: str, names: Sequence[str]) -> Iterator[str]:
    yield f"{reason}: {len(names)} {_plural('student', len(names))}"
    for name in names[:_NAMED]:
        yield f"  {name}"
    if len(names) > _NAMED:
        yield f"  … and {len(names) - _NAMED} more"


def _one_by_one(scores: Overview) -> Iterator[str]:
    zone = ZoneInfo(scores.course.file.timezone)
    for one in scores.students:
        name = f", {clean(one.student.name)}" if one.student.name else ""
        stranger = "" if one.on_roster else " (not on the roster)"
        yield f"{clean(one.student.id)}{name}{stranger}: {_share(one.share)} of the course"
        for topic in one.topics:
            yield f"  {topic.title}: {_score(topic.score)} of {number(topic.points)} points"
        yield ""
        for item in one.exercises:
            yield from _exercise(scores, item, zone)


def _exercise(scores: Overview, item: ExerciseScore, zone: ZoneInfo) -> Iterator[str]:
    if item.result:
        for line in exercise_lines(item.result, short=False):
            if line:
                yield "".join(piece for piece, _ in line)
    else:
        state = "absent" if item.verdict is Verdict.ABSENT else "not graded yet"
        yield f"{item.exercise}  {state}"
    yield from (f"  {note}" for note in _reasons(scores, item, zone))
    yield ""


def _reasons(scores: Overview, item: ExerciseScore, zone: ZoneInfo) -> Iterator[str]:
    """Yield why a score is not what was judged."""
    for drop in scores.course.dropped(item.exercise):
        if drop.check in item.dropped:
            yield f"“{drop.check}” counts as passed: {drop.why}"
    made = item.adjustment
    if made and made.points is not None:
        when = made.at.astimezone(zone)
        yield f"set to {number(made.points)} points by {clean(made.who)} on {when:%Y-%m-%d}: {clean(made.why)}"
    if item.days_late and item.handed_in and item.handed_in.at:
        when = item.handed_in.at.astimezone(zone)
        days = f"{item.days_late} {_plural('day', item.days_late)}"
        lost = f"{number(100 * item.penalty)} % less" if item.penalty else "which costs nothing"
        yield f"{days} late (due {item.due}, handed in {when:%Y-%m-%d %H:%M}), {lost}"
    if made or item.penalty:
        yield f"counts: {_score(item.score)} of {number(item.points)} points"


def _score(score: Fraction | None) -> str:
    return "?" if score is None else number(score)


def _share(share: Fraction | None) -> str:
    return "?" if share is None else f"{float(100 * share):.1f} %"


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
