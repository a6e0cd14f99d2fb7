"""A student taken out of the gradebook for good."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select

from grader.gradebook.schema import (
    adjustment,
    check_result,
    erasure,
    proposal,
    result,
    standing,
    student,
    submission,
)
from grader.gradebook.writing import now

_WORDS: Final = {
    "submissions": submission,
    "results": result,
    "adjustments": adjustment,
}


def erase(connection: Connection, name: str, who: str) -> Mapping[str, int]:
    """Delete all that is on record of a student, and return how much that was; empty if there was nothing.

    What remains is that somebody was erased, when, and by whom.
    """
    if not connection.execute(select(student.c.id).where(student.c.id == name)).first():
        return {}
    counts = {
        word: _count(connection, select(table.c.id).where(table.c.student == name)) for word, table in _WORDS.items()
    }
    mine = select(result.c.id).where(result.c.student == name)
    counts["checks"] = _count(connection, select(check_result.c.place).where(check_result.c.result.in_(mine)))
    # The database would do the same by itself; here nothing hangs on its settings.
    connection.execute(delete(check_result).where(check_result.c.result.in_(mine)))
    for table in (proposal, standing, result, submission, adjustment):
        connection.execute(delete(table).where(table.c.student == name))
    connection.execute(delete(student).where(student.c.id == name))
    connection.execute(insert(erasure).values(at=now(), who=who, counts=counts))
    return counts


def _count(connection: Connection, rows: Any) -> int:
    return connection.execute(select(func.count()).select_from(rows.subquery())).scalar() or 0
