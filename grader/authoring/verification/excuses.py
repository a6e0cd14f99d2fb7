"""Mutants that the author excuses, each with a reason: `solutions/exercise-NN/excused.yaml`.

It lies beside the reference and not in the description, because a mutant shows what the reference does.
"""

from typing import Annotated, Final

from grader.authoring.verification.subject import Subject
from grader.fields import Bounds, Described
from grader.sandbox.records import dataclass

FILE: Final = "excused.yaml"


@dataclass(frozen=True, kw_only=True)
class Excuse(Described):
    """A mutant that may survive.

    Attributes
    ----------
    before, after : str
        the line of the reference and what it becomes, as `grade author verify` shows them.
    why : str
        why no input that the exercise could use tells them apart.
    """

    before: Annotated[str, Bounds(least=1)]
    after: Annotated[str, Bounds(least=1)]
    why: Annotated[str, Bounds(least=1)]


@dataclass(frozen=True, kw_only=True)
class Excuses(Described):
    """All that the file says."""

    excused: tuple[Excuse, ...]


def excuses(subject: Subject) -> tuple[Excuse, ...]:
    """Return the excused mutants of an exercise.

    Raises
    ------
    SpecError
        if the file is wrong.
    """
    file = subject.folder / FILE
    if not file.is_file():
        return ()
    from grader.spec import loader, reading  # the validation library is slow to import, and most exercises need none

    document = loader.load(file, file.relative_to(subject.course.folder).as_posix())
    return reading.validate(document, Excuses, ["excused", "before", "after", "why"]).excused
