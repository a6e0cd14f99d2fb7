"""What every format of the gradebook is."""

from abc import ABC, abstractmethod
from typing import ClassVar

from grader.gradebook.scores import Overview


class GradebookRenderer(ABC):
    """Turns the scores of a course into text.

    Attributes
    ----------
    kind : str
        the name on the command line.
    """

    kind: ClassVar[str] = ""

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
