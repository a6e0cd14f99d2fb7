"""Lists a folder, and opens nothing in it."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from grader.batch.intake.entries import Entry
from grader.batch.intake.junk import is_passed_over
from grader.batch.intake.sources import OnDisk

DEPTH_CAP: Final = 16


def list_folder(folder: Path) -> Iterator[Entry]:
    """Yield all that lies in a folder and below it, sorted within each folder.

    Links are not followed, what is neither a file nor a folder is not touched, and folders that tools keep for
    themselves are not entered. What cannot be read is yielded with the reason.
    """
    root = str(folder.resolve())
    yield from _below(root, root, ())


def _below(root: str, path: str, parts: tuple[str, ...]) -> Iterator[Entry]:
    try:
        with os.scandir(path) as found:
            items = sorted(found, key=lambda item: item.name)
    except FileNotFoundError:
        yield Entry(parts, fault="it was deleted while it was being listed")
        return
    except OSError as error:
        yield Entry(parts, fault=f"it cannot be listed: {error.strerror}")
        return
    for item in items:
        inner = (*parts, sys.intern(item.name))  # most students give their files the same names
        try:
            if item.is_dir(follow_symlinks=False) and not is_passed_over(item.name):
                yield Entry(inner)
                if len(inner) < DEPTH_CAP:
                    yield from _below(root, item.path, inner)
                else:
                    yield Entry(inner, fault=f"it lies deeper than {DEPTH_CAP} folders, and is not entered")
            else:
                yield _entry(root, inner, item)
        except OSError as error:
            yield Entry(inner, fault=f"it cannot be read: {error.strerror}")


def _entry(root: str, parts: tuple[str, ...], item: "os.DirEntry[str]") -> Entry:
    if item.is_symlink():
        return Entry(parts, fault="it is a link; links are not followed")
    if item.is_dir(follow_symlinks=False):
        return Entry(parts)
    if not item.is_file(follow_symlinks=False):
        return Entry(parts, fault="it is no ordinary file")
    state = item.stat(follow_symlinks=False)
    return Entry(parts, OnDisk(root, parts), state.st_size, state.st_mtime)
