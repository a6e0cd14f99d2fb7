"""All checks on an author's function, judged as a submission is."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from grader.authoring.verification.inside import InsideExecutor, identity
from grader.authoring.verification.judging import (
    Timed,
    fault_of,
    first_fault,
    judge_all,
    mistake_of,
    remembering,
    scores,
    with_needs,
)
from grader.authoring.verification.subject import Subject
from grader.checks import Reference
from grader.grading import grade
from grader.model import Answer, Call, Limits, Outcome, Submission, Verdict
from grader.prepared import Prepared
from grader.preparing import Authored, compute
from grader.recognising import Judged, recognise
from grader.sandbox.values import Handle
from grader.tasks import Task

SEED = 3


@pytest.fixture(scope="module")
def sample(subject: Callable[[str], Subject]) -> Subject:
    return subject("exercise-01")


@pytest.fixture(scope="module")
def prepared(sample: Subject) -> Prepared:
    return compute(sample.course, sample.name, sample.exercise, SEED, Authored(sample.run(sample.reference_file), ()))


def run_of(sample: Subject, name: str) -> Reference:
    return sample.run(sample.folder / f"{name}.py")


@pytest.mark.parametrize("name", ["solution", "accepted/pairs", "mistakes/divided_by_n"])
def test_every_check_earns_what_the_chain_of_grading_gives(sample: Subject, prepared: Prepared, name: str) -> None:
    checks = sample.exercise.checks
    judged = with_needs(checks, judge_all(sample.exercise, prepared, run_of(sample, name)))
    task = Task(
        id=sample.name,
        exercise=sample.exercise,
        prepared=prepared,
        submission=Submission(sample.name, "def sample_variance(x): pass", "sample_variance"),
        topic="",
        section="",
        seed=SEED,
        answer_file="",
    )
    result = grade(task, InsideExecutor.of(run_of(sample, name)))
    assert scores(checks, judged, prepared) == {check.name: check.score for check in result.checks}
    assert {check.name: fault_of(judged[check.name]) for check in checks} == {c.name: c.message for c in result.checks}


def test_a_mistake_is_recognised_by_the_answers_that_it_gave(sample: Subject, prepared: Prepared) -> None:
    run = run_of(sample, "mistakes/divided_by_n")
    judged = judge_all(sample.exercise, prepared, run)
    mistake = mistake_of("divided_by_n", "Divide by n - 1.", prepared, judged, sample.exercise.checks)
    found = recognise(sample.exercise.checks, Prepared(prepared.checks, (mistake,)), judged)
    assert {item.name for item in found.values()} == {"divided_by_n"}


def test_a_check_is_skipped_that_needs_one_which_failed(subject: Callable[[str], Subject]) -> None:
    checks = subject("exercise-04").exercise.checks
    failed, passed = Judged((Outcome(Verdict.WRONG_ANSWER, "no"),)), Judged((Outcome(),))
    stopped = with_needs(checks, {"random points": failed, "twice is once": passed})["twice is once"].stopped
    assert stopped is not None
    assert stopped.verdict is Verdict.SKIPPED
    assert with_needs(checks, {"random points": passed, "twice is once": passed})["twice is once"].stopped is None


def test_a_check_that_raises_earns_nothing_and_says_why(sample: Subject, prepared: Prepared) -> None:
    def broken(_: Call) -> Answer:
        raise RuntimeError("out of order")

    judged = judge_all(sample.exercise, prepared, broken)
    assert set(scores(sample.exercise.checks, judged, prepared).values()) == {Fraction(0)}
    assert "RuntimeError: out of order" in fault_of(judged["random samples"])


def test_the_first_fault_is_the_first_checks(sample: Subject, prepared: Prepared) -> None:
    found = first_fault(sample.exercise, prepared, run_of(sample, "mistakes/divided_by_n"))
    assert found is not None
    assert found[0].name == "random samples"
    assert first_fault(sample.exercise, prepared, run_of(sample, "accepted/pairs")) is None


def test_what_was_asked_with_the_same_arguments_is_not_asked_again() -> None:
    asked: list[Call] = []

    def run(call: Call) -> Answer:
        asked.append(call)
        return Answer(len(asked))

    known, x, y = remembering(run), np.ones(2), np.ones(2)
    assert [known(Call((x,))).value, known(Call((x,))).value, known(Call((y,))).value] == [1, 1, 2]


def test_what_may_depend_on_state_is_always_asked() -> None:
    count = iter(range(10))
    known = remembering(lambda _: Answer(next(count)))
    calls = [Call((), keep=True), Call((), keep=True), Call((), target=Handle(0)), Call((), target=Handle(0))]
    assert [known(call).value for call in calls] == [0, 1, 2, 3]


def test_calls_are_timed_until_one_asks() -> None:
    timed = Timed(lambda _: Answer(None))
    timed(Call(()))
    timed(Call(()))
    taken = timed.taken()
    assert 0 < taken["longest"] <= taken["total"]
    assert timed.taken() == {"longest": 0.0, "total": 0.0}


def test_values_are_identical_only_bit_by_bit() -> None:
    assert identity(np.array([0.0])) == identity(np.array([0.0]))
    assert identity(np.array([0.0])) != identity(np.array([-0.0]))
    assert identity(1) != identity(1.0)
    assert identity((1.0,)) != identity([1.0])


def test_the_inside_executor_has_nothing_to_start_and_nothing_to_end(tmp_path: Path) -> None:
    with InsideExecutor(Limits()) as executor:
        executor.warm(3)
        assert executor.isolation == "none"
