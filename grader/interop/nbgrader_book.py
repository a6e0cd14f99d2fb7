"""nbgrader's own gradebook: opened with care, and filled many scores at a time.

What a person has entered (scores, comments, extra credit) is never touched. One transaction holds the scores of some
students, or none of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Self

from grader.errors import GradebookError
from grader.interop.lateness import Lateness
from grader.interop.nbgrader_course import Folders, quiet
from grader.interop.nbgrader_opening import alembic_found, patient, reason, register, require_usable
from grader.interop.scores import NotebookScores, StudentScores

if TYPE_CHECKING:
    from nbgrader import api

_NO_RESPONSE: Final = "No response."
"""What nbgrader says of a cell that was left as it was handed out."""


class NbgraderBook:
    """nbgrader's gradebook, open for one assignment; used in a `with` block.

    Parameters
    ----------
    folders : Folders
        of nbgrader's course.
    assignment : str
        its name; it is put on record if it is not there yet, with what nbgrader itself would note of its cells.
    lateness : Lateness, optional
        what it costs to be late; without it, what is on record of that stays.

    Raises
    ------
    UsageError
        if what lies there is no gradebook of this version of nbgrader.
    GradebookError
        if it cannot be opened now.
    """

    def __init__(self, folders: Folders, assignment: str, lateness: Lateness | None = None) -> None:
        self._assignment = assignment
        self._lateness = lateness
        self._due: datetime | None = None
        self._url = folders.db_url
        self._id = ""
        self._cells: dict[str, _Cells] = {}
        require_usable(self._url)
        from nbgrader.api import Gradebook  # an extra

        with self._told(), alembic_found():
            self._book = Gradebook(patient(self._url), folders.course_id or "default_course")
        try:
            with self._told():
                register(self._book, folders, assignment, self._url)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Return the gradebook itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the database."""
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._book.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what a database raises into our words; nothing of the transaction stays."""
        from nbgrader.api import InvalidEntry, MissingEntry  # an extra
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with quiet():
                yield
        except (SQLAlchemyError, InvalidEntry, MissingEntry) as error:
            if hasattr(self, "_book"):
                self._book.db.rollback()
            raise GradebookError(f"nbgrader's gradebook {self._url}: {reason(error)}") from error

    def released(self, notebook: str) -> Mapping[str, str]:
        """Return the texts with which the cells of a notebook were handed out, by their names."""
        with self._told():
            found = self._book.find_notebook(notebook, self._assignment)
            return {cell.name: cell.source or "" for cell in found.source_cells}

    def write(self, students: Sequence[StudentScores]) -> int:
        """Put the scores of some students on record, all in one transaction; return to how many of them lateness costs something.

        Raises
        ------
        GradebookError
            if that cannot be done; then nothing of it is on record.
        """
        with self._told():
            if not self._cells:
                self._look_up()
            submissions = self._submissions(students)
            for scores in students:
                _fill(submissions[scores.student], scores, self._cells)
            late = sum(map(self._charge, submissions.values()))
            self._book.db.commit()
        return late

    def _charge(self, submission: "api.SubmittedAssignment") -> bool:
        """Enter what lateness costs each notebook, by all that it has earned so far; return whether it costs anything."""
        if self._lateness is None:
            return False
        at, extension = submission.timestamp, submission.extension or timedelta()
        seconds = max(0.0, (at - self._due - extension).total_seconds()) if at and self._due else 0.0
        names = {known.id: name for name, known in self._cells.items()}
        costs = []
        for notebook in submission.notebooks:
            name = names[notebook.notebook_id]
            known = self._cells[name].graded
            points = {known[row.cell_id]: _points(row) for row in notebook.grades if row.cell_id in known}
            costs.append(self._lateness.cost(submission.student_id, name, points, at, seconds))
            notebook.late_submission_penalty = costs[-1] or None
        return any(costs)

    def _look_up(self) -> None:
        """Learn once what stays the same: the assignment's number, and those of its cells."""
        assignment = self._book.find_assignment(self._assignment)
        self._id, self._due = assignment.id, assignment.duedate
        self._cells = {notebook.name: _Cells(notebook) for notebook in assignment.notebooks}

    def _submissions(self, students: Sequence[StudentScores]) -> "dict[str, api.SubmittedAssignment]":
        """Return the submissions of some students, those that are there with all rows that belong to them."""
        from nbgrader.api import Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook  # an extra
        from sqlalchemy.orm import load_only, selectinload

        db, names = self._book.db, [scores.student for scores in students]
        # Nothing but what is needed: nbgrader's classes would sum up all scores whenever one of these is read.
        notebooks = selectinload(SubmittedAssignment.notebooks).load_only(SubmittedNotebook.notebook_id)
        grades = notebooks.selectinload(SubmittedNotebook.grades)
        comments = notebooks.selectinload(SubmittedNotebook.comments)
        found = {
            item.student_id: item
            for item in db.query(SubmittedAssignment)
            .filter(SubmittedAssignment.assignment_id == self._id, SubmittedAssignment.student_id.in_(names))
            .options(
                load_only(SubmittedAssignment.student_id, SubmittedAssignment.timestamp, SubmittedAssignment.extension),
                grades.load_only(
                    Grade.cell_id, Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade
                ),
                comments.load_only(Comment.cell_id, Comment.auto_comment),
            )
        }
        known = {row.id for row in db.query(Student.id).filter(Student.id.in_(names))}
        db.add_all([Student(id=name) for name in names if name not in known])
        db.flush()
        for name in names:
            if name not in found:
                found[name] = SubmittedAssignment(assignment_id=self._id, student_id=name, notebooks=[])
                db.add(found[name])
        return found


