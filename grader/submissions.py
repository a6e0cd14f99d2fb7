"""Finds a student's answer files."""

import sys
from pathlib import Path
from typing import Final

from grader.course import Course, module_name
from grader.errors import SubmissionNotFound, UsageError
from grader.executors import module_beside
from grader.model import Submission

SIZE_CAP = 4 * 2**20
_NOTEBOOK: Final = ".ipynb"
_ELSEWHERE: Final = sys.stdlib_module_names | {"numpy", "scipy"}
"""Modules that are never looked for beside an answer, because what is installed comes first."""


def answer_file(course: Course, exercise: str, answers: Path | None) -> Path:
    """Return where the answer to an exercise lies, or should lie.

    Parameters
    ----------
    course : Course
        whose exercises are answered.
    exercise : str
        its name.
    answers : path, optional
        another folder of answers, with `exercise_04.py`, `exercise-04/exercise_04.py` or `exercise-04/solution.py`.

    Raises
    ------
    SubmissionNotFound
        if the folder of answers does not exist, or a link in it leads out of it.
    """
    if answers is None:
        return course.answer_file(exercise)
    if not answers.is_dir():
        raise SubmissionNotFound(f"there is no folder {answers}")
    module = module_name(exercise)
    places = [answers / f"{module}.py", answers / exercise / f"{module}.py", answers / exercise / "solution.py"]
    found = next((place for place in places if place.is_file()), places[0])
    if found.is_file() and answers.resolve() not in found.resolve().parents:
        raise SubmissionNotFound(
            f"{found} is, or lies behind, a link that leads out of {answers}; hand in the file itself"
        )
    return found


def exercise_of(course: Course, file: Path) -> str:
    """Return the exercise that a file answers, by its own name or the name of a folder around it.

    Raises
    ------
    UsageError
        if neither names an exercise of the course.
    """
    for name in (file.stem, *(folder.name for folder in file.resolve().parents)):
        candidate = name.replace("_", "-").lower()
        if candidate in course.exercises:
            return candidate
    example = module_name(course.exercises[0])
    raise UsageError(f"{file} does not say which exercise it answers: name it {example}.py, say")


def read_submission(file: Path, exercise: str, function: str) -> Submission | None:
    """Return the submission in a file, or None if there is no such file.

    Raises
    ------
    SubmissionNotFound
        if the file cannot be read as text, or is a link to a file in another folder.
    """
    try:
        if file.exists() and not file.is_file():
            kind = "a folder" if file.is_dir() else "no ordinary file"
            raise SubmissionNotFound(f"{file} is {kind}; an answer is a file of Python")
        if file.stat().st_size > SIZE_CAP and file.suffix != _NOTEBOOK:
            raise SubmissionNotFound(f"{file} is larger than {SIZE_CAP // 2**20} MiB; is it an answer?")
        if file.is_symlink() and file.resolve().parent != file.parent.resolve():  # it could be the reference
            raise SubmissionNotFound(f"{file} is a link that leads to another folder; hand in the file itself")
        data = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SubmissionNotFound(f"{file} cannot be read: {error.strerror}") from None
    if file.suffix == _NOTEBOOK:
        return _notebook(file, data, exercise, function)
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SubmissionNotFound(f"{file} is not text in UTF-8 (byte {error.start}); save it as UTF-8") from None
    return Submission(module_name(exercise), source, function, str(file.resolve().parent))


def _notebook(file: Path, data: bytes, exercise: str, function: str) -> Submission:
    from grader import notebooks  # most answers are none

    try:
        code = notebooks.code_of(notebooks.read(data).cells)
    except notebooks.NotANotebook as error:
        raise SubmissionNotFound(f"{file}: {error}") from None
    return Submission(module_name(exercise), code.source, function, str(file.resolve().parent), cells=code.cells)


def sources(submission: Submission) -> dict[str, str]:
    """Return the source of an answer, and after it those of the modules beside it that it imports; by file name."""
    from grader.uses_paths import imported  # only an exercise that forbids or requires something gets here

    found = {f"{submission.name}.py": submission.source}
    waiting = [submission.source]
    while waiting:
        for name in sorted(imported(waiting.pop(0)) - _ELSEWHERE):
            data = module_beside(submission, name) if f"{name}.py" not in found else None
            if data is not None:
                found[f"{name}.py"] = data.decode("utf-8-sig", errors="replace")
                waiting.append(found[f"{name}.py"])
    return found
