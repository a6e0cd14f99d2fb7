"""How what the operator named is laid out: whose is each folder, zip and file in it.

Where two readings are possible and nothing decides, the whole place is refused with the reason; nobody gets what may
be somebody else's.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from grader.batch.intake.entries import readable
from grader.batch.intake.exports import from_export
from grader.batch.intake.names import Names, split
from grader.batch.intake.owners import Piece, is_around_clones, of_clone
from grader.batch.intake.places import WHOSE, Layout, Place, Shape, Top, tops
from grader.batch.intake.records import TimeSource
from grader.batch.intake.students import Held, alike


class Reader:
    """Reads layouts of places.

    Parameters
    ----------
    names : Names
        of the exercises.
    knows : callable
        whether a roster knows a student by a key.
    """

    def __init__(self, names: Names, knows: Callable[[str], bool]) -> None:
        self._names = names
        self._knows = knows

    def lay_out(self, place: Place) -> Layout:
        """Return whose is what in a place."""
        found, at_once = tops(place)
        layout = from_export(place, found) or self._plain(place, found)
        return layout._replace(refused=(*at_once.refused, *layout.refused), ignored=(*at_once.ignored, *layout.ignored))

    def _plain(self, place: Place, found: Sequence[Top]) -> Layout:
        """Lay out a place without a platform's names: one student's, or a folder or a zip a student."""
        own = [top for top in found if self._is_answer(top)]
        others = [top for top in found if top.can_hold and not self._is_answer(top)]
        known = any(self._knows(top.stem) for top in others)
        if self._knows(place.name) and not known:
            return _one_student(place, found)
        if not own:
            alone = (
                len(others) == 1 and others[0].is_folder and not (others[0].is_clone and is_around_clones(place.name))
            )
            return self._wrapped(place, others[0], found, known=known) if alone else _students(place, found)
        holding = next((top for top in others if top.is_zip or any(map(self._answers, top.pieces))), None)
        if holding is None:
            return _one_student(place, found)
        if known:
            return _students(place, found)
        return place.refused(
            f"answers lie in it directly, and in “{readable(holding.name)}” as well: is it one student's, or does it"
            " hold a folder or a zip a student? Name a folder in which only students' folders or zips lie"
        )

    def _wrapped(self, place: Place, top: Top, found: Sequence[Top], *, known: bool) -> Layout:
        """Lay out a place in which a single folder lies: around all students' folders, or one student's."""
        loose = _students(place, [other for other in found if other is not top])
        inner = self.lay_out(place._replace(name=top.name, pieces=top.inside, around=place.name))
        inner = inner._replace(refused=(*inner.refused, *loose.refused))
        if inner.shape is Shape.EXPORT or (inner.held and all(held.owner.platform == "clone" for held in inner.held)):
            return inner
        same = alike(top.name) == alike(place.name)
        around_students = inner.shape is Shape.FOLDERS and len(inner.held) > 1
        if around_students and not known:
            named = any(self._knows(held.owner.raw) for held in inner.held)
            if same or named:
                return inner
            return place.refused(
                f"a single folder, “{readable(top.name)}”, lies in it, and several in that: which of them are students?"
                " Name the folder in which the students' folders lie, or give the course a roster"
            )
        if place.time_source is TimeSource.ZIP_DATE and not (same or known):
            return place.refused(
                f"is the student “{readable(place.name)}” or “{readable(top.name)}”? Name the folder in which the"
                " students' zips lie, or unpack it and name the folder in which the students' folders lie"
            )
        return _students(place, found)

    def _is_answer(self, top: Top) -> bool:
        """Return whether something that lies in a place directly is an answer, or a folder of answers."""
        if top.can_hold:
            return top.stem.lower() == "exercises" or self._names.exercise(top.stem) is not None
        stem, ending = split(top.name)
        return bool(ending) and self._names.exercise(stem) is not None

    def _answers(self, piece: Piece) -> bool:
        """Return whether a file looks like an answer."""
        stem, ending = split(piece.entry.name)
        return bool(ending) and any(self._names.exercise(name) for name in (stem, *piece.parts[:-1]))


def _one_student(place: Place, found: Sequence[Top]) -> Layout:
    """Lay out a place that is one student's: a zip is handed in when it is, whatever the dates in it say."""
    pieces = [piece for top in found for piece in top.pieces]
    owner = place.named_owner(place.name)
    if place.time_source is TimeSource.ZIP_DATE:
        owner = replace(owner, time_source=TimeSource.FILE_DATE)
        pieces = [piece._replace(clock=place.clock) for piece in pieces]
    elif is_around_clones(place.around) and any(piece.parts == (".git",) for piece in place.pieces):
        owner = of_clone(place.name, place.around)
    return Layout(Shape.ONE_STUDENT, (place.held(owner, pieces, place.label),))


def _students(place: Place, found: Sequence[Top]) -> Layout:
    """Lay out a place with a folder or a zip a student; files between them are nobody's."""
    gathered: dict[str, Held] = {}
    refused = []
    folders = sum(top.can_hold for top in found)
    clones = is_around_clones(place.name) or 2 * sum(top.is_clone for top in found) > folders
    for top in found:
        shown = top.origin(place)
        if not top.can_hold:
            refused.append((shown, top.pieces[0].entry.fault or f"it lies beside the students' folders, and {WHOSE}"))
            continue
        owner = of_clone(top.name, place.name) if clones and top.is_clone else place.named_owner(top.stem)
        pieces = top.inside if top.is_folder else top.pieces
        before = gathered.get(owner.raw, place.held(owner, (), shown))
        gathered[owner.raw] = before._replace(pieces=(*before.pieces, *pieces))
    return Layout(Shape.FOLDERS, tuple(gathered.values()), tuple(refused))
