"""What every format of the gradebook is."""

from abc import ABC, abstractmethod
from typing import ClassVar

from grader.gradebook.scores import Overview
from grader.gradebook_reports._parts import Part
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a person at the command line can tell a format.

    Attributes
    ----------
    parts : tuple of Part
        what of the course is wanted; empty for the format's own choice.
    worksheet : bytes or None
        a file of the platform that is to be filled in.
    grade_column : str
        the name of the column in it that takes the scores, or empty.
    """

    parts: tuple[Part, ...] = ()
    worksheet: bytes | None = None
    grade_column: str = ""


class GradebookRenderer(ABC):
    """Turns the scores of a course into text.

    Attributes
    ----------
    kind : str
        the name on the command line.
    takes : set of str
        the fields of `Options` that mean something to it.

    Parameters
    ----------
    options : Options, optional
        what it is told.
    """

    kind: ClassVar[str] = ""
    takes: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()

    @property
    def encoding(self) -> str:
        """In which the text is written."""
        return "utf-8"

    @abstractmethod
    def render(self, scores: Overview, *, details: bool) -> str:
        """Return the whole text, with a newline at its end.

        Parameters
        ----------
        scores : Overview
            what is to be shown; nothing in it is to be kept from the reader.
        details : bool
            whether checks, with feedback and counterexamples, are wanted too, where the format has a place for them.
        """

    def left_out(self, scores: Overview) -> tuple[str, ...]:
        """Return who could not be put into the text, each with the reason."""
        return ()

    def remarks(self, scores: Overview) -> tuple[str, ...]:
        """Return what is good to know about the text."""
        return ()
