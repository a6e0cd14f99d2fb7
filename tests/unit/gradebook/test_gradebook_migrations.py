"""The schema that the migrations make is the one that the code believes in, and old gradebooks come along."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from fractions import Fraction
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from grader.gradebook.book import Gradebook
from grader.gradebook.migrating import config
from grader.gradebook.records import HandedIn
from grader.gradebook.schema import HEAD, VERSION_TABLE, metadata

FIRST = Path(__file__).parent / "first_schema.sql"


def test_the_version_of_the_code_is_that_of_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(config()).get_heads() == [HEAD]


def test_the_migrations_make_the_schema_of_the_code(where: str) -> None:
    with Gradebook(where, create=True) as book, book._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_versions_are_numbered_in_order() -> None:
    revisions = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()]
    assert revisions == [f"{number:04d}" for number in range(len(revisions), 0, -1)]


def test_a_gradebook_of_the_first_version_comes_along_with_all_that_is_in_it(file: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(FIRST.read_text(encoding="utf-8"))
    with Gradebook(file) as book:
        found = book.snapshot(details=True)
        (place,) = found.standing
        graded = found.standing[place].graded
        assert place == ("s1", "exercise-01")
        assert found.handed_in == {place: HandedIn(*place, "c1", "s1/exercise-01.py", graded.at)}
        assert (graded.result.score, graded.result.points) == (Fraction(2), Fraction(4))
        assert [check.name for check in graded.result.checks] == ["small", "large"]
        assert graded.result.checks[0].counterexample is not None
        assert found.adjustments[place].why == "a reason"
        assert book.secret_seed() == 5
        assert [run.state for run in book.runs()] == ["finished"]


def test_a_gradebook_is_made_anywhere_without_alembics_program_or_file(tmp_path: Path) -> None:
    code = "import sys; from grader.gradebook.book import Gradebook; Gradebook(sys.argv[1], create=True).close()"
    folder = tmp_path / "50% of all"
    folder.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "PATH"}
    subprocess.run([sys.executable, "-c", code, "g.db"], cwd=folder, env=environment | {"PATH": ""}, check=True)
    assert [path.name for path in folder.iterdir()] == ["g.db"]


def test_opening_a_gradebook_that_needs_no_migration_does_not_import_alembic(file: str) -> None:
    with Gradebook(file, create=True):
        pass
    code = (
        "import sys; from grader.gradebook.book import Gradebook; Gradebook(sys.argv[1]).close()\n"
        "assert 'sqlalchemy' in sys.modules; assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, file], check=True)
