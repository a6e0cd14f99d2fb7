"""The modules that lie beside an answer file."""

from pathlib import Path
from typing import Final

from grader.model import Submission

_CAP: Final = 2**20


def module_beside(submission: Submission, name: str) -> bytes | None:
    """Return the source of the module `name` that lies beside an answer, or None if the answer gets none.

    It is among those that came with the submission, or else in the answer's folder. Links that lead elsewhere are not
    followed.
    """
    for known, source in submission.beside:
        if known == name:
            return source
    if not submission.folder or not name.isidentifier():
        return None
    file = Path(submission.folder) / f"{name}.py"
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > _CAP:
            return None
        return file.read_bytes()
    except OSError:
        return None
