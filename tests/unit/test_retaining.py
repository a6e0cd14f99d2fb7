"""What is kept of answers: the first that failed, others while there is room, and none that were accepted."""

import numpy as np
import pytest

from grader.model import Answer, Failure, Outcome, Verdict
from grader.retaining import Retention

GOOD = Outcome()
BAD = Outcome(Verdict.WRONG_ANSWER, "off by one")


def large(size: int) -> tuple[Answer, ...]:
    return (Answer(np.zeros(size, dtype=np.uint8), printed="so far"),)


def is_kept(answers: tuple[Answer, ...]) -> bool:
    return all(answer.value is not None for answer in answers)


def test_nothing_that_was_returned_is_kept_of_a_case_that_was_accepted() -> None:
    (answer,) = Retention().kept(GOOD, large(10))
    assert answer.value is None
    assert answer.printed == "so far"


def test_the_first_answer_that_failed_is_kept_whatever_its_size() -> None:
    retention = Retention(room=100)
    assert is_kept(retention.kept(BAD, large(10_000)))
    assert not is_kept(retention.kept(BAD, large(10_000)))


def test_further_answers_are_kept_while_there_is_room() -> None:
    retention = Retention(room=1_000)
    kept = [is_kept(retention.kept(BAD, large(300))) for _ in range(6)]
    assert kept == [True, True, True, False, False, False]


@pytest.mark.parametrize(
    "value",
    [[0.0] * 10_000, (1,) * 10_000, {n: n for n in range(10_000)}, "x" * 100_000, [["x" * 50_000]]],
    ids=["list", "tuple", "dict", "text", "nested"],
)
def test_values_of_all_kinds_take_room(value: object) -> None:
    retention = Retention(room=20_000)
    retention.kept(BAD, large(1))
    assert not is_kept(retention.kept(BAD, (Answer(value),)))


def test_how_a_call_failed_is_always_kept() -> None:
    failure = Failure(Verdict.RAISED, "raised ValueError")
    (answer,) = Retention(room=0).kept(BAD, (Answer(failure=failure),))
    assert answer.failure == failure