class _Cells:
    """The cells of a notebook: their numbers in the database, and which a person writes in or grades."""

    def __init__(self, notebook: "api.Notebook") -> None:
        self.id = notebook.id
        graded = [*notebook.grade_cells, *notebook.task_cells]
        self.graded = {cell.id: cell.name for cell in graded}
        self.commented = {cell.id: cell.name for cell in [*notebook.solution_cells, *notebook.task_cells]}
        self.tasks = {cell.id for cell in notebook.task_cells}
        self.by_hand = {cell.name for cell in notebook.grade_cells} & {cell.name for cell in notebook.solution_cells}


def _fill(submission: "api.SubmittedAssignment", scores: StudentScores, cells: Mapping[str, _Cells]) -> None:
    """Enter what was found out, and make the rows that are missing."""
    from nbgrader.api import Comment, Grade, SubmittedNotebook  # an extra

    again = submission.timestamp == scores.handed_in
    submission.timestamp = scores.handed_in
    there = {item.notebook_id: item for item in submission.notebooks}
    given = {item.name: item for item in scores.notebooks}
    for name, known in cells.items():
        notebook = there.get(known.id)
        if notebook is None:
            notebook = SubmittedNotebook(notebook_id=known.id, grades=[], comments=[])
            submission.notebooks.append(notebook)
        grades = {row.cell_id: row for row in notebook.grades}
        notebook.grades.extend(Grade(cell_id=cell) for cell in known.graded if cell not in grades)
        comments = {row.cell_id for row in notebook.comments}
        notebook.comments.extend(Comment(cell_id=cell) for cell in known.commented if cell not in comments)
        if name in given:
            _enter(notebook, given[name], known, again=again)


def _enter(notebook: "api.SubmittedNotebook", scores: NotebookScores, known: _Cells, *, again: bool) -> None:
    for row in notebook.grades:
        name = known.graded.get(row.cell_id)
        if name is not None and name in scores.scores:
            _score(row, scores.scores[name], again=again)
        elif name is not None and name in known.by_hand:  # as for tasks, of which only those not handed in have a score
            _score(row, 0.0 if name in scores.unanswered else None, again=again)
    for row in notebook.comments:
        if row.cell_id in known.commented and row.cell_id not in known.tasks:
            row.auto_comment = _NO_RESPONSE if known.commented[row.cell_id] in scores.unanswered else None


def _points(row: "api.Grade") -> float:
    """Return what a cell counts, which the database knows only when the row is there."""
    given = row.auto_score if row.manual_score is None else row.manual_score
    return float(given or 0.0) + float(row.extra_credit or 0.0) * (given is not None)


def _score(row: "api.Grade", score: float | None, *, again: bool) -> None:
    """Enter an automatic score. A person looks where there is none, and where one that is now out of date was entered by hand."""
    if row.manual_score is None:
        row.needs_manual_grade = score is None
    elif not again or row.auto_score != score:
        row.needs_manual_grade = True
    row.auto_score = score
