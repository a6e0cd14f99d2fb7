"""What every format of a report is."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
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

    def additions(self, report: Report, environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
        """Yield what is added to the end of files that a platform names in the environment; nothing by default."""
        yield from ()
