"""What turns results into scores, as a course says it: read strictly, every fault at its line."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from grader.course import Course
from grader.errors import Problem, SpecError
from grader.spec.course import Dropped, Extension, Late
from grader.spec.course_rules import require_dropped_checks
from grader.spec.exercise import Exercise
from grader.spec.files import load_course

MARK = "§"
COURSE = """\
title: Course
seed: 7
timezone: Europe/Zurich
roster: roster.csv
late: {grace_days: 2, per_day: 10 %, at_most: 50 %}
topics:
  - id: algebra
    title: Algebra
    weight: 2.5
    sections:
      - title: Matrices
        due: 2027-03-01 23:59
        exercises: [exercise-01, exercise-02]
  - id: calculus
    title: Calculus
    sections:
      - title: Integrals
        exercises: [exercise-03]
extensions:
  - {student: s1234, until: 2027-03-08 23:59, time_factor: 1.5}
  - student: s2
    time_factor: 2
    exercises: [exercise-02]
dropped:
  - {exercise: exercise-01, check: nearly dependent columns, why: wrong tolerance}
"""

Load = Callable[[str], Course]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a course from the text of its file."""

    def load(text: str) -> Course:
        (tmp_path / "course.yaml").write_text(text, encoding="utf-8")
        return load_course(tmp_path)

    return load


@pytest.fixture
def fault(load: Load) -> Callable[[str, str], Problem]:
    """Return the only fault of the course's file after one replacement, which marks its place."""

    def fault(old: str, new: str) -> Problem:
        assert COURSE.count(old) == 1
        marked = COURSE.replace(old, new)
        before = marked[: marked.index(MARK)]
        with pytest.raises(SpecError) as caught:
            load(marked.replace(MARK, ""))
        (problem,) = caught.value.problems
        assert (problem.line, problem.column) == (before.count("\n") + 1, len(before) - before.rfind("\n")), problem
        return problem

    return fault


def test_a_right_course_is_read(load: Load) -> None:
    file = load(COURSE).file
    assert (file.timezone, file.roster) == ("Europe/Zurich", "roster.csv")
    assert file.late == Late(grace_days=2, per_day=Fraction(1, 10), at_most=Fraction(1, 2))
    assert [topic.weight for topic in file.topics] == [Fraction(5, 2), Fraction(1)]
    assert [topic.sections[0].due for topic in file.topics] == ["2027-03-01 23:59", None]
    assert file.extensions == (
        Extension(student="s1234", until="2027-03-08 23:59", time_factor=1.5),
        Extension(student="s2", time_factor=2.0, exercises=("exercise-02",)),
    )
    assert file.dropped == (Dropped(exercise="exercise-01", check="nearly dependent columns", why="wrong tolerance"),)


def test_a_course_is_the_same_when_it_is_read_from_the_cache(load: Load, tmp_path: Path) -> None:
    first = load(COURSE)
    assert (tmp_path / ".grade" / "cache" / "course.json").is_file()
    assert load_course(tmp_path) == first


def test_what_the_file_leaves_open_has_a_default(load: Load) -> None:
    file = load(
        "title: c\nseed: 1\ntopics: [{id: a, title: A, sections: [{title: S, exercises: [exercise-01]}]}]\n"
    ).file
    assert (file.timezone, file.roster, file.late, file.extensions, file.dropped) == ("UTC", "", None, (), ())
    assert (file.topics[0].weight, file.topics[0].sections[0].due) == (Fraction(1), None)


