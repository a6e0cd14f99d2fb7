"""A course: its exercises in order, where its files lie, and how a person may name an exercise."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.course import Course, find_course_folder, module_name
from grader.errors import UsageError
from grader.model import Limits, Tolerance
from grader.spec.course import CourseFile, LimitsItem, Section, ToleranceItem, Topic

FOLDER = Path("/course")
COURSE = Course(
    FOLDER,
    CourseFile(
        title="Course",
        seed=1,
        topics=(
            Topic(
                id="algebra",
                title="Algebra",
                sections=(
                    Section(title="Matrices", exercises=("exercise-04", "exercise-12")),
                    Section(title="Spaces", exercises=("exercise-05",)),
                ),
            ),
            Topic(
                id="more", title="More", sections=(Section(title="Rest", exercises=("exercise-100", "eigen-values")),)
            ),
        ),
    ),
)


def test_exercises_are_in_the_order_of_the_course() -> None:
    assert COURSE.exercises == ("exercise-04", "exercise-12", "exercise-05", "exercise-100", "eigen-values")


def test_a_topic_has_the_exercises_of_its_sections() -> None:
    assert COURSE.file.topics[0].exercises == ("exercise-04", "exercise-12", "exercise-05")


def test_every_exercise_stands_in_a_topic_and_a_section() -> None:
    assert [(topic.id, section.title, name) for topic, section, name in COURSE.places()] == [
        ("algebra", "Matrices", "exercise-04"),
        ("algebra", "Matrices", "exercise-12"),
        ("algebra", "Spaces", "exercise-05"),
        ("more", "Rest", "exercise-100"),
        ("more", "Rest", "eigen-values"),
    ]


@pytest.mark.parametrize(
    ("name", "topic", "section"),
    [("exercise-12", "algebra", "Matrices"), ("exercise-05", "algebra", "Spaces"), ("eigen-values", "more", "Rest")],
)
def test_the_place_of_an_exercise_is_found(name: str, topic: str, section: str) -> None:
    found = COURSE.place(name)
    assert (found[0].id, found[1].title) == (topic, section)


def test_files_lie_where_the_layout_says() -> None:
    assert COURSE.description_file("exercise-04") == FOLDER / "exercises/exercise-04/exercise.yaml"
    assert COURSE.answer_file("exercise-04") == FOLDER / "exercises/exercise-04/exercise_04.py"
    assert COURSE.solution_folder("exercise-04") == FOLDER / "solutions/exercise-04"
    assert COURSE.state_folder == FOLDER / ".grade"


@pytest.mark.parametrize(("exercise", "module"), [("exercise-04", "exercise_04"), ("a-b-c", "a_b_c"), ("sum", "sum")])
def test_the_module_of_an_exercise_has_underscores(exercise: str, module: str) -> None:
    assert module_name(exercise) == module


def test_the_limits_of_the_file_are_those_of_the_course() -> None:
    limits = LimitsItem(call=1.0, exercise=2.0, load=3.0, memory=4, answer=5, output=6)
    course = Course(FOLDER, CourseFile(title="c", seed=1, limits=limits, topics=()))
    assert course.limits == Limits(call=1.0, exercise=2.0, load=3.0, memory=4, answer=5, output=6)


def test_the_tolerance_of_the_file_is_that_of_the_course() -> None:
    course = Course(FOLDER, CourseFile(title="c", seed=1, tolerance=ToleranceItem(rtol=0.5, atol=0.25), topics=()))
    assert course.tolerance == Tolerance(rtol=0.5, atol=0.25)


def test_what_the_file_leaves_open_has_a_default() -> None:
    assert (COURSE.limits, COURSE.tolerance) == (Limits(), Tolerance())


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("exercise-04", "exercise-04"),
        ("exercise_04", "exercise-04"),
        ("exercise_04.py", "exercise-04"),
        ("exercise-04.py", "exercise-04"),
        ("4", "exercise-04"),
        ("04", "exercise-04"),
        ("004", "exercise-04"),
        ("4.py", "exercise-04"),
        ("Exercise-04", "exercise-04"),
        ("EXERCISE_04", "exercise-04"),
        ("12", "exercise-12"),
        ("100", "exercise-100"),
        ("eigen-values", "eigen-values"),
        ("eigen_values.py", "eigen-values"),
    ],
)
def test_an_exercise_is_found_however_it_is_spelt(spelling: str, name: str) -> None:
    assert COURSE.find(spelling) == name


@pytest.mark.parametrize(
    ("spelling", "meant"),
    [
        ("exercise-4", "exercise-04"),
        ("exercize-04", "exercise-04"),
        ("exercse_12.py", "exercise-12"),
        ("eigenvalues", "eigen-values"),
    ],
)
def test_an_exercise_that_is_not_there_is_answered_with_the_nearest(spelling: str, meant: str) -> None:
    with pytest.raises(UsageError) as caught:
        COURSE.find(spelling)
    assert f"the course has no exercise {spelling!r}; did you mean {meant}?" in str(caught.value)
    assert "grade list" in str(caught.value)


@pytest.mark.parametrize("spelling", ["", "zzzzzz", "?", "²"])
def test_nothing_is_suggested_where_nothing_is_near(spelling: str) -> None:
    with pytest.raises(UsageError) as caught:
        COURSE.find(spelling)
    assert "did you mean" not in str(caught.value)


@pytest.mark.parametrize("spelling", ["99", "0", "-4", "4.0", "../exercise-04", "exercise-04/", "/4", "4 "])
def test_what_the_course_does_not_name_is_never_found(spelling: str) -> None:
    with pytest.raises(UsageError, match="the course has no exercise"):
        COURSE.find(spelling)


@given(spelling=st.text())
@example(spelling="9" * 5000)
@settings(deadline=None, derandomize=True)
def test_whatever_is_asked_for_an_exercise_is_found_or_refused(spelling: str) -> None:
    said = ""
    try:
        found = COURSE.find(spelling)
    except UsageError as error:
        found, said = "", str(error)
    assert found in COURSE.exercises or said.startswith("the course has no exercise ")


@given(number=st.integers(0, 130), zeros=st.integers(0, 3))
@settings(deadline=None, derandomize=True)
def test_a_number_means_the_exercise_with_that_number(number: int, zeros: int) -> None:
    spelling = "0" * zeros + str(number)
    if number in (4, 5, 12, 100):
        assert COURSE.find(spelling).removeprefix("exercise-").lstrip("0") == str(number)
    else:
        with pytest.raises(UsageError):
            COURSE.find(spelling)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A course with folders inside."""
    (tmp_path / "course" / "exercises" / "exercise-01").mkdir(parents=True)
    (tmp_path / "course" / "course.yaml").write_text("title: t\n")
    return tmp_path


@pytest.mark.parametrize("start", ["course", "course/exercises", "course/exercises/exercise-01"])
def test_a_course_is_found_upwards(tree: Path, start: str) -> None:
    assert find_course_folder(tree / start) == tree / "course"


def test_the_nearest_course_is_found(tree: Path) -> None:
    (tree / "course" / "exercises" / "course.yaml").write_text("title: inner\n")
    assert find_course_folder(tree / "course" / "exercises" / "exercise-01") == tree / "course" / "exercises"


def test_a_folder_of_that_name_is_no_course(tree: Path) -> None:
    (tree / "course" / "exercises" / "course.yaml").mkdir()
    assert find_course_folder(tree / "course" / "exercises") == tree / "course"


def test_a_course_is_found_upwards_of_a_file(tree: Path) -> None:
    assert find_course_folder(tree / "course" / "exercises" / "exercise-01" / "exercise_01.py") == tree / "course"


def test_a_course_is_found_upwards_of_the_working_folder(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "course" / "exercises")
    assert find_course_folder(Path()).resolve() == (tree / "course").resolve()


def test_without_a_course_the_person_is_told_where_was_looked(tree: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find_course_folder(tree)
    assert f"there is no course.yaml in {tree} or in a folder above it" in str(caught.value)
