"""When the last commit of a clone was made, read from its files.

The program `git` is not run: what a repository's configuration says can start other programs, and a repository that a
student handed in has the student's configuration. Only what a clone holds is read here: HEAD, the branch, and the one
commit, loose or in a pack.
"""

import re
import struct
import zlib
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import BinaryIO, Final

from grader.batch.intake.sources import OnDisk, opened, read_source
from grader.errors import SubmissionNotFound

_NAME_CAP: Final = 2**12
_REFERENCES_CAP: Final = 2**22
_COMMIT_CAP: Final = 2**20
_PACKS_CAP: Final = 64
_DEPTH_CAP: Final = 50
_BRANCH: Final = re.compile(r"ref: (refs(?:/[\w+-][\w.+-]*)+)\s*")
_ID: Final = re.compile(r"[0-9a-f]{40}")
_COMMITTER: Final = re.compile(rb"^committer [^\n]*> (\d{1,11}) ([+-])(\d\d)(\d\d)$", re.MULTILINE)
_COMMIT, _BY_OFFSET, _BY_ID = 1, 6, 7


def last_commit(folder: Path) -> datetime | None:
    """Return when the last commit of a clone was made, by the clock of the one who made it.

    Parameters
    ----------
    folder : path
        of the clone, with `.git` in it.

    Returns
    -------
    datetime or None
        with the committer's time zone; None if it cannot be found.
    """
    files = _Repository(folder)
    try:
        found = _COMMITTER.search(files.commit(files.head(), 0).partition(b"\n\n")[0])
        if not found:
            return None
        seconds, sign, hours, minutes = found.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == b"-" else 1)
        return datetime.fromtimestamp(int(seconds), timezone(offset))
    except (SubmissionNotFound, ValueError, OverflowError, IndexError, struct.error, zlib.error, OSError):
        return None


class _Repository:
    """The files of a clone."""

    def __init__(self, folder: Path) -> None:
        self._root = str(folder.resolve())

    def _file(self, name: str) -> OnDisk:
        return OnDisk(self._root, (".git", *name.split("/")))

    def _text(self, name: str, cap: int) -> str:
        return read_source(self._file(name), cap).decode("ascii", "replace")

    def head(self) -> str:
        """Return the id of the commit that is checked out."""
        text = self._text("HEAD", _NAME_CAP)
        branch = _BRANCH.fullmatch(text)
        if branch:
            try:
                text = self._text(branch[1], _NAME_CAP)
            except SubmissionNotFound:
                lines = self._text("packed-refs", _REFERENCES_CAP).splitlines()
                text = next((line[:40] for line in lines if line[41:] == branch[1]), "")
        found = _ID.match(text)
        if not found:
            raise ValueError("HEAD names no commit")
        return found[0]

    def commit(self, name: str, depth: int) -> bytes:
        """Return the text of a commit."""
        if depth > _DEPTH_CAP:
            raise ValueError("a chain of differences without end")
        try:
            packed = read_source(self._file(f"objects/{name[:2]}/{name[2:]}"), _COMMIT_CAP)
        except SubmissionNotFound:
            return self._from_packs(bytes.fromhex(name), depth)
        kind, _, text = zlib.decompressobj().decompress(packed, _COMMIT_CAP).partition(b"\0")
        if not kind.startswith(b"commit "):
            raise ValueError("HEAD names something else than a commit")
        return text

    def _from_packs(self, name: bytes, depth: int) -> bytes:
        folder = Path(self._root, ".git", "objects", "pack")
        for index in sorted(folder.glob("*.idx"))[:_PACKS_CAP]:
            with opened(self._file(f"objects/pack/{index.name}"), 0) as file:
                offset = _offset(file, name)
            if offset is not None:
                with opened(self._file(f"objects/pack/{index.stem}.pack"), 0) as file:
                    return self._packed(file, offset, depth)
        raise ValueError("the commit is not there")

    def _packed(self, file: BinaryIO, offset: int, depth: int) -> bytes:
        """Return the object at a place of a pack; commits are kept whole, or as a difference from another."""
        file.seek(offset)
        byte = file.read(1)[0]
        kind = byte >> 4 & 7
        while byte & 0x80:
            byte = file.read(1)[0]
        if kind == _COMMIT:
            return _inflated(file)
        if depth > _DEPTH_CAP or kind not in {_BY_OFFSET, _BY_ID}:
            raise ValueError("no commit")
        if kind == _BY_ID:
            base_name = file.read(20).hex()
            difference = _inflated(file)
            return _applied(self.commit(base_name, depth + 1), difference)
        distance = _distance(file)
        difference = _inflated(file)
        return _applied(self._packed(file, offset - distance, depth + 1), difference)


def _offset(index: BinaryIO, name: bytes) -> int | None:
    """Return where in its pack an object begins, from the pack's index of version 2."""
    if index.read(8) != b"\xfftOc\0\0\0\2":
        raise ValueError("an index of another version")
    counts = struct.unpack(">256L", index.read(1024))
    low, high, total = counts[name[0] - 1] if name[0] else 0, counts[name[0]], counts[255]
    while low < high:
        middle = (low + high) // 2
        index.seek(1032 + 20 * middle)
        found = index.read(20)
        if found == name:
            index.seek(1032 + 24 * total + 4 * middle)
            (place,) = struct.unpack(">L", index.read(4))
            if place & 0x80000000:
                index.seek(1032 + 28 * total + 8 * (place & 0x7FFFFFFF))
                (place,) = struct.unpack(">Q", index.read(8))
            return int(place)
        low, high = (middle + 1, high) if found < name else (low, middle)
    return None


def _inflated(file: BinaryIO) -> bytes:
    return zlib.decompressobj().decompress(file.read(_COMMIT_CAP), _COMMIT_CAP)


def _distance(file: BinaryIO) -> int:
    byte = file.read(1)[0]
    distance = byte & 0x7F
    while byte & 0x80:
        byte = file.read(1)[0]
        distance = (distance + 1 << 7) | (byte & 0x7F)
    if distance == 0:
        raise ValueError("a difference from itself")
    return distance


def _applied(base: bytes, difference: bytes) -> bytes:
    """Return what a difference makes of its base: pieces copied from it, and pieces of its own."""
    place = 0
    for _ in range(2):  # the lengths of the base and of the result
        while difference[place] & 0x80:
            place += 1
        place += 1
    pieces: list[bytes] = []
    size = 0
    while place < len(difference) and size <= _COMMIT_CAP:
        order = difference[place]
        place += 1
        if order & 0x80:
            numbers = [0, 0]
            for bit, (number, shift) in enumerate([(0, 0), (0, 8), (0, 16), (0, 24), (1, 0), (1, 8), (1, 16)]):
                if order & 1 << bit:
                    numbers[number] |= difference[place] << shift
                    place += 1
            pieces.append(base[numbers[0] : numbers[0] + (numbers[1] or 0x10000)])
        else:
            pieces.append(difference[place : place + order])
            place += order
        size += len(pieces[-1])
    return b"".join(pieces)
