"""A bundle goes into a fresh folder, or into the place of another one; nobody's work is lost."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader.authoring.release.contents import Bundle
from grader.authoring.release.writing import require_room, write
from grader.errors import UsageError

ANSWER = "exercises/exercise-01/exercise_01.py"


def small(**files: str) -> Bundle:
    """Return a bundle of a few texts, with names that have dots and slashes as `__` and `_of_`."""
    named = {"README.md": "read", ANSWER: "stub 1", **files}
    content = {path: text.encode() for path, text in named.items()}
    from hashlib import sha256

    listed = {path: sha256(data).hexdigest() for path, data in content.items()}
    about = {"format": "grader/bundle/1", "files": listed}
    return Bundle({**content, "bundle.json": json.dumps(about).encode()}, (ANSWER,), "v", 1, 1, 0)


def state(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("there", [False, True])
def test_a_fresh_folder_gets_all_files_and_nothing_beside_it_is_left(tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "deep" / "bundle"
    if there:
        folder.mkdir(parents=True)
    assert write(small(), folder, replace=False) == ()
    assert state(folder) == dict(small().files)
    assert [path.name for path in folder.parent.iterdir()] == ["bundle"]


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    for way in (True, False):
        with pytest.raises(UsageError, match="is not empty, and no bundle"):
            write(small(), tmp_path, replace=way)
    assert state(tmp_path) == {"thesis.txt": b"mine"}


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is no folder"):
        require_room(tmp_path / "file", replace=False)


def test_a_bundle_is_replaced_only_if_that_is_said(tmp_path: Path) -> None:
    write(small(), tmp_path, replace=False)
    with pytest.raises(UsageError, match="holds a bundle already; `--replace`"):
        write(small(), tmp_path, replace=False)


def test_a_new_bundle_takes_the_place_of_an_old_one(tmp_path: Path) -> None:
    write(small(**{"prepared/old": "1", "wheel/a.whl": "1"}), tmp_path, replace=False)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref")
    new = small(**{"wheel/b.whl": "2", "README.md": "read again", ANSWER: "stub 2"})
    assert write(new, tmp_path, replace=True) == ()
    assert state(tmp_path) == {**new.files, ".git/HEAD": b"ref"}
    assert not (tmp_path / "prepared").exists()


def test_an_answer_that_somebody_has_written_stays(tmp_path: Path) -> None:
    write(small(), tmp_path, replace=False)
    (tmp_path / ANSWER).write_text("mine")
    new = small(**{ANSWER: "stub 2"})
    assert write(new, tmp_path, replace=True) == (ANSWER,)
    assert (tmp_path / ANSWER).read_text() == "mine"
    assert write(new, tmp_path, replace=True) == (ANSWER,)


def test_an_answer_to_an_exercise_that_is_gone_is_not_deleted(tmp_path: Path) -> None:
    write(small(**{"exercises/exercise-02/exercise_02.py": "stub"}), tmp_path, replace=False)
    (tmp_path / "exercises/exercise-02/exercise_02.py").write_text("mine")
    with pytest.raises(UsageError, match=r"exercise_02\.py; move them away"):
        write(small(), tmp_path, replace=True)
    assert (tmp_path / "exercises/exercise-02/exercise_02.py").read_text() == "mine"


def test_another_file_that_was_changed_by_hand_stops_it_before_anything_is_written(tmp_path: Path) -> None:
    write(small(), tmp_path, replace=False)
    (tmp_path / "README.md").write_text("read, and bring cake")
    before = state(tmp_path)
    with pytest.raises(UsageError, match=r"README\.md; move them away"):
        write(small(**{"README.md": "new"}), tmp_path, replace=True)
    assert state(tmp_path) == before


def test_a_file_that_is_in_the_way_of_a_new_one_stops_it(tmp_path: Path) -> None:
    write(small(), tmp_path, replace=False)
    (tmp_path / "notes.md").write_text("mine")
    with pytest.raises(UsageError, match=r"notes\.md; move them away"):
        write(small(**{"notes.md": "ours"}), tmp_path, replace=True)
    assert (tmp_path / "notes.md").read_text() == "mine"


@pytest.mark.parametrize("about", ["", "[]", "{}", '{"format": "grader/bundle/1", "files": {"../x": "1"}}'])
def test_a_bundle_that_is_none_of_ours_is_refused(tmp_path: Path, about: str) -> None:
    (tmp_path / "x").write_text("mine")
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "bundle.json").write_text(about)
    with pytest.raises(UsageError, match="is none of ours"):
        write(small(), folder, replace=True)
    assert (tmp_path / "x").read_text() == "mine"


def test_a_write_that_fails_leaves_no_folder(tmp_path: Path) -> None:
    impossible = replace(small(), files={**small().files, "README.md/below": b""})
    with pytest.raises(UsageError, match="cannot be written"):
        write(impossible, tmp_path / "bundle", replace=False)
    assert list(tmp_path.iterdir()) == []
