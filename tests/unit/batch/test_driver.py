"""A batch: what is graded, what is not graded again, and what goes on record of the rest."""

import errno
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.batch.desk import Done, Job
from grader.batch.driver import Batch
from grader.batch.intake import Found
from grader.batch.keys import exercise_hash
from grader.batch.orders import Summary
from grader.errors import GradebookError, JudgeError, SubmissionNotFound
from grader.gradebook.book import Gradebook
from grader.gradebook.totals import exercise_score
from grader.model import Verdict
from grader.roster import Student
from tests.unit.batch.instant import POINTS, Grading, InstantCrew, empty_gradebook
from tests.unit.notebooks.files import notebook


@pytest.fixture
def grading(course: Path) -> Grading:
    """Return the small course with three students' submissions, none of them graded."""
    found = Grading(course)
    empty_gradebook(found.file)
    found.hand_in("ada", _01="right", _02="wrong")
    found.hand_in("bob", _01="wrong", _02="right")
    found.hand_in("cyd", _01="right")
    return found


ALL = {
    ("ada", "exercise-01"): "accepted",
    ("ada", "exercise-02"): "wrong_answer",
    ("bob", "exercise-01"): "wrong_answer",
    ("bob", "exercise-02"): "accepted",
    ("cyd", "exercise-01"): "accepted",
}


def score(grading: Grading, student: str, exercise: str = "exercise-01") -> Fraction | None:
    with Gradebook(grading.file) as book:
        return exercise_score(grading.course, book.snapshot(), student, exercise, POINTS).score


def states(grading: Grading) -> list[str]:
    with Gradebook(grading.file) as book:
        return [run.state for run in book.runs()]


# --- what is graded


def test_everything_is_graded_and_stands(grading: Grading) -> None:
    summary = grading.grade()
    assert grading.verdicts() == ALL
    assert (summary.students, summary.graded, summary.reused) == (3, 5, 0)
    assert summary.verdicts == {Verdict.ACCEPTED: 3, Verdict.WRONG_ANSWER: 2}
    assert (summary.judge_errors, summary.not_read, summary.faults, summary.left_out) == ({}, {}, {}, {})
    assert list(summary.phases) == ["planned", "prepared", "graded"]
    assert sum(summary.phases.values()) <= summary.seconds
    assert states(grading) == ["finished"]
    assert grading.crew.closed


def test_the_watcher_is_told_in_order(grading: Grading) -> None:
    grading.grade()
    said = grading.watcher.said
    assert said[:3] == [("begins", {"ada": 2, "bob": 2, "cyd": 1}, 0), ("prepares", 2), ("starts",)]
    assert sorted(said[3:]) == [("graded", *place, verdict) for place, verdict in ALL.items()]


def test_only_exercises_that_were_answered_are_prepared_in_the_courses_order(grading: Grading) -> None:
    grading.grade()
    assert grading.crew.prepared == ["exercise-01", "exercise-02"]
    grading.hand_in("dan", _02="right")
    grading.grade()
    assert grading.crew.prepared == ["exercise-02"]


def test_a_job_carries_what_a_desk_needs(grading: Grading) -> None:
    (grading.submissions / "ada" / "exercise_01.py").write_text("import helper\n", encoding="utf-8")
    (grading.submissions / "ada" / "helper.py").write_text("x = 1\n", encoding="utf-8")
    with Gradebook(grading.file, create=True) as book, pytest.raises(KeyError):  # the crew does not know the word
        grading.batch(book).grade(grading.intake(), lambda: grading.crew)
    assert grading.crew.jobs[0] == Job(
        student="ada",
        exercise="exercise-01",
        source="import helper\n",
        beside=(("helper", b"x = 1\n"),),
        answer_file=str(grading.submissions / "ada" / "exercise_01.py"),
        exercise_hash=exercise_hash(grading.course, "exercise-01"),
    )


def test_nothing_handed_in_is_nothing_to_do(course: Path) -> None:
    grading = Grading(course)
    summary = grading.grade()
    assert (summary.students, summary.graded) == (0, 0)
    assert grading.watcher.said == [("begins", {}, 0)]
    assert not grading.crew.prepared


