"""Which of several submissions counts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from grader.batch.intake.answers import Candidate
from grader.batch.intake.places import origin
from grader.batch.intake.records import Found, TimeSource
from grader.batch.intake.sources import key


def newest(student: str, candidates: Iterable[Candidate]) -> Iterator[Found]:
    """Yield the newest submission of a student to each exercise; the others are named in it.

    Uploads that Canvas has numbered are compared by these numbers. Otherwise the later date counts, then the date
    inside a zip, then the plainer name: `exercise_04.py` before `exercise-04/solution.py`.
    """
    gathered: dict[str, dict[tuple[str, ...], Candidate]] = defaultdict(dict)
    for candidate in candidates:
        source = candidate.files[candidate.main]
        gathered[candidate.exercise].setdefault(key(source), candidate)
    for exercise in sorted(gathered):
        group = list(gathered[exercise].values())
        numbered = all(candidate.piece.number for candidate in group)
        group.sort(key=lambda candidate: _order(candidate, numbered=numbered), reverse=True)
        yield _found(student, group)


def _order(candidate: Candidate, *, numbered: bool) -> tuple[int, float, float, int, str]:
    piece = candidate.piece
    number = piece.number if numbered else 0
    return (number, piece.clock or 0.0, piece.entry.time or 0.0, -candidate.rank, _origin(candidate))


def _found(student: str, group: list[Candidate]) -> Found:
    first, *others = group
    owner = first.held.owner
    handed_in, source = owner.handed_in, owner.time_source
    if source in {TimeSource.FILE_DATE, TimeSource.ZIP_DATE}:
        clock = first.piece.clock
        handed_in = datetime.fromtimestamp(clock, UTC) if clock is not None else None
        source = source if handed_in else TimeSource.NOBODY
    return Found(
        student=student,
        exercise=first.exercise,
        main=first.main,
        files=first.files,
        handed_in=handed_in,
        time_source=source,
        late=owner.late,
        origin=_origin(first),
        superseded=tuple(map(_dated, others)),
        is_notebook=first.is_notebook,
    )


def _origin(candidate: Candidate) -> str:
    return origin(candidate.held.place, candidate.piece.entry.parts)


def _dated(candidate: Candidate) -> str:
    time = candidate.held.owner.handed_in
    if time is None and candidate.piece.clock is not None:
        time = datetime.fromtimestamp(candidate.piece.clock, UTC)
    return f"{_origin(candidate)} ({time:%Y-%m-%d %H:%M %Z})" if time else _origin(candidate)
