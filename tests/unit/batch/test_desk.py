"""A desk: what comes of a submission, what does not concern the others, and what two desks share."""

import errno
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import pytest

from grader import registry
from grader.batch.desk import Desk, Settings, scaled
from grader.batch.keys import exercise_hash
from grader.errors import JudgeError
from grader.executors import Executor, Session
from grader.model import Limits, Submission, Verdict
from grader.results import ExerciseResult
from grader.spec.files import load_course
from grader.workers import Worker
from tests.unit.batch.crews import RIGHT, SEED, WRONG, job, settings


class Failing(Executor):
    """Fails with what the test has left here for each opening; then it opens what the level `process` does."""

    faults: ClassVar[list[Exception]] = []
    made: ClassVar[list["Failing"]] = []

    def __init__(self, limits: Limits, started: list[Worker] | None = None, hidden: Sequence[Path] = ()) -> None:
        self.limits, self.hidden, self.open_still = limits, tuple(hidden), True
        self._real: Executor = PROCESS(limits, started, hidden)
        self.made.append(self)

    def warm(self, count: int) -> None:
        """Start nothing."""

    def open(self, submission: Submission) -> Session:
        """Fail, or return a session."""
        if self.faults:
            raise self.faults.pop(0)
        return self._real.open(submission)

    def close(self) -> None:
        """End the workers."""
        self.open_still = False
        self._real.close()


PROCESS = registry.load("executors", "process")


def load_instead(monkeypatch: pytest.MonkeyPatch, found: Callable[[], type]) -> None:
    """Let the registry find another executor, whatever its name."""
    real = registry.load
    monkeypatch.setattr(registry, "load", lambda family, name: found() if family == "executors" else real(family, name))


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> type[Failing]:
    monkeypatch.setattr(Failing, "faults", [])
    monkeypatch.setattr(Failing, "made", [])
    load_instead(monkeypatch, lambda: Failing)
    return Failing


def graded(desk: Desk, source: str = RIGHT) -> ExerciseResult:
    done = desk.grade(job("s1", source))
    assert (done.student, done.exercise, done.fault) == ("s1", "exercise-01", "")
    assert done.seconds > 0
    assert done.result is not None
    return done.result


def test_a_right_and_a_wrong_answer_are_told_apart(course: Path) -> None:
    with Desk(settings(course)) as desk:
        right, wrong = graded(desk), graded(desk, WRONG)
    assert (right.verdict, right.score, right.points) == (Verdict.ACCEPTED, Fraction(3), Fraction(3))
    assert (wrong.verdict, wrong.score) == (Verdict.WRONG_ANSWER, Fraction(0))


def test_nothing_that_comes_back_carries_the_seed(course: Path) -> None:
    with Desk(settings(course)) as desk:
        done = desk.grade(job("s1", WRONG))
    assert done.result is not None
    assert done.result.checks[0].counterexample is not None
    assert str(SEED) not in repr(done)


def test_neither_settings_nor_jobs_show_what_is_secret() -> None:
    shown = repr([settings("course"), job("s1234", "def double(x): return 'private'")])
    assert str(SEED) not in shown
    assert "s1234" not in shown
    assert "private" not in shown


def test_other_seeds_give_other_cases(course: Path) -> None:
    wrong = []
    for seed in (SEED, SEED, SEED + 1):
        with Desk(replace(settings(course), seed=seed)) as desk:
            example = graded(desk, WRONG).checks[0].counterexample
            assert example is not None
            wrong.append(desk.give("exercise-01"))
    assert wrong[0] == wrong[1] != wrong[2]


def test_an_exercise_with_a_fault_is_named_and_judges_nothing(course: Path) -> None:
    file = course / "exercises" / "exercise-01" / "exercise.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("points: 2", "points: two"), encoding="utf-8")
    with Desk(settings(course)) as desk:
        done = desk.grade(job("s1"))
        assert desk.prepare("exercise-01") == done.fault
        assert "exercise.yaml:" in done.fault
        assert done.result is None
        assert desk.prepare("exercise-02") == ""


def test_a_reference_that_is_missing_is_a_fault_of_its_exercise(course: Path) -> None:
    (course / "solutions" / "exercise-01" / "solution.py").unlink()
    with Desk(settings(course)) as desk:
        assert "no reference solution" in desk.prepare("exercise-01")
        assert "no reference solution" in desk.grade(job("s1")).fault


def test_a_desk_that_was_closed_judges_nothing_and_starts_nothing(course: Path, failing: type[Failing]) -> None:
    desk = Desk(settings(course))
    desk.close()
    assert graded(desk).errors == ("exercise-01: the batch was ended before this was graded",)
    assert failing.made == []


def test_whatever_goes_wrong_in_preparing_concerns_one_exercise(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, keep: bool) -> None:
        raise ZeroDivisionError("somebody else's kind")

    monkeypatch.setattr("grader.batch.desk.prepare", broken)
    with Desk(settings(course)) as desk:
        assert "ZeroDivisionError: somebody else's kind" in desk.prepare("exercise-01")


def test_a_fault_of_the_machine_that_passes_costs_nobody_anything(course: Path, failing: type[Failing]) -> None:
    with Desk(settings(course)) as desk:
        failing.faults.append(JudgeError("a process was killed"))
        assert graded(desk).verdict is Verdict.ACCEPTED


