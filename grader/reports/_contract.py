"""What every format of a report is."""

from abc import ABC, abstractmethod
from typing import ClassVar

from grader.results import Report


class Renderer(ABC):
    """Turns a report into text.

    Attributes
    ----------
    kind : str
        the name on the command line.
    """

    kind: ClassVar[str] = ""

    @abstractmethod
    def render(self, report: Report) -> str:
        """Return the whole text, with a newline at its end."""
