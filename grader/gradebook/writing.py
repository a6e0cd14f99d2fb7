"""What is put on record: rows are added, and none is changed but for a student's contact data and the state of a run.

All functions work inside a transaction that writes (`Database.writing`), of which there is one at a time; so what is
looked up first is still true when a row is added.
"""

import os
import secrets
import socket
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, func, insert, select, update

from grader.gradebook.reading import chunks, known_ids, latest
from grader.gradebook.records import Adjustment, Conditions, Graded, HandedIn, Key, Place, State
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
from grader.plain_results import check_data, exact
from grader.results import CheckResult, ExerciseResult
from grader.roster import Student

SECRET_BITS: Final = 128
_CAP: Final = 8_000
"""Characters that are kept of what a check's calls printed, and of a traceback; a report shows far fewer."""

_COLUMNS: Final = ("name", "verdict", "score", "points", "visibility")


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def add_secret_seed(connection: Connection) -> int:
    """Draw the secret seed, unless there is one."""
    found = connection.execute(select(seed.c.value).where(seed.c.origin == "secret").order_by(seed.c.id)).scalar()
    if found is not None:
        return int(found)
    drawn = secrets.randbits(SECRET_BITS)
    connection.execute(insert(seed).values(value=str(drawn), origin="secret", at=now()))
    return drawn


def add_run(connection: Connection, conditions: Conditions) -> int:
    """Put the beginning of a run on record and return its number; runs whose process is gone are interrupted ones."""
    _interrupt_the_dead(connection)
    wanted = (seed.c.value == str(conditions.seed)) & (seed.c.origin == conditions.origin)
    number = connection.execute(select(seed.c.id).where(wanted)).scalar()
    if number is None:
        values = {"value": str(conditions.seed), "origin": conditions.origin, "at": now()}
        number = _added(connection, seed, values)
    values = {
        "state": "running",
        "started": now(),
        "seed": number,
        "isolation": conditions.isolation,
        "machine": socket.gethostname(),
        "process": os.getpid(),
        "versions": dict(conditions.versions),
        "options": dict(conditions.options),
    }
    return _added(connection, run, values)


