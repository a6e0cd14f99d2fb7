"""A course that is sent: the same files give the same parcel, and what arrives is that or nothing."""

import errno
import os
import shutil
import stat
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.batch import parcel as module
from grader.batch.parcel import Parcel, packed, unpacked
from grader.errors import AuthoringError, JudgeError
from grader.spec.files import load_course, load_exercise

posix = pytest.mark.skipif(os.name != "posix", reason="the system has other ways to keep files private")


@pytest.fixture
def parcel(course: Path) -> Parcel:
    return packed(load_course(course))


def files(folder: Path) -> dict[str, bytes]:
    """Return all files under a folder by name, but for what the grader keeps there."""
    found = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in found}
    return {name: path.read_bytes() for name, path in names.items() if not name.startswith(".grade")}


def zipped(entries: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return target.getvalue()


def test_a_course_arrives_as_it_was_and_can_be_used(course: Path, parcel: Parcel) -> None:
    folder = unpacked(parcel)
    assert folder != course
    assert files(folder) == files(course)
    there = load_course(folder)
    assert there.file == load_course(course).file
    assert load_exercise(there, "exercise-01") == load_exercise(load_course(course), "exercise-01")
    assert packed(there) == parcel


def test_only_what_decides_how_answers_are_judged_is_sent(course: Path, parcel: Parcel) -> None:
    (course / "exercises" / "exercise-01" / "exercise_01.py").write_text("def double(x): ...\n", encoding="utf-8")
    (course / "exercises" / "exercise-01" / ".notes").write_text("private", encoding="utf-8")
    (course / "solutions" / "exercise-01" / "__pycache__").mkdir()
    (course / "solutions" / "exercise-01" / "__pycache__" / "solution.pyc").write_bytes(b"compiled")
    (course / "exercises" / "exercise-99").mkdir()
    (course / "exercises" / "exercise-99" / "exercise.yaml").write_text("a draft", encoding="utf-8")
    (course / "roster.csv").write_text("student,name\ns1,Ada\n", encoding="utf-8")
    os.utime(course / "course.yaml", (0, 0))
    assert packed(load_course(course)) == parcel


@pytest.mark.parametrize(
    "name", ["course.yaml", "solutions/exercise-01/solution.py", "exercises/exercise-02/data/points.csv"]
)
def test_a_change_of_anything_else_makes_another_parcel(course: Path, parcel: Parcel, name: str) -> None:
    (course / name).parent.mkdir(exist_ok=True)
    with (course / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert packed(load_course(course)).content != parcel.content


@given(*[st.dictionaries(st.text("ab/.", max_size=3), st.binary(max_size=2), max_size=3)] * 2)
def test_two_sets_of_files_have_one_hash_only_if_they_are_equal(one: dict[str, bytes], two: dict[str, bytes]) -> None:
    assert (module._content(one) == module._content(two)) == (one == two)


def test_a_course_is_unpacked_once(parcel: Parcel) -> None:
    folder = unpacked(parcel)
    kept = folder / ".grade" / "kept"
    kept.parent.mkdir()
    kept.write_text("what desks keep", encoding="utf-8")
    os.utime(folder, (0, 0))
    assert unpacked(replace(parcel, data=b"not even looked at")) == folder
    assert kept.exists()
    assert folder.stat().st_mtime > 0


def test_a_folder_in_which_something_was_changed_is_not_used(parcel: Parcel) -> None:
    folder = unpacked(parcel)
    (folder / "solutions" / "exercise-01" / "solution.py").write_text("def double(x): return 3 * x\n", encoding="utf-8")
    other = unpacked(parcel)
    assert other != folder
    assert packed(load_course(other)) == parcel


def test_of_two_processes_that_unpack_at_once_the_second_uses_what_the_first_has_done(
    parcel: Parcel, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = cache / "mathematics-for-deep-learning-grader"
    rename = Path.rename

    def second(source: Path, target: Path) -> Path:
        shutil.copytree(source, target)
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", second)
    folder = unpacked(parcel)
    assert [path.name for path in home.iterdir()] == [parcel.content]
    assert packed(load_course(folder)) == parcel


@posix
def test_nobody_else_can_enter_where_courses_lie(parcel: Parcel, cache: Path) -> None:
    home = cache / "mathematics-for-deep-learning-grader"
    home.mkdir(parents=True)
    home.chmod(0o777)
    folder = unpacked(parcel)
    assert folder.parent == home
    for private in (home, folder):
        assert stat.S_IMODE(private.stat().st_mode) == 0o700


@posix
def test_without_a_home_courses_lie_with_temporary_files(
    parcel: Parcel, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.write_text("no folder can be made here", encoding="utf-8")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    folder = unpacked(parcel)
    assert folder.parent == tmp_path / "temporary" / f"mathematics-for-deep-learning-grader-{os.geteuid()}"
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


@posix
def test_a_folder_of_somebody_else_is_refused(parcel: Parcel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "theirs").mkdir(mode=0o777)
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    with pytest.raises(JudgeError, match="belongs to somebody else"):
        unpacked(parcel, tmp_path / "theirs")


@posix
def test_a_link_is_refused(parcel: Parcel, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(JudgeError, match="belongs to somebody else"):
        unpacked(parcel, tmp_path / "link")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_course_that_no_batch_asks_for_is_removed(parcel: Parcel, course: Path) -> None:
    old = unpacked(parcel)
    os.utime(old, (0, 0))
    (course / "course.yaml").write_text(
        (course / "course.yaml").read_text(encoding="utf-8").replace("small", "tiny"), encoding="utf-8"
    )
    fresh = unpacked(packed(load_course(course)))
    assert list(fresh.parent.iterdir()) == [fresh]


def test_what_is_cut_short_or_is_another_course_is_refused(parcel: Parcel, cache: Path) -> None:
    for data in (parcel.data[: len(parcel.data) // 2], b"", b"no zip"):
        with pytest.raises(JudgeError, match="arrived damaged"):
            unpacked(replace(parcel, data=data))
    with pytest.raises(JudgeError, match="not the one that was sent"):
        unpacked(replace(parcel, data=zipped({"course.yaml": b"title: Another course"})))
    damaged = parcel.data.replace(b"course.yaml", b"course.yanl")
    with pytest.raises(JudgeError, match="not the one that was sent"):
        unpacked(replace(parcel, data=damaged))
    assert list((cache / "mathematics-for-deep-learning-grader").iterdir()) == []


@pytest.mark.parametrize("name", ["../course.yaml", "/course.yaml", "a/../../b", "a\\b", "C:b", "./a", "a//b", "a/"])
def test_no_file_leaves_the_folder(name: str, tmp_path: Path) -> None:
    parcel = Parcel(module._content({name: b"x"}), zipped({name: b"x"}))
    with pytest.raises(JudgeError, match="not a course that was packed here"):
        unpacked(parcel, tmp_path / "home")
    assert list((tmp_path / "home").iterdir()) == []


def test_a_course_that_is_too_large_is_neither_sent_nor_unpacked(
    course: Path, parcel: Parcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LARGEST", 100)
    with pytest.raises(AuthoringError, match="make the data beside the exercises smaller"):
        packed(load_course(course))
    with pytest.raises(JudgeError, match="not a course that was packed here"):
        unpacked(parcel)


def test_a_full_disk_leaves_nothing_half_done(parcel: Parcel, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(JudgeError, match=r"cannot be unpacked: .*No space left on device"):
        unpacked(parcel)
    assert list((cache / "mathematics-for-deep-learning-grader").iterdir()) == []


def test_a_file_that_cannot_be_read_is_named(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = load_course(course)
    (course / "course.yaml").unlink()
    with pytest.raises(AuthoringError, match=r"course\.yaml cannot be read: No such file"):
        packed(found)


def test_what_is_logged_of_a_parcel_is_its_hash(parcel: Parcel) -> None:
    assert repr(parcel) == f"Parcel({parcel.content})"
