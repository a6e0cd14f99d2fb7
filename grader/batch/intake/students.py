"""Who the owners are: ids from a roster or from names, and nobody taken for somebody else."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from grader.batch.intake.entries import readable
from grader.batch.intake.owners import Owner, Piece
from grader.roster import Student, student_id


class Held(NamedTuple):
    """What one owner handed in at one place.

    Attributes
    ----------
    owner : Owner
        whose it is.
    pieces : tuple of Piece
        files and folders.
    place : str
        the file or folder that the operator named.
    origin : str
        the folder or zip of this owner, as the operator knows it.
    """

    owner: Owner
    pieces: tuple[Piece, ...]
    place: str
    origin: str


class Roster:
    """Finds students by what places call them.

    Parameters
    ----------
    students : sequence of Student
        each is known by id, name and e-mail address, and on a platform by what a column of its name says: `canvas_id`,
        `moodle_id`, `gradescope`, `github`. Capital and small letters, and the ways to write an accent, make no
        difference where nobody has exactly the id that is looked for.
    """

    def __init__(self, students: Sequence[Student]) -> None:
        self._ids = {student.id for student in students}
        self._known: dict[str, set[str]] = defaultdict(set)
        for student in students:
            platforms = (f"{_platform(column)}:{value}" for column, value in student.ids.items())
            for key in (student.id, student.name, student.email, *platforms):
                if key:
                    self._known[alike(key)].add(student.id)

    def __bool__(self) -> bool:
        """Whether there is a roster at all."""
        return bool(self._ids)

    def knows(self, key: str) -> bool:
        """Return whether a key means one student."""
        return len(self._meant(key)) == 1

    def find(self, owner: Owner) -> set[str]:
        """Return the students that an owner may be: one, or none, or several that cannot be told apart."""
        for keys in (owner.ids, owner.names):
            found = {student for key in keys for student in self._meant(key)}
            if found:
                return found
        return set()

    def _meant(self, key: str) -> set[str]:
        exact = student_id(key)
        return {exact} if exact in self._ids else self._known.get(alike(key), set())


class Sorted(NamedTuple):
    """What the owners were found to be.

    Attributes
    ----------
    students : dict of str to list of Held
        what each student handed in.
    refused : list of pairs of Held and str
        what is nobody's for certain, and why.
    notes : list of str
        remarks.
    """

    students: dict[str, list[Held]]
    refused: list[tuple[Held, str]]
    notes: list[str]


def identify(held: Iterable[Held], roster: Roster) -> Sorted:
    """Return who the owners are.

    Two owners whose ids differ only in capital letters, or two of one place that would get the same id, are not taken
    for one student: what they handed in is refused until the roster or a better name tells who they are.
    """
    students: dict[str, list[Held]] = defaultdict(list)
    refused: list[tuple[Held, str]] = []
    unknown: dict[str, list[Held]] = defaultdict(list)
    for one in held:
        found = roster.find(one.owner)
        if len(found) == 1:
            students[found.pop()].append(one)
        elif found:
            refused.append((one, f"the roster has several students for it: {_listed(found)}"))
        elif not one.owner.name:
            refused.append((one, "its name does not say whose it is"))
        else:
            unknown[alike(one.owner.name)].append(one)
    for group in unknown.values():
        reason = _mixed_up(group)
        if reason:
            refused += [(one, reason) for one in group]
        else:
            students[group[0].owner.name] += group
    notes = []
    strangers = sorted(group[0].owner.name for group in unknown.values() if not _mixed_up(group))
    if roster and strangers:
        notes.append(f"not in the roster: {_listed(strangers)}")
    return Sorted(students, refused, notes)


def _mixed_up(group: list[Held]) -> str:
    """Return why the owners in a group, whose ids are alike, may be different people, or an empty text."""
    names = {one.owner.name for one in group}
    if len(names) > 1:
        return f"{_listed(names)} differ only in capital letters: is it one student? Rename one, or let the roster tell them apart"
    places: dict[str, set[str]] = defaultdict(set)
    for one in group:
        places[one.place].add(one.owner.raw)
    if any(len(raw) > 1 for raw in places.values()):
        return f"{len(group)} of this place are called {_listed(names)}: only a roster can tell them apart"
    return ""


def alike(text: str) -> str:
    """Return what names have in common that people take for the same."""
    return " ".join(readable(text).casefold().split())


def _platform(column: str) -> str:
    """Return the platform that a column of a roster is for: `canvas` of `canvas_id` or `Canvas ID`."""
    return alike(column.replace("_", " ")).removesuffix(" id").partition(" ")[0]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in sorted(names))
