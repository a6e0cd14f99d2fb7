"""What is on record. All functions work inside a transaction."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any, Final, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, Select, func, select

from grader.gradebook.records import Adjustment, Change, Graded, HandedIn, Key, Place, Run, Snapshot, Standing
from grader.gradebook.schema import (
    adjustment,
    check_result,
    proposal,
    result,
    run,
    seed,
    standing,
    storable,
    student,
    submission,
)
from grader.model import Verdict
from grader.plain_results import check_from
from grader.results import CheckResult, ExerciseResult
from grader.roster import Student

T = TypeVar("T")

_PART: Final = 5_000
"""Values in one question; SQLite takes 32,766, PostgreSQL 65,535."""


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield values in parts that fit into one question."""
    left = iter(values)
    while part := list(islice(left, _PART)):
        yield part


def known_ids(connection: Connection, wanted: Iterable[Key]) -> dict[Key, int]:
    """Return the numbers of the results that are on record."""
    asked = {(storable(name), key): (name, key) for name, key in wanted}
    found: dict[Key, int] = {}
    for part in chunks(dict.fromkeys(key for _, key in asked)):
        for row in connection.execute(
            select(result.c.student, result.c.key, result.c.id).where(result.c.key.in_(part))
        ):
            if (row.student, row.key) in asked:
                found[asked[row.student, row.key]] = row.id
    return found


def latest(connection: Connection, names: Iterable[str]) -> dict[Place, int]:
    """Return the numbers of the results that stand for some students."""
    found: dict[Place, int] = {}
    for part in chunks(dict.fromkeys(names)):
        newest = _newest(standing, standing.c.student.in_(part))
        rows = connection.execute(select(standing.c.student, standing.c.exercise, standing.c.result).where(newest))
        found |= {(row.student, row.exercise): row.result for row in rows}
    return found


