"""Where things lie in an autograder, on both sides: in the zip, and in Gradescope's folder."""

import json
from pathlib import Path
from typing import Final

from grader.errors import AuthoringError
from grader.sandbox.records import dataclass

FORMAT: Final = "grader/autograder/1"
ABOUT: Final = "autograder.json"
NOT_JUDGED: Final = "not_judged.json"
"""The results of a run that did not come to an end; put in place before one begins."""

COURSE: Final = "course"
WHEELS: Final = "wheel"
DEFAULT_ROOT: Final = "/autograder"


@dataclass(frozen=True)
class Autograder:
    """Gradescope's folder, and what the zip says.

    Attributes
    ----------
    root : path
        `/autograder` on Gradescope.
    exercises : tuple of str
        what the assignment consists of.
    seed : int
        from which the cases are drawn.
    """

    root: Path
    exercises: tuple[str, ...]
    seed: int

    @property
    def source(self) -> Path:
        """Where the zip was unpacked."""
        return self.root / "source"

    @property
    def course(self) -> Path:
        """The course's folder."""
        return self.source / COURSE

    @property
    def submission(self) -> Path:
        """What the student handed in."""
        return self.root / "submission"

    @property
    def hidden(self) -> tuple[str, ...]:
        """Folders of which no submission may see anything."""
        return tuple(str(folder) for folder in (self.source, self.submission, results_file(self.root).parent))

    def __repr__(self) -> str:
        return f"Autograder(root={self.root!r}, exercises={self.exercises!r})"  # the seed is nothing for a log


def results_file(root: Path) -> Path:
    """Return what Gradescope reads."""
    return root / "results" / "results.json"


def read(root: Path) -> Autograder:
    """Return the autograder that was unpacked in a folder laid out as Gradescope's.

    Raises
    ------
    AuthoringError
        if there is none, or it is one of another version.
    """
    file = root / "source" / ABOUT
    try:
        about = json.loads(file.read_bytes())
        if about["format"] != FORMAT:
            raise AuthoringError(f"{file} has the format {about['format']!r}, expected {FORMAT!r}: build the zip again")
        return Autograder(root, tuple(map(str, about["exercises"])), int(about["seed"]))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise AuthoringError(f"{file} cannot be read as an autograder's: {error}") from None