# --- what is not graded again


def no_crew() -> InstantCrew:
    raise AssertionError("nobody is needed")


def test_nothing_is_graded_twice(grading: Grading) -> None:
    grading.grade()
    before = grading.standing()
    with Gradebook(grading.file) as book:
        summary = grading.batch(book).grade(grading.intake(), no_crew)
    assert (summary.graded, summary.reused) == (0, 5)
    assert grading.watcher.said == [("begins", {}, 5)]
    assert grading.standing() == before
    assert list(summary.phases) == ["planned"]


def test_a_submission_that_changed_is_graded_and_no_other(grading: Grading) -> None:
    grading.grade()
    grading.hand_in("bob", _01="right")
    summary = grading.grade()
    assert grading.crew.asked() == [("bob", "exercise-01")]
    assert (summary.graded, summary.reused) == (1, 4)
    assert grading.verdicts() == ALL | {("bob", "exercise-01"): "accepted"}


def test_a_submission_that_is_as_it_was_before_is_known(grading: Grading) -> None:
    grading.grade()
    grading.hand_in("bob", _01="right")
    grading.grade()
    grading.hand_in("bob", _01="wrong")
    assert grading.grade().graded == 0
    assert grading.verdicts() == ALL


@pytest.mark.parametrize("part", ["exercises/exercise-02/exercise.yaml", "solutions/exercise-02/solution.py"])
def test_an_exercise_that_changed_is_graded_again_and_no_other(grading: Grading, part: str) -> None:
    grading.grade()
    with (grading.folder / part).open("a") as file:
        file.write("# changed\n")
    grading.grade()
    assert grading.crew.asked() == [("ada", "exercise-02"), ("bob", "exercise-02")]


def test_longer_limits_for_a_student_grade_this_student_again(grading: Grading) -> None:
    grading.grade()
    with (grading.folder / "course.yaml").open("a") as file:
        file.write("extensions: [{student: ada, time_factor: 1.5, exercises: [exercise-02]}]\n")
    grading.grade()
    assert grading.crew.asked() == [("ada", "exercise-02")]
    assert grading.crew.jobs[0].time_factor == 1.5


@pytest.mark.parametrize("other", [{"seed": 2}, {"isolation": "sealed"}])
def test_another_seed_or_level_grades_everything_again(grading: Grading, other: dict[str, object]) -> None:
    grading.grade()
    before = grading.standing()
    assert grading.grade(**other).graded == 5
    assert grading.grade().graded == 0
    assert grading.standing() == before


# --- what is not judged


def test_a_judge_error_is_not_put_on_record_and_the_score_is_not_known(grading: Grading) -> None:
    grading.hand_in("bob", _01="error")
    summary = grading.grade()
    assert summary.judge_errors == {("bob", "exercise-01"): "exercise-01: a process was killed"}
    assert summary.graded == 4
    assert ("bob", "exercise-01") not in grading.standing()
    assert (score(grading, "bob"), score(grading, "ada")) == (None, POINTS)
    assert grading.watcher.said[-1] != ("graded", "bob", "exercise-01", "judge_error")
    assert ("left out", "bob", "exercise-01", "exercise-01: a process was killed") in grading.watcher.said


def test_what_was_not_judged_is_tried_again(grading: Grading) -> None:
    grading.hand_in("bob", _01="error")
    grading.grade()
    assert grading.grade().judge_errors
    assert grading.crew.asked() == [("bob", "exercise-01")]


def test_a_judge_error_leaves_an_older_result_where_it_is(grading: Grading) -> None:
    grading.grade()
    grading.hand_in("bob", _01="error")
    grading.grade()
    assert grading.verdicts() == ALL  # of the older content, so that it does not count
    assert score(grading, "bob") is None


def test_a_submission_over_which_desks_die_is_a_judge_error(grading: Grading) -> None:
    grading.hand_in("bob", _01="dies")
    summary = grading.grade()
    assert summary.judge_errors == {("bob", "exercise-01"): "the process in which this was graded died 3 times"}
    assert summary.graded == 4


