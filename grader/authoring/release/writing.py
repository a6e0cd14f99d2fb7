"""Writes a bundle into a folder: a fresh one, or one that holds a bundle already."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import cast

from grader import bundle
from grader.authoring.release.contents import Bundle
from grader.errors import UsageError


def require_room(folder: Path, *, replace: bool) -> None:
    """Refuse a folder into which no bundle can go, before one is made.

    Raises
    ------
    UsageError
        if something is there that is no bundle, or that `replace` does not allow to be replaced.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder")
    if not any(folder.iterdir()):
        return
    if not (folder / bundle.FILE).is_file():
        raise UsageError(f"{folder} is not empty, and no bundle; name a folder that is empty or does not exist")
    if not replace:
        raise UsageError(f"{folder} holds a bundle already; `--replace` puts the new one in its place")


def write(made: Bundle, folder: Path, *, replace: bool) -> tuple[str, ...]:
    """Write a bundle; return the paths of answers that were kept because somebody has worked on them.

    A fresh folder appears whole or not at all. In a bundle that is replaced, files that are not the bundle's stay.

    Raises
    ------
    UsageError
        as `require_room` does; if a file of the old bundle, no answer, was changed by hand; or if nothing can be written.
    """
    require_room(folder, replace=replace)
    try:
        if folder.is_dir() and any(folder.iterdir()):
            return _replace(made, folder)
        _fresh(made, folder)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from None
    return ()


def _fresh(made: Bundle, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as temporary:
        whole = Path(temporary) / "bundle"
        for path, content in made.files.items():
            _put(whole / path, content)
        if folder.exists():
            folder.rmdir()  # it is empty
        whole.rename(folder)


def _replace(made: Bundle, folder: Path) -> tuple[str, ...]:
    old = _listed(folder)
    changed = set(_changed(made, folder, old))
    kept = tuple(sorted(changed.intersection(made.answers)))
    if lost := sorted(changed.difference(made.answers)):
        raise UsageError(
            f"in {folder} these files are not as the bundle that lies there has them: {', '.join(lost)}; "
            f"move them away, or name another folder"
        )
    for path, content in made.files.items():
        if path not in kept and path != bundle.FILE:
            _put(folder / path, content)
    for path in sorted(old.keys() - made.files.keys()):
        (folder / path).unlink(missing_ok=True)
        _remove_if_empty((folder / path).parent)
    _put(folder / bundle.FILE, made.files[bundle.FILE])  # last: it says that all others are there
    return kept


def _changed(made: Bundle, folder: Path, old: Mapping[str, str]) -> Iterator[str]:
    """Yield the paths at which something stands that neither the old bundle nor the new one has put there."""
    for path in {*old, *made.files} - {bundle.FILE}:
        file = folder / path
        if not file.exists():
            continue
        found = sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
        if found not in (old.get(path), sha256(made.files.get(path, b"")).hexdigest()):
            yield path


def _listed(folder: Path) -> dict[str, str]:
    """Return the files of the bundle that lies in a folder, and the hash of each."""
    try:
        about = json.loads((folder / bundle.FILE).read_bytes())
        files = cast(dict[str, str], about["files"])
        if about["format"] == bundle.FORMAT and all(_is_inside(path) for path in files):
            return files
    except (ValueError, LookupError, TypeError):
        pass
    raise UsageError(f"{folder / bundle.FILE} is none of ours; name another folder")


def _is_inside(path: str) -> bool:
    """Return whether a path leads nowhere but into the bundle's folder."""
    return not Path(path).is_absolute() and ".." not in Path(path).parts


def _put(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(file)


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        shutil.rmtree(folder)
