"""What an intake says: who handed in what, and what could not be made out."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from grader.batch.intake.sources import Source
from grader.sandbox.records import dataclass


class TimeSource(StrEnum):
    """Who says when a submission was handed in."""

    PLATFORM = "the learning platform"
    FILE_DATE = "the date of the file"
    ZIP_DATE = "the date in the zip, read in the course's time zone"
    COMMIT = "the last commit, by the clock of the student's computer"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Found:
    """One student's submission to one exercise.

    Attributes
    ----------
    student : str
        the student's id: the roster's, or else the name of the folder or what the platform says.
    exercise : str
        its name.
    main : str
        which of the files is the answer.
    files : mapping of str to Source
        the modules that lie side by side, the answer among them, by the name under which they can be imported.
    handed_in : datetime or None
        with a time zone; None where nobody says.
    time_source : TimeSource
        who says when it was handed in.
    late : bool
        whether the platform says that it was late.
    origin : str
        where it lies, as the operator knows it.
    superseded : tuple of str
        older submissions of the student to the exercise, which do not count, and why.
    is_notebook : bool
        whether the answer is in a notebook.
    """

    student: str
    exercise: str
    main: str
    files: Mapping[str, Source]
    handed_in: datetime | None
    time_source: TimeSource
    late: bool = False
    origin: str
    superseded: tuple[str, ...] = ()
    is_notebook: bool = False


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """A notebook that was handed in and is not graded.

    Attributes
    ----------
    student : str
        the student's id.
    exercise : str
        what its name says that it answers, or empty.
    origin : str
        where it lies, as the operator knows it.
    why : str
        the reason.
    """

    student: str
    exercise: str
    origin: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Unrecognised:
    """A file or folder that is not graded.

    Attributes
    ----------
    origin : str
        where it lies, as the operator knows it.
    why : str
        the reason, and what to do.
    student : str
        whose it is, or empty.
    exercise : str
        what it would have answered, or empty.
    """

    origin: str
    why: str
    student: str = ""
    exercise: str = ""


@dataclass(frozen=True, kw_only=True)
class Intake:
    """All that was handed in, sorted by student and exercise.

    Attributes
    ----------
    submissions : tuple of Found
        one for each student and exercise at most.
    notebooks : tuple of Notebook
        those that are not graded.
    unrecognised : tuple of Unrecognised
        what an operator should look at.
    ignored : tuple of Unrecognised
        what tools leave behind, and the course's own files.
    students : tuple of str
        all that were met, also those of whom nothing is graded.
    names : mapping of str to str
        what the platform calls a student, where it says more than the id.
    notes : tuple of str
        remarks that concern no single file.
    """

    submissions: tuple[Found, ...] = ()
    notebooks: tuple[Notebook, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()
    ignored: tuple[Unrecognised, ...] = ()
    students: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
