"""The gradebook for people: a table, or one student after the other."""

from collections.abc import Callable
from dataclasses import replace

from grader.gradebook.scores import Overview
from grader.gradebook_reports.text import TextOverview
from grader.roster import Student

TABLE = """\
Course: 4 students

student   name             Algebra    Calculus   total
ada       Lovelace, Ada  5.80 of 8  0.33 of 10  55.2 %
学生      学生 甲        2.50 of 8     0 of 10  23.4 %
=1+1      Zoë               ? of 8     0 of 10       ?
stranger                    4 of 8     0 of 10  37.5 %

not judged because of a judge error: 1 student
  =1+1 (exercise-01)
handed in and not graded yet: 1 student
  =1+1 (exercise-02)
not on the roster: 1 student
  stranger
dropped: exercise-02, “small”: wrong tolerance
"""

STUDENT = """\
ada, Lovelace, Ada: 55.2 % of the course
  Algebra: 5.80 of 8 points
  Calculus: 0.33 of 10 points

exercise-01  Title                                                             2 of 4 points
  ✗ small                                                       3 of 20 cases  0 of 2 points
      off by 1
        A = np.array([[1.0]])
        expected  np.array([1.0])
        got       np.array([2.0])
        error     inf, allowed 1e-06
      Look at the sign.
  ✓ large (hidden)                                                             2 of 2 points
  Next: paste a failing case, or ask for `grade hint exercise-01`.
  1 day late (due 2027-02-28, handed in 2027-03-01 13:00), 10 % less
  counts: 1.80 of 4 points

exercise-02  Title                                                             4 of 4 points
  ✓ small                                                       3 of 20 cases  2 of 2 points
  ✓ large (hidden)                                                             2 of 2 points
  “small” counts as passed: wrong tolerance
"""


def render(scores: Overview, *, details: bool = False) -> str:
    return TextOverview().render(scores, details=details)


def test_a_table_has_topics_totals_and_what_is_amiss(scores: Overview) -> None:
    assert render(scores) == TABLE


def test_without_names_there_is_no_column_for_them(of: Callable[..., Overview]) -> None:
    assert render(of("stranger")).splitlines()[2] == "student   Algebra  Calculus   total"


def test_many_students_are_counted_and_some_named(of: Callable[..., Overview]) -> None:
    (one,) = of("stranger").students
    many = tuple(replace(one, student=Student(f"x{number}")) for number in range(25))
    lines = render(replace(of(), students=many)).splitlines()
    assert "not on the roster: 25 students" in lines
    assert lines[-2:] == ["  … and 5 more", "dropped: exercise-02, “small”: wrong tolerance"]


def test_one_student_is_shown_with_all_checks_and_why_a_score_is_not_what_was_judged(
    of: Callable[..., Overview],
) -> None:
    assert render(of("ada"), details=True).startswith(STUDENT)


def test_points_that_a_person_set_are_told_with_who_when_and_why(of: Callable[..., Overview]) -> None:
    assert render(of("学生"), details=True).splitlines()[4:7] == [
        "exercise-01  absent",
        "  set to 2.50 points by me on 2027-03-01: oral exam",
        "  counts: 2.50 of 4 points",
    ]


def test_a_judge_error_is_told_without_what_it_says(of: Callable[..., Overview]) -> None:
    text = render(of("=1+1"), details=True)
    assert "no score of 4 points" in text
    assert "judge error: the fault is not the student's" in text
    assert "42" not in text
    assert "exercise-02  not graded yet" in text


def test_a_student_who_is_not_on_the_roster_is_marked(of: Callable[..., Overview]) -> None:
    assert render(of("stranger"), details=True).startswith("stranger (not on the roster): 37.5 % of the course\n")


def test_no_name_steers_a_terminal(of: Callable[..., Overview]) -> None:
    (one,) = of("ada").students
    scores = replace(of(), students=(replace(one, student=Student("\x1b[2J\x07", "\ud800\r")),))
    for details in (False, True):
        text = render(scores, details=details)
        assert not set("\x1b\x07\r") & set(text)
        assert text.encode()
