"""Where the bytes of a submission lie, and how they are read from files that nobody vouches for.

A file is opened below the folder that the operator named, one folder after the other, and no link is followed on the
way; what is no ordinary file is not opened to the end. A member of a zip is read where the zip's directory said it
lies, so that no directory is read twice. Nothing is ever unpacked to the disk.
"""

import contextlib
import errno
import io
import os
import stat
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TypeAlias

from grader.errors import SubmissionNotFound

ANSWER_CAP: Final = 4 * 2**20
MODULE_CAP: Final = 2**20
ZIP_CAP: Final = 64 * 2**20
"""Bytes of an answer, of a module beside it, and of a zip that lies in another zip."""

STORED: Final = 0
DEFLATED: Final = 8

_HEADER: Final = struct.Struct("<4s2B4HL2L2H")
_BLOCK: Final = 2**16
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_FILE: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO would be waited for
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOCTTY", 0)
)
_STEPWISE: Final = os.open in os.supports_dir_fd


class OnDisk(NamedTuple):
    """A file below a folder that the operator named.

    Attributes
    ----------
    root : str
        that folder.
    parts : tuple of str
        names of folders, and of the file at last.
    """

    root: str
    parts: tuple[str, ...]

    @property
    def path(self) -> str:
        """The whole path, for people and for comparing."""
        return str(Path(self.root, *self.parts))


class Packed(NamedTuple):
    """A member of a zip.

    Attributes
    ----------
    archive : OnDisk or Packed
        the zip.
    name : bytes
        as it stands in the zip.
    offset, packed, size : int
        in bytes: where its header begins, and how long it is, packed and unpacked.
    crc, method : int
        its checksum, and how it is packed.
    """

    archive: "Source"
    name: bytes
    offset: int
    packed: int
    size: int
    crc: int
    method: int


Source: TypeAlias = OnDisk | Packed


def file_source(path: Path) -> OnDisk:
    """Return the source of a file that the operator named; a link in its path was the operator's choice."""
    real = path.resolve()
    return OnDisk(str(real.parent), (real.name,))


def key(source: Source) -> tuple[str, ...]:
    """Return what tells a source from others, however the operator came to name it."""
    if isinstance(source, OnDisk):
        return (source.path,)
    return (*key(source.archive), str(source.offset))


class TooLarge(SubmissionNotFound):
    """There is more of it than is taken."""


def read_source(source: Source, cap: int) -> bytes:
    """Return the bytes of a file or a member.

    Parameters
    ----------
    source : Source
        where they lie.
    cap : int
        the most bytes that are taken.

    Raises
    ------
    TooLarge
        if it is larger than `cap`.
    SubmissionNotFound
        if it is gone, no ordinary file, or damaged.
    """
    with opened(source, cap) as file:
        data = file.read(cap + 1)
    if len(data) > cap:
        raise TooLarge(f"it is larger than {_shown(cap)}")
    return data


@contextlib.contextmanager
def opened(source: Source, cap: int) -> Iterator[BinaryIO]:
    """Open a file or a member; a member is unpacked in memory, up to `cap` bytes.

    Raises
    ------
    SubmissionNotFound
        as `read_source`, but for the size of a file on disk.
    """
    if isinstance(source, Packed):
        with opened(source.archive, ZIP_CAP) as archive:
            data = _unpacked(archive, source, cap)
        yield io.BytesIO(data)
        return
    try:
        number = _open(source)
    except OSError as error:
        raise SubmissionNotFound(_reason(error)) from None
    mode = os.fstat(number).st_mode
    if not stat.S_ISREG(mode):  # a folder can be opened, and then not be made a file of
        os.close(number)
        is_folder = stat.S_ISDIR(mode)
        raise SubmissionNotFound("it is a folder, where a file is wanted" if is_folder else "it is no ordinary file")
    with os.fdopen(number, "rb") as file:
        try:
            yield file
        except OSError as error:
            raise SubmissionNotFound(_reason(error)) from None


def _open(source: OnDisk) -> int:
    if not _STEPWISE:
        if Path(source.path).is_symlink():
            raise OSError(errno.ELOOP, "a link")
        return os.open(source.path, _FILE)
    folder = os.open(source.root, os.O_RDONLY)
    try:
        for name in source.parts[:-1]:
            deeper = os.open(name, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = deeper
        return os.open(source.parts[-1], _FILE, dir_fd=folder)
    finally:
        os.close(folder)


def _reason(error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return "it is gone; it was there when the submissions were listed"
    if error.errno in {errno.ELOOP, errno.ENOTDIR}:
        return "it is a link, or lies behind one; links are not followed"
    return f"it cannot be read: {error.strerror or type(error).__name__}"


def _unpacked(archive: BinaryIO, member: Packed, cap: int) -> bytes:
    """Return a member's bytes, having compared its header, its length and its checksum."""
    if member.size > cap:
        raise TooLarge(f"it is larger than {_shown(cap)}")
    damaged = SubmissionNotFound("the zip is damaged at this place, or has changed since it was listed")
    if member.offset < 0:  # the zip lost bytes in front of its directory
        raise damaged
    archive.seek(member.offset)
    header = archive.read(_HEADER.size)
    if len(header) < _HEADER.size or not header.startswith(b"PK\3\4"):
        raise damaged
    *_, name_length, extra_length = _HEADER.unpack(header)
    if archive.read(name_length) != member.name:
        raise damaged
    archive.seek(extra_length, io.SEEK_CUR)
    try:
        data = _stored(archive, member) if member.method == STORED else _inflated(archive, member)
    except zlib.error:
        raise damaged from None
    if len(data) != member.size or zlib.crc32(data) != member.crc:
        raise damaged
    return data


def _stored(archive: BinaryIO, member: Packed) -> bytes:
    return archive.read(member.size) if member.packed == member.size else b""


def _inflated(archive: BinaryIO, member: Packed) -> bytes:
    """Unpack no more than the member is said to hold, however much more there is."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces: list[bytes] = []
    left, room = member.packed, member.size + 1
    while left > 0 and room > 0 and not unpacker.eof:
        block = archive.read(min(_BLOCK, left))
        if not block:
            break
        left -= len(block)
        while block and room > 0:
            pieces.append(unpacker.decompress(block, room))
            room -= len(pieces[-1])
            block = unpacker.unconsumed_tail
    return b"".join(pieces)


def _shown(size: int) -> str:
    return f"{size // 2**20} MiB"