def test_a_fault_of_the_machine_that_stays_is_a_judge_error(course: Path, failing: type[Failing]) -> None:
    with Desk(settings(course)) as desk:
        failing.faults += [JudgeError("a process was killed")] * 2
        result = graded(desk)
        assert (result.verdict, result.score, result.errors) == (
            Verdict.JUDGE_ERROR,
            None,
            ("exercise-01: a process was killed",),
        )
        assert graded(desk).verdict is Verdict.ACCEPTED


def test_a_full_disk_is_a_judge_error(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> type[Executor]:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Desk(settings(course)) as desk:
        desk.prepare("exercise-01")
        with monkeypatch.context() as patch:
            load_instead(patch, full)
            result = graded(desk)
        assert result.verdict is Verdict.JUDGE_ERROR
        assert "No space left on device" in result.errors[0]
        assert graded(desk).verdict is Verdict.ACCEPTED


def test_a_level_that_cannot_be_had_is_said_at_the_start(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with Desk(settings(course, "sealed")) as desk, pytest.raises(JudgeError, match="bubblewrap is not installed"):
        desk.start()


def test_who_has_more_time_has_more_of_every_limit_on_time() -> None:
    assert scaled(Limits(2.0, 20.0, 10.0, 1, 2, 3), 1.5) == Limits(3.0, 30.0, 15.0, 1, 2, 3)


def test_executors_are_kept_for_few_sets_of_limits_and_all_of_them_are_closed(
    course: Path, failing: type[Failing]
) -> None:
    with Desk(settings(course)) as desk:
        for factor in (1.0, 1.0, 1.5, 2.0, 3.0, 1.0, 4.0, 1.0):
            assert desk.grade(replace(job("s1"), time_factor=factor)).result is not None
        assert [made.limits.call for made in failing.made] == [2.0, 3.0, 4.0, 6.0, 8.0]
        assert [made.open_still for made in failing.made] == [True, False, True, True, True]
        assert {made.hidden for made in failing.made} == {(course,)}
    assert not any(made.open_still for made in failing.made)


def test_prepared_data_are_kept_for_the_next_batch_only_if_that_is_wanted(course: Path) -> None:
    cache = course / ".grade" / "cache"
    with Desk(replace(settings(course), keep=False)) as desk:
        assert desk.prepare("exercise-01") == ""
    assert [file for file in cache.iterdir() if str(SEED).encode() in file.read_bytes()] == []
    with Desk(settings(course)) as desk:
        assert desk.prepare("exercise-01") == ""
    assert [file.name for file in cache.iterdir() if str(SEED).encode() in file.read_bytes()] == ["exercise-01.batch"]


def test_a_desk_judges_by_the_cases_of_another_and_runs_no_reference(course: Path) -> None:
    plain: Settings = replace(settings(course), keep=False)
    with Desk(plain) as first, Desk(replace(plain, seed=1)) as second:
        data = first.give("exercise-01")
        (course / "solutions" / "exercise-01" / "solution.py").unlink()
        second.take("exercise-01", data)
        assert second.give("exercise-01") == data
        assert graded(second).score == Fraction(3)
        second.take("exercise-01", b"other data, which come too late")


def test_data_that_arrive_damaged_judge_nothing(course: Path) -> None:
    with Desk(settings(course)) as desk, pytest.raises(JudgeError, match="arrived damaged"):
        desk.take("exercise-01", desk.give("exercise-02")[:-1])


def test_what_is_no_text_that_could_be_run_gets_no_points_and_is_told_why(course: Path) -> None:
    with Desk(settings(course)) as desk:
        done = desk.grade(
            replace(job("s1"), source="", refused="the file is not text in UTF-8 (byte 2); save it as UTF-8")
        )
    assert done.result is not None
    assert (done.result.verdict, done.result.score, done.result.points) == (Verdict.RAISED, Fraction(0), Fraction(3))
    assert {check.message for check in done.result.checks} == {
        "the file is not text in UTF-8 (byte 2); save it as UTF-8"
    }


def test_all_submissions_of_a_batch_are_judged_by_the_same_exercise(course: Path) -> None:
    hashed = exercise_hash(load_course(course), "exercise-01")
    with Desk(settings(course)) as desk:
        assert desk.grade(replace(job("s1"), exercise_hash=hashed)).result is not None
        (course / "exercises" / "exercise-01" / "exercise.yaml").write_text("nonsense", encoding="utf-8")
        done = desk.grade(replace(job("s2"), exercise_hash=hashed))
    assert done.result is not None
    assert (done.result.verdict, done.result.score) == (Verdict.ACCEPTED, Fraction(3))


def test_an_exercise_that_is_not_the_one_that_was_planned_judges_nothing(course: Path) -> None:
    hashed = exercise_hash(load_course(course), "exercise-01")
    with (course / "solutions" / "exercise-01" / "solution.py").open("a") as file:
        file.write("# changed\n")
    with Desk(settings(course)) as desk:
        done = desk.grade(replace(job("s1"), exercise_hash=hashed))
    assert done.result is not None
    assert (done.result.verdict, done.result.score) == (Verdict.JUDGE_ERROR, None)
    assert "exercise-01 was changed while the batch ran" in done.result.errors[0]
