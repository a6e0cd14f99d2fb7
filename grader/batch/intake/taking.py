"""Takes in what was handed in: from the arguments of a command to each student's submissions. Nothing is graded here.

::

    arguments -> places (all that was listed) -> owners (whose is it) -> students (who are they)
    -> answers (which file answers what) -> the newest of each

Nothing of a submission is read before it is asked for (`grader.batch.intake.content`), so that a thousand students cost the
memory of a list.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path

from grader.batch.intake.answers import Candidate, Finder, Noted, Remark
from grader.batch.intake.arguments import locations, named
from grader.batch.intake.commits import last_commit
from grader.batch.intake.entries import readable
from grader.batch.intake.layouts import Reader
from grader.batch.intake.names import Names
from grader.batch.intake.newest import newest
from grader.batch.intake.notebooks import answered
from grader.batch.intake.places import Layout, Place, Shape
from grader.batch.intake.records import Found, Intake, Notebook, TimeSource, Unrecognised
from grader.batch.intake.students import Held, Roster, Sorted, identify
from grader.roster import Student


def take_in(
    paths: Sequence[Path],
    exercises: Sequence[str],
    *,
    roster: Sequence[Student] = (),
    zone: tzinfo = UTC,
    commit_times: bool = False,
) -> Intake:
    """Return who handed in what, in the folders, zips and files that the operator named.

    Parameters
    ----------
    paths : sequence of path
        their order makes no difference.
    exercises : sequence of str
        names of the course's exercises.
    roster : sequence of Student
        who is in the course, see `grader.batch.intake.students.Roster`; without it ids come from folders and platforms.
    zone : tzinfo
        the course's time zone, in which the dates in zips are read.
    commit_times : bool
        whether a clone was handed in with its last commit; the student's computer dated it.

    Raises
    ------
    SubmissionNotFound
        if a path does not exist; everything else that is wrong is part of the intake.
    """
    names, known = Names(exercises), Roster(roster)
    given = named(paths, names, zone)
    reader = Reader(names, known.knows)
    layouts = _agreeing([(place, reader.lay_out(place)) for place in given.places])
    who = identify([*(held for layout in layouts for held in layout.held), *given.held], known)
    remarks = [
        *given.remarks,
        *(Remark(*pair) for layout in layouts for pair in layout.refused),
        *(Remark(*pair, ignored=True) for layout in layouts for pair in layout.ignored),
        *(Remark(held.origin, why) for held, why in who.refused),
    ]
    folders = locations(given.places) if commit_times else {}
    return _gathered(who, remarks, Finder(names, zone), folders, exercises)


def _gathered(
    who: Sorted, refused: Sequence[Remark], finder: Finder, folders: Mapping[str, Path], exercises: Sequence[str]
) -> Intake:
    """Return what the files of all students are, one student at a time."""
    submissions: list[Found] = []
    notebooks: list[Notebook] = []
    remarks = [("", remark) for remark in refused]
    for student, helds in sorted(who.students.items()):
        found = [item for held in helds for item in finder.find(_dated(held, folders))]
        answers = [item for item in found if isinstance(item, Candidate)]
        in_notebooks, left = answered(student, [item for item in found if isinstance(item, Noted)], answers, exercises)
        submissions += newest(student, [*answers, *in_notebooks])
        notebooks += left
        remarks += [(student, item) for item in found if isinstance(item, Remark)]
    remarks.sort(key=lambda pair: (pair[1].origin, pair[0]))
    return Intake(
        submissions=tuple(submissions),
        notebooks=tuple(sorted(notebooks, key=lambda notebook: (notebook.student, notebook.origin))),
        unrecognised=tuple(_unrecognised(*pair) for pair in remarks if not pair[1].ignored),
        ignored=tuple(_unrecognised(*pair) for pair in remarks if pair[1].ignored),
        students=tuple(sorted(who.students)),
        names=_shown(who.students),
        notes=tuple(who.notes),
    )


def _agreeing(layouts: Sequence[tuple[Place, Layout]]) -> list[Layout]:
    """Return the layouts; a folder whose neighbours are one student's each cannot well hold several students.

    `grade batch submissions/*` names each student's folder by itself. Those who keep their files in folders of their
    own would otherwise be taken for several students with odd names.
    """
    shapes: dict[tuple[Path, TimeSource], dict[Shape, str]] = defaultdict(dict)
    for place, layout in layouts:
        shapes[Path(place.label).parent, place.time_source].setdefault(layout.shape, place.name)
    agreeing = []
    for place, layout in layouts:
        neighbour = shapes[Path(place.label).parent, place.time_source].get(Shape.ONE_STUDENT)
        if layout.shape is Shape.FOLDERS and neighbour is not None:
            why = (
                f"beside it lies “{readable(neighbour)}”, which is one student's own; this seems to hold several students'"
                f" folders. Name the folder in which both lie, or name them one at a time"
            )
            agreeing.append(place.refused(why))
        else:
            agreeing.append(layout)
    return agreeing


def _dated(held: Held, folders: Mapping[str, Path]) -> Held:
    """Return what an owner handed in, with the time of the last commit where that is asked for."""
    inside = next((piece.entry.parts for piece in held.pieces if piece.entry.name == ".git"), None)
    if held.owner.platform != "clone" or inside is None or held.place not in folders:
        return held
    time = last_commit(folders[held.place].joinpath(*inside[:-1]))
    source = TimeSource.COMMIT if time else TimeSource.NOBODY
    return held._replace(owner=replace(held.owner, handed_in=time, time_source=source))


def _unrecognised(student: str, remark: Remark) -> Unrecognised:
    return Unrecognised(origin=remark.origin, why=remark.why, student=student, exercise=remark.exercise)


def _shown(students: Mapping[str, Sequence[Held]]) -> dict[str, str]:
    shown = {}
    for student, helds in students.items():
        names = sorted({held.owner.shown for held in helds if held.owner.shown not in {"", student}})
        if names:
            shown[student] = names[0]
    return shown
