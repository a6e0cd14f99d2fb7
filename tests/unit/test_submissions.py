"""Answer files: where they lie, whose they are, and what is read from them."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.course import Course
from grader.errors import SubmissionNotFound, UsageError
from grader.spec.course import CourseFile, Section, Topic
from grader.submissions import SIZE_CAP, answer_file, exercise_of, read_submission
from tests.unit.notebooks.files import notebook


@pytest.fixture
def course(tmp_path: Path) -> Course:
    topic = Topic(id="t", title="T", sections=(Section(title="S", exercises=("exercise-01", "exercise-02")),))
    return Course(tmp_path / "course", CourseFile(title="C", seed=1, topics=(topic,)))


def put(file: Path, content: bytes = b"x = 1\n") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


# --- where


def test_an_answer_lies_in_the_folder_of_its_exercise(course: Course) -> None:
    expected = course.folder / "exercises" / "exercise-02" / "exercise_02.py"
    assert answer_file(course, "exercise-02", None) == expected


@pytest.mark.parametrize("place", ["exercise_02.py", "exercise-02/exercise_02.py", "exercise-02/solution.py"])
def test_a_folder_of_answers_has_one_of_three_layouts(course: Course, tmp_path: Path, place: str) -> None:
    file = put(tmp_path / "answers" / place)
    assert answer_file(course, "exercise-02", tmp_path / "answers") == file


def test_a_link_that_leads_out_of_the_folder_of_answers_is_refused(course: Course, tmp_path: Path) -> None:
    put(tmp_path / "solutions" / "exercise-02" / "solution.py")
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "exercise-02").symlink_to("../solutions/exercise-02")
    with pytest.raises(SubmissionNotFound, match="leads out of"):
        answer_file(course, "exercise-02", tmp_path / "answers")


def test_of_two_layouts_the_flat_one_is_taken(course: Course, tmp_path: Path) -> None:
    put(tmp_path / "answers" / "exercise-02" / "solution.py")
    flat = put(tmp_path / "answers" / "exercise_02.py")
    assert answer_file(course, "exercise-02", tmp_path / "answers") == flat


def test_a_missing_answer_is_missed_at_the_flat_place(course: Course, tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    assert answer_file(course, "exercise-02", tmp_path / "answers") == tmp_path / "answers" / "exercise_02.py"


@pytest.mark.parametrize("place", ["nowhere", "file"])
def test_a_folder_of_answers_that_is_none_is_refused(course: Course, tmp_path: Path, place: str) -> None:
    put(tmp_path / "file")
    with pytest.raises(SubmissionNotFound, match="there is no folder"):
        answer_file(course, "exercise-02", tmp_path / place)


# --- whose


@pytest.mark.parametrize(
    "name",
    [
        "exercise_02.py",
        "exercise-02.py",
        "EXERCISE_02.PY",
        "exercise-02/answer.py",
        "exercise_02/solution.py",
        "exercise-02/anna/solution.py",
    ],
)
def test_the_nearest_name_says_which_exercise_a_file_answers(course: Course, tmp_path: Path, name: str) -> None:
    assert exercise_of(course, tmp_path / "elsewhere" / name) == "exercise-02"


def test_the_name_of_the_file_stands_before_the_folder_around_it(course: Course, tmp_path: Path) -> None:
    assert exercise_of(course, tmp_path / "exercise-01" / "exercise_02.py") == "exercise-02"


def test_a_relative_path_is_seen_in_the_folder_it_stands_in(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "exercise-02").mkdir()
    monkeypatch.chdir(tmp_path / "exercise-02")
    assert exercise_of(course, Path("mine.py")) == "exercise-02"


@pytest.mark.parametrize("name", ["mine.py", "exercise_77.py", "exercise_020.py"])
def test_a_file_of_no_exercise_is_refused(course: Course, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"name it exercise_01\.py"):
        exercise_of(course, tmp_path / name)


# --- what


def test_a_submission_holds_all_that_is_needed_to_run_it(tmp_path: Path) -> None:
    file = put(tmp_path / "anna" / "solution.py", "ä = 1\n".encode())
    submission = read_submission(file, "exercise-02", "norm")
    assert submission is not None
    assert (submission.name, submission.source, submission.function) == ("exercise_02", "ä = 1\n", "norm")
    assert submission.folder == str(tmp_path / "anna")


def test_a_missing_file_is_no_submission(tmp_path: Path) -> None:
    assert read_submission(tmp_path / "exercise_02.py", "exercise-02", "norm") is None


def test_a_missing_folder_is_no_submission(tmp_path: Path) -> None:
    assert read_submission(tmp_path / "nowhere" / "exercise_02.py", "exercise-02", "norm") is None


def test_a_link_that_leads_nowhere_is_no_submission(tmp_path: Path) -> None:
    (tmp_path / "link.py").symlink_to("nowhere.py")
    assert read_submission(tmp_path / "link.py", "exercise-02", "norm") is None


def test_a_link_to_another_folder_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "solutions" / "solution.py")
    put(tmp_path / "answers" / "mine.py")
    link = tmp_path / "answers" / "exercise_02.py"
    link.symlink_to("../solutions/solution.py")
    with pytest.raises(SubmissionNotFound, match="leads to another folder"):
        read_submission(link, "exercise-02", "norm")
    link.unlink()
    link.symlink_to("mine.py")
    assert read_submission(link, "exercise-02", "norm") is not None


def test_a_byte_order_mark_is_no_part_of_the_source(tmp_path: Path) -> None:
    submission = read_submission(put(tmp_path / "a.py", b"\xef\xbb\xbfx = 1\n"), "exercise-02", "norm")
    assert submission is not None
    assert submission.source == "x = 1\n"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SubmissionNotFound, match="is a folder"):
        read_submission(tmp_path, "exercise-02", "norm")


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop.py").symlink_to("loop.py")
    with pytest.raises(SubmissionNotFound, match="cannot be read"):
        read_submission(tmp_path / "loop.py", "exercise-02", "norm")


def test_a_file_below_a_file_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "file")
    with pytest.raises(SubmissionNotFound, match="cannot be read"):
        read_submission(tmp_path / "file" / "a.py", "exercise-02", "norm")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="may read everything")
def test_a_file_of_others_is_refused(tmp_path: Path) -> None:
    file = put(tmp_path / "a.py")
    file.chmod(0)
    with pytest.raises(SubmissionNotFound, match="cannot be read"):
        read_submission(file, "exercise-02", "norm")


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    assert read_submission(put(tmp_path / "a.py", b"#" * SIZE_CAP), "exercise-02", "norm") is not None


def test_a_larger_file_is_refused_unread(tmp_path: Path) -> None:
    file = put(tmp_path / "a.py")
    os.truncate(file, 2**40)
    with pytest.raises(SubmissionNotFound, match="larger than 4 MiB"):
        read_submission(file, "exercise-02", "norm")


@pytest.mark.parametrize(("content", "place"), [(b"\xff", 0), (b"x = '\xe4'", 5), ("x".encode("utf-16"), 0)])
def test_other_encodings_are_refused_with_the_first_wrong_byte(tmp_path: Path, content: bytes, place: int) -> None:
    with pytest.raises(SubmissionNotFound, match=rf"not text in UTF-8 \(byte {place}\)"):
        read_submission(put(tmp_path / "a.py", content), "exercise-02", "norm")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_every_text_is_read_as_it_was_written(tmp_path: Path, text: str) -> None:
    submission = read_submission(put(tmp_path / "a.py", text.encode()), "exercise-02", "norm")
    assert submission is not None
    assert submission.source == text.removeprefix("\ufeff")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.binary(max_size=50))
def test_every_file_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        with pytest.raises(SubmissionNotFound):
            read_submission(put(tmp_path / "a.py", content), "exercise-02", "norm")
    else:
        assert read_submission(put(tmp_path / "a.py", content), "exercise-02", "norm") is not None


def test_a_notebook_is_an_answer_file(tmp_path: Path) -> None:
    file = tmp_path / "exercise_04.ipynb"
    file.write_bytes(notebook("%matplotlib inline\nx = 1", "def f(): pass"))
    found = read_submission(file, "exercise-04", "f")
    assert found is not None
    assert found.source == "pass\nx = 1\ndef f(): pass"
    assert found.cells == (("cell 1", 2), ("cell 2", 1))
    file.write_bytes(b"{")
    with pytest.raises(SubmissionNotFound, match="it is no notebook"):
        read_submission(file, "exercise-04", "f")
