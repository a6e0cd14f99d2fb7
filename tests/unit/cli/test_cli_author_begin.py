"""`grade author init`, `new` and `schema`, as an author meets them."""

import io
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from grader.authoring import schema

Grade = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, grade: Grade) -> Path:
    """Return the folder of a course that `init` has made; it is never changed."""
    folder = tmp_path_factory.mktemp("begun")
    assert grade(folder, "author", "init", "course", "--seed", "7").returncode == 0
    return folder / "course"


class Terminal(io.StringIO):
    """What is typed at a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_new_course_works_at_once(begun: Path, grade: Grade) -> None:
    listed = grade(begun, "list")
    assert listed.returncode == 0
    assert "Root mean square" in listed.stdout
    answered = grade(begun)
    assert answered.returncode == 1
    assert "0 of 5 points" in answered.stdout
    solved = grade(begun, "--answers", "solutions")
    assert solved.returncode == 0
    assert "5 of 5 points" in solved.stdout


def test_the_files_and_the_next_steps_are_told(tmp_path: Path, grade: Grade) -> None:
    done = grade(tmp_path, "author", "init", "course", "--title", "Analysis")
    rows = done.stdout.splitlines()
    assert rows[0] == f"wrote {Path('course') / 'course.yaml'}"
    assert all(row.startswith(f"wrote {Path('course')}") for row in rows[:-1])
    assert rows[-1].startswith("`cd course`, then `grade list`, `grade author verify`")
    text = (tmp_path / "course" / "course.yaml").read_text(encoding="utf-8")
    assert 'title: "Analysis"' in text
    assert f"seed: {date.today():%Y}" in text  # noqa: DTZ011 - the day on the author's own calendar


def test_a_folder_with_something_in_it_is_left_alone(begun: Path, grade: Grade) -> None:
    before = sorted(begun.rglob("*"))
    done = grade(begun, "author", "init", ".")
    assert done.returncode == 2
    assert "is not empty: there is .gitignore, .grade, README.md" in done.stderr
    assert sorted(begun.rglob("*")) == before


def test_an_exercise_is_added_with_flags(tmp_path: Path, grade: Grade) -> None:
    grade(tmp_path, "author", "init", ".")
    done = grade(tmp_path, "author", "new", "73", "--topic", "basics", "--title", "Mean size", "--section", "Vectors")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "wrote exercises/exercise-73/exercise.yaml",
        "wrote solutions/exercise-73/solution.py",
        "wrote solutions/exercise-73/accepted/by_the_length.py",
        "wrote solutions/exercise-73/mistakes/sum_for_mean.py",
        "wrote exercises/exercise-73/exercise_73.py",
        "added the exercise to course.yaml",
        "next: change the description and the solutions, and prove them: `grade author verify exercise-73`",
    ]
    assert "def mean_size(x):" in (tmp_path / "exercises" / "exercise-73" / "exercise_73.py").read_text()
    assert grade(tmp_path, "73", "--answers", "solutions").returncode == 0


def test_on_a_terminal_what_was_not_said_is_asked(
    tmp_path: Path, grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(tmp_path, "author", "init", ".")
    monkeypatch.setattr(sys, "stdin", Terminal("\n\nMean size\n\n"))
    done = grade(tmp_path, "author", "new")
    assert done.returncode == 0, done.stderr
    assert "exercise [exercise-02]" in done.stdout
    assert "topic (basics) [basics]" in done.stdout
    assert "function [mean_size]" in done.stdout
    assert 'title: "Mean size"' in (tmp_path / "exercises" / "exercise-02" / "exercise.yaml").read_text()


def test_what_needs_no_question_is_not_asked(tmp_path: Path, grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    grade(tmp_path, "author", "init", ".")
    monkeypatch.setattr(sys, "stdin", Terminal(""))
    assert grade(tmp_path, "author", "new", "2", "--topic", "basics").returncode == 0


def test_where_editors_have_no_schema_the_way_to_it_is_told(course: Path, grade: Grade) -> None:
    done = grade(course, "author", "new", "73", "--topic", "arrays")
    assert done.returncode == 0, done.stderr
    assert "`grade author schema --write`" in done.stdout
    assert "        exercises: [exercise-03, exercise-73]\n" in (course / "course.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "which exercise? Write `grade author new exercise-73 --topic ID`"),
        (["73"], "which topic? Write `--topic ID`; there are: numbers, arrays"),
        (["73", "--topic", "array"], "the course has no topic 'array'; did you mean 'arrays'?"),
        (["73", "--topic", "arrays", "--section", "Sum"], "arrays has no section 'Sum'; did you mean 'Sums'?"),
        (["3", "--topic", "arrays"], "the course has an exercise exercise-03 already"),
        (["no name", "--topic", "arrays"], "'no name' is not a name such as exercise-04"),
        (["73", "--topic", "arrays", "--function", "max"], "'max' has a meaning of its own"),
        (["73", "--topic", "arrays", "--title", "1, 2, 3"], "'1_2_3' is not a name that a function can have"),
    ],
)
def test_a_slip_on_the_command_line_changes_nothing(
    course: Path, grade: Grade, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    before = {file: file.read_bytes() for file in course.rglob("*") if file.is_file() and ".grade" not in file.parts}
    done = grade(course, "author", "new", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert before == {
        file: file.read_bytes() for file in course.rglob("*") if file.is_file() and ".grade" not in file.parts
    }


def test_schemas_are_shown_and_written(course: Path, grade: Grade) -> None:
    shown = grade(course, "author", "schema")
    assert shown.returncode == 0
    assert json.loads(shown.stdout) == schema.schemas()
    assert not (course / "schema").exists()
    written = grade(course / "exercises", "author", "schema", "--write")
    assert written.stdout == "wrote schema/exercise.schema.json\nwrote schema/course.schema.json\n"
    for name, text in schema.texts().items():
        assert (course / "schema" / name).read_text(encoding="utf-8") == text


def test_outside_a_course_schemas_are_not_written(tmp_path: Path, grade: Grade) -> None:
    assert grade(tmp_path, "author", "schema", "--write").returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_new_course_and_a_new_exercise_are_proved(tmp_path: Path, grade: Grade) -> None:
    grade(tmp_path, "author", "init", ".", "--seed", "7")
    grade(tmp_path, "author", "new", "exercise-02", "--topic", "basics", "--function", "size_of")
    done = grade(tmp_path, "author", "verify")
    assert done.returncode == 0, done.stdout
    assert "2 of 2 exercises proved" in done.stdout
    assert "✗" not in done.stdout
