"""What a zygote is started with: parts of folders that hold what is hidden, the user, and virtual environments."""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if sys.platform != "linux":
    pytest.skip("zygotes are for Linux", allow_module_level=True)

import pwd

from grader.errors import JudgeError
from grader.executors import _enclosure
from grader.executors._enclosure import LAYERS, NUMPY, parts, recipe, user
from grader.model import Limits
from grader.workers import package_folders
from tests.folders import open_to_all
from tests.unit.executors.places import build

# --- parts of folders -------------------------------------------------------------------------------------------------

NAMES = st.sampled_from("abc")
FOLDERS = st.lists(st.lists(NAMES, min_size=1, max_size=4).map("/".join), min_size=1, max_size=12, unique=True)
LINKS = st.lists(st.tuples(st.integers(0, 11), st.integers(-1, 11)), max_size=4)


def tree(base: Path, folders: Sequence[str], links: Sequence[tuple[int, int]]) -> list[Path]:
    """Make folders with a file and links in them, and return the folders."""
    found = [base / folder for folder in folders]
    for folder in found:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "file").touch()
    for number, (place, target) in enumerate(links):
        leads_to = found[target % len(found)] if target >= 0 else base
        (found[place % len(found)] / f"link{number}").symlink_to(leads_to)
    return found


@settings(max_examples=60, deadline=None)
@given(FOLDERS, LINKS, st.sets(st.integers(0, 11), max_size=3))
def test_no_part_shows_what_is_hidden_and_all_the_rest_is_covered(
    folders: list[str], links: list[tuple[int, int]], chosen: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        base = Path(name).resolve() / "base"
        found = tree(base, folders, links)
        hidden = {found[number % len(found)] for number in chosen}
        shown = list(parts(base, sorted(hidden)))
        assert len(set(shown)) == len(shown)
        for part in shown:
            real = part.resolve()
            assert not any(real.is_relative_to(folder) or folder.is_relative_to(real) for folder in hidden)
        for folder, _, files in os.walk(base):
            place = Path(folder)
            if not any(place.is_relative_to(secret) for secret in hidden):
                assert all(covered(place / file, shown) for file in files)


def covered(place: Path, shown: Sequence[Path]) -> bool:
    return any(place.is_relative_to(part) for part in shown)


def test_a_folder_that_hides_nothing_is_shown_whole(tmp_path: Path) -> None:
    assert list(parts(tmp_path, [tmp_path.parent / "elsewhere"])) == [tmp_path]


def test_a_folder_in_a_hidden_one_is_shown_when_python_needs_it(tmp_path: Path) -> None:
    inside = tmp_path / "course" / ".venv"
    inside.mkdir(parents=True)
    assert list(parts(inside, [tmp_path / "course"])) == [inside]


def test_a_file_is_shown_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert list(parts(file, [tmp_path / "course"])) == [file]


def test_what_is_not_there_has_no_parts(tmp_path: Path) -> None:
    assert list(parts(tmp_path / "nowhere", [tmp_path])) == []


@pytest.mark.parametrize("name", ["course", "link"])
def test_a_hidden_folder_that_python_needs_is_a_judge_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "course").mkdir()
    (tmp_path / "link").symlink_to("course")
    with pytest.raises(JudgeError, match="keep the course, the gradebook and the submissions in folders of their own"):
        list(parts(tmp_path / name, [tmp_path / "course"]))


@pytest.mark.parametrize("target", ["course", "course/solutions", "..", "."])
def test_a_link_that_leads_to_what_is_hidden_is_left_out(tmp_path: Path, target: str) -> None:
    base = tmp_path / "base"
    (base / "course" / "solutions").mkdir(parents=True)
    (base / "link").symlink_to(target)
    (base / "given").touch()
    assert list(parts(base, [base / "course"])) == [base / "given"]


# --- users ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Be root, with a Python that everybody may read."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(_enclosure, "_needed", lambda: iter([Path("/"), Path("/nowhere")]))
    return monkeypatch


def test_root_becomes_a_user_whom_nobody_is(root: pytest.MonkeyPatch) -> None:
    found = user()
    assert found in range(61001, 61100)
    assert found not in {entry.pw_uid for entry in pwd.getpwall()}


@pytest.mark.parametrize(("taken", "found"), [([], 61001), ([61001, 61002], 61003), (range(61001, 61100), 65534)])
def test_a_user_that_somebody_is_is_passed_over(root: pytest.MonkeyPatch, taken: Sequence[int], found: int) -> None:
    root.setattr(pwd, "getpwall", lambda: [SimpleNamespace(pw_uid=number) for number in taken])
    assert user() == found


def test_an_ordinary_user_stays_who_it_is(root: pytest.MonkeyPatch) -> None:
    root.setattr(os, "geteuid", lambda: 1000)
    assert user() is None


