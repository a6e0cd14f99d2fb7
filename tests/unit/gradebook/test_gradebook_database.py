"""A gradebook that cannot be used says why, and what was in it is safe."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from grader.errors import GradebookError, NotAGradebook, UsageError
from grader.gradebook.book import Gradebook, default_file
from grader.gradebook.database import Database
from grader.gradebook.records import Conditions, Graded
from grader.gradebook.schema import HEAD

Make = Callable[..., Graded]


def refused(where: str, kind: type[Exception], *, create: bool = False) -> str:
    with pytest.raises(kind) as caught:
        Gradebook(where, create=create, wait=0.2)
    return str(caught.value)


def test_the_gradebook_of_a_course_lies_in_its_folder(course: object) -> None:
    assert default_file(course) == "/course/gradebook.db"  # type: ignore[arg-type] # a course


def test_where_there_is_none_none_is_made_unasked(file: str) -> None:
    assert "there is no gradebook" in refused(file, NotAGradebook)
    assert "`grade batch` makes one" in refused(file, NotAGradebook)
    assert not Path(file).exists()


def test_a_new_gradebook_is_read_by_its_owner_alone(file: str) -> None:
    with Gradebook(file, create=True) as book:
        book.secret_seed()
        for part in Path(file).parent.iterdir():
            assert stat.S_IMODE(part.stat().st_mode) == 0o600, part


def test_a_url_of_sqlite_is_a_path(file: str) -> None:
    with Gradebook(f"sqlite:///{file}", create=True) as book:
        seed = book.secret_seed()
    with Gradebook(file) as book:
        assert book.secret_seed() == seed


@pytest.mark.parametrize("name", ["with space.db", "a?b=c#d.db", "100%.db", ":memory:", "größer.db", "file:x.db"])
def test_any_path_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with Gradebook(name, create=True) as book:
        book.secret_seed()
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "url", ["mysql://host/name", "nonsense://x", "postgresql:/host", "://", "sqlite://", "sqlite:///:memory:"]
)
def test_what_is_neither_path_nor_known_url_is_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = refused(url, UsageError)
    assert "gradebook" in said


def test_a_folder_is_no_gradebook(tmp_path: Path) -> None:
    assert "is a folder" in refused(str(tmp_path), NotAGradebook, create=True)


def test_a_gradebook_in_a_folder_that_is_not_there_cannot_be_made(tmp_path: Path) -> None:
    assert "cannot be made: No such file or directory" in refused(
        str(tmp_path / "no" / "g.db"), UsageError, create=True
    )


@pytest.mark.parametrize("content", [b"student,score\n" * 100, b"\x89PNG\r\n" + bytes(5000)], ids=["text", "picture"])
def test_a_file_that_is_no_database_is_no_gradebook_and_stays_as_it_is(file: str, content: bytes) -> None:
    Path(file).write_bytes(content)
    assert "is not a gradebook: it is no database at all" in refused(file, NotAGradebook, create=True)
    assert Path(file).read_bytes() == content


def test_an_empty_file_becomes_a_gradebook_only_where_one_may_be_made(file: str) -> None:
    Path(file).touch()
    assert "is empty" in refused(file, NotAGradebook)
    with Gradebook(file, create=True) as book:
        assert book.students() == ()


@pytest.mark.parametrize(
    ("tables", "whose"),
    [
        (["grade_cell", "student", "alembic_version"], "nbgrader's, and not ours"),
        (["recipe"], "a database of something else"),
    ],
)
def test_another_programs_database_is_no_gradebook(file: str, tables: list[str], whose: str) -> None:
    with sqlite3.connect(file) as connection:
        for table in tables:
            connection.execute(f"CREATE TABLE {table} (x TEXT)")
    connection.close()
    assert whose in refused(file, NotAGradebook, create=True)


def test_a_gradebook_of_a_newer_version_is_refused_and_stays_as_it_is(where: str) -> None:
    with Gradebook(where, create=True) as book:
        seed = book.secret_seed()
    set_version(where, "9999")
    said = refused(where, NotAGradebook, create=True)
    assert f"is of a newer version (9999, known here up to {HEAD}); update the grader" in said
    set_version(where, HEAD)
    with Gradebook(where) as book:
        assert book.secret_seed() == seed


def set_version(where: str, version: str) -> None:
    database = Database(where)
    with database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE grader_version SET version_num = '{version}'")
    database.close()


def test_the_password_of_a_url_is_never_shown() -> None:
    pytest.importorskip("psycopg")
    said = refused("postgresql://me:hunter2@127.0.0.1:1/none", GradebookError)
    assert "postgresql+psycopg://me:***@127.0.0.1:1/none" in said
    assert "hunter2" not in said


def test_without_the_driver_the_person_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'psycopg[binary]'" in refused("postgresql://host/name", UsageError)


HOLD = """\
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def locked(file: str) -> Iterator[str]:
    """Return a gradebook in which another process is writing."""
    with Gradebook(file, create=True) as book:
        book.secret_seed()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield file
        holder.communicate("\n")


