"""What the operator named on the command line: folders, zips and single files, listed and not yet understood."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from pathlib import Path

from grader.batch.intake.answers import Remark
from grader.batch.intake.archives import OF_AN_EXPORT, list_zip
from grader.batch.intake.entries import Entry
from grader.batch.intake.folders import list_folder
from grader.batch.intake.names import Names, split
from grader.batch.intake.owners import Claim, Owner, Piece, of_canvas, of_moodle
from grader.batch.intake.places import Place
from grader.batch.intake.records import TimeSource
from grader.batch.intake.sources import OnDisk, file_source
from grader.batch.intake.students import Held
from grader.errors import SubmissionNotFound
from grader.sandbox.records import dataclass


@dataclass(frozen=True)
class Named:
    """What was named.

    Attributes
    ----------
    places : tuple of Place
        folders and zips.
    held : tuple of Held
        single files, with those beside them.
    remarks : tuple of Remark
        what cannot be read.
    """

    places: tuple[Place, ...]
    held: tuple[Held, ...]
    remarks: tuple[Remark, ...]


def named(paths: Sequence[Path], names: Names, zone: tzinfo) -> Named:
    """Return what lies where the operator said.

    Parameters
    ----------
    paths : sequence of path
        folders, zips and files; one named twice counts once.
    names : Names
        of the exercises.
    zone : tzinfo
        where the clocks stood that dated the files in zips.

    Raises
    ------
    SubmissionNotFound
        if something named does not exist.
    """
    missing = [str(path) for path in paths if not os.path.lexists(path)]
    if missing:
        raise SubmissionNotFound(f"there is no file or folder {', '.join(missing)}")
    different = {path.resolve(): path for path in sorted(paths, key=str, reverse=True)}
    places: list[Place] = []
    held: list[Held] = []
    remarks: list[Remark] = []
    files: dict[Path, list[Path]] = defaultdict(list)
    for real, path in sorted(different.items()):
        try:
            if real.is_dir():
                inner, around = _student(real, names)
                if inner:
                    held.append(_folder(path, inner, around))
                else:
                    places.append(_place(path, real))
            elif path.suffix.lower() == ".zip":
                places.append(_zip(path, real, zone))
            elif split(path.name)[1] and real.is_file():
                files[path.parent.resolve()].append(path)
            else:
                remarks.append(Remark(str(path), "it is no folder, no zip, no Python file and no notebook"))
        except (SubmissionNotFound, OSError) as error:
            remarks.append(Remark(str(path), getattr(error, "strerror", None) or str(error)))
    held += [one for folder, chosen in files.items() for one in _files(folder, chosen, names)]
    return Named(tuple(places), tuple(held), tuple(remarks))


def _student(folder: Path, names: Names) -> tuple[tuple[str, ...], Path]:
    """Return the folders that are called after exercises, from the student's own to this one, and the student's own."""
    inner: tuple[str, ...] = ()
    while folder.parent != folder and (names.exercise(folder.name) or folder.name.lower() == "exercises"):
        inner, folder = (folder.name, *inner), folder.parent
    return inner, folder


def _folder(path: Path, inner: tuple[str, ...], around: Path) -> Held:
    """Return what one student has in a folder that is called after an exercise."""
    pieces = tuple(Piece((*inner, *entry.parts), entry, entry.time) for entry in list_folder(path))
    return Held(_owner(around), pieces, str(path), str(path))


def _owner(folder: Path) -> Owner:
    return Place("", folder.name, (), TimeSource.FILE_DATE).named_owner(folder.name)


def _place(path: Path, real: Path) -> Place:
    pieces = tuple(Piece(entry.parts, entry, entry.time) for entry in list_folder(real))
    return Place(str(path), real.name, pieces, TimeSource.FILE_DATE, real.parent.name)


def _zip(path: Path, real: Path, zone: tzinfo) -> Place:
    pieces = tuple(Piece(entry.parts, entry, entry.time) for entry in list_zip(file_source(path), OF_AN_EXPORT, zone))
    clock = real.stat().st_mtime
    return Place(str(path), path.stem, pieces, TimeSource.ZIP_DATE, real.parent.name, clock)


def _files(folder: Path, chosen: Sequence[Path], names: Names) -> Iterator[Held]:
    """Yield what single files are: of the student that a platform's name says, or that the folder is called after."""
    claims = {path: claim for path in chosen if (claim := _claim(path.name, names))}
    for path, claim in claims.items():
        entry = _entry(folder, path.name)
        piece = Piece((claim.rest,), entry, entry.time, claim.number)
        yield Held(claim.owner, (piece,), str(path.parent), str(path))
    own = [path for path in chosen if path not in claims]
    if not own:
        return
    inner, around = _student(folder, names)
    plain = {path.name for path in own}
    pieces = [
        Piece((*inner, entry.name), entry, entry.time, only_beside=entry.name not in plain)
        for entry in _beside(folder, plain)
    ]
    yield Held(_owner(around), tuple(pieces), str(own[0].parent), str(own[0].parent))


def _claim(name: str, names: Names) -> Claim | None:
    if names.exercise(split(name)[0]):
        return None
    claim = of_moodle(name) or of_canvas(name)
    return claim if claim and names.handed_in_again(split(claim.rest)[0]) else None


def _beside(folder: Path, plain: Iterable[str]) -> Iterator[Entry]:
    """Yield the named files, and the modules beside them."""
    with os.scandir(folder) as found:
        modules = {
            item.name for item in found if item.name.lower().endswith(".py") and item.is_file(follow_symlinks=False)
        }
    for name in sorted(modules | set(plain)):
        yield _entry(folder, name)


def _entry(folder: Path, name: str) -> Entry:
    """Return a file; if it is a link, the operator named the link."""
    path = folder / name
    state = path.stat()
    source = file_source(path) if path.is_symlink() else OnDisk(str(folder), (name,))
    return Entry((name,), source, state.st_size, state.st_mtime)


def locations(places: Iterable[Place]) -> Mapping[str, Path]:
    """Return where the folders lie that were named."""
    return {place.label: Path(place.label) for place in places}
