"""The lines of a report in colour."""

from collections.abc import Iterable
from typing import Final

from rich.console import Console
from rich.text import Text

from grader.reports._layout import Line

_STYLES: Final = {
    "title": "bold",
    "good": "green",
    "bad": "red",
    "half": "yellow",
    "dim": "dim",
    "code": "cyan",
    "": "",
}


def show(lines: Iterable[Line], console: Console) -> None:
    """Print lines; long ones are left to the terminal, so that what can be pasted stays whole."""
    for line in lines:
        text = Text()
        for piece, role in line:
            text.append(piece, style=_STYLES[role])
        console.print(text, soft_wrap=True)
