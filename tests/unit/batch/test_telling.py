"""What a batch came to, in words."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.batch.intake import Found, Intake, Notebook, TimeSource, Unrecognised
from grader.batch.orders import Summary
from grader.batch.telling import change_data, change_lines, details, totals
from grader.gradebook.records import Change
from grader.model import Verdict
from grader.roster import Student

NOTHING = Summary(students=0, verdicts={}, reused=0, judge_errors={}, not_read={}, faults={}, left_out={}, seconds=0.0)
FOUND = Found(
    student="ada",
    exercise="exercise-01",
    main="exercise_01",
    files={},
    handed_in=None,
    time_source=TimeSource.NOBODY,
    origin="in/ada/exercise_01.py",
)
BOOK = Notebook(student="ada", exercise="", origin="in/ada/all.ipynb", why="no cell says what it answers")
UP = Change("ada", "exercise-01", Verdict.PARTIAL, Fraction(1), Verdict.ACCEPTED, Fraction(3), Fraction(3))


def told(intake: Intake, summary: Summary = NOTHING) -> list[str]:
    return list(details(intake, summary))


def test_of_a_batch_in_which_all_went_well_there_is_nothing_to_tell() -> None:
    assert told(Intake(submissions=(FOUND,), students=("ada",))) == []


def test_everything_that_was_not_graded_is_named() -> None:
    intake = Intake(
        submissions=(replace(FOUND, superseded=("in/ada/old.py (2027-03-01 08:30 UTC)",)),),
        notebooks=(BOOK, replace(BOOK, student="bob", exercise="exercise-02", origin="in/bob/exercise_02.ipynb")),
        unrecognised=(
            Unrecognised(origin="in/ada/notes.txt", why="it is neither a Python file nor a notebook", student="ada"),
            Unrecognised(origin="in/eve/exercise_01.py", why="it is a link", student="eve", exercise="exercise-01"),
        ),
        notes=("two students of the roster have the same name",),
    )
    summary = replace(
        NOTHING,
        not_read={
            ("bob", "exercise-02"): "in/bob/exercise_02.ipynb: it is gone",
            ("eve", "exercise-01"): "in/eve/exercise_01.py: it is a link",
        },
        faults={"exercise-03": "exercises/exercise-03/exercise.yaml:3:1: nonsense\n    hint: none"},
        left_out={"exercise-03": 2},
    )
    assert told(intake, summary) == [
        "older submissions, which do not count:",
        "  in/ada/old.py (2027-03-01 08:30 UTC)",
        "not recognised:",
        "  in/ada/notes.txt: it is neither a Python file nor a notebook",
        "notebooks that are not graded:",
        "  in/ada/all.ipynb: no cell says what it answers",
        "notes:",
        "  two students of the roster have the same name",
        "handed in and not graded, so that the score is not known:",
        "  bob, exercise-02: in/bob/exercise_02.ipynb: it is gone",
        "  eve, exercise-01: in/eve/exercise_01.py: it is a link",
        "exercises with a fault:",
        "  exercise-03 (2 submissions left out): exercises/exercise-03/exercise.yaml:3:1: nonsense\n        hint: none",
    ]


def test_a_judge_error_of_many_is_told_once() -> None:
    errors = {(f"s{number:03}", "exercise-01"): "exercise-01: a trace\nof two lines" for number in range(300)}
    summary = replace(NOTHING, judge_errors={**errors, ("s000", "exercise-02"): "exercise-02, check 'one': another"})
    assert told(Intake(), summary) == [
        "not judged, and tried again by the same command:",
        "  exercise-01 of s000, s001, s002, s003, s004 and 295 more: a trace\n    of two lines",
        "  exercise-02 of s000: exercise-02, check 'one': another",
    ]


def test_nothing_that_is_told_can_steer_a_terminal() -> None:
    summary = replace(NOTHING, not_read={("a\x1b[2Jb", "exercise-01"): "in/\x1b]0;x\x07.py: it is gone"})
    lines = [*told(Intake(), summary), *totals(NOTHING, [Student("e\x1b[2J")], "sealed", ())]
    assert "\x1b" not in "".join(lines)


# --- the sum


@pytest.mark.parametrize(
    ("summary", "lines"),
    [
        (NOTHING, ["0 students: 0 submissions graded, 0 reused", "0 s; isolation: sealed"]),
        (
            replace(NOTHING, students=1, verdicts={Verdict.ACCEPTED: 1}, seconds=0.5),
            ["1 student: 1 submission graded (1 accepted), 0 reused", "0 s, 2.0 a second; isolation: sealed"],
        ),
        (
            replace(NOTHING, verdicts={Verdict.RAISED: 1, Verdict.WRONG_ANSWER: 2, Verdict.ACCEPTED: 1}, seconds=2.0),
            [
                "0 students: 4 submissions graded (2 wrong answer, 1 accepted, 1 raised), 0 reused",
                "2 s, 2.0 a second; isolation: sealed",
            ],
        ),
        (
            replace(
                NOTHING,
                students=9,
                verdicts={Verdict.RAISED: 9},
                reused=7,
                judge_errors={("a", "b"): ""},
                not_read={("a", "c"): "", ("a", "d"): ""},
                left_out={"e": 2, "f": 1},
                seconds=90.0,
            ),
            [
                "9 students: 9 submissions graded (9 raised), 7 reused, 3 left out, 2 not read, 1 not judged",
                "1 min 30 s, 0.1 a second; isolation: sealed",
            ],
        ),
    ],
    ids=["nothing", "one", "most first", "everything"],
)
def test_the_sum_counts_everything_once(summary: Summary, lines: list[str]) -> None:
    assert list(totals(summary, [], "sealed", ())) == lines


def test_students_of_the_roster_of_whom_there_is_nothing_are_named() -> None:
    roster = [Student(f"s{number}") for number in range(9)]
    assert next(totals(NOTHING, roster, "sealed", ["s1", "s8"])) == (
        "nothing here from 7 students of the roster: s0, s2, s3, s4, s5 and 2 more"
    )
    assert next(totals(NOTHING, roster[:2], "sealed", ["s1"])) == "nothing here from 1 student of the roster: s0"


# --- what a regrade changes


def test_changes_are_told_per_student_and_summed_up() -> None:
    changes = [
        UP,
        Change("bob", "exercise-01", Verdict.ACCEPTED, Fraction(3), Verdict.PARTIAL, Fraction(7, 3), Fraction(3)),
        Change("cyd", "exercise-02", None, None, Verdict.WRONG_ANSWER, Fraction(0), Fraction(2)),
        Change("dan", "exercise-02", Verdict.RAISED, Fraction(0), Verdict.WRONG_ANSWER, Fraction(0), Fraction(2)),
    ]
    assert list(change_lines(changes)) == [
        "ada, exercise-01: partial, 1 -> accepted, 3 of 3 points",
        "bob, exercise-01: accepted, 3 -> partial, 2.33 of 3 points",
        "cyd, exercise-02: not graded -> wrong answer, 0 of 2 points",
        "dan, exercise-02: raised, 0 -> wrong answer, 0 of 2 points",
        "4 changes: 1 up, 1 down, 1 new, 1 with the same score",
    ]


def test_it_is_said_when_nothing_changes() -> None:
    assert list(change_lines([])) == ["nothing changes"]


def test_a_change_is_data_as_well() -> None:
    data = [change_data(UP), change_data(replace(UP, before=None, score_before=None))]
    after = {"verdict": "accepted", "score": 3.0, "points": 3.0}
    assert json.loads(json.dumps(data)) == [
        {"student": "ada", "exercise": "exercise-01", "before": {"verdict": "partial", "score": 1.0}, "after": after},
        {"student": "ada", "exercise": "exercise-01", "before": None, "after": after},
    ]