def _newest(table: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a row is the newest of its student and exercise among those of another condition."""
    newest = select(func.max(table.c.id)).where(condition).group_by(table.c.student, table.c.exercise)
    return cast("ColumnElement[bool]", table.c.id.in_(newest))


def snapshot(
    connection: Connection, names: Collection[str] | None, *, checks_of: Collection[str] = (), details: bool = False
) -> Snapshot:
    """Return the gradebook as it is now.

    Parameters
    ----------
    connection : Connection
        in a transaction, so that all parts are of one moment.
    names : collection of str or None
        the students wanted; None for all.
    checks_of : collection of str
        the exercises of which the checks are wanted, with their names, verdicts and scores; of others there are none.
    details : bool
        whether the checks of all exercises are wanted, with feedback, counterexamples and the like.
    """
    people: list[Student] = []
    handed_in: dict[Place, HandedIn] = {}
    stands: dict[Place, Standing] = {}
    adjustments: dict[Place, Adjustment] = {}
    for part in [None] if names is None else list(chunks(names)):
        people += _students(connection, part)
        handed_in |= _handed_in(connection, part)
        stands |= _standing(connection, part, checks_of=checks_of, details=details)
        adjustments |= _adjustments(connection, part)
    return Snapshot(tuple(people), handed_in, stands, adjustments)


def students(connection: Connection) -> tuple[Student, ...]:
    """Return all students by name."""
    return tuple(_students(connection, None))


def _students(connection: Connection, names: Sequence[str] | None) -> list[Student]:
    question = select(student) if names is None else select(student).where(student.c.id.in_(names))
    return [Student(*row) for row in connection.execute(question.order_by(student.c.id)).all()]


def _of(table: Any, names: Sequence[str] | None) -> ColumnElement[bool]:
    return cast("ColumnElement[bool]", table.c.id > 0 if names is None else table.c.student.in_(names))


def _handed_in(connection: Connection, names: Sequence[str] | None) -> dict[Place, HandedIn]:
    condition = _of(submission, names) & submission.c.counts
    rows = connection.execute(select(submission).where(_newest(submission, condition)))
    return {
        (row.student, row.exercise): HandedIn(row.student, row.exercise, row.content, row.source, row.at)
        for row in rows
    }


def _adjustments(connection: Connection, names: Sequence[str] | None) -> dict[Place, Adjustment]:
    rows = connection.execute(select(adjustment).where(_newest(adjustment, _of(adjustment, names))))
    made = (Adjustment(row.student, row.exercise, row.points, row.why, row.who, row.at) for row in rows)
    return {(item.student, item.exercise): item for item in made if item.points is not None}


def _standing(
    connection: Connection, names: Sequence[str] | None, *, checks_of: Collection[str], details: bool
) -> dict[Place, Standing]:
    newest = _newest(standing, _of(standing, names))
    joined = standing.join(result, standing.c.result == result.c.id)
    rows = connection.execute(select(result).select_from(joined).where(newest)).all()
    wanted = newest if details else newest & standing.c.exercise.in_(checks_of)
    checks = _checks(connection, select(standing.c.result).where(wanted), details=details)
    found = {(row.student, row.exercise): Standing(_graded(row, checks.get(row.id, [])), row.run) for row in rows}
    return cast("dict[Place, Standing]", found)


def _checks(connection: Connection, ids: Select[Any], *, details: bool) -> dict[int, list[CheckResult]]:
    table = check_result.c
    columns = [table.result, table.name, table.verdict, table.score, table.points, table.visibility]
    question = select(*columns, *([table.details] if details else [])).where(table.result.in_(ids))
    found: dict[int, list[CheckResult]] = {}
    for row in connection.execute(question.order_by(table.result, table.place)).all():
        id_, name, verdict, score, points, visibility = row[:6]
        if details:
            own = {"name": name, "verdict": verdict, "visibility": visibility}
            check = check_from({**row.details, **own, "score": score, "points": points})
        else:
            check = CheckResult(name, Verdict(verdict), score, points, visibility)
        found.setdefault(id_, []).append(check)
    return found


def _graded(row: Any, checks: Sequence[CheckResult]) -> Graded:
    details = row.details
    found = ExerciseResult(
        id=row.exercise,
        title=details["title"],
        topic=details["topic"],
        section=details["section"],
        verdict=Verdict(row.verdict),
        score=row.score,
        points=row.points,
        checks=tuple(checks),
        points_hidden=Fraction(details["points_hidden"]),
        answer_file=details["answer_file"],
        untouched=details["untouched"],
        errors=tuple(details["errors"]),
    )
    return Graded(
        student=row.student,
        key=row.key,
        content=row.content,
        result=found,
        isolation=row.isolation,
        exercise_hash=row.exercise_hash,
        seconds=row.seconds,
        at=row.at,
    )


def runs(connection: Connection) -> tuple[Run, ...]:
    """Return all runs, oldest first."""
    rows = connection.execute(select(run, seed.c.origin).join(seed, run.c.seed == seed.c.id).order_by(run.c.id))
    return tuple(
        Run(
            id=row.id,
            state=row.state,
            started=row.started,
            finished=row.finished,
            origin=row.origin,
            isolation=row.isolation,
            machine=row.machine,
            versions=row.versions,
            options=row.options,
        )
        for row in rows
    )


def difference(connection: Connection, number: int) -> tuple[Change, ...]:
    """Return what a run changes, or would change, of what stood before it; by student and exercise."""
    after = _results_of(connection, number)
    before = _before(connection, number, after)
    changes = []
    for place in sorted(after):
        old, new = before.get(place), after[place]
        if old is None or (old.verdict, old.score, old.points) != (new.verdict, new.score, new.points):
            verdict = Verdict(old.verdict) if old else None
            score = old.score if old else None
            changes.append(Change(*place, verdict, score, Verdict(new.verdict), new.score, new.points))
    return tuple(changes)


def _results_of(connection: Connection, number: int) -> dict[Place, Any]:
    """Return the results that a run let stand, or would."""
    found: dict[Place, Any] = {}
    for table in (standing, proposal):
        columns = (result.c.student, result.c.exercise, result.c.verdict, result.c.score, result.c.points)
        question = select(*columns).join(table, table.c.result == result.c.id).where(table.c.run == number)
        question = question.order_by(standing.c.id) if table is standing else question
        found |= {(row.student, row.exercise): row for row in connection.execute(question)}
    return found


def _before(connection: Connection, number: int, places: Mapping[Place, Any]) -> dict[Place, Any]:
    """Return what stood for places before a run: of the rows before its first one, or of all if it has none, the last."""
    found: dict[Place, Any] = {}
    over: set[Place] = set()
    columns = (
        standing.c.student,
        standing.c.exercise,
        standing.c.run,
        result.c.verdict,
        result.c.score,
        result.c.points,
    )
    for part in chunks(dict.fromkeys(name for name, _ in places)):
        question = select(*columns).join(result, standing.c.result == result.c.id).where(standing.c.student.in_(part))
        for row in connection.execute(question.order_by(standing.c.id)):
            place = row.student, row.exercise
            if row.run == number:
                over.add(place)
            elif place not in over:
                found[place] = row
    return found


def proposed(connection: Connection, number: int) -> dict[Place, int]:
    """Return the results that a run would let stand."""
    rows = connection.execute(select(proposal).where(proposal.c.run == number))
    return {(row.student, row.exercise): row.result for row in rows}
