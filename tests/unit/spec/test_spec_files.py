"""The description files of a course: found, read, validated, and kept for the next run."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from grader.course import Course
from grader.errors import AuthoringError, Problem, SpecError, UsageError
from grader.model import Limits, Tolerance
from grader.spec.exercise import Exercise
from grader.spec.files import load_course, load_exercise

MARK = "§"
COURSE = """\
title: Course
seed: 7
topics:
  - id: algebra
    title: Algebra
    sections:
      - title: Matrices
        exercises: [exercise-01, exercise-02]
  - id: calculus
    title: Calculus
    sections:
      - title: Integrals
        exercises: [exercise-03]
"""
SEED = "seed: 7"

Load = Callable[[str], Course]
Fault = Callable[[str, str], Problem]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a course from the text of its file."""

    def load(text: str) -> Course:
        (tmp_path / "course.yaml").write_text(text, encoding="utf-8")
        return load_course(tmp_path)

    return load


@pytest.fixture
def course_faults(load: Load) -> Callable[[str], tuple[Problem, ...]]:
    """Return all faults of a course's file, in which a mark stands at the place of each."""

    def course_faults(marked: str) -> tuple[Problem, ...]:
        before = [marked[:place].replace(MARK, "") for place, sign in enumerate(marked) if sign == MARK]
        places = [(text.count("\n") + 1, len(text) - text.rfind("\n")) for text in before]
        with pytest.raises(SpecError) as caught:
            load(marked.replace(MARK, ""))
        assert [(problem.line, problem.column) for problem in caught.value.problems] == places, str(caught.value)
        assert {problem.file for problem in caught.value.problems} == {"course.yaml"}
        return caught.value.problems

    return course_faults


@pytest.fixture
def course_fault(course_faults: Callable[[str], tuple[Problem, ...]]) -> Fault:
    """Return the only fault of the course's file after one replacement, which marks its place."""

    def course_fault(old: str, new: str) -> Problem:
        assert COURSE.count(old) == 1
        (problem,) = course_faults(COURSE.replace(old, new))
        return problem

    return course_fault


def test_a_right_course_is_read(load: Load, tmp_path: Path) -> None:
    course = load(COURSE)
    assert (course.folder, course.file.title, course.file.seed) == (tmp_path, "Course", 7)
    assert course.exercises == ("exercise-01", "exercise-02", "exercise-03")


def test_without_limits_and_tolerance_the_usual_ones_hold(load: Load) -> None:
    course = load(COURSE)
    assert course.limits == Limits(2.0, 20.0, 10.0, 2 * 1024**3, 64 * 1024**2, 64 * 1024)
    assert course.tolerance == Tolerance(1e-6, 1e-9)


def test_limits_are_written_with_units(load: Load) -> None:
    limits = "limits: {call: 500 ms, exercise: 1 min, load: 3 s, memory: 1 GiB, answer: 1 MiB, output: 1.5 KiB}"
    assert load(f"{limits}\n{COURSE}").limits == Limits(0.5, 60.0, 3.0, 1024**3, 1024**2, 1536)


def test_limits_that_are_not_stated_keep_their_default(load: Load) -> None:
    course = load(f"limits: {{call: 5 s}}\n{COURSE}")
    assert (course.limits.call, course.limits.exercise) == (5.0, 20.0)


def test_a_tolerance_is_read(load: Load) -> None:
    assert load(f"tolerance: {{rtol: 1e-3}}\n{COURSE}").tolerance == Tolerance(1e-3, 1e-9)


