"""Files that are held in memory: a notebook reads and writes what lies beside it, where no file can be opened."""

import builtins
import contextlib
import io
import os
import posixpath
from collections.abc import Callable
from typing import IO, Any, Final

import numpy as np

_LARGEST: Final = 64 * 2**20
"""Bytes that one file may come to."""


class _Held(io.BytesIO):
    """A file in memory, which is kept when it is closed after it was written to."""

    def __init__(self, content: bytes, keep: Callable[[bytes], None] | None) -> None:
        super().__init__(content)
        self._keep = keep

    def write(self, data: Any) -> int:
        """Take some bytes."""
        if self._keep is None:
            raise io.UnsupportedOperation("not writable")
        if self.tell() + len(memoryview(data).cast("B")) > _LARGEST:
            raise OSError("a file may have at most 64 MiB here")
        return super().write(data)

    def close(self) -> None:
        """Keep what was written."""
        if not self.closed and self._keep is not None:
            self._keep(self.getvalue())
        super().close()


class HeldFiles:
    """Stands before `open`: paths that lead nowhere else are files in memory, and all others are left to the system."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}
        self._open: Any = builtins.open
        self._exists, self._isfile = os.path.exists, os.path.isfile
        builtins.open = self.open  # type: ignore[assignment] # that is the point
        io.open = self.open  # type: ignore[assignment]
        os.path.exists = lambda path: self._has(path) or self._exists(path)
        os.path.isfile = lambda path: self._has(path) or self._isfile(path)
        with contextlib.suppress(AttributeError):  # NumPy keeps the function for itself
            np.lib._datasource._file_openers._file_openers[None] = self.open  # type: ignore[attr-defined] # noqa: SLF001

    def add(self, name: str, content: bytes) -> None:
        """Hold a file."""
        self._contents[_plain(name)] = content

    def _has(self, path: object) -> bool:
        return _name(path) in self._contents

    def open(self, file: Any, mode: str = "r", *arguments: Any, **named: Any) -> IO[Any]:
        """Open a file in memory, or else as the system opens it."""
        name, writes = _name(file), bool(set(mode) & set("wax+"))
        if not name or not (name in self._contents or (writes and set(mode) & set("wax"))):
            opened: IO[Any] = self._open(file, mode, *arguments, **named)
            return opened
        if "x" in mode and name in self._contents:
            raise FileExistsError(f"there is a file {name!r}")
        content = b"" if set(mode) & set("wx") else self._contents.get(name, b"")
        held = _Held(content, (lambda written: self._contents.__setitem__(name, written)) if writes else None)
        if "a" in mode:
            held.seek(0, io.SEEK_END)
        if "b" in mode:
            return held
        keywords = dict(zip(("buffering", "encoding", "errors", "newline"), arguments, strict=False)) | named
        return io.TextIOWrapper(
            held, keywords.get("encoding") or "utf-8", keywords.get("errors"), keywords.get("newline")
        )


def _name(path: object) -> str:
    """Return a path relative to the notebook, in one spelling; empty for what is none."""
    if not isinstance(path, str | os.PathLike):
        return ""
    text = os.fspath(path)
    return _plain(text) if isinstance(text, str) and not text.startswith("/") else ""


def _plain(name: str) -> str:
    found = posixpath.normpath(name)
    return "" if found.startswith("..") or found == "." else found
