"""Frozen descriptions on disk: used only as long as they are true, and never in the way."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import registry
from grader.checks.allclose import AllClose
from grader.course import Course
from grader.errors import SpecError
from grader.generators.literal import Literal
from grader.sandbox.expressions import parse
from grader.spec import store
from grader.spec.exercise import Exercise
from grader.spec.files import load_course, load_exercise
from grader.spec.store import cached, fingerprint, freeze, thaw, write

ROOT = Path(__file__).parents[3]
EXERCISES = sorted(folder.name for folder in (ROOT / "exercises").iterdir() if (folder / "exercise.yaml").is_file())


def through_json(value: object) -> object:
    """Return a value after a stay on disk."""
    return thaw(json.loads(json.dumps(freeze(value))))


# -- freeze and thaw


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the descriptions of this repository, so that nothing that was kept before is used."""
    folder = tmp_path_factory.mktemp("repository")
    shutil.copy(ROOT / "course.yaml", folder)
    for name in EXERCISES:
        (folder / "exercises" / name).mkdir(parents=True)
        shutil.copy(ROOT / "exercises" / name / "exercise.yaml", folder / "exercises" / name)
    return load_course(folder)


def test_there_are_at_least_thirteen_exercises_to_try() -> None:
    assert len(EXERCISES) >= 13


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_of_this_repository_survives_a_stay_on_disk(repository: Course, name: str) -> None:
    frozen = freeze(load_exercise(repository, name))
    assert freeze(thaw(frozen)) == frozen
    assert freeze(thaw(json.loads(json.dumps(frozen)))) == frozen


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_of_this_repository_says_the_same_after_a_stay_on_disk(repository: Course, name: str) -> None:
    exercise = load_exercise(repository, name)
    assert repr(through_json(exercise)) == repr(exercise)


def test_the_course_of_this_repository_survives_a_stay_on_disk(repository: Course) -> None:
    assert through_json(repository.file) == repository.file


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, 1, -3, 10**40, 0.1, 1e-300, float("inf"), -0.0, "", "text", "é☃\n"),
        *((), (1, (2, "a")), [], [1, [2]], {}, {"a": 1}, {"tuple": [1]}, {"object": ["a:b", {}]}, {1: (2,)}),
        *(Fraction(1, 3), Fraction(0), parse("2 * n"), parse(3)),
        *(AllClose(), AllClose(rtol=0.0, scale=parse("norm(A)")), AllClose(atol=1e-3, scale="unit")),
    ],
)
def test_a_value_survives_a_stay_on_disk_with_its_type(value: object) -> None:
    assert repr(through_json(value)) == repr(value)
    assert type(through_json(value)) is type(value)


@pytest.mark.parametrize(
    "array",
    [
        np.array([[1, 2], [3, 4]]),
        np.array([1.5, np.inf, -0.0]),
        np.zeros((0, 3)),
        np.array([]),
        np.array(3.0),
        np.array([2**63], dtype=np.uint64),
        np.array([True, False]),
        np.array([np.nan]),
    ],
    ids=["integers", "floats", "empty", "nothing", "scalar", "unsigned", "truth values", "not a number"],
)
def test_an_array_survives_a_stay_on_disk_with_shape_and_type(
    array: np.ndarray[tuple[int, ...], np.dtype[np.generic]],
) -> None:
    back = through_json(Literal(value=array))
    assert isinstance(back, Literal)
    assert isinstance(back.value, np.ndarray)
    np.testing.assert_array_equal(back.value, array, strict=True)


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.fractions()
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(value=_VALUES)
@settings(deadline=None, derandomize=True)
def test_any_plain_value_survives_a_stay_on_disk(value: object) -> None:
    assert repr(through_json(value)) == repr(value)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", 1j, AllClose, len, [object()], {"a": {1}}])
def test_what_is_no_part_of_a_description_is_not_frozen(value: object) -> None:
    with pytest.raises(TypeError, match="is no part of a description"):
        freeze(value)