class Faulty(Grading):
    """With an exercise that has a fault."""

    def batch(self, book: Gradebook, **options: object) -> Batch:
        batch = super().batch(book, **options)
        self.crew = InstantCrew({"exercise-02": "exercise.yaml:3:1: nonsense"})
        return batch


def test_an_exercise_with_a_fault_costs_nobody_anything_else(grading: Grading) -> None:
    faulty = Faulty(grading.folder)
    summary = faulty.grade()
    assert summary.faults == {"exercise-02": "exercise.yaml:3:1: nonsense"}
    assert summary.left_out == {"exercise-02": 2}
    assert summary.graded == 3
    assert {exercise for _, exercise in faulty.crew.asked()} == {"exercise-01"}
    assert ("left out", "ada", "exercise-02", "there is something wrong with exercise-02") in faulty.watcher.said
    assert score(faulty, "ada", "exercise-02") is None
    assert grading.grade().graded == 2


def test_a_fault_that_shows_late_is_told_once(grading: Grading) -> None:
    grading.hand_in("ada", _01="fault")
    for number in range(20):
        grading.hand_in(f"more{number:02}", _01="right")
    summary = grading.grade()
    assert summary.faults == {"exercise-01": "a fault that showed late"}
    assert summary.judge_errors == {}
    assert summary.graded + summary.left_out["exercise-01"] == 25


# --- what cannot be read


def test_a_file_that_is_no_text_is_graded_as_what_it_is(grading: Grading) -> None:
    (grading.submissions / "bob" / "exercise_01.py").write_bytes(b"# caf\xe9")
    assert grading.grade().not_read == {}
    job = next(job for job in grading.crew.jobs if (job.student, job.exercise) == ("bob", "exercise-01"))
    assert (job.source, job.refused) == ("", "the file is not text in UTF-8 (byte 5); save it as UTF-8")
    assert grading.verdicts()["bob", "exercise-01"] == "raised"
    assert score(grading, "bob") == 0
    assert grading.grade().reused == 5


def test_what_cannot_be_read_leaves_the_score_open(grading: Grading, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, "bob")
    summary = grading.grade()
    assert summary.not_read == {
        ("bob", "exercise-01"): "bob: it cannot be read",
        ("bob", "exercise-02"): "bob: it cannot be read",
    }
    assert summary.graded == 3
    assert grading.handed_in()["bob", "exercise-01"] == ""
    assert score(grading, "bob") is None
    assert grading.watcher.said[0] == ("left out", "bob", "exercise-01", "bob: it cannot be read")
    monkeypatch.undo()
    assert grading.grade().graded == 2
    assert score(grading, "bob") == 0


def refuse(monkeypatch: pytest.MonkeyPatch, student: str, module: str = "planning") -> None:
    """See to it that nothing of a student's can be read, when planning or when a job is made."""
    from grader.batch.intake import read

    def reading(found: Found) -> object:
        if found.student == student:
            raise SubmissionNotFound(f"{student}: it cannot be read")
        return read(found)

    monkeypatch.setattr(f"grader.batch.{module}.read", reading)


def test_a_submission_that_is_deleted_meanwhile_is_named(grading: Grading, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, "bob", "driver")
    summary = grading.grade()
    assert set(summary.not_read) == {("bob", "exercise-01"), ("bob", "exercise-02")}
    assert (summary.graded, score(grading, "bob")) == (3, None)


