"""What a batch has to do, and what goes on record before anything is graded."""

from dataclasses import replace
from pathlib import Path

from grader.batch.intake import read
from grader.batch.keys import exercise_hash, result_key
from grader.batch.planning import Keys, plan
from grader.gradebook.records import HandedIn
from grader.model import Limits
from tests.unit.batch.crews import SEED, settings
from tests.unit.batch.instant import Grading
from tests.unit.notebooks.files import notebook


def planning(grading: Grading) -> Keys:
    return Keys(grading.course, settings(grading.folder))


def test_a_plan_is_the_same_however_often_it_is_made(course: Path) -> None:
    grading = Grading(course)
    grading.hand_in("ada", _01="right", _02="wrong")
    grading.hand_in("bob", _02="right")
    first, again = (plan(grading.intake(), planning(grading)) for _ in range(2))
    assert first == again
    assert [planned.place for planned in first.submissions] == [
        ("ada", "exercise-01"),
        ("ada", "exercise-02"),
        ("bob", "exercise-02"),
    ]
    assert (first.not_read, first.unfit) == ({}, {})


def test_a_key_is_made_of_all_that_decides(course: Path) -> None:
    with (course / "course.yaml").open("a") as file:
        file.write("extensions: [{student: bob, time_factor: 2}]\n")
    grading = Grading(course)
    for name in ("ada", "bob"):
        grading.hand_in(name, _01="right")
    ada, bob = plan(grading.intake(), planning(grading)).submissions
    assert ada.digest == bob.digest == read(ada.found).digest
    limits = Limits(2.0, 20.0, 20.0, 2 * 2**30, 2**20, 16 * 2**10)
    hashed = exercise_hash(grading.course, "exercise-01")
    assert ada.key == result_key(ada.digest, hashed, limits, SEED, "process")
    longer = replace(limits, call=4.0, exercise=40.0, load=40.0)
    assert bob.key == result_key(bob.digest, hashed, longer, SEED, "process")


def test_the_hash_of_an_exercise_is_computed_once(course: Path) -> None:
    keys = planning(Grading(course))
    before = keys.exercise("exercise-01")
    (course / "solutions" / "exercise-01" / "solution.py").unlink()
    assert keys.exercise("exercise-01") == before


def test_what_supersedes_others_comes_after_them(course: Path) -> None:
    grading = Grading(course)
    grading.hand_in("ada", _01="right")
    (found,) = grading.intake().submissions
    older = replace(found, superseded=("in/old.py", "in/older.py"))
    made = plan(replace(grading.intake(), submissions=(older,)), planning(grading))
    digest = made.submissions[0].digest
    assert made.handed_in == (
        HandedIn("ada", "exercise-01", "", "in/old.py", None, counts=False),
        HandedIn("ada", "exercise-01", "", "in/older.py", None, counts=False),
        HandedIn("ada", "exercise-01", digest, found.origin, found.handed_in),
    )


def test_a_file_that_is_gone_was_handed_in_all_the_same(course: Path) -> None:
    grading = Grading(course)
    grading.hand_in("ada", _01="right", _02="right")
    intake = grading.intake()
    file = grading.submissions / "ada" / "exercise_01.py"
    file.unlink()
    made = plan(intake, planning(grading))
    assert made.not_read == {
        ("ada", "exercise-01"): f"{file}: it is gone; it was there when the submissions were listed"
    }
    assert [planned.place for planned in made.submissions] == [("ada", "exercise-02")]
    assert [(item.exercise, bool(item.content)) for item in made.handed_in] == [
        ("exercise-01", False),
        ("exercise-02", True),
    ]


def test_a_notebook_alone_is_graded(course: Path) -> None:
    grading = Grading(course)
    grading.hand_in("ada", _01="right")
    (grading.submissions / "ada" / "exercise_02.ipynb").write_bytes(notebook("right"))
    made = plan(grading.intake(), planning(grading))
    assert made.unfit == {}
    assert [(item.found.exercise, item.found.is_notebook) for item in made.submissions] == [
        ("exercise-01", False),
        ("exercise-02", True),
    ]


def test_a_text_in_word_alone_was_handed_in_and_is_not_graded(course: Path) -> None:
    grading = Grading(course)
    grading.hand_in("ada", _01="right")
    file = grading.submissions / "ada" / "exercise_02.py"
    file.symlink_to(course / "course.yaml")
    made = plan(grading.intake(), planning(grading))
    assert made.unfit == {
        ("ada", "exercise-02"): (
            HandedIn("ada", "exercise-02", "", str(file)),
            f"{file}: it is a link; links are not followed",
        )
    }
    assert [item.exercise for item in made.handed_in] == ["exercise-01"]


def test_a_notebook_beside_an_answer_changes_nothing(course: Path) -> None:
    grading = Grading(course)
    grading.hand_in("ada", _01="right")
    before = plan(grading.intake(), planning(grading))
    for name in ("exercise_01.ipynb", "everything.ipynb"):
        (grading.submissions / "ada" / name).write_text("{}", encoding="utf-8")
    assert plan(grading.intake(), planning(grading)) == before