@pytest.mark.parametrize(
    "name",
    ["os:system", "grader.spec.store:freeze", "pathlib:Path", "grader.model:Verdict", "grader.errors:Problem", "x", ""],
)
def test_only_parts_of_descriptions_are_made_from_data(name: str) -> None:
    with pytest.raises(ValueError, match="is no part of a description"):
        thaw({"object": [name, {}]})


def test_fields_at_their_default_are_left_out() -> None:
    match freeze(AllClose(rtol=0.5)):
        case {"object": [str(), given]}:
            assert given == {"rtol": 0.5}
        case other:
            pytest.fail(f"frozen as {other}")


@pytest.mark.parametrize("value", [AllClose(rtol=0), Literal(value=False), Literal(value=0), Literal(value=0.0)])
def test_a_value_that_only_looks_like_a_default_is_kept(value: object) -> None:
    assert repr(through_json(value)) == repr(value)


# -- entries


def never() -> NoReturn:
    """Make nothing, because nothing should be made."""
    pytest.fail("made again, though the entry was good")


def plant(file: Path, source: str, content: object) -> None:
    """Write an entry of the running program, as another run would have."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"basis": [source, fingerprint()], "content": content}))


def test_what_is_made_is_kept_and_used_again(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "entry.json"
    assert cached(file, "source", lambda: (1, Fraction(1, 3))) == (1, Fraction(1, 3))
    assert cached(file, "source", never) == (1, Fraction(1, 3))


def test_an_entry_of_another_source_is_made_again(tmp_path: Path) -> None:
    file = tmp_path / "entry.json"
    cached(file, "source", lambda: 1)
    assert cached(file, "source ", lambda: 2) == 2
    assert cached(file, "source ", never) == 2


def test_an_entry_of_another_program_is_made_again(tmp_path: Path) -> None:
    file = tmp_path / "entry.json"
    cached(file, "source", lambda: 1)
    entry = json.loads(file.read_text())
    entry["basis"][1][-1][-1] += 1
    file.write_text(json.dumps(entry))
    assert cached(file, "source", lambda: 2) == 2
    assert cached(file, "source", never) == 2


def test_nothing_is_kept_of_what_cannot_be_made(tmp_path: Path) -> None:
    def fail() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cached(tmp_path / "entry.json", "source", fail)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"null", b"[]", b"5", b'"text"', b"{}", b'{"basis": 1}', b"\0" * 100, b"[" * 100_000],
    ids=["empty", "cut", "bytes", "null", "list", "number", "text", "nothing", "no content", "zeros", "deep"],
)
def test_a_damaged_entry_is_made_again(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "entry.json"
    file.write_bytes(content)
    assert cached(file, "source", lambda: 42) == 42
    assert cached(file, "source", never) == 42


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_an_entry_that_was_cut_off_is_made_again(
    tmp_path: Path, read: Callable[[str], object], minimal: str, share: float
) -> None:
    file = tmp_path / ".grade" / "cache" / "exercise-01.json"
    first = read(minimal)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(share * len(whole))])
    assert read(minimal) == first
    assert file.read_bytes() == whole


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"unknown": 1},
        {"fraction": "1/0"},
        {"fraction": "x"},
        {"fraction": []},
        {"fraction": float("inf")},
        {"formula": "((("},
        {"formula": "x.y"},
        {"formula": None},
        {"array": ["<f8", [2], [1]]},
        {"array": ["<q9", [1], [1]]},
        {"array": 5},
        {"tuple": 5},
        {"dict": [1]},
        {"dict": [[[], 1]]},
        {"object": 5},
        {"object": ["os:nothing", {}]},
        {"object": ["no_such_module:X", {}]},
        {"object": ["", {}]},
        {"object": [".relative:X", {}]},
        {"object": ["os:system", {}]},
        {"object": ["checks/allclose", {"gone": 1}]},
        {"object": ["checks/allclose", 5]},
        {"object": ["checks/raises", {}]},
        {"object": ["checks/raises", {"exception": "Nothing"}]},
        {"object": ["checks/no_such_check", {}]},
        {"object": ["no_such_family/allclose", {}]},
        {"object": ["/", {}]},
        {"object": ["grader.spec.exercise:Exercise", {}]},
        {"object": ["grader.spec.units:Reader", {}]},
    ],
    ids=json.dumps,
)
def test_an_entry_with_senseless_content_is_made_again(tmp_path: Path, content: object) -> None:
    file = tmp_path / "entry.json"
    plant(file, "source", content)
    assert cached(file, "source", lambda: 42) == 42
    assert cached(file, "source", never) == 42


def test_a_good_entry_is_believed(tmp_path: Path) -> None:
    plant(tmp_path / "entry.json", "source", {"tuple": [1, {"fraction": "2/3"}]})
    assert cached(tmp_path / "entry.json", "source", never) == (1, Fraction(2, 3))


# -- places that cannot be written


@pytest.mark.parametrize("name", ["file/entry.json", "file/cache/entry.json"])
def test_a_file_in_the_place_of_a_folder_does_no_harm(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine")
    assert cached(tmp_path / name, "source", lambda: 42) == 42
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_in_the_place_of_the_entry_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "entry.json").mkdir()
    assert cached(tmp_path / "entry.json", "source", lambda: 42) == 42
    assert [item.name for item in tmp_path.iterdir()] == ["entry.json"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions do not hold for this user")
@pytest.mark.parametrize("mode", [0o500, 0o400, 0o000])
def test_a_folder_without_permission_to_write_does_no_harm(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(mode)
    try:
        assert cached(folder / "entry.json", "source", lambda: 42) == 42
        assert cached(folder / "deeper" / "entry.json", "source", lambda: 42) == 42
    finally:
        folder.chmod(0o700)


def test_a_name_that_is_too_long_does_no_harm(tmp_path: Path) -> None:
    assert cached(tmp_path / ("x" * 300), "source", lambda: 42) == 42


def test_a_file_is_replaced_whole_and_nothing_is_left_behind(tmp_path: Path) -> None:
    write(tmp_path / "a" / "file", b"a long content")
    write(tmp_path / "a" / "file", b"short")
    assert [(item.name, item.read_bytes()) for item in (tmp_path / "a").iterdir()] == [("file", b"short")]


# -- kinds of others


def install(folder: Path, own_name: str) -> None:
    """Install a package with one check behind the entry point `foreign`."""
    (folder / "foreign_check.py").write_text(
        "from grader.checks import Comparison\n"
        "from grader.model import Outcome\n"
        "from grader.sandbox.records import dataclass\n\n"
        "@dataclass(frozen=True, kw_only=True)\n"
        "class Anything(Comparison):\n"
        '    """Accept anything."""\n\n'
        f"    {own_name}\n\n"
        "    most: int = 3\n\n"
        "    def compare(self, value, expected, case):\n"
        "        return Outcome()\n"
    )
    info = folder / "foreign-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[grader.checks]\nforeign = foreign_check:Anything\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder into which packages can be installed for one test."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    registry.load.cache_clear()
    yield folder
    registry.load.cache_clear()
    sys.modules.pop("foreign_check", None)


FOREIGN = ("compare: {allclose: {rtol: 1e-9}}", "compare: {foreign: {most: 5}}")


def test_a_check_of_another_package_is_the_same_in_a_warm_run(
    site: Path, read: Callable[[str], Exercise], minimal: str
) -> None:
    install(site, "kind = 'foreign'")
    cold, warm = read(minimal.replace(*FOREIGN)), read(minimal.replace(*FOREIGN))
    assert [type(exercise.checks[0].rule).__name__ for exercise in (cold, warm)] == ["Anything", "Anything"]
    assert warm == cold
    assert "most=5" in repr(warm)


@pytest.mark.parametrize("own_name", ["kind = 'exact'", "kind = 'other'", "pass"], ids=["ours", "another", "none"])
def test_a_check_of_another_package_that_names_itself_otherwise_is_refused_or_stays_itself(
    site: Path, read: Callable[[str], Exercise], minimal: str, own_name: str
) -> None:
    install(site, own_name)
    text = minimal.replace(FOREIGN[0], "compare: foreign")
    try:
        rules = [read(text).checks[0].rule, read(text).checks[0].rule]
    except (SpecError, TypeError):
        return
    assert [type(rule).__name__ for rule in rules] == ["Anything", "Anything"]


def test_what_was_kept_of_a_check_that_is_no_longer_installed_is_not_used(
    site: Path, read: Callable[[str], Exercise], minimal: str
) -> None:
    install(site, "kind = 'foreign'")
    read(minimal.replace(*FOREIGN))
    shutil.rmtree(site / "foreign-1.0.dist-info")
    registry.load.cache_clear()
    with pytest.raises(SpecError, match="there is no check named 'foreign'"):
        read(minimal.replace(*FOREIGN))


# -- the state of the program


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small program in the place of this one."""
    (tmp_path / "spec").mkdir()
    for name in ("one.py", "spec/store.py", "spec/two.py", "notes.txt"):
        (tmp_path / name).write_text("x = 1\n")
    monkeypatch.setattr(store, "__file__", str(tmp_path / "spec" / "store.py"))
    return tmp_path


