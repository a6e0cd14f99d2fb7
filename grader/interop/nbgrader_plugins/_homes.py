"""Which exercise of the course each cell of nbgrader's belongs to."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory

from grader import notebooks
from grader.course import Course
from grader.interop.assignment import exercises_of
from grader.interop.kernel import COURSE
from grader.interop.nbgrader_course import course_of


def course_directory(plugin: Any) -> Any:
    """Return nbgrader's folders, as its configuration and the command line of the running command say."""
    parent = plugin.parent
    return getattr(parent, "coursedir", None) or CourseDirectory(parent=parent)


def course_for(plugin: Any) -> Course:
    """Return our course: where the variable `GRADE_COURSE` says, or in nbgrader's folder, or around where the command runs."""
    return course_of(Path(os.environ.get(COURSE) or course_directory(plugin).root))


def homes(directory: Any, assignment: str, course: Course) -> Mapping[tuple[str, str], str]:
    """Return the exercise of each cell that was made from one, by the names of notebook and cell."""
    folder = Path(directory.format_path(directory.source_directory, ".", assignment))
    found: dict[tuple[str, str], str] = {}
    for file in sorted(folder.glob("*.ipynb")):
        try:
            cells = notebooks.read(file.read_bytes()).cells
        except (OSError, notebooks.NotANotebook):
            continue  # it is no notebook of ours
        found |= {(file.stem, name): exercise for name, exercise in exercises_of(cells, course).items()}
    return found
