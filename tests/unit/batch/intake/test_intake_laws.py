"""What holds for every way of handing in, however odd."""

import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.batch.intake import Intake, read, take_in
from grader.batch.intake.archives import OF_A_STUDENT, list_zip
from grader.batch.intake.entries import readable
from grader.batch.intake.names import Names
from grader.batch.intake.sources import OnDisk, Packed
from grader.errors import SubmissionNotFound
from tests.unit.batch.intake.handing_in import EXERCISES, zip_bytes

NAMES = [
    *("exercise_04.py", "exercise-04.py", "exercise_12 (1).py", "solution.py", "helper.py", "notes.txt", "a-1.py"),
    *("hw.ipynb", ".DS_Store", "exercise.yaml", "anna_1_7_exercise_04.py", "exercise_01-1.py", "__init__.py"),
]
FOLDERS = [
    *("exercise-04", "exercises", "anna", "Anna", "ben", "week 1", "__MACOSX", ".git", "hw-1-submissions"),
    *("A_1_assignsubmission_file_", "ben_LATE_2_8_hw", "submission_1", "exercise-12"),
]
PATHS = st.tuples(st.lists(st.sampled_from(FOLDERS), max_size=3), st.sampled_from(NAMES)).map(
    lambda parts: "/".join([*parts[0], parts[1]])
)
TREES = st.dictionaries(PATHS, st.sampled_from(["", "import helper", "import importlib"]), max_size=8)


