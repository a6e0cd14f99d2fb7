"""What the operator named: a folder or a zip with all that was listed in it, and what is found to be whose."""

from collections import defaultdict
from collections.abc import Iterable
from enum import Enum, auto
from typing import NamedTuple

from grader.batch.intake.entries import Entry, readable
from grader.batch.intake.junk import reason_to_ignore
from grader.batch.intake.owners import Owner, Piece
from grader.batch.intake.records import TimeSource
from grader.batch.intake.students import Held

WHOSE = "its name does not say whose it is"


class Shape(Enum):
    """What a place is."""

    ONE_STUDENT = auto()
    FOLDERS = auto()
    EXPORT = auto()
    REFUSED = auto()


class Layout(NamedTuple):
    """Whose is what in a place.

    Attributes
    ----------
    shape : Shape
        what the place is.
    held : tuple of Held
        what each owner has there.
    refused : tuple of pairs of str
        origins of what is nobody's, each with the reason.
    ignored : tuple of pairs of str
        origins of what tools leave behind, each with the reason.
    """

    shape: Shape
    held: tuple[Held, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()


class Place(NamedTuple):
    """A folder or a zip that the operator named, or a folder in it that holds all the rest.

    Attributes
    ----------
    label : str
        as the operator named it.
    name : str
        of the folder, or of the zip without its ending.
    pieces : tuple of Piece
        all that lies in it.
    time_source : TimeSource
        who dates the files.
    around : str
        name of the folder in which it lies.
    clock : float or None
        the date of a zip.
    """

    label: str
    name: str
    pieces: tuple[Piece, ...]
    time_source: TimeSource
    around: str = ""
    clock: float | None = None

    def origin(self, entry: Entry) -> str:
        """Return where an entry lies, as the operator knows it."""
        return origin(self.label, entry.parts)

    def named_owner(self, name: str) -> Owner:
        """Return the owner of a folder or a zip that is called as a student."""
        return Owner(raw=name, name=readable(name).strip(), ids=(name,), time_source=self.time_source)

    def held(self, owner: Owner, pieces: Iterable[Piece], shown: str) -> Held:
        """Return what an owner has here."""
        return Held(owner, tuple(pieces), self.label, shown)

    def refused(self, why: str) -> Layout:
        """Return the layout of a place from which nothing is taken."""
        return Layout(Shape.REFUSED, refused=((self.label, why),))


class Top(NamedTuple):
    """Something that lies in a place directly, with all that lies in it."""

    name: str
    pieces: tuple[Piece, ...]

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder; a zip names the files in it, and not always the folder itself."""
        return any(piece.entry.is_folder or len(piece.parts) > 1 for piece in self.pieces)

    @property
    def is_zip(self) -> bool:
        """Whether it is a zip that may be opened."""
        return not self.is_folder and self.name.lower().endswith(".zip") and self.pieces[0].entry.source is not None

    @property
    def can_hold(self) -> bool:
        """Whether answers can lie in it."""
        return self.is_folder or self.is_zip

    @property
    def stem(self) -> str:
        """Its name, without the ending of a zip."""
        return self.name[: -len(".zip")] if self.is_zip else self.name

    @property
    def is_clone(self) -> bool:
        """Whether it is a clone of a git repository."""
        return any(piece.parts[1:2] == (".git",) for piece in self.pieces)

    @property
    def inside(self) -> tuple[Piece, ...]:
        """All that lies in it, as seen from there; what is wrong with itself has no parts left."""
        return tuple(
            piece._replace(parts=piece.parts[1:])
            for piece in self.pieces
            if len(piece.parts) > 1 or (piece.entry.fault and self.is_folder)
        )

    def origin(self, place: Place) -> str:
        """Return where it lies, as the operator knows it."""
        first = self.pieces[0]
        return origin(place.label, first.entry.parts[: len(first.entry.parts) - len(first.parts) + 1])


def tops(place: Place) -> tuple[list[Top], Layout]:
    """Return what lies in a place directly, and what of it is refused or ignored at once."""
    gathered: dict[str, list[Piece]] = defaultdict(list)
    for piece in place.pieces:
        if piece.parts:
            gathered[piece.parts[0]].append(piece)
    found = [Top(name, tuple(pieces)) for name, pieces in gathered.items()]
    refused = tuple((place.label, piece.entry.fault) for piece in place.pieces if not piece.parts)
    ignored = tuple((top.origin(place), reason) for top in found if (reason := reason_to_ignore(top.name)))
    kept = [top for top in found if not reason_to_ignore(top.name)]
    return kept, Layout(Shape.REFUSED, refused=refused, ignored=ignored)


def origin(label: str, parts: Iterable[str]) -> str:
    """Return where something lies, as the operator knows it."""
    return "/".join([label, *map(readable, parts)])
