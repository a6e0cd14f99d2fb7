"""A course on its way to another machine: packed, known by its content, and unpacked where no other user looks."""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from grader.batch.keys import add_file, deciding_files
from grader.course import FILE, Course
from grader.errors import AuthoringError, JudgeError
from grader.sandbox.records import dataclass

_LARGEST: Final = 2**28
"""Bytes that the files of a course may have together."""

_SIZE: Final = 20
_UNUSED_SECONDS: Final = 30 * 24 * 3600
"""After so long, a course that no batch has asked for is removed."""


@dataclass(frozen=True)
class Parcel:
    """A course, packed.

    Attributes
    ----------
    content : str
        hash of the names and contents of its files, and of nothing else.
    data : bytes
        a zip of them.
    """

    content: str
    data: bytes

    def __repr__(self) -> str:
        return f"Parcel({self.content})"


def packed(course: Course) -> Parcel:
    """Pack what is needed to grade: the course's file and, of its exercises, all that decides how they are judged.

    Raises
    ------
    AuthoringError
        if the files are too large, or cannot be read.
    """
    paths = [course.folder / FILE, *(file for name in course.exercises for file in deciding_files(course, name))]
    try:
        size = sum(path.stat().st_size for path in paths)
        if size > _LARGEST:
            raise AuthoringError(
                f"the files of the course have {size / 2**20:.0f} MiB, and at most {_LARGEST / 2**20:.0f} MiB are sent"
                f" to workers: make the data beside the exercises smaller"
            )
        files = {path.relative_to(course.folder).as_posix(): path.read_bytes() for path in paths}
    except OSError as error:
        raise AuthoringError(f"{error.filename} cannot be read: {error.strerror}") from error
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(ZipInfo(name), files[name], ZIP_DEFLATED)  # without a time, so that nothing else is in it
    return Parcel(_content(files), target.getvalue())


def unpacked(parcel: Parcel, home: Path | None = None) -> Path:
    """Return the folder in which a parcel's course lies, after unpacking it if it is not there.

    Parameters
    ----------
    parcel : Parcel
        what came.
    home : path, optional
        where courses are kept; a folder of this user's if left out, which nobody else can enter.

    Raises
    ------
    JudgeError
        if what came is not what was sent, or cannot be kept out of others' sight.
    """
    try:
        home = _private(home) if home else _home()
        folder = home / parcel.content
        if not _holds(folder, parcel.content):
            _remove_unused(home)
            folder = _unpack(parcel, folder)
        os.utime(folder)
    except OSError as error:
        raise JudgeError(f"the course cannot be unpacked: {error}") from error
    return folder


def _unpack(parcel: Parcel, folder: Path) -> Path:
    """Unpack beside a folder and then move there, so that others find all of it or nothing."""
    files = _files_in(parcel.data)
    if _content(files) != parcel.content:
        raise JudgeError("the course that arrived is not the one that was sent")
    fresh = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        for name, data in files.items():
            file = fresh / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    with suppress(OSError):
        return fresh.rename(folder)
    if _holds(folder, parcel.content):  # another process was quicker
        shutil.rmtree(fresh, ignore_errors=True)
        return folder
    return fresh  # what lies there is damaged, and somebody may be using it


def _files_in(data: bytes) -> dict[str, bytes]:
    """Return the files of a zip by name, if each of them stays in the folder it is unpacked to."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > _LARGEST or not all(map(_is_plain, entries)):
                raise JudgeError("what arrived is not a course that was packed here")
            return {entry.filename: archive.read(entry) for entry in entries}
    except (BadZipFile, EOFError, NotImplementedError, ValueError) as error:
        raise JudgeError(f"the course arrived damaged: {error}") from error


def _is_plain(entry: ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename).parts
    return "/".join(parts) == entry.filename and ".." not in parts and not set(entry.filename) & set("\\:\0")


def _holds(folder: Path, content: str) -> bool:
    """Return whether a folder holds the course it is named after, whatever has happened to it meanwhile."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    sent = (name for name in names if not any(part.startswith((".", "__")) for part in name.parts))
    return _content({name.as_posix(): (folder / name).read_bytes() for name in sent}) == content


def _content(files: Mapping[str, bytes]) -> str:
    found = blake2b(digest_size=_SIZE)
    for name in sorted(files):
        add_file(found, name.encode(), files[name])
    return found.hexdigest()


def _home() -> Path:
    """Return the folder for courses in this user's cache; in the one for temporary files if there is no home."""
    try:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        return _private(cache / "mathematics-for-deep-learning-grader")
    except (OSError, RuntimeError):  # as in containers: a home that cannot be written to, or none
        user = os.geteuid() if os.name == "posix" else "all"
        return _private(Path(tempfile.gettempdir()) / f"mathematics-for-deep-learning-grader-{user}")


def _private(folder: Path) -> Path:
    """Return a folder that only this user can enter, made if it is not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.lstat()
    if os.name == "posix":
        if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.geteuid():
            raise JudgeError(f"{folder} belongs to somebody else, and solutions must not lie there")
        folder.chmod(0o700)
    return folder


def _remove_unused(home: Path) -> None:
    for folder in home.iterdir():
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _UNUSED_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