@pytest.mark.parametrize(
    ("old", "new", "where", "message"),
    [
        (SEED, f"{SEED}\nlimits: {{call: §2}}", "limits.call", "expected a time such as `2 s` or `500 ms`, found 2"),
        (SEED, f"{SEED}\nlimits: {{call: §2 h}}", "limits.call", "expected a time such as `2 s` or `500 ms`, found '2 h'"),
        (SEED, f"{SEED}\nlimits: {{call: §0 s}}", "limits.call", "expected a time such as `2 s` or `500 ms`, found '0 s'"),
        (SEED, f"{SEED}\nlimits: {{memory: §2 GB}}", "limits.memory", "expected a size such as `64 MiB` or `2 GiB`, found '2 GB'"),
        (SEED, f"{SEED}\nlimits: {{memory: §2 s}}", "limits.memory", "expected a size such as `64 MiB` or `2 GiB`, found '2 s'"),
        (SEED, f"{SEED}\nlimits: §[]", "limits", "a mapping (`name: value`) was expected, found []"),
        (SEED, f"{SEED}\ntolerance: {{rtol: §-1}}", "tolerance.rtol", "a number of at least 0 was expected, found -1.0"),
        (SEED, f"{SEED}\ntolerance: {{atol: §.nan}}", "tolerance.atol", "a number of at least 0 was expected, found nan"),
        (SEED, f"{SEED}\ntolerance: {{atol: §tiny}}", "tolerance.atol", "a number was expected, found 'tiny'"),
        (SEED, "seed: §-1", "seed", "a number of at least 0 was expected, found -1"),
        (SEED, "seed: §secret", "seed", "a whole number was expected, found 'secret'"),
        (SEED, "seed: §1.5", "seed", "a whole number was expected, found 1.5"),
        (SEED, 'seed: §"7"', "seed", "a whole number was expected, found '7'"),
        (SEED, "seed: §true", "seed", "a whole number was expected, found True"),
        ("title: Course", "title: §''", "title", "this must not be empty"),
        ("id: algebra", "id: §7", "topics[0].id", "a text was expected, found 7"),
        ("[exercise-03]", "§[]", "topics[1].sections[0].exercises", "this must not be empty"),
        ("[exercise-03]", "§exercise-03", "topics[1].sections[0].exercises", "a list was expected, found 'exercise-03'"),
        ("[exercise-03]", "[§3]", "topics[1].sections[0].exercises[0]", "a text was expected, found 3"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_in_words(course_fault: Fault, old: str, new: str, where: str, message: str) -> None:
    problem = course_fault(old, new)
    assert (problem.where, problem.message) == (where, message)


@pytest.mark.parametrize(
    ("old", "new", "misspelt", "meant"),
    [
        (SEED, f"{SEED}\n§limts: {{}}", "limts", "limits"),
        (SEED, f"{SEED}\n§tolerence: {{}}", "tolerence", "tolerance"),
        ("    title: Calculus", "    title: Calculus\n    §section: []", "section", "sections"),
        ("      - title: Integrals", "      - title: Integrals\n        §exersises: []", "exersises", "exercises"),
        (SEED, f"{SEED}\nlimits: {{§cal: 2 s}}", "cal", "call"),
        (SEED, f"{SEED}\nlimits: {{§memry: 2 GiB}}", "memry", "memory"),
        (SEED, f"{SEED}\ntolerance: {{§rtoll: 1}}", "rtoll", "rtol"),
    ],
)
def test_a_misspelt_key_is_refused_with_the_key_that_was_meant(
    course_fault: Fault, old: str, new: str, misspelt: str, meant: str
) -> None:
    problem = course_fault(old, new)
    assert problem.message == f"unknown key {misspelt!r}"
    assert problem.hint == f"did you mean {meant!r}?"


def test_two_topics_of_one_id_are_refused_at_the_second(course_fault: Fault) -> None:
    problem = course_fault("id: calculus", "id: §algebra")
    assert (problem.where, problem.message) == ("topics[1].id", "the id 'algebra' is taken by another topic")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("exercise-01, exercise-02", "exercise-01, §exercise-01"),
        ("[exercise-03]", "[§exercise-01]"),
        ("[exercise-03]", "[exercise-03, §exercise-03]"),
    ],
    ids=["in a section", "in another topic", "at the end"],
)
def test_an_exercise_that_stands_twice_is_refused_at_the_second(course_fault: Fault, old: str, new: str) -> None:
    problem = course_fault(old, new)
    assert problem.message.endswith(" stands in the course twice")
    assert problem.where.startswith("topics[")


@pytest.mark.parametrize(
    "name",
    [
        *("../x", "..", ".", "/etc", "a/b", "a\\b", "a:b", "~x", "a..b", "exercise-01/../exercise-02", "c:"),
        *("Exercise-03", "exercise_03", "exercise 03", "exercise-", "-3", "a--b", "", "übung-1", "x.py", "x\u0000y"),
    ],
)
def test_a_name_that_is_a_path_or_no_plain_name_is_refused(course_fault: Fault, name: str) -> None:
    written = '"' + name.replace("\\", "\\\\").replace("\u0000", "\\0") + '"'
    problem = course_fault("[exercise-03]", f"[§{written}]")
    assert problem.message == f"{name!r} is not a name such as exercise-04"


@pytest.mark.parametrize("name", ["exercise-3", "eigenvalues", "a-1-b", "2"])
def test_a_plain_name_is_fine(load: Load, name: str) -> None:
    assert load(COURSE.replace("exercise-03", f'"{name}"')).exercises[-1] == name


def test_all_faults_of_a_course_are_reported_at_once(course_faults: Callable[[str], tuple[Problem, ...]]) -> None:
    text = COURSE.replace("title: Course", "title: §5").replace(SEED, "seed: §x\n§sed: 1")
    problems = course_faults(text.replace("[exercise-03]", "§[]"))
    assert [problem.where for problem in problems] == ["title", "seed", "sed", "topics[1].sections[0].exercises"]


def test_all_faults_between_the_parts_are_reported_at_once(
    course_faults: Callable[[str], tuple[Problem, ...]],
) -> None:
    problems = course_faults(
        COURSE.replace("id: calculus", "id: §algebra").replace("[exercise-03]", "[§../x, §exercise-01]")
    )
    assert len(problems) == 3


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "text\n", "3\n"])
def test_a_course_file_that_is_no_mapping_is_refused(load: Load, text: str) -> None:
    with pytest.raises(SpecError, match=r"^course\.yaml.*: a mapping \(`name: value`\) was expected"):
        load(text)


