"""What the tests of sessions at every level have in common."""

from collections.abc import Callable

from grader.executors import Session
from grader.executors._forking import ForkingExecutor
from grader.executors.process import ProcessExecutor
from grader.model import Answer, Failure, Limits

AMPLE = Limits(call=20.0, exercise=600.0, load=20.0)

Run = Callable[..., Answer]
Opened = Callable[..., Session]
Executors = Callable[..., ProcessExecutor | ForkingExecutor]


def failed(answer: Answer) -> Failure:
    assert answer.failure is not None, answer
    assert answer.value is None
    return answer.failure


def given(answer: Answer) -> object:
    assert answer.failure is None, answer.failure
    return answer.value
