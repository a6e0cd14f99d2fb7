"""What lies in a folder or a zip: one entry a file, and one a folder."""

import re
import sys
from typing import Final, NamedTuple

from grader.batch.intake.sources import Source
from grader.roster import student_id

_NO_TEXT: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Control signs, line breaks and signs that turn the direction of what follows."""


class Entry(NamedTuple):
    """A file or a folder, as it was listed; nothing of a file has been read.

    Attributes
    ----------
    parts : tuple of str
        names of folders, and its own at last.
    source : Source or None
        where its bytes lie; None for a folder, and for what must not be read.
    size : int
        in bytes, unpacked.
    time : float or None
        when it was changed last, in seconds since 1970.
    fault : str
        why it must not be read, or empty.
    """

    parts: tuple[str, ...]
    source: Source | None = None
    size: int = 0
    time: float | None = None
    fault: str = ""

    @property
    def name(self) -> str:
        """Its own name; empty for what was listed itself."""
        return self.parts[-1] if self.parts else ""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.source is None and not self.fault


def readable(text: str) -> str:
    """Return a name that can be shown, kept and compared: in the one spelling of accents, and without control signs."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return sys.intern(_NO_TEXT.sub("\ufffd", student_id(text)))