def state() -> list[object]:
    """Return the state of the program as it is now."""
    fingerprint.cache_clear()
    try:
        return fingerprint()
    finally:
        fingerprint.cache_clear()


def test_an_unchanged_program_has_one_state(program: Path) -> None:
    assert state() == state()


@pytest.mark.parametrize("name", ["one.py", "spec/two.py"])
def test_a_change_of_size_changes_the_state(program: Path, name: str) -> None:
    before, times = state(), (program / name).stat()
    (program / name).write_text("x = 10\n")
    os.utime(program / name, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert state() != before


@pytest.mark.parametrize("name", ["one.py", "spec/two.py"])
def test_a_change_of_time_changes_the_state(program: Path, name: str) -> None:
    before = state()
    os.utime(program / name, ns=(1, 1))
    assert state() != before


@pytest.mark.parametrize("name", ["new.py", "spec/new.py", "checks/new.py"])
def test_a_new_file_changes_the_state(program: Path, name: str) -> None:
    before = state()
    (program / name).parent.mkdir(exist_ok=True)
    (program / name).write_text("")
    assert state() != before


def test_a_renamed_file_changes_the_state(program: Path) -> None:
    before = state()
    (program / "one.py").rename(program / "uno.py")
    assert state() != before


def test_files_that_are_no_python_do_not_matter(program: Path) -> None:
    before = state()
    (program / "notes.txt").write_text("changed")
    (program / "spec" / "data.json").write_text("{}")
    assert state() == before


def test_the_state_names_python_and_numpy(program: Path) -> None:
    assert state()[:2] == [sys.version, np.__version__]


def test_the_state_survives_json() -> None:
    assert json.loads(json.dumps(fingerprint())) == fingerprint()


# -- a warm run


def test_a_warm_load_imports_neither_yaml_nor_a_validation_library(repository: Course) -> None:
    for name in EXERCISES:
        load_exercise(repository, name)
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from grader.spec.files import load_course, load_exercise\n"
        "course = load_course(Path(sys.argv[1]))\n"
        "points = [str(load_exercise(course, name).points) for name in course.exercises]\n"
        "heavy = {'yaml', '_yaml', 'pydantic', 'pydantic_core', 'scipy', 'rich', 'unicodeit', 'importlib.metadata'}\n"
        "print(*points)\n"
        "print(*sorted(heavy & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", program, str(repository.folder)]
    points, heavy = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert points.split() == [str(load_exercise(repository, name).points) for name in repository.exercises]
    assert heavy.split() == []
