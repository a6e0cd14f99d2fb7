"""`nbgrader export --exporter=grader.interop.nbgrader_plugins.TopicExporter`: scores of topics instead of assignments."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from grader.gradebook_reports._cells import harmless
from grader.interop.nbgrader_plugins._homes import course_directory, course_for, homes
from grader.sandbox.records import dataclass

COLUMNS: Final = (
    "student_id",
    "last_name",
    "first_name",
    "email",
    "topic",
    "title",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)
_OTHER: Final = ("other", "Cells of no topic")


@dataclass(frozen=True)
class _Cell:
    """A graded cell: its topic, and what it is worth."""

    topic: str
    points: float


class TopicExporter(ExportPlugin):  # type: ignore[misc] # nbgrader has no types
    """Writes `topics.csv`, or what `--to` says: a row for each student and topic of `course.yaml`.

    A cell belongs to the topic of the exercise that it was made from; cells of no exercise make a row of their own. What
    lateness costs a notebook is shared out among its cells by their scores. `--student` and `--assignment` hold.
    """

    _FILE: ClassVar[str] = "topics.csv"

    def export(self, gradebook: Gradebook) -> None:
        """Write the table."""
        course, directory = course_for(self), course_directory(self)
        names = [item.name for item in gradebook.assignments if not self.assignment or item.name in self.assignment]
        cells: dict[str, dict[tuple[str, str], _Cell]] = {}
        for name in names:
            of = homes(directory, name, course)
            cells[name] = {
                (notebook.name, cell.name): _Cell(
                    course.place(of[notebook.name, cell.name])[0].id if (notebook.name, cell.name) in of else _OTHER[0],
                    float(cell.max_score),
                )
                for notebook in gradebook.find_assignment(name).notebooks
                for cell in [*notebook.grade_cells, *notebook.task_cells]
            }
        titles = {topic.id: topic.title for topic in course.file.topics} | dict([_OTHER])
        used = {cell.topic for known in cells.values() for cell in known.values()}
        to = Path(self.to or self._FILE)
        self.log.info("Exporting topics to %s", to)
        with to.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for student in gradebook.students:
                if not self.student or student.id in self.student:
                    shown = {topic: title for topic, title in titles.items() if topic in used}
                    writer.writerows(_rows(gradebook, student, cells, shown))


def _rows(
    gradebook: Gradebook,
    student: Any,
    cells: Mapping[str, Mapping[tuple[str, str], _Cell]],
    titles: Mapping[str, str],
) -> Iterator[list[str]]:
    raw: dict[str, float] = defaultdict(float)
    late: dict[str, float] = defaultdict(float)
    most: dict[str, float] = defaultdict(float)
    for assignment, known in cells.items():
        for cell in known.values():
            most[cell.topic] += cell.points
        for topic, score, penalty in _earned(gradebook, assignment, student.id, known):
            raw[topic] += score
            late[topic] += penalty
    person = [harmless(str(part or "")) for part in (student.id, student.last_name, student.first_name, student.email)]
    for topic, title in titles.items():
        numbers = (raw[topic], late[topic], max(0.0, raw[topic] - late[topic]), most[topic])
        yield [*person, topic, harmless(title), *map(str, numbers)]


def _earned(
    gradebook: Gradebook, assignment: str, student: str, known: Mapping[tuple[str, str], _Cell]
) -> Iterator[tuple[str, float, float]]:
    """Yield, for every cell of a submission, its topic, its score, and what lateness costs of it."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return
    for notebook in submission.notebooks:
        whole, penalty = float(notebook.score or 0.0), float(notebook.late_submission_penalty or 0.0)
        for grade in notebook.grades:
            cell = known.get((notebook.name, grade.name))
            score = float(grade.score or 0.0)
            if cell:
                yield cell.topic, score, penalty * score / whole if whole else 0.0