def test_a_locked_gradebook_can_be_read_and_says_why_it_cannot_be_written(locked: str, conditions: Conditions) -> None:
    with Gradebook(locked, wait=0.2) as book:
        assert book.secret_seed()
        assert book.snapshot().students == ()
        with pytest.raises(
            GradebookError, match=r"another program has been writing for 0.2 s; run the same command again"
        ):
            book.begin_run(conditions)


def test_a_lock_that_goes_is_waited_for(file: str, graded: Make, conditions: Conditions) -> None:
    with Gradebook(file, create=True) as book, Gradebook(file) as other:
        run = book.begin_run(conditions)
        entered, leave = threading.Event(), threading.Event()

        def hold() -> None:
            with other._database.writing():
                entered.set()
                leave.wait(10)

        holder = threading.Thread(target=hold)
        holder.start()
        entered.wait(10)
        threading.Timer(0.3, leave.set).start()
        book.add(run, [graded()])
        holder.join()
        assert len(book.snapshot().standing) == 1


@pytest.mark.slow
def test_a_lock_in_postgresql_is_told_alike(database: str, conditions: Conditions) -> None:
    with Gradebook(database, create=True) as book, Gradebook(database, wait=0.2) as other:
        with book._database.writing(), pytest.raises(GradebookError, match="another program has been writing"):
            other.begin_run(conditions)
        other.begin_run(conditions)


def full(book: Gradebook) -> None:
    """Let every connection refuse to make the file larger, as a full disk does."""

    def cap(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")

    event.listen(book._database._engine, "checkout", cap)


def test_a_full_disk_is_told_and_what_was_kept_is_safe(file: str, graded: Make, conditions: Conditions) -> None:
    with Gradebook(file, create=True) as book:
        run = book.begin_run(conditions)
        book.add(run, [graded()])
        full(book)
        with pytest.raises(GradebookError, match="there is no room left on its disk; what was kept before is safe"):
            book.add(run, [graded(f"t{number}") for number in range(500)])
        assert [student.id for student in book.students()] == ["s1"]
    with Gradebook(file) as book:
        book.add(run, [graded(f"t{number}") for number in range(500)])
        assert len(book.snapshot().standing) == 501


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of one megabyte."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root can mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_disk_that_is_really_full_is_told_and_what_was_kept_is_safe(
    tiny_disk: Path, graded: Make, conditions: Conditions
) -> None:
    kept = 0
    with Gradebook(str(tiny_disk / "g.db"), create=True) as book:
        run = book.begin_run(conditions)
        with pytest.raises(GradebookError, match="no room left"):  # noqa: PT012 - it is not known in which round
            for kept in range(0, 100_000, 50):
                book.add(run, [graded(f"s{number}") for number in range(kept, kept + 50)])
    assert kept > 100
    with sqlite3.connect(tiny_disk / "g.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM result").fetchone() == (kept,)
        assert connection.execute("SELECT count(*) FROM check_result").fetchone() == (2 * kept,)
    connection.close()


def test_a_gradebook_that_must_not_be_written_is_told(file: str, conditions: Conditions) -> None:
    with Gradebook(file, create=True) as book:
        # To root, and so in many a container, every file may be written; SQLite refuses all the same.
        event.listen(book._database._engine, "checkout", lambda bare, *_: bare.execute("PRAGMA query_only = ON"))
        with pytest.raises(GradebookError, match="must be readable and writable"):
            book.begin_run(conditions)


def test_a_damaged_gradebook_is_told(file: str, graded: Make, conditions: Conditions) -> None:
    with Gradebook(file, create=True) as book:
        run = book.begin_run(conditions)
        book.add(run, [graded(f"s{number}") for number in range(300)])
    content = bytearray(Path(file).read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    Path(file).write_bytes(content)
    with pytest.raises(GradebookError, match="is damaged"), Gradebook(file) as book:
        book.snapshot(details=True)
