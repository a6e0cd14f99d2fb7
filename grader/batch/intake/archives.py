"""Lists a zip, and believes nothing that it says.

Members are named and measured from the zip's directory and not unpacked. A directory too long, a zip that would unpack
to too much, a name that leads out of the zip, a link, a device, an encrypted member and one that stands there twice
are found here; what a member really holds is seen when it is read (`grader.batch.intake.sources`).
"""

import io
import stat
import struct
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import BinaryIO, Final

from grader.batch.intake.entries import Entry
from grader.batch.intake.sources import DEFLATED, STORED, ZIP_CAP, Packed, Source, opened
from grader.errors import SubmissionNotFound
from grader.sandbox.records import dataclass

RATIO_CAP: Final = 200
_RATIO_FREE: Final = 2**20
"""Members up to this size may be packed however well: an empty table is no attack."""

_UTF8: Final = 0x800
_ENCRYPTED: Final = 0x2041
_NAME_CAP: Final = 255
_DEPTH_CAP: Final = 64
_LAST: Final = 2**17
"""Bytes at the end of a zip among which its last record must be."""

_TIMES: Final = 0x5455
_LEADS_OUT: Final = "its name leads out of the zip"


@dataclass(frozen=True)
class Caps:
    """How much a zip may hold.

    Attributes
    ----------
    directory : int
        bytes of its table of contents.
    members : int
        files and folders.
    total : int
        bytes of all members, unpacked.
    """

    directory: int
    members: int
    total: int


OF_A_STUDENT: Final = Caps(4 * 2**20, 10_000, 2**30)
OF_AN_EXPORT: Final = Caps(64 * 2**20, 400_000, 2**38)
"""A zip that a student handed in, and one that the operator named."""


class _Bounded(io.RawIOBase):
    """A file of which only so much is read at once, because a zip says itself how long its directory is."""

    def __init__(self, file: BinaryIO, cap: int) -> None:
        super().__init__()
        self._file = file
        self._cap = cap

    def read(self, size: int | None = -1) -> bytes:
        """Read, and refuse what is too long."""
        wanted = _LAST if size is None or size < 0 else size  # all the rest is asked for only near the end of a zip
        if wanted > self._cap:
            raise SubmissionNotFound("its table of contents is too long for a submission; it is not opened")
        return self._file.read(wanted)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go elsewhere in the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place in the file."""
        return self._file.tell()


def list_zip(source: Source, caps: Caps, zone: tzinfo) -> tuple[Entry, ...]:
    """Return all that a zip holds, sorted.

    Parameters
    ----------
    source : Source
        the zip.
    caps : Caps
        how much it may hold.
    zone : tzinfo
        where the clocks stood that dated the members; most zips give local times.

    Returns
    -------
    tuple of Entry
        one for each member; one that must not be read has its fault.

    Raises
    ------
    SubmissionNotFound
        if it is gone, damaged, too large or no zip.
    """
    with opened(source, ZIP_CAP) as file:
        try:
            with zipfile.ZipFile(_Bounded(file, caps.directory)) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error, EOFError) as error:
            raise SubmissionNotFound(f"it is damaged, incomplete or no zip ({_plain(error)})") from None
    if len(members) > caps.members:
        raise SubmissionNotFound(f"it holds {len(members)} files; at most {caps.members} are expected")
    if sum(member.file_size for member in members) > caps.total:
        raise SubmissionNotFound(f"it would unpack to more than {caps.total // 2**20} MiB; it is not opened")
    entries = [_entry(source, member, zone) for member in members]
    return tuple(sorted(_told_apart(entries), key=lambda entry: (entry.parts, entry.time or 0.0)))


def _plain(error: Exception) -> str:
    return "a name in it is not in the encoding that it states" if isinstance(error, UnicodeError) else str(error)


def _entry(source: Source, member: zipfile.ZipInfo, zone: tzinfo) -> Entry:
    name = _name(member)
    parts = tuple(sys.intern(part) for part in name.replace("\\", "/").split("/") if part not in {"", "."})
    time = _time(member, zone)
    fault = _fault(name, parts, member)
    if fault:
        return Entry((name,) if fault == _LEADS_OUT else parts, fault=fault, size=member.file_size, time=time)
    if name.endswith(("/", "\\")):
        return Entry(parts)
    raw = member.orig_filename.encode("utf-8" if member.flag_bits & _UTF8 else "cp437")
    place = Packed(
        source,
        raw,
        member.header_offset,
        member.compress_size,
        member.file_size,
        member.CRC,
        member.compress_type,
    )
    return Entry(parts, place, member.file_size, time)


def _name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; many programs write UTF-8 without saying so, and hardly any other text looks like it."""
    name = member.orig_filename
    if member.flag_bits & _UTF8 or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _fault(name: str, parts: tuple[str, ...], member: zipfile.ZipInfo) -> str:
    """Return why a member must not be read, or an empty text."""
    drive = len(name) > 1 and name[1] == ":" and name[0].isalpha()
    if not parts or "\0" in name or ".." in parts or name.startswith(("/", "\\")) or drive:
        return _LEADS_OUT
    if len(parts) > _DEPTH_CAP or max(map(len, parts)) > _NAME_CAP:
        return "its name is longer than that of a file can be"
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "it is a link; links are not followed"
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "it is no ordinary file"
    if member.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if member.compress_type not in {STORED, DEFLATED}:
        return f"it is packed by method {member.compress_type}; only deflated and stored files are read"
    if member.file_size > max(_RATIO_FREE, RATIO_CAP * member.compress_size):
        return f"it is packed more than {RATIO_CAP}:1, as a zip bomb is"
    return ""


def _time(member: zipfile.ZipInfo, zone: tzinfo) -> float | None:
    """Return when a member was changed last: exactly where the zip says so, else by the clock of its maker."""
    extra = member.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == _TIMES and length >= 5 and len(extra) >= 9 and extra[4] & 1:
            return float(struct.unpack_from("<l", extra, 5)[0])
        extra = extra[4 + length :]
    try:
        return datetime(*member.date_time, tzinfo=zone).timestamp()
    except (ValueError, OverflowError):  # a month of 0, say
        return None


def _told_apart(entries: list[Entry]) -> Iterator[Entry]:
    """Yield the members; of those that stand there twice it cannot be told which is meant."""
    seen = Counter(entry.parts for entry in entries if not entry.is_folder)
    for entry in entries:
        if entry.source is not None and seen[entry.parts] > 1:
            yield entry._replace(source=None, fault=f"the zip holds {seen[entry.parts]} files of this name")
        else:
            yield entry
