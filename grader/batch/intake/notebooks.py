"""Which exercises a student's notebooks answer: the one in the name, or those that the cells name."""

from collections.abc import Iterator, Sequence

from grader.batch.intake.answers import Candidate, Noted
from grader.batch.intake.places import origin
from grader.batch.intake.records import Notebook
from grader.batch.intake.sources import read_source
from grader.errors import SubmissionNotFound
from grader.notebooks import FILE_CAP, NotANotebook, read

_RANK = 3
"""An answer file, however plain its name, comes before a notebook of the same date."""

_MAIN = "the notebook"
"""Its name among the modules beside it; no answer can import it."""

_NO_EXERCISE = (
    "its name is no exercise's, and no cell of it says which exercise it answers: name it exercise_04.ipynb, say,"
    " or build assignments with `grade notebook build`"
)


def answered(
    student: str, notebooks: Sequence[Noted], answers: Sequence[Candidate], exercises: Sequence[str]
) -> tuple[list[Candidate], list[Notebook]]:
    """Return the answers in a student's notebooks, and the notebooks in which there are none.

    Parameters
    ----------
    student : str
        whose they are.
    notebooks : sequence of Noted
        all of them.
    answers : sequence of Candidate
        the student's answer files; where there is one for an exercise, no notebook answers it.
    exercises : sequence of str
        names of the course's exercises.
    """
    in_files = {candidate.exercise for candidate in answers}
    found: list[Candidate] = []
    left: list[Notebook] = []
    for noted in notebooks:
        named = [noted.exercise] if noted.exercise else sorted(set(_named(noted)) & set(exercises))
        fresh = [name for name in named if name not in in_files]
        found += [_candidate(name, noted) for name in fresh]
        if not fresh:
            why = "the answer file beside it counts" if named else _NO_EXERCISE
            shown = origin(noted.held.place, noted.piece.entry.parts)
            left.append(Notebook(student=student, exercise=noted.exercise, origin=shown, why=why))
    return found, left


def _named(noted: Noted) -> Iterator[str]:
    """Yield the exercises that the cells of a notebook name, if it can be read."""
    assert noted.piece.entry.source is not None
    try:
        cells = read(read_source(noted.piece.entry.source, FILE_CAP)).cells
    except (SubmissionNotFound, NotANotebook):
        return
    for cell in cells:
        name = cell.ours.get("exercise")
        if isinstance(name, str):
            yield name


def _candidate(exercise: str, noted: Noted) -> Candidate:
    source = noted.piece.entry.source
    assert source is not None
    files = {**noted.files, _MAIN: source}
    return Candidate(exercise, _MAIN, files, noted.piece, _RANK, noted.held, is_notebook=True)
