"""The database behind the gradebook: where it lies, how it is opened, and what is said when it cannot be used."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoneIsFree

from grader.errors import GradebookError, GraderError, NotAGradebook, UsageError
from grader.gradebook.schema import HEAD, VERSION_TABLE, metadata

WAIT: Final = 30.0
"""Seconds for which another program that writes is waited for."""

_LOCK: Final = 7_467_163_482  # any number, but the same for all: PostgreSQL's lock for whoever writes
_BUSY: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")
_NO_ROOM: Final = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_FSYNC")


class Database:
    """A database that holds, or is to hold, a gradebook.

    Parameters
    ----------
    where : str
        path of a SQLite file, or a URL such as `postgresql://host/name`.
    wait : float, optional
        seconds for which another program that writes is waited for.

    Raises
    ------
    UsageError
        if it is neither a path nor a URL of a database that we know.
    """

    def __init__(self, where: str, *, wait: float = WAIT) -> None:
        url = _url(where)
        self.file = Path(str(url.database)) if url.get_backend_name() == "sqlite" else None
        self.shown = str(self.file or url.render_as_string(hide_password=True))
        self._wait = wait
        self._engine = self._made(url)

    def _made(self, url: URL) -> Engine:
        options: dict[str, Any] = {"connect_args": {"timeout": self._wait}} if self.file else {}
        try:
            engine = create_engine(url, **options)
        except ModuleNotFoundError as error:
            raise UsageError(
                f"{self.shown}: {error.name} is not installed; `pip install 'psycopg[binary]'` brings it"
            ) from None
        if self.file:
            event.listen(engine, "connect", self._set_up)
            event.listen(engine, "begin", _begin)
        return engine

    def _set_up(self, connection: sqlite3.Connection, _: object) -> None:
        """Set what SQLite keeps for each connection; every commit is on the disk before it returns."""
        connection.isolation_level = None  # `_begin` decides how a transaction begins
        try:
            self._keep_a_log(connection)
            for setting in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
                connection.execute(f"PRAGMA {setting}")
        except sqlite3.Error:
            connection.close()
            raise

    def _keep_a_log(self, connection: sqlite3.Connection) -> None:
        """Change to the mode in which many read while one writes."""
        until = time.monotonic() + self._wait
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                # Two that create the same file at once; for this change SQLite itself does not always wait.
                if not error.sqlite_errorname.startswith(_BUSY) or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the gradebook, whoever writes meanwhile."""
        with self.faults(), self._engine.connect() as connection:
            if not self.file:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes all or nothing; one writes at a time, and others wait."""
        with self.faults(), self._engine.connect() as connection:
            connection.execution_options(write=True)
            with connection.begin():
                if not self.file:
                    connection.execute(text(f"SET LOCAL lock_timeout = {int(1000 * self._wait)}"))
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                yield connection

    def compact(self) -> None:
        """Write everything anew, so that nothing that was deleted is left in the files."""
        with self.faults():
            if self.file:
                with closing(self._engine.raw_connection()) as pooled:
                    bare = pooled.driver_connection
                    assert isinstance(bare, sqlite3.Connection)
                    bare.execute("VACUUM")
                    busy, *_ = bare.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if busy:
                    raise GradebookError(f"{self.shown}: another program keeps reading from it")
                return
            with self._engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.execute(text(f"SET lock_timeout = {int(1000 * self._wait)}"))
                connection.execute(text(f"VACUUM FULL {', '.join(metadata.tables)}"))

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Say in words what keeps the database from being used."""
        try:
            yield
        except DBAPIError as error:
            raise self._told(error.orig or error) from error
        except sqlite3.Error as error:  # while a connection is set up, SQLAlchemy does not wrap it
            raise self._told(error) from error
        except NoneIsFree as error:
            raise GradebookError(f"{self.shown}: no connection is free: {error}") from error

    def _told(self, error: BaseException) -> GraderError:
        name = str(getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or "")
        if name.startswith(_BUSY) or name == "55P03":
            message = (
                f"another program has been writing for {self._wait:g} s; run the same command again when it is done"
            )
            return GradebookError(f"{self.shown}: {message}")
        if name in _NO_ROOM or name == "53100":
            message = "there is no room left on its disk; what was kept before is safe, so make room and run the same command again"
            return GradebookError(f"{self.shown}: {message}")
        if name == "SQLITE_NOTADB":
            return NotAGradebook(f"{self.shown} is not a gradebook: it is no database at all")
        if name.startswith("SQLITE_CORRUPT"):
            return GradebookError(f"{self.shown} is damaged ({error}); take it from a backup")
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
            return GradebookError(f"{self.shown} and its folder must be readable and writable ({error})")
        return GradebookError(f"{self.shown}: {error}")

    def make_ready(self, *, create: bool) -> None:
        """Bring the gradebook to this version's schema; make it, if it may be made.

        Raises
        ------
        NotAGradebook
            if there is none, and none may be made, or if it is something else or of a newer version.
        GradebookError
            if it cannot be read or written now.
        """
        if self.file:
            self._find_file(self.file, create=create)
        with self.reading() as connection:
            if self._version(connection, create=create) == HEAD:
                return
        from grader.gradebook.migrating import upgrade  # Alembic takes half a second, and is rarely needed

        with self.writing() as connection:
            if self._version(connection, create=create) != HEAD:  # another program may have been quicker
                upgrade(connection)

    def _find_file(self, file: Path, *, create: bool) -> None:
        if file.is_dir():
            raise NotAGradebook(f"{file} is a folder, and not a gradebook")
        if file.exists():
            return
        if not create:
            raise NotAGradebook(
                f"there is no gradebook {file}; `grade batch` makes one, and `--gradebook` names another"
            )
        try:
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))  # scores and the seed are nobody else's business
        except OSError as error:
            raise UsageError(f"{file} cannot be made: {error.strerror}") from None

    def _version(self, connection: Connection, *, create: bool) -> str | None:
        """Return the version of the schema, or None where there is none yet."""
        tables = inspect(connection).get_table_names()
        if VERSION_TABLE in tables:
            version = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - ours
            if version is not None and version > HEAD:
                message = f"is of a newer version ({version}, known here up to {HEAD}); update the grader"
                raise NotAGradebook(f"{self.shown} {message}")
            return version
        if tables:
            other = "nbgrader's, and not ours" if "grade_cell" in tables else "a database of something else"
            raise NotAGradebook(f"{self.shown} is not a gradebook: it is {other}; `--gradebook` names another")
        if not create:
            raise NotAGradebook(f"{self.shown} is empty; `grade batch` makes a gradebook of it")
        return None

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _url(where: str) -> URL:
    if "://" not in where:
        return URL.create("sqlite", database=str(Path(where).absolute()))
    try:
        url = make_url(where)
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        known = url.get_backend_name() in ("sqlite", "postgresql")
    except (ArgumentError, NoSuchModuleError):
        known = False
    if not known:
        raise UsageError("--gradebook takes the path of a SQLite file, or a URL such as postgresql://host/name")
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise UsageError("--gradebook sqlite://… needs the path of a file")
        return URL.create("sqlite", database=str(Path(url.database).absolute()))
    return url


def _begin(connection: Connection) -> None:
    """Begin a transaction of SQLite: for writing at once, since one that read first could not begin to write later."""
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
