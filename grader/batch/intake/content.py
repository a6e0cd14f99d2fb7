"""Reads a submission: the answer and the modules that it may import, when it is to be graded and not before."""

import hashlib
import re
from collections.abc import Iterator
from typing import Final

from grader.batch.intake.records import Found
from grader.batch.intake.sources import ANSWER_CAP, MODULE_CAP, Source, TooLarge, read_source
from grader.course import module_name
from grader.errors import SubmissionNotFound
from grader.model import Submission
from grader.sandbox.records import dataclass

MODULES_CAP: Final = 500
TOTAL_CAP: Final = 16 * 2**20
"""How many modules may come with an answer, and how large they may be together."""

_WORD: Final = re.compile(rb"\w+")
_BY_TEXT: Final = frozenset({b"importlib", b"__import__", b"exec", b"eval", b"runpy", b"pkgutil", b"import_module"})
"""Words in a source that can import what it does not name."""


@dataclass(frozen=True)
class Content:
    """What was read.

    Attributes
    ----------
    source : str
        of the answer.
    beside : tuple of pairs of str and bytes
        modules that it may import, by name, sorted.
    digest : str
        of all this: two submissions with the same digest cannot behave differently.
    fault : str
        why it is no answer that could be run, as the student should know it, or empty; then the rest is empty.
    """

    source: str
    beside: tuple[tuple[str, bytes], ...]
    digest: str
    fault: str = ""

    def submission(self, exercise: str, function: str) -> Submission:
        """Return what is graded: all that the executors need, and no folder to look into."""
        return Submission(module_name(exercise), self.source, function, beside=self.beside)


def read(found: Found) -> Content:
    """Return the content of a submission as it is now.

    A module belongs to it when its name stands in the answer, or in a module that belongs to it; all of them do when
    something there imports by text. So what a student hands in for one exercise does not change the digest of another.

    Raises
    ------
    SubmissionNotFound
        if a file is gone, damaged or must not be read; the message names it.
    """
    try:
        main = _read(found, found.main, ANSWER_CAP)
        source = main.decode("utf-8-sig")
        modules = tuple(sorted(_modules(found, main)))
    except UnicodeDecodeError as error:
        return _no_answer(found, f"the file is not text in UTF-8 (byte {error.start}); save it as UTF-8")
    except TooLarge as error:
        return _no_answer(found, str(error))
    return Content(source, modules, _digest(found.exercise, main, modules))


def _no_answer(found: Found, fault: str) -> Content:
    """Return what cannot be run whatever else there is to it, so that nothing but the fault decides what comes of it."""
    return Content("", (), _digest(found.exercise, b"", (("", fault.encode()),)), fault)


def _read(found: Found, name: str, cap: int) -> bytes:
    source: Source = found.files[name]
    try:
        return read_source(source, cap)
    except TooLarge:
        which = "the file" if name == found.main else f"the module {name} beside it"
        raise TooLarge(f"{which} is larger than {cap // 2**20} MiB") from None
    except SubmissionNotFound as error:
        which = found.origin if name == found.main else f"{found.origin}: the module {name} beside it"
        raise SubmissionNotFound(f"{which}: {error}") from None


def _modules(found: Found, main: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the modules that a submission may import."""
    own = module_name(found.exercise)
    left = {name.encode(): name for name in found.files if name != own and name.isidentifier()}
    waiting, count, total = [main], 0, 0
    while waiting and left:
        words = set(_WORD.findall(waiting.pop()))
        wanted = left.keys() if words & _BY_TEXT else words & left.keys()
        for word in sorted(wanted):
            name = left.pop(word)
            data = main if name == found.main else _read(found, name, MODULE_CAP)
            count, total = count + 1, total + len(data)
            if count > MODULES_CAP or total > TOTAL_CAP:
                caps = f"{MODULES_CAP} modules or {TOTAL_CAP // 2**20} MiB"
                raise TooLarge(f"the file may import more than {caps} from beside it")
            waiting.append(data)
            yield name, data


def _digest(exercise: str, main: bytes, modules: tuple[tuple[str, bytes], ...]) -> str:
    digest = hashlib.sha256()
    for name, data in (("", exercise.encode()), ("", main), *((name, data) for name, data in modules)):
        for part in (name.encode(), data):
            digest.update(len(part).to_bytes(8))
            digest.update(part)
    return digest.hexdigest()
