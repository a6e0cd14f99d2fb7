"""Brings a gradebook to this version's schema. The only module that imports Alembic, and only when there is work."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

FOLDER: Final = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    """Run all migrations that are due, inside the connection's transaction."""
    command.upgrade(config(connection), "head")


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; it needs no file in the working folder and nothing on the path."""
    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))  # a percent sign begins a variable there
    return made