@pytest.mark.parametrize("place", ["closed", "closed/inside", "link", "file"])
def test_root_stays_root_where_nobody_else_could_read_what_python_needs(
    root: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    with open_to_all() as base:
        (base / "closed" / "inside").mkdir(parents=True)
        (base / "link").symlink_to(base / "closed" / "inside")
        (base / "file").touch(0o600)
        root.setattr(_enclosure, "_needed", lambda: iter([base / place]))
        (base / "closed").chmod(0o755)
        assert (user() is None) == (place == "file")
        (base / "closed").chmod(0o700)
        assert user() is None


# --- recipes ----------------------------------------------------------------------------------------------------------


def test_without_bubblewrap_there_is_a_line_that_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(JudgeError, match="apt install bubblewrap"):
        recipe(Limits(), NUMPY, LAYERS, [])
    assert recipe(Limits(), NUMPY, LAYERS[1:], []).command[0] == str(Path(sys.executable).resolve())


def test_only_linux_has_zygotes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(JudgeError, match="Linux"):
        recipe(Limits(), NUMPY, LAYERS[1:], [])


@pytest.mark.parametrize("layers", [LAYERS, LAYERS[1:]], ids=["sealed", "confined"])
def test_packages_that_must_not_be_seen_are_a_judge_error(layers: Sequence[str]) -> None:
    with pytest.raises(JudgeError, match="answers must not see it"):
        recipe(Limits(), NUMPY, layers, [Path(package_folders()[0])])


def test_a_zygote_may_read_all_but_what_is_hidden_among_what_it_needs(tmp_path: Path, root: pytest.MonkeyPatch) -> None:
    (tmp_path / "python" / "src" / "course").mkdir(parents=True)
    (tmp_path / "python" / "lib").mkdir()
    root.setattr(_enclosure, "_needed", lambda: iter([tmp_path / "python"]))
    found = recipe(Limits(), NUMPY, LAYERS[1:], [tmp_path / "python" / "src" / "course"]).settings["readable"]
    assert isinstance(found, list)
    assert str(tmp_path / "python" / "lib") in found
    assert not any(str(tmp_path / "python" / "src" / "course").startswith(str(place)) for place in found)


# --- environments in the course's own folder --------------------------------------------------------------------------

GRADE = """
import json, sys
from pathlib import Path
import grader
from grader.errors import JudgeError
from grader import registry
from grader.model import Call, Limits, Submission

course, source = sys.argv[1:]
said = {"grader": grader.__file__}
for level in ("process", "confined", "sealed"):
    try:
        with registry.load("executors", level)(Limits(call=20.0), hidden=[Path(course)]) as executor:
            with executor.open(Submission("answer", source, "f")) as session:
                session.load()
                answer = session.call(Call((course,)))
                said[level] = [executor.isolation, answer.value, str(answer.failure)]
    except JudgeError as error:
        said[level] = str(error)
print(json.dumps(said))
"""
SPY = """
import os, sys
import numpy as np

def attempts(course):
    solution = os.path.join(course, "solutions", "exercise-01", "solution.py")
    yield "the solution", lambda: open(solution).read()
    yield "the course", lambda: open(os.path.join(course, "course.yaml")).read()
    yield "the description", lambda: open(os.path.join(course, "exercises", "exercise-01", "exercise.yaml")).read()
    yield "the folder", lambda: "solutions" in os.listdir(course) or 1 / 0
    yield "the folder of solutions", lambda: os.listdir(os.path.dirname(solution))
    packages = os.path.dirname(os.path.dirname(np.__file__))
    yield "from the packages", lambda: open(os.path.join(packages, *[".."] * 4, "course.yaml")).read()
    yield "through the process", lambda: open("/proc/self/root" + solution).read()
    yield "through its parent", lambda: open(f"/proc/{os.getppid()}/root" + solution).read()
    yield "what the grader is made of", lambda: open(os.path.join(course, "grader", "running.py")).read()

    def imported():
        sys.path[:0] = [course, os.path.dirname(solution)]
        import solution as found
        return found

    yield "as a module", imported

def f(course):
    done = []
    for name, attempt in attempts(course):
        try:
            attempt()
        except Exception:
            continue
        done.append(name)
    return [float(np.linalg.det(np.eye(2))), done]
"""


@pytest.fixture(scope="module", params=["editable", "installed"])
def said(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what a spy found at each level, in a course with an environment of its own."""
    place = build(tmp_path_factory.mktemp("place"), ["numpy"], editable=request.param == "editable")
    found: dict[str, Any] = place.run(GRADE, str(place.course), SPY)
    assert Path(found["grader"]).is_relative_to(place.course)
    assert (".venv" in found["grader"]) == (request.param == "installed")
    return found


def test_the_spy_finds_the_solution_where_nothing_hides_it(said: dict[str, Any]) -> None:
    isolation, (value, done), _ = said["process"]
    assert (isolation, value) == ("process", 1.0)
    assert {"the solution", "the course", "the folder", "from the packages", "as a module"} <= set(done)


@pytest.mark.parametrize("level", ["confined", "sealed"])
def test_an_environment_in_the_folder_of_the_course_shows_nothing_of_the_course(
    said: dict[str, Any], level: str
) -> None:
    if isinstance(said[level], str):
        pytest.skip(said[level])
    isolation, found, failure = said[level]
    assert (isolation, failure) == (level, "None")
    assert found == [1.0, []]