def test_a_course_file_that_is_not_yaml_is_refused(course_fault: Fault) -> None:
    assert course_fault("title: Course", "title: Course§: x").message.startswith("this is not YAML")


def test_a_course_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "course.yaml").write_bytes(COURSE.replace("Course", "Kürs").encode("latin-1"))
    with pytest.raises(SpecError, match=r"^course\.yaml: is not UTF-8 \(byte 8\)$"):
        load_course(tmp_path)


def test_a_course_is_found_from_a_folder_inside(load: Load, tmp_path: Path) -> None:
    load(COURSE)
    (tmp_path / "exercises" / "exercise-01").mkdir(parents=True)
    assert load_course(tmp_path / "exercises" / "exercise-01").folder == tmp_path


def test_without_a_course_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no course found"):
        load_course(tmp_path)


def test_a_changed_course_is_read_anew(load: Load) -> None:
    load(COURSE)
    assert load(COURSE.replace("title: Course", "title: Other")).file.title == "Other"


def test_a_course_is_kept_for_the_next_run(load: Load, tmp_path: Path) -> None:
    load(COURSE)
    assert (tmp_path / ".grade" / "cache" / "course.json").is_file()


def test_a_wrong_course_is_not_kept(load: Load, tmp_path: Path) -> None:
    with pytest.raises(SpecError):
        load("title: x\n")
    assert not (tmp_path / ".grade" / "cache" / "course.json").exists()


def test_a_wrong_course_is_not_hidden_by_an_earlier_right_one(load: Load) -> None:
    load(COURSE)
    with pytest.raises(SpecError):
        load(COURSE.replace(SEED, ""))
    assert load(COURSE).file.seed == 7


def test_an_exercise_without_a_description_is_an_error_of_the_course(course: Course) -> None:
    with pytest.raises(SpecError) as caught:
        load_exercise(course, "exercise-01")
    assert str(caught.value).startswith("exercises/exercise-01/exercise.yaml: there is no such file")


def test_a_description_that_is_a_folder_cannot_be_read(course: Course) -> None:
    course.description_file("exercise-01").mkdir()
    with pytest.raises(AuthoringError, match=r"^exercises/exercise-01/exercise\.yaml"):
        load_exercise(course, "exercise-01")


def test_faults_of_an_exercise_name_its_file_from_the_courses_folder(
    read: Callable[[str], Exercise], minimal: str
) -> None:
    with pytest.raises(SpecError, match=r"^exercises/exercise-01/exercise\.yaml:2:13: difficulty: "):
        read(minimal.replace("difficulty: 2", "difficulty: 9"))


def test_a_changed_exercise_is_read_anew(read: Callable[[str], Exercise], minimal: str) -> None:
    assert read(minimal).points == 3
    assert read(minimal.replace("points: 3", "points: 0.5")).points == Fraction(1, 2)


def test_the_second_reading_of_an_exercise_says_the_same_as_the_first(
    read: Callable[[str], Exercise], course: Course, minimal: str
) -> None:
    first = read(minimal)
    entry = course.folder / ".grade" / "cache" / "exercise-01.json"
    before = entry.stat().st_mtime_ns
    assert load_exercise(course, "exercise-01") == first
    assert entry.stat().st_mtime_ns == before


def test_a_course_whose_state_cannot_be_kept_is_read_all_the_same(load: Load, tmp_path: Path) -> None:
    (tmp_path / ".grade").write_text("a file in the place of the folder")
    assert load(COURSE).file.title == "Course"
