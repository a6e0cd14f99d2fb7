"""What an attack leaves in files and in memory that is shared, seen from outside."""

import contextlib
import ctypes
import os
import shutil
import sysconfig
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FOLDERS: Final = tuple(
    dict.fromkeys(
        Path(name)
        for name in (
            "/",
            "/tmp",
            "/var/tmp",
            "/dev/shm",
            "/run",
            Path.home(),
            sysconfig.get_path("purelib"),
            sysconfig.get_path("stdlib"),
            ROOT / "grader" / "sandbox",
        )
    )
)
"""Where submissions try to write, beside the scene."""

_SHARED_MEMORY: Final = Path("/proc/sysvipc/shm")
_REMOVE: Final = 0
_LARGE: Final = 2**16


def marked(mark: str) -> list[Path]:
    """Return the files outside the scene that have a mark in their names."""
    found: list[Path] = []
    for folder in (*FOLDERS, *(folder / "__pycache__" for folder in FOLDERS)):
        with contextlib.suppress(FileNotFoundError, PermissionError):
            found += [path for path in folder.iterdir() if mark in path.name]
    return sorted(found)


def remove(path: Path) -> None:
    """Remove a file or folder that an attack has made."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def contents(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return all that can be said of the files in a folder and below; not of what the grader keeps there for itself."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        if ".grade" in path.parts:
            continue
        state = path.lstat()
        said: tuple[object, ...] = (state.st_mode, state.st_uid, tuple(os.listxattr(path, follow_symlinks=False)))
        if path.is_symlink():
            said += (path.readlink(),)
        elif path.is_file():
            said += (state.st_size, state.st_mtime_ns, state.st_nlink)
            said += (_beginning(path),)
        found[str(path.relative_to(folder))] = said
    return found


def _beginning(path: Path) -> bytes | None:
    """Return the first bytes of a file, or None if nobody may read it any more."""
    try:
        with path.open("rb") as file:
            return file.read(_LARGE)
    except PermissionError:
        return None


def difference(before: dict[str, tuple[object, ...]], after: dict[str, tuple[object, ...]]) -> list[str]:
    """Return the names of the files that are not as they were."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def segment(key: int) -> int | None:
    """Return the number of the segment of shared memory that has a key, or None."""
    lines = _SHARED_MEMORY.read_text(encoding="ascii").splitlines()[1:] if _SHARED_MEMORY.exists() else []
    return next((int(line.split()[1]) for line in lines if int(line.split()[0]) == key), None)


def remove_segment(number: int) -> None:
    """Remove a segment of shared memory."""
    ctypes.CDLL(None).shmctl(number, _REMOVE, None)