@pytest.mark.parametrize(
    ("old", "new", "where", "message"),
    [
        ("Europe/Zurich", "§Europe/Zurch", "timezone", "there is no time zone 'Europe/Zurch'; did you mean 'Europe/Zurich'?"),
        ("roster.csv", "§[a]", "roster", "a text was expected, found ['a']"),
        ("per_day: 10 %", "per_day: §10", "late.per_day", "a share such as `10 %` was expected, at most `100 %`, found 10"),
        ("at_most: 50 %", "at_most: §150 %", "late.at_most", "a share such as `10 %` was expected, at most `100 %`, found '150 %'"),
        ("grace_days: 2", "grace_days: §-1", "late.grace_days", "a number between 0 and 366 was expected, found -1"),
        ("grace_days: 2", "grace_days: §1.5", "late.grace_days", "a whole number was expected, found 1.5"),
        ("weight: 2.5", "weight: §-1", "topics[0].weight", "weights lie between 0 and a thousand million, found -1"),
        ("weight: 2.5", "weight: §'2'", "topics[0].weight", "a weight was expected, found '2'"),
        ("due: 2027-03-01 23:59", "due: §2027-03-01 24:59", "topics[0].sections[0].due",
         "a date such as `2027-03-01 23:59` or `2027-03-01` was expected, found '2027-03-01 24:59'"),
        ("student: s1234", "student: §1234", "extensions[0].student",
         "the name of a student was expected, in quotes if it is a number, found 1234"),
        ("student: s1234", "student: §' '", "extensions[0].student",
         "the name of a student was expected, in quotes if it is a number, found ' '"),
        ("until: 2027-03-08 23:59", "until: §tomorrow", "extensions[0].until",
         "a date such as `2027-03-01 23:59` or `2027-03-01` was expected, found 'tomorrow'"),
        ("time_factor: 1.5", "time_factor: §0.5", "extensions[0].time_factor", "a number between 1 and 100 was expected, found 0.5"),
        ("  - {student: s1234, until: 2027-03-08 23:59, time_factor: 1.5}", "  - §{student: s1234}", "extensions[0]",
         "one of until and time_factor is needed"),
        ("    exercises: [exercise-02]\ndropped", "    exercises: [§exercise-20]\ndropped", "extensions[1].exercises[0]",
         "the course has no exercise 'exercise-20'"),
        ("exercise: exercise-01", "exercise: §exercise-09", "dropped[0].exercise", "the course has no exercise 'exercise-09'"),
        ("why: wrong tolerance", "why: §''", "dropped[0].why", "this must not be empty"),
        ("{exercise: exercise-01, check: nearly dependent columns, why: wrong tolerance}",
         "§{exercise: exercise-01, check: nearly dependent columns}", "dropped[0].why", "this key is missing"),
        ("why: wrong tolerance}", "why: w}\n  - §{exercise: exercise-01, check: nearly dependent columns, why: x}",
         "dropped[1]", "the check 'nearly dependent columns' of exercise-01 is dropped twice"),
    ],
)  # fmt: skip
def test_a_fault_is_told_in_words_at_its_place(
    fault: Callable[[str, str], Problem], old: str, new: str, where: str, message: str
) -> None:
    problem = fault(old, new)
    assert problem.where == where
    assert problem.message.startswith(message)


def test_a_student_is_the_same_however_the_name_is_spelt(load: Load) -> None:
    course = load(COURSE.replace("s1234", "Zoe\u0308"))
    assert course.time_factor("Zo\u00eb", "exercise-01") == 1.5


def test_one_topic_at_least_has_a_weight(load: Load) -> None:
    text = COURSE.replace("weight: 2.5", "weight: 0").replace("title: Calculus", "title: Calculus\n    weight: 0")
    with pytest.raises(SpecError, match="one topic at least needs a weight above 0, or there is no total"):
        load(text)


def test_an_unknown_key_is_told_with_the_nearest(fault: Callable[[str, str], Problem]) -> None:
    problem = fault("grace_days: 2", "§grace_day: 2")
    assert (problem.message, problem.hint) == ("unknown key 'grace_day'", "did you mean 'grace_days'?")


def test_a_dropped_check_that_its_exercise_does_not_have_is_told_at_its_place(
    load: Load, read: Callable[[str], Exercise], minimal: str
) -> None:
    exercise = read(minimal)
    course = load(COURSE)
    with pytest.raises(SpecError) as caught:
        require_dropped_checks(course, {"exercise-01": exercise})
    (problem,) = caught.value.problems
    assert str(problem) == (
        "course.yaml:25:36: dropped[0].check: exercise-01 has no check 'nearly dependent columns'\n"
        "    hint: it has 'random matrices'"
    )
    right = load(COURSE.replace("nearly dependent columns", "random matrices"))
    require_dropped_checks(right, {"exercise-01": exercise})


def test_the_example_for_operators_is_a_course(load: Load) -> None:
    page = (Path(__file__).parents[3] / "docs" / "operators" / "gradebook.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    file = load(f"title: Course\nseed: 7\n{example}").file
    assert file.late == Late(grace_days=2, per_day=Fraction(1, 10), at_most=Fraction(1, 2))
    assert file.extensions[1] == Extension(student="s77", until="2027-03-03", exercises=("exercise-01",))
