"""Whose a folder, a zip or a file is, by the name that a learning platform gave it."""

import re
from datetime import datetime
from typing import Final, NamedTuple

from grader.batch.intake.entries import Entry, readable
from grader.batch.intake.gradescope import Exported
from grader.batch.intake.records import TimeSource
from grader.sandbox.records import dataclass

_MOODLE: Final = re.compile(r"([^_]*)(?:_(\d+))?_assignsubmission_[a-z]+(?:_(.*))?", re.DOTALL)
_CANVAS: Final = re.compile(
    r"(?:(\w+?)_)??(?:(LATE)_)?(\d+|anon_[A-Za-z0-9]+)_(?:(\d+)_(.+)|text\.html|link\.html)", re.DOTALL
)


class Piece(NamedTuple):
    """A file or folder of one student.

    Attributes
    ----------
    parts : tuple of str
        where it lies within what the student handed in.
    entry : Entry
        the file or folder itself.
    clock : float or None
        when it was handed in as far as a date outside the student's hands tells, in seconds since 1970: the date of the
        file, or of the zip that it came in.
    number : int
        which upload it was, where the platform counts; a higher number came later.
    only_beside : bool
        whether it may only be imported by an answer, and is none itself.
    """

    parts: tuple[str, ...]
    entry: Entry
    clock: float | None = None
    number: int = 0
    only_beside: bool = False


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Somebody who handed something in, as the place where it lies has it.

    Attributes
    ----------
    raw : str
        what tells the owner from others in the same place.
    name : str
        the id to use where no roster knows a better one.
    ids : tuple of str
        keys by which a roster may know the owner; all that it knows must mean the same student.
    names : tuple of str
        keys that serve when it knows none of `ids`.
    shown : str
        what people call the owner.
    platform : str
        `moodle`, `canvas`, `gradescope`, `clone`, or empty.
    late : bool
        whether the platform says so.
    handed_in : datetime or None
        if the platform says it.
    time_source : TimeSource
        who says when; with `FILE_DATE` and `ZIP_DATE` each file does.
    """

    raw: str
    name: str
    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    shown: str = ""
    platform: str = ""
    late: bool = False
    handed_in: datetime | None = None
    time_source: TimeSource = TimeSource.NOBODY


class Claim(NamedTuple):
    """What a platform's name for a file or folder says.

    Attributes
    ----------
    owner : Owner
        whose it is.
    rest : str
        the name that the student gave, or empty for the folder of all that the student handed in.
    number : int
        which upload it was.
    """

    owner: Owner
    rest: str
    number: int = 0


def of_moodle(name: str) -> Claim | None:
    """Return what a name of Moodle's says: `Name_<id>_assignsubmission_file_`, alone or before a file's name.

    The id counts the participants of one assignment, so it tells two people apart and leads to nobody by itself.
    """
    found = _MOODLE.fullmatch(name)
    if not found:
        return None
    person = readable(found[1]).strip()
    ids = (f"moodle:{found[2]}",) if found[2] else ()
    raw = f"{person}_{found[2] or ''}"
    owner = Owner(raw=raw, name=person, ids=ids, names=(person,), shown=person, platform="moodle")
    return Claim(owner, found[3] or "")


def of_canvas(name: str) -> Claim | None:
    """Return what a name of Canvas' says: `lastfirst[_LATE]_<user>_<attachment>_<file>`.

    Canvas writes the person's name in small letters and takes every `_12_` out of it, so the first pair of numbers is
    the one that Canvas put there, whatever the student called the file.
    """
    found = _CANVAS.fullmatch(name)
    if not found or (found[1] or "") != (found[1] or "").lower() or (not found[1] and found[3].isdecimal()):
        return None
    user = found[3]
    person = readable(found[1] or "")
    owner = Owner(
        raw=user,
        name=user,
        ids=(f"canvas:{user}",),
        shown=person,
        platform="canvas",
        late=found[2] is not None,
    )
    return Claim(owner, found[5] or name, int((found[4] or "0")[:18]))


def of_gradescope(folder: str, export: Exported) -> tuple[Owner, ...]:
    """Return all who handed in one folder of an export of Gradescope."""
    owners = []
    for person in export.submitters:
        name, email, number = (person.get(key, "") for key in ("name", "email", "sid"))
        raw = number or email or f"{folder} {name}"
        known = [key for key in (f"gradescope:{number}", number, email) if key not in {"", "gradescope:"}]
        owners.append(
            Owner(
                raw=raw,
                name=readable(number or email or name),
                ids=tuple(known),
                names=(name,) if name else (),
                shown=readable(name),
                platform="gradescope",
                handed_in=export.handed_in,
                time_source=TimeSource.PLATFORM if export.handed_in else TimeSource.NOBODY,
            )
        )
    return tuple(owners)


def is_around_clones(folder: str) -> bool:
    """Return whether a folder is called as the one that `gh classroom clone` puts all clones into."""
    return folder.endswith("-submissions") and folder != "-submissions"


def of_clone(folder: str, around: str) -> Owner:
    """Return whose clone a folder is: `assignment-login` in a folder `assignment-submissions`.

    Elsewhere it is not clear where the login begins, so that only a roster can tell.
    """
    prefix = around.removesuffix("submissions")
    if is_around_clones(around) and folder.startswith(prefix) and folder != prefix:
        login = folder.removeprefix(prefix)
        return Owner(raw=folder, name=readable(login), ids=(f"github:{login}", folder), platform="clone")
    pieces = folder.split("-")
    logins = tuple(f"github:{'-'.join(pieces[start:])}" for start in range(len(pieces)))
    return Owner(raw=folder, name=readable(folder), ids=(*logins, folder), platform="clone")
