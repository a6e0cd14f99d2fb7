"""The first schema."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _long() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, kind: sa.types.TypeEngine[Any], *, key: bool = False) -> sa.Column[Any]:
    """Return a column that names a row of another table and goes when that row goes."""
    return sa.Column(table, kind, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, primary_key=key)


def _run(*, key: bool = False) -> sa.Column[Any]:
    return sa.Column("run", sa.Integer, sa.ForeignKey("run.id"), nullable=False, primary_key=key)


def upgrade() -> None:
    """Make all tables."""
    _people()
    _runs()
    _submissions()
    _results()
    _what_stands()
    _adjustments()


def _people() -> None:
    op.create_table(
        "student",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("ids", sa.Text, nullable=False),
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
    )


def _runs() -> None:
    op.create_table(
        "seed",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("started", sa.Text, nullable=False),
        sa.Column("finished", sa.Text),
        sa.Column("seed", sa.Integer, sa.ForeignKey("seed.id"), nullable=False),
        sa.Column("isolation", sa.Text, nullable=False),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("process", sa.Integer, nullable=False),
        sa.Column("versions", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
    )


def _submissions() -> None:
    op.create_table(
        "submission",
        sa.Column("id", _long(), primary_key=True),
        _to("student", sa.Text()),
        sa.Column("exercise", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", sa.Text),
        sa.Column("counts", sa.Boolean, nullable=False),
        _run(),
        sa.Column("noted", sa.Text, nullable=False),
    )
    op.create_index("submission_place", "submission", ["student", "exercise", "id"])


def _results() -> None:
    op.create_table(
        "result",
        sa.Column("id", _long(), primary_key=True),
        _to("student", sa.Text()),
        sa.Column("exercise", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        _run(),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("score", sa.Text),
        sa.Column("points", sa.Text, nullable=False),
        sa.Column("isolation", sa.Text, nullable=False),
        sa.Column("exercise_hash", sa.Text, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.UniqueConstraint("key", "student", name="result_once"),
    )
    op.create_index("result_student", "result", ["student"])
    op.create_table(
        "check_result",
        _to("result", _long(), key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("score", sa.Text),
        sa.Column("points", sa.Text, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
    )


def _what_stands() -> None:
    op.create_table(
        "standing",
        sa.Column("id", _long(), primary_key=True),
        _to("student", sa.Text()),
        sa.Column("exercise", sa.Text, nullable=False),
        _to("result", _long()),
        _run(),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("standing_place", "standing", ["student", "exercise", "id"])
    op.create_index("standing_result", "standing", ["result"])
    op.create_table(
        "proposal",
        _run(key=True),
        _to("student", sa.Text(), key=True),
        sa.Column("exercise", sa.Text, primary_key=True),
        _to("result", _long()),
    )
    op.create_index("proposal_result", "proposal", ["result"])
    op.create_index("proposal_student", "proposal", ["student"])


def _adjustments() -> None:
    op.create_table(
        "adjustment",
        sa.Column("id", _long(), primary_key=True),
        _to("student", sa.Text()),
        sa.Column("exercise", sa.Text, nullable=False),
        sa.Column("points", sa.Text),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("adjustment_place", "adjustment", ["student", "exercise", "id"])
