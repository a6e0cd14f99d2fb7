"""Gradebooks in SQLite and PostgreSQL, and results to put into them."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from grader.course import Course
from grader.gradebook.book import Gradebook
from grader.gradebook.records import Conditions, Graded, HandedIn
from grader.results import CheckResult
from tests.unit.gradebook.samples import COURSE, START, make_check, make_graded, make_handed_in


@pytest.fixture(scope="session")
def graded() -> Callable[..., Graded]:
    """Return what makes a result to be kept."""
    return make_graded


@pytest.fixture(scope="session")
def handed_in() -> Callable[..., HandedIn]:
    """Return what makes a submission."""
    return make_handed_in


@pytest.fixture(scope="session")
def check() -> Callable[..., CheckResult]:
    """Return what makes a check's result."""
    return make_check


@pytest.fixture(scope="session")
def conditions() -> Conditions:
    """Return those of a run with a seed that was given."""
    return Conditions(seed=7, origin="given", isolation="sealed", versions={"grader": "0.1.0"}, options={"jobs": 2})


@pytest.fixture(scope="session")
def course() -> Course:
    """Return a course of two topics and three exercises, without due dates."""
    return COURSE


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return where a gradebook may lie."""
    return str(tmp_path / "gradebook.db")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def where(request: pytest.FixtureRequest) -> str:
    """Return where a gradebook may lie: a file, then a database of PostgreSQL."""
    return str(request.getfixturevalue("file" if request.param == "sqlite" else "database"))


@pytest.fixture
def book(where: str) -> Iterator[Gradebook]:
    """Return a new gradebook."""
    with Gradebook(where, create=True) as book:
        yield book


@pytest.fixture
def run(book: Gradebook, conditions: Conditions) -> int:
    """Return a run that has begun."""
    return book.begin_run(conditions)


def _programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, which Debian keeps off the path."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").is_file()), None)


def _account() -> dict[str, int]:
    """Return the user to run a server as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """Start a PostgreSQL server of our own, which nobody reaches but through a socket in its folder."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL's server is not installed")
    account = _account()
    folder = tempfile.mkdtemp(prefix="pg")  # not pytest's: the path of a socket has at most 107 characters
    if account:
        shutil.chown(folder, **account)
    data = f"{folder}/data"

    def call(program: str, *arguments: str) -> None:
        subprocess.run([programs / program, "-D", data, *arguments], check=True, stdout=subprocess.DEVNULL, **account)  # type: ignore[call-overload] # the account is empty or complete

    call("initdb", "--username=grader", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    call("pg_ctl", "start", "--wait", "--silent", f"--log={folder}/log", f"--options={options}")
    try:
        yield f"postgresql://grader@/postgres?host={folder}"
    finally:
        call("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(cluster: str) -> str:
    """Return the URL of an empty schema; a database for each test would take longer than the tests."""
    import psycopg

    name = f"book_{secrets.token_hex(6)}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{cluster}&options=-csearch_path%3D{name}"


@pytest.fixture
def later() -> Callable[..., datetime]:
    """Return what gives a moment some time after noon on the first of March."""
    return lambda **time: START + timedelta(**time)
