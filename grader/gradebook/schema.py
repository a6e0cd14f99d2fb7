"""The tables, and how our values are written in them.

Texts, whatever they come from, are stored as UTF-8 without the character 0, which PostgreSQL refuses. Points are exact
fractions (`7/2`), moments are UTC in a form that sorts, everything that is only shown is JSON.
"""

import json
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

VERSION_TABLE: Final = "grader_version"
"""Where Alembic notes the version; not under its usual name, which nbgrader's gradebook has."""

HEAD: Final = "0001"
"""The version of this schema; a test holds it to the newest migration."""


def storable(text: str) -> str:
    """Return a text that every database takes: halves of characters and the character 0 as escapes."""
    if text.isascii():  # nearly all are, and millions are stored
        return text.replace("\0", "\\x00")
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


class Words(TypeDecorator[str]):
    """Any text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what is stored."""
        return None if value is None else storable(value)


class Exact(TypeDecorator[Fraction]):
    """An exact fraction."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        """Return what is stored."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Fraction | None:
        """Return what was meant."""
        return None if value is None else _fraction(value)


_fraction = lru_cache(1024)(Fraction)  # the same few points are read for every student


class Moment(TypeDecorator[datetime]):
    """An aware time."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Return what is stored."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Return what was meant."""
        return None if value is None else datetime.fromisoformat(value)


class Plain(TypeDecorator[object]):
    """JSON data, in which halves of characters survive as escapes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str:
        """Return what is stored."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace").decode()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> object:
        """Return what was meant."""
        return None if value is None else json.loads(value)


metadata: Final = MetaData()
_Long: Final = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows of itself only in an INTEGER


def _student() -> Column[str]:
    return Column("student", Words, ForeignKey("student.id", ondelete="CASCADE"), nullable=False)


student: Final = Table(
    "student",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("email", Words, nullable=False),
    Column("ids", Plain, nullable=False),
)
seed: Final = Table(
    "seed",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("value", Words, nullable=False),
    Column("origin", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
run: Final = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state", Words, nullable=False),
    Column("started", Moment, nullable=False),
    Column("finished", Moment),
    Column("seed", Integer, ForeignKey("seed.id"), nullable=False),
    Column("isolation", Words, nullable=False),
    Column("machine", Words, nullable=False),
    Column("process", Integer, nullable=False),
    Column("versions", Plain, nullable=False),
    Column("options", Plain, nullable=False),
)
submission: Final = Table(
    "submission",
    metadata,
    Column("id", _Long, primary_key=True),
    _student(),
    Column("exercise", Words, nullable=False),
    Column("content", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("at", Moment),
    Column("counts", Boolean, nullable=False),
    Column("run", Integer, ForeignKey("run.id"), nullable=False),
    Column("noted", Moment, nullable=False),
    Index("submission_place", "student", "exercise", "id"),
)
result: Final = Table(
    "result",
    metadata,
    Column("id", _Long, primary_key=True),
    _student(),
    Column("exercise", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("content", Words, nullable=False),
    Column("run", Integer, ForeignKey("run.id"), nullable=False),
    Column("verdict", Words, nullable=False),
    Column("score", Exact),
    Column("points", Exact, nullable=False),
    Column("isolation", Words, nullable=False),
    Column("exercise_hash", Words, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("at", Moment, nullable=False),
    Column("details", Plain, nullable=False),
    UniqueConstraint("key", "student", name="result_once"),
    Index("result_student", "student"),
)
check_result: Final = Table(
    "check_result",
    metadata,
    Column("result", _Long, ForeignKey("result.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("name", Words, nullable=False),
    Column("verdict", Words, nullable=False),
    Column("score", Exact),
    Column("points", Exact, nullable=False),
    Column("visibility", Words, nullable=False),
    Column("details", Plain, nullable=False),
)
standing: Final = Table(
    "standing",
    metadata,
    Column("id", _Long, primary_key=True),
    _student(),
    Column("exercise", Words, nullable=False),
    Column("result", _Long, ForeignKey("result.id", ondelete="CASCADE"), nullable=False),
    Column("run", Integer, ForeignKey("run.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Index("standing_place", "student", "exercise", "id"),
    Index("standing_result", "result"),
)
"""Which result stands, from when on: of each student and exercise, the newest row."""

proposal: Final = Table(
    "proposal",
    metadata,
    Column("run", Integer, ForeignKey("run.id"), primary_key=True),
    Column("student", Words, ForeignKey("student.id", ondelete="CASCADE"), primary_key=True),
    Column("exercise", Words, primary_key=True),
    Column("result", _Long, ForeignKey("result.id", ondelete="CASCADE"), nullable=False),
    Index("proposal_result", "result"),
    Index("proposal_student", "student"),
)
"""What a run would let stand once it is agreed to."""

adjustment: Final = Table(
    "adjustment",
    metadata,
    Column("id", _Long, primary_key=True),
    _student(),
    Column("exercise", Words, nullable=False),
    Column("points", Exact),
    Column("why", Words, nullable=False),
    Column("who", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Index("adjustment_place", "student", "exercise", "id"),
)
erasure: Final = Table(
    "erasure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", Words, nullable=False),
    Column("counts", Plain, nullable=False),
)
"""That somebody was erased, when and by whom, and how much; never who."""