@contextmanager
def written(tree: dict[str, str]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve() / "submissions"
        root.mkdir()
        for path, content in tree.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
            os.utime(file, (1.8e9, 1.8e9))
        yield root


def unmentioned(intake: Intake, files: set[str]) -> set[str]:
    """Return the files of which nothing is said.

    Something is said of a file when it is named, when a folder around it is, and when it is a module beside an answer,
    be it one that counts or an older one.
    """
    said = {found.origin for found in intake.submissions} | {item.origin for item in intake.notebooks}
    said |= {item.origin for item in (*intake.unrecognised, *intake.ignored)}
    beside = {shown(source) for found in intake.submissions for source in found.files.values()}
    older = {old.rpartition(" (")[0] for found in intake.submissions for old in found.superseded}
    folders = {old.rpartition("/")[0] for old in older}
    return {
        file
        for file in files - said - beside - older
        if not any(file.startswith(f"{place}/") for place in said)
        and not (file.endswith(".py") and file.rpartition("/")[0] in folders)
    }


def shown(source: OnDisk | Packed) -> str:
    if isinstance(source, OnDisk):
        return source.path
    return f"{shown(source.archive)}/{source.name.decode()}"


@settings(deadline=None, max_examples=60)
@given(TREES)
def test_something_is_said_of_every_file(tree: dict[str, str]) -> None:
    with written(tree) as root:
        assert not unmentioned(take_in([root], EXERCISES), {f"{root}/{path}" for path in tree})


@settings(deadline=None, max_examples=40)
@given(TREES)
def test_something_is_said_of_every_file_in_a_zip(tree: dict[str, str]) -> None:
    with written({}) as root:
        file = root / "all.zip"
        file.write_bytes(zip_bytes(tree))
        assert not unmentioned(take_in([file], EXERCISES), {f"{file}/{path}" for path in tree})


@settings(deadline=None, max_examples=15)
@given(st.lists(TREES, min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_what_is_named_makes_no_difference(trees: list[dict[str, str]], random: object) -> None:
    with written({f"{place}/{path}": text for place, tree in enumerate(trees) for path, text in tree.items()}) as root:
        paths = [root / str(place) for place in range(len(trees)) if (root / str(place)).exists()]
        (root / "z.zip").write_bytes(zip_bytes(trees[0]))
        paths.append(root / "z.zip")
        expected = take_in(paths, EXERCISES)
        shuffled = list(paths)
        random.shuffle(shuffled)  # type: ignore[attr-defined] # Hypothesis' own kind of random.Random
        assert take_in(shuffled, EXERCISES) == expected
        assert take_in([*paths, *shuffled], EXERCISES) == expected


@settings(deadline=None, max_examples=40)
@given(TREES)
def test_each_student_has_one_submission_to_an_exercise_and_each_can_be_read(tree: dict[str, str]) -> None:
    with written(tree) as root:
        intake = take_in([root], EXERCISES)
        keys = [(found.student, found.exercise) for found in intake.submissions]
        assert len(set(keys)) == len(keys)
        assert keys == sorted(keys)
        assert {student for student, _ in keys} <= set(intake.students)
        for found in intake.submissions:
            content = read(found)
            assert content.source in set(tree.values())
            assert found.main in found.files
            assert dict(content.beside).keys() <= found.files.keys()


@settings(deadline=None, max_examples=40)
@given(TREES)
def test_a_folder_and_its_zip_hold_the_same(tree: dict[str, str]) -> None:
    """Where a folder is one student's, so is a zip of it; what a platform named is whose it was."""
    with written(tree) as root:
        memory = io.BytesIO()
        with zipfile.ZipFile(memory, "w") as archive:
            for path in sorted(tree):
                archive.write(root / path, path)
        folder = take_in([root], EXERCISES)
        shutil.rmtree(root)
        (root.parent / "submissions.zip").write_bytes(memory.getvalue())
        packed = take_in([root.parent / "submissions.zip"], EXERCISES)
        if not packed.students:
            return  # a zip with a single folder may be the student's or hold the student
        assert packed.students == folder.students
        assert [(one.student, one.exercise, set(one.files)) for one in packed.submissions] == [
            (one.student, one.exercise, set(one.files)) for one in folder.submissions
        ]


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 400))
def test_no_zip_breaks_the_intake(noise: bytes, start: int, length: int) -> None:
    """A zip with any bytes of it replaced gives entries or a reason, and each entry bytes or a reason."""
    data = zip_bytes({"exercise_04.py": "x = 1\n" * 20, "a/exercise_12.py": "y = 2"})
    data = data[:start] + noise + data[start + length :]
    with written({}) as root:
        file = root / "anna.zip"
        file.write_bytes(data)
        (root / "ben").mkdir()
        intake = take_in([root], EXERCISES)
        assert intake.students == ("anna", "ben")
        for found in intake.submissions:
            with suppress(SubmissionNotFound):
                assert "=" in read(found).source


@settings(deadline=None, max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_every_name_in_a_zip_is_listed_once(name: str) -> None:
    with written({}) as root:
        file = root / "a.zip"
        file.write_bytes(zip_bytes({name: "x"}))
        entries = list_zip(OnDisk(str(root), ("a.zip",)), OF_A_STUDENT, UTC)
        assert len(entries) == 1
        assert all(part not in {"", ".", ".."} for part in entries[0].parts) or entries[0].fault


@given(st.text(max_size=30))
def test_a_readable_name_stays_as_it_is_and_can_be_printed(text: str) -> None:
    once = readable(text)
    assert readable(once) == once
    once.encode()  # a name with halves of signs in it could not be kept
    assert not set(once) & set("\x1b\n\r\0\u202e")


@given(
    st.sampled_from(EXERCISES),
    st.sampled_from(["{}", " {}", "{} (3)", "{}(12)"]),
    st.sampled_from(["-", "_", " ", "__"]),
    st.booleans(),
)
def test_an_exercise_is_known_in_every_spelling(exercise: str, around: str, between: str, capital: bool) -> None:
    name = around.format(exercise.replace("-", between))
    assert Names(EXERCISES).exercise(name.upper() if capital else name) == exercise


@given(st.from_regex(r"[a-z_0-9-]{0,20}", fullmatch=True))
def test_no_other_name_is_taken_for_an_exercise(name: str) -> None:
    found = Names(EXERCISES).exercise(name)
    assert found is None or name.strip("-_").replace("_", "-").replace("--", "-").startswith("exercise-")
