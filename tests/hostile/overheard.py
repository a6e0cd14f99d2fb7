"""An executor that keeps what submissions say, and hands everything on."""

from collections.abc import Sequence

import numpy as np

from grader.executors import Executor, Loaded, Session
from grader.model import Answer, Call, Submission


class Overheard(Executor):
    """Hands everything on to an executor, and keeps what was said by the folder of the submission."""

    def __init__(self, executor: Executor) -> None:
        self.isolation = executor.isolation
        self._executor = executor
        self._said: dict[str, list[str]] = {}

    def warm(self, count: int) -> None:
        """Hand it on."""
        self._executor.warm(count)

    def open(self, submission: Submission) -> Session:
        """Hand it on."""
        return _OverheardSession(self._executor.open(submission), self._said.setdefault(submission.folder, []))

    def close(self) -> None:
        """Hand it on."""
        self._executor.close()

    def said_by(self, folder: str) -> str:
        """Return all that submissions in a folder have said since the last time: values, output, names and messages."""
        return "\n".join(self._said.pop(folder, []))


class _OverheardSession(Session):
    def __init__(self, session: Session, said: list[str]) -> None:
        self._session = session
        self._said = said

    def load(self) -> Loaded:
        loaded = self._session.load()
        self._said.append(repr(loaded))
        return loaded

    def expect(self, calls: Sequence[Call]) -> None:
        self._session.expect(calls)

    def call(self, call: Call) -> Answer:
        answer = self._session.call(call)
        self._said += [repr(answer), *_bytes_of(answer.value)]
        return answer

    def close(self) -> None:
        self._session.close()


def _bytes_of(value: object) -> list[str]:
    """Return the bytes of arrays as text: of long ones `repr` shows the ends only."""
    match value:
        case np.ndarray():
            return [value.tobytes()[: 2**20].decode("latin1")]
        case list() | tuple():
            return [text for item in value[:100] for text in _bytes_of(item)]
        case _:
            return []