def test_a_submission_that_changes_meanwhile_is_graded_as_it_is_then(grading: Grading) -> None:
    class Slow(InstantCrew):
        def prepare(self, exercise: str) -> "Future[str]":
            grading.hand_in("ada", _01="wrong")
            return super().prepare(exercise)

    with Gradebook(grading.file, create=True) as book:
        grading.batch(book).grade(grading.intake(), Slow)
    assert grading.verdicts()["ada", "exercise-01"] == "wrong_answer"
    assert score(grading, "ada") is None  # what is on record as handed in is another content
    assert grading.grade().graded == 0
    assert score(grading, "ada") == 0


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_links_are_not_graded_and_nobody_is_absent_for_them(grading: Grading) -> None:
    (grading.submissions / "eve").mkdir()
    (grading.submissions / "eve" / "exercise_01.py").symlink_to(grading.folder / "course.yaml")
    (grading.submissions / "ada" / "exercise_01.ipynb").write_text("{}", encoding="utf-8")
    summary = grading.grade()
    assert {place: why.rpartition(": ")[2] for place, why in summary.not_read.items()} == {
        ("eve", "exercise-01"): "it is a link; links are not followed",
    }
    assert [score(grading, name) for name in ("ada", "eve")] == [POINTS, None]
    assert score(grading, "eve", "exercise-02") == 0


def test_a_notebook_is_graded_as_a_file_is(grading: Grading) -> None:
    for name, data in (("dan", notebook("right")), ("eve", b"{}")):
        (grading.submissions / name).mkdir()
        (grading.submissions / name / "exercise_01.ipynb").write_bytes(data)
    assert grading.grade().not_read == {}
    assert {name: grading.verdicts()[name, "exercise-01"] for name in ("dan", "eve")} == {
        "dan": "accepted",
        "eve": "raised",
    }


def test_a_link_does_not_take_the_place_of_an_answer_that_is_on_record(grading: Grading) -> None:
    grading.grade()
    later = grading.submissions.with_name("later")
    (later / "ada").mkdir(parents=True)
    (later / "ada" / "exercise_01.py").symlink_to(grading.folder / "course.yaml")
    (later / "bob").mkdir()
    with Gradebook(grading.file) as book:
        summary = grading.batch(book).grade(grading.intake([later]), no_crew)
    assert summary.not_read == {}
    assert score(grading, "ada") == POINTS


# --- time that ran out


def test_time_that_ran_out_while_the_machine_was_busy_is_believed_the_second_time(grading: Grading) -> None:
    grading.hand_in("bob", _01="sleeps")
    grading.grade()
    assert grading.crew.asked().count(("bob", "exercise-01")) == 2
    assert grading.crew.jobs[-1].student == "bob"
    assert grading.watcher.said[-2:] == [("repeats", 1), ("graded", "bob", "exercise-01", "time_limit")]
    assert grading.verdicts()["bob", "exercise-01"] == "time_limit"
    assert grading.grade().graded == 0