def _added(connection: Connection, table: Table, values: Mapping[str, object]) -> int:
    """Add a row and return its number."""
    key = connection.execute(insert(table).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _interrupt_the_dead(connection: Connection) -> None:
    if sys.platform == "win32":
        return  # there, asking whether a process lives ends it
    here = (run.c.state == "running") & (run.c.machine == socket.gethostname())
    for row in connection.execute(select(run.c.id, run.c.process).where(here)).all():
        if not _lives(row.process):
            connection.execute(update(run).where(run.c.id == row.id).values(state="interrupted"))


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it lives, and is another user's
    return True


def end_run(connection: Connection, number: int, state: State) -> None:
    """Put the end of a run on record."""
    connection.execute(update(run).where(run.c.id == number).values(state=state, finished=now()))


def add_students(connection: Connection, students: Iterable[Student]) -> None:
    """Put students on record; what is said of one that is known takes the place of what was said, silence does not."""
    given = {one.id: {"name": one.name, "email": one.email, "ids": dict(one.ids)} for one in students}
    for part in chunks(given):
        rows = connection.execute(select(student).where(student.c.id.in_(part))).mappings().all()
        before = {row["id"]: {name: row[name] for name in ("name", "email", "ids")} for row in rows}
        fresh = [{"id": name, **given[name]} for name in part if storable(name) not in before]
        if fresh:
            connection.execute(insert(student), fresh)
        for name in part:
            old = before.get(storable(name), given[name])
            new = old | {field: value for field, value in given[name].items() if value}
            if new != old:
                connection.execute(update(student).where(student.c.id == name).values(new))


def _add_names(connection: Connection, names: Iterable[str]) -> None:
    """Put students on record of whom nothing but the name is known, unless they are there."""
    for part in chunks(dict.fromkeys(names)):
        there = set(connection.execute(select(student.c.id).where(student.c.id.in_(part))).scalars())
        fresh = [{"id": name, "name": "", "email": "", "ids": {}} for name in part if storable(name) not in there]
        if fresh:
            connection.execute(insert(student), fresh)


def add_submissions(connection: Connection, number: int, submissions: Sequence[HandedIn]) -> int:
    """Put submissions on record that are not there as they are, and return how many that were."""
    _add_names(connection, (item.student for item in submissions))
    counting: dict[Place, tuple[object, ...]] = {}
    others: set[tuple[object, ...]] = set()
    for part in chunks(dict.fromkeys(item.student for item in submissions)):
        rows = connection.execute(select(submission).where(submission.c.student.in_(part)).order_by(submission.c.id))
        for row in rows:
            facts = (row.student, row.exercise, row.content, row.source, row.at)
            if row.counts:
                counting[row.student, row.exercise] = facts
            else:
                others.add(facts)
    fresh = []
    for item in dict.fromkeys(submissions):
        place = storable(item.student), item.exercise
        facts = (*place, item.content, storable(item.source), item.at)
        there = counting.get(place) == facts if item.counts else facts in others
        if not there:
            fresh.append({**vars(item), "run": number, "noted": now()})
    if fresh:
        connection.execute(insert(submission), fresh)
    return len(fresh)


def add_results(connection: Connection, number: int, graded: Sequence[Graded]) -> dict[Key, int]:
    """Put results on record that are not there, whole or not at all, and return the numbers of all that were given."""
    _add_names(connection, (item.student for item in graded))
    given = {(item.student, item.key): item for item in graded}
    known = known_ids(connection, given)
    following = (connection.execute(select(func.max(result.c.id))).scalar() or 0) + 1
    fresh = {key: following + place for place, key in enumerate(key for key in given if key not in known)}
    if fresh:
        connection.execute(insert(result), [_result_row(given[key], id_, number) for key, id_ in fresh.items()])
        checks = [row for key, id_ in fresh.items() for row in _check_rows(given[key].result.checks, id_)]
        if checks:
            connection.execute(insert(check_result), checks)
    return known | fresh


def _result_row(item: Graded, id_: int, number: int) -> dict[str, object]:
    found = item.result
    return {
        "id": id_,
        "student": item.student,
        "exercise": found.id,
        "key": item.key,
        "content": item.content,
        "run": number,
        "verdict": found.verdict,
        "score": found.score,
        "points": found.points,
        "isolation": item.isolation,
        "exercise_hash": item.exercise_hash,
        "seconds": item.seconds,
        "at": item.at,
        "details": _exercise_details(found),
    }


def _exercise_details(found: ExerciseResult) -> dict[str, object]:
    """Return what of an exercise's result has no column of its own."""
    return {
        "title": found.title,
        "topic": found.topic,
        "section": found.section,
        "points_hidden": exact(found.points_hidden),
        "answer_file": found.answer_file,
        "untouched": found.untouched,
        "errors": list(found.errors),
    }


def _check_rows(checks: Sequence[CheckResult], id_: int) -> Iterable[dict[str, object]]:
    for place, check in enumerate(checks):
        data: Mapping[str, Any] = check_data(check, exact)
        texts = {"stdout": _cut(check.printed), "traceback": _cut(check.trace)}
        details = {name: part for name, part in {**data, **texts}.items() if name not in _COLUMNS and part}
        columns = {name: getattr(check, name) for name in _COLUMNS}
        yield {"result": id_, "place": place, **columns, "details": details}


def _cut(text: str) -> str:
    """Return a text without its middle where it is long: a hostile answer could fill a disk with it."""
    half = _CAP // 2
    return text if len(text) <= _CAP else f"{text[:half]}\n… ({len(text) - _CAP} characters left out)\n{text[-half:]}"


def let_stand(connection: Connection, number: int, results: Mapping[Place, int]) -> int:
    """Let results stand from now on, and return for how many students and exercises that changes what stood."""
    before = latest(connection, [name for name, _ in results])
    moment = now()
    fresh = [
        {"student": place[0], "exercise": place[1], "result": id_, "run": number, "at": moment}
        for place, id_ in results.items()
        if before.get((storable(place[0]), place[1])) != id_
    ]
    if fresh:
        connection.execute(insert(standing), fresh)
    return len(fresh)


def propose(connection: Connection, number: int, results: Mapping[Place, int]) -> None:
    """Hold results back until the run is agreed to."""
    there: dict[Place, int] = {}
    for part in chunks(dict.fromkeys(name for name, _ in results)):
        rows = connection.execute(select(proposal).where((proposal.c.run == number) & proposal.c.student.in_(part)))
        there |= {(row.student, row.exercise): row.result for row in rows}
    fresh = []
    for (name, exercise), id_ in results.items():
        old = there.get((storable(name), exercise))
        if old is None:
            fresh.append({"run": number, "student": name, "exercise": exercise, "result": id_})
        elif old != id_:
            same = (proposal.c.run == number) & (proposal.c.student == name) & (proposal.c.exercise == exercise)
            connection.execute(update(proposal).where(same).values(result=id_))
    if fresh:
        connection.execute(insert(proposal), fresh)


def add_adjustment(connection: Connection, made: Adjustment) -> None:
    """Put a score on record that a person set."""
    _add_names(connection, [made.student])
    connection.execute(insert(adjustment).values(vars(made)))
