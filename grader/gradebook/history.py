"""What happened to a student in the gradebook, in words."""

from collections.abc import Iterator
from fractions import Fraction

from sqlalchemy import Connection, select

from grader.gradebook.records import Event
from grader.gradebook.schema import adjustment, result, run, standing, submission


def history(connection: Connection, name: str) -> tuple[Event, ...]:
    """Return all that was put on record of a student, oldest first."""
    events = [*_submissions(connection, name), *_results(connection, name), *_adjustments(connection, name)]
    return tuple(sorted(events, key=lambda event: event.at))


def _submissions(connection: Connection, name: str) -> Iterator[Event]:
    rows = connection.execute(select(submission).where(submission.c.student == name).order_by(submission.c.id))
    for row in rows:
        when = f", handed in {row.at.isoformat(' ', 'seconds')}" if row.at else ""
        superseded = "" if row.counts else "; a newer one counts"
        yield Event(row.noted, row.exercise, "submission", f"{row.source}{when}{superseded}")


def _results(connection: Connection, name: str) -> Iterator[Event]:
    """Yield each time at which a result began to stand, and the results that never did."""
    columns = (result, run.c.versions, standing.c.at.label("since"), standing.c.run.label("by"))
    question = (
        select(*columns)
        .join(run, result.c.run == run.c.id)
        .join(standing, standing.c.result == result.c.id, isouter=True)
        .where(result.c.student == name)
        .order_by(standing.c.id, result.c.id)
    )
    for row in connection.execute(question):
        score = "no score" if row.score is None else f"{_number(row.score)} of {_number(row.points)} points"
        version = row.versions.get("grader")
        made = f"{row.isolation}, grader {version}" if version else row.isolation
        held = "" if row.since else "; held back"
        text = f"{row.verdict.replace('_', ' ')}, {score} (run {row.by or row.run}, {made}){held}"
        yield Event(row.since or row.at, row.exercise, "result", text)


def _adjustments(connection: Connection, name: str) -> Iterator[Event]:
    rows = connection.execute(select(adjustment).where(adjustment.c.student == name).order_by(adjustment.c.id))
    for row in rows:
        what = "taken back" if row.points is None else f"set to {_number(row.points)} points"
        yield Event(row.at, row.exercise, "adjustment", f"{what} by {row.who}: {row.why}")


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.2f}"