class Busy(InstantCrew):
    """Desks that have too little of the processor while several submissions are under way."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[tuple[Job, Future[Done]]] = []
        self.alone = 0

    def grade(self, job: Job) -> "Future[Done]":
        future: Future[Done] = Future()
        self.waiting.append((job, future))
        if len(self.waiting) == 2 * self.size or len(self.jobs) >= 5:
            starved = len(self.waiting) > 1
            self.alone += not starved
            for asked, other in self.waiting:
                self.jobs.append(asked)
                word = "sleeps" if starved and asked.source == "right" else asked.source
                other.set_result(self.come_of(replaced(asked, word)))
            self.waiting.clear()
        return future


def replaced(job: Job, source: str) -> Job:
    return Job(student=job.student, exercise=job.exercise, source=source)


def test_a_submission_that_was_starved_gets_its_points_alone(grading: Grading) -> None:
    grading.hand_in("dan", _01="wrong", _02="wrong")
    grading.hand_in("eve", _01="wrong")
    crew = Busy()
    with Gradebook(grading.file, create=True) as book:
        grading.batch(book).grade(grading.intake(), lambda: crew)
    assert crew.alone == 3
    assert {place: verdict for place, verdict in grading.verdicts().items() if place in ALL} == ALL


# --- what is on record of students and submissions


def test_students_and_what_they_handed_in_are_on_record(grading: Grading) -> None:
    grading.hand_in("zed")
    (grading.submissions / "zed").mkdir()
    grading.grade(roster=[Student("ada", "Ada Lovelace"), Student("yan", "Yan")])
    with Gradebook(grading.file) as book:
        assert [(one.id, one.name) for one in book.students()] == [
            ("ada", "Ada Lovelace"),
            ("bob", ""),
            ("cyd", ""),
            ("yan", "Yan"),
            ("zed", ""),
        ]
    assert set(grading.handed_in()) == set(ALL)


def test_older_submissions_are_on_record_and_do_not_count(grading: Grading) -> None:
    newer = grading.submissions / "ada" / "later" / "exercise_01.py"
    newer.parent.mkdir()
    newer.write_text("wrong", encoding="utf-8")
    os.utime(grading.submissions / "ada" / "exercise_01.py", (1e9, 1e9))
    grading.grade()
    assert grading.verdicts()["ada", "exercise-01"] == "wrong_answer"
    with Gradebook(grading.file) as book:
        kinds = [event.kind for event in book.history("ada") if event.exercise == "exercise-01"]
    assert kinds.count("submission") == 2


# --- a regrade is seen before it counts


def test_a_regrade_shows_what_changes_and_changes_it_when_told(grading: Grading) -> None:
    grading.grade()
    grading.hand_in("bob", _01="right")
    with Gradebook(grading.file) as book:
        batch = grading.batch(book, regrade=True)
        summary = batch.grade(grading.intake(), lambda: grading.crew)
        assert (summary.graded, summary.reused) == (1, 4)
        (change,) = batch.difference()
        assert (change.student, change.before, change.after) == ("bob", Verdict.WRONG_ANSWER, Verdict.ACCEPTED)
        assert grading.verdicts() == ALL
        assert batch.settle() == 1
    assert grading.verdicts() == ALL | {("bob", "exercise-01"): "accepted"}


def test_a_regrade_that_was_declined_is_known_to_the_next(grading: Grading) -> None:
    grading.grade()
    grading.hand_in("bob", _01="right")
    grading.grade(regrade=True)
    with Gradebook(grading.file) as book:
        batch = grading.batch(book, regrade=True)
        assert batch.grade(grading.intake(), no_crew).reused == 5
        assert [change.student for change in batch.difference()] == ["bob"]
    assert grading.verdicts() == ALL
    grading.grade()
    assert grading.verdicts()["bob", "exercise-01"] == "accepted"


# --- cut short


class Interrupting(InstantCrew):
    """Ends the batch when it is asked for one more than some number of jobs."""

    def __init__(self, after: int, error: BaseException) -> None:
        super().__init__()
        self._after = after
        self._error = error

    def grade(self, job: Job) -> "Future[Done]":
        if len(self.jobs) == self._after:
            raise self._error
        return super().grade(job)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), JudgeError("no desks any more"), BrokenPipeError()])
def test_what_was_graded_is_kept_when_a_batch_is_cut_short(grading: Grading, error: BaseException) -> None:
    for number in range(20):
        grading.hand_in(f"more{number:02}", _01="right")
    crew = Interrupting(12, error)
    with Gradebook(grading.file, create=True) as book, pytest.raises(type(error)):
        grading.batch(book).grade(grading.intake(), lambda: crew)
    assert crew.closed
    assert states(grading) == ["interrupted"]
    kept = len(grading.standing())
    assert 8 <= kept <= 12
    assert grading.grade().reused == kept
    assert len(grading.standing()) == 25


def test_a_crew_that_cannot_be_gathered_ends_the_batch(grading: Grading) -> None:
    def gather() -> InstantCrew:
        raise JudgeError("`sealed` cannot be had here")

    with Gradebook(grading.file, create=True) as book, pytest.raises(JudgeError):
        grading.batch(book).grade(grading.intake(), gather)
    assert states(grading) == ["interrupted"]
    assert len(grading.handed_in()) == 5


def test_results_are_kept_while_the_batch_goes_on(grading: Grading, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 0.01
        return now

    monkeypatch.setattr("grader.batch.driver.time.monotonic", clock)
    for number in range(300):
        grading.hand_in(f"more{number:03}", _01="right")
    kept: list[int] = []

    def add(self: Gradebook, run: int, graded: list[object], *, hold: bool = False) -> None:
        kept.append(len(graded))

    monkeypatch.setattr(Gradebook, "add", add)
    grading.grade()
    assert sum(kept) == 305
    assert max(kept) <= 100
    assert len(kept) >= 305 * 0.01 / 0.5


def test_a_full_gradebook_is_not_waited_for_twice(grading: Grading, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def add(self: Gradebook, *_: object, **__: object) -> None:
        nonlocal calls
        calls += 1
        raise GradebookError("there is no room left on its disk")

    with monkeypatch.context() as patch:
        patch.setattr(Gradebook, "add", add)
        with pytest.raises(GradebookError, match="no room left"):
            grading.grade()
    assert calls == 1
    assert grading.crew.closed
    assert grading.grade().graded == 5
    assert grading.verdicts() == ALL


# --- power failure at any moment


class PowerFailure(BaseException):
    """The machine is gone: nothing that comes after this is done."""


WRITES = ("begin_run", "remember_students", "record_submissions", "reuse", "add", "finish_run")


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, at: int) -> Iterator[list[int]]:
    """Let the power fail before or after some of the transactions, numbered in a row; then nothing is written any more."""
    moments = [0]

    def moment() -> None:
        moments[0] += 1
        if moments[0] > at:
            raise PowerFailure

    def wrapped(work: Callable[..., object]) -> Callable[..., object]:
        def transaction(*arguments: object, **options: object) -> object:
            moment()
            done = work(*arguments, **options)
            moment()
            return done

        return transaction

    with monkeypatch.context() as patch:
        patch.setattr("grader.batch.driver._KEPT_AT_ONCE", 3)
        for name in WRITES:
            patch.setattr(Gradebook, name, wrapped(getattr(Gradebook, name)))
        yield moments


def test_power_that_fails_at_any_moment_loses_nothing_that_was_kept(
    grading: Grading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grading.hand_in("dan", _01="sleeps")
    with failing(monkeypatch, 10**6) as moments:
        grading.grade()
    expected = grading.standing()
    assert moments[0] >= 14
    for at in range(moments[0]):
        grading.file = str(tmp_path / f"{at}.db")
        empty_gradebook(grading.file)
        with failing(monkeypatch, at), pytest.raises(PowerFailure):
            grading.grade()
        before = grading.standing()
        assert before.items() <= expected.items()
        again = grading.grade()
        assert again.reused >= len(before)
        assert grading.standing() == expected, at
        assert grading.handed_in() == {place: content for place, (_, content, _) in expected.items()}


# --- two at once


def test_two_batches_at_once_come_to_the_same_and_the_second_says_so(grading: Grading) -> None:
    other = Grading(grading.folder)
    said: list[Summary] = []

    class Meeting(InstantCrew):
        def grade(self, job: Job) -> "Future[Done]":
            if len(self.jobs) == 3:
                said.append(other.grade())
            return super().grade(job)

    with Gradebook(grading.file, create=True) as book:
        summary = grading.batch(book).grade(grading.intake(), Meeting)
    assert said[0].graded + said[0].reused == 5
    assert summary.graded == 5
    assert grading.verdicts() == ALL
    (remark,) = (text for kind, *text in other.watcher.said if kind == "remarks")
    assert "has not ended; it may be grading the same submissions" in str(remark)
    with Gradebook(grading.file) as book:
        kinds = [event.kind for event in book.history("ada")]
    assert kinds.count("result") == 2


def test_a_disk_error_while_reading_concerns_one_submission(grading: Grading, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def broken(path: str, *rest: Any, **options: Any) -> int:
        if path == "exercise_02.py":
            raise OSError(errno.EIO, "Input/output error")
        return real(path, *rest, **options)

    monkeypatch.setattr(os, "open", broken)
    summary = grading.grade()
    assert summary.graded == 3
    assert {exercise for _, exercise in summary.not_read} == {"exercise-02"}
    assert all("Input/output error" in why for why in summary.not_read.values())
