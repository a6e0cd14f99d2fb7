"""Reads a submission: the answer and the modules that it may import, when it is to be graded and not before."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from grader.batch.intake.records import Found
from grader.batch.intake.sources import ANSWER_CAP, MODULE_CAP, Source, TooLarge, read_source
from grader.course import module_name
from grader.errors import SubmissionNotFound
from grader.model import Submission
from grader.notebooks import FILE_CAP, Code, NotANotebook, code_of
from grader.notebooks import read as notebook_in
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
    cells : tuple of pairs of str and int
        of a notebook, see `grader.model.Submission`.
    """

    source: str
    beside: tuple[tuple[str, bytes], ...]
    digest: str
    fault: str = ""
    cells: tuple[tuple[str, int], ...] = ()

    def submission(self, exercise: str, function: str) -> Submission:
        """Return what is graded: all that the executors need, and no folder to look into."""
        return Submission(module_name(exercise), self.source, function, beside=self.beside, cells=self.cells)


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
        code = _code(found)
        main = code.source.encode()
        modules = tuple(sorted(_modules(found, main)))
    except UnicodeDecodeError as error:
        return _no_answer(found, f"the file is not text in UTF-8 (byte {error.start}); save it as UTF-8")
    except (TooLarge, NotANotebook) as error:
        return _no_answer(found, str(error))
    titles = "".join(f"{title}\n{count}\n" for title, count in code.cells)
    digest = _digest(found.exercise, main, (*modules, *([("", titles.encode())] if titles else [])))
    return Content(code.source, modules, digest, cells=code.cells)


def _code(found: Found) -> Code:
    if found.is_notebook:
        return code_of(notebook_in(_read(found, found.main, FILE_CAP)).cells)
    return Code(_read(found, found.main, ANSWER_CAP).decode("utf-8-sig"), ())


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
    files = {name: source for name, source in found.files.items() if name != own}

    def data_of(name: str) -> bytes:
        return main if name == found.main else _read(found, name, MODULE_CAP)

    return modules_for(main, files, data_of)


def modules_for(
    main: bytes, files: Mapping[str, Source], data_of: Callable[[str], bytes] | None = None
) -> Iterator[tuple[str, bytes]]:
    """Yield the modules that a source may import, by name, each with its own source.

    Parameters
    ----------
    main : bytes
        the source.
    files : mapping of str to Source
        the modules that there are.
    data_of : callable, optional
        reads one of them.

    Raises
    ------
    TooLarge
        if they are too many or too large.
    SubmissionNotFound
        if one cannot be read.
    """
    read_module = data_of or (lambda name: read_source(files[name], MODULE_CAP))
    left = {name.encode(): name for name in files if name.isidentifier()}
    waiting, count, total = [main], 0, 0
    while waiting and left:
        words = set(_WORD.findall(waiting.pop()))
        wanted = left.keys() if words & _BY_TEXT else words & left.keys()
        for word in sorted(wanted):
            name = left.pop(word)
            data = read_module(name)
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
