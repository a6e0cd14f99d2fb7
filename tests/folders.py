"""Folders for tests in which permissions must not stop what a level of isolation has to stop."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_to_all() -> Iterator[Path]:
    """Make a folder that every user may enter, unlike those of pytest; it is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="course-", dir="/tmp"))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder)
