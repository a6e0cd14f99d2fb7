"""Grades the notebooks of an assignment, side by side, and hands the scores on student by student.

::

    submitted/ -> merged cells -> jobs, one for each exercise -> crew of desks -> results -> scores and graded notebooks
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Final

from grader.batch.crew import Crew, graded, prepared
from grader.batch.desk import Done, Job
from grader.batch.orders import Watcher
from grader.course import Course
from grader.interop.assignment import Source, is_test
from grader.interop.autograded import Shown, notebook_text, write
from grader.interop.cell_tests import CellTests, marked_in_process
from grader.interop.grouping import each_of, together
from grader.interop.handed_in import Handed, handed, stamp
from grader.interop.marked import Marked
from grader.interop.merging import unanswered
from grader.interop.nbgrader_book import NbgraderBook
from grader.interop.nbgrader_course import Folders, handed_in
from grader.interop.scores import NotebookScores, StudentScores
from grader.interop.showing import all_of, shown_check, unread
from grader.model import Verdict
from grader.results import ExerciseResult
from grader.sandbox.records import dataclass

_KEPT_AT_ONCE: Final = 50
_KEPT_SECONDS: Final = 2.0
"""Students whose scores are put on record together, and how long one of them waits for others."""


@dataclass(frozen=True)
class _Underway:
    """A student of whom something is being graded."""

    student: str
    notebooks: tuple[Handed, ...]
    waiting: set[str]
    results: dict[str, ExerciseResult] = field(default_factory=dict)


class Marking:
    """Grades the notebooks of an assignment.

    Parameters
    ----------
    course : Course
        whose exercises are in them.
    folders : Folders
        of nbgrader's course.
    assignment : str
        its name.
    sources : sequence of Source
        its notebooks, as the instructor has them.
    watcher : Watcher
        is told how it gets on.
    others : CellTests, optional
        runs the tests that are cells themselves; without it they get no score.
    """

    def __init__(  # noqa: PLR0913 - the last one is named
        self,
        course: Course,
        folders: Folders,
        assignment: str,
        sources: Sequence[Source],
        watcher: Watcher,
        *,
        others: CellTests | None = None,
    ) -> None:
        self._course = course
        self._folders = folders
        self._assignment = assignment
        self._sources = sources
        self._watcher = watcher
        self._others = others
        self._underway: dict[str, _Underway] = {}
        self._jobs: dict[tuple[str, str], Job] = {}
        self._unsure: list[Job] = []
        self._waiting: list[StudentScores] = []
        self._kept_at = time.monotonic()
        self._kept: list[StudentScores] = []
        self._verdicts: Counter[Verdict] = Counter()
        self._not_read: dict[tuple[str, str], str] = {}
        self._judge_errors: dict[tuple[str, str], str] = {}
        self._faults: dict[str, str] = {}
        self._notes: list[str] = []
        self._in_process = 0
        self._late = 0
        self._undecided: dict[tuple[str, str], str] = {}

    def mark(self, students: Sequence[str], book: NbgraderBook, gather: Callable[[], Crew]) -> Marked:
        """Grade the notebooks of some students, and put the scores on record as they come.

        Parameters
        ----------
        students : sequence of str
            who handed in something.
        book : NbgraderBook
            where scores go.
        gather : callable
            gathers the desks.
        """
        began = time.monotonic()
        released = {source.name: book.released(source.name) for source in self._sources}
        exercises = [name for source in self._sources for name in source.exercises]
        self._watcher.begins(Counter({student: len(exercises) for student in students}), 0)
        with gather() as crew:
            self._watcher.prepares(len(exercises))
            self._faults = prepared(crew, exercises)
            self._watcher.starts()
            try:
                for student in self._graded(crew, students):
                    self._hand_on(student, released, book)
            finally:
                self._keep(book)
        return Marked(
            tuple(self._kept),
            self._verdicts,
            self._not_read,
            self._judge_errors,
            self._faults,
            self._in_process,
            self._undecided,
            tuple(self._notes),
            self._late,
            time.monotonic() - began,
        )

    def _graded(self, crew: Crew, students: Sequence[str]) -> Iterator[_Underway]:
        """Yield students as all of theirs is graded."""
        for some in graded(crew, self._all_jobs(students)):
            for done in each_of(some):
                yield from self._taken(done, again=True)
            yield from self._over()
        yield from self._over()  # those of whom there was nothing to run
        # Time ran out for these while they had little of the processor: they get it once more, to themselves.
        if self._unsure:
            self._watcher.repeats(len(self._unsure))
        for job in self._unsure:
            for done in graded(crew, iter([job])):
                yield from self._taken(done, again=False)
        self._unsure.clear()

    def _all_jobs(self, students: Sequence[str]) -> Iterator[Job]:
        """Yield the jobs of one student after the other, each read when its turn comes."""
        for student in students:
            folder = self._folders.submitted(student, self._assignment)
            notebooks = tuple(handed(folder, self._sources))
            for item in notebooks:
                self._remark(student, item)
            if self._others:
                self._others.begin(student, folder, notebooks)
            jobs = [list(self._jobs_of(student, item)) for item in notebooks]
            self._underway[student] = _Underway(student, notebooks, {job.exercise for some in jobs for job in some})
            for some in jobs:
                self._jobs |= {(student, job.exercise): job for job in some}
                yield from together(some)

    def _jobs_of(self, student: str, item: Handed) -> Iterator[Job]:
        for exercise in item.source.exercises:
            if item.missing or item.fault or exercise in self._faults:
                self._watcher.is_left_out(student, exercise, item.fault or self._faults.get(exercise, "not handed in"))
                continue
            yield Job(
                student=student,
                exercise=exercise,
                source=item.code.source,
                beside=item.beside,
                answer_file=f"{item.source.name}.ipynb",
                time_factor=self._course.time_factor(student, exercise),
                cells=item.code.cells,
            )

    def _remark(self, student: str, item: Handed) -> None:
        name = f"{student}, {item.source.name}.ipynb"
        if item.fault:
            self._not_read[student, item.source.name] = item.fault
        elif item.missing:
            self._notes.append(f"{name}: it was not handed in, and counts as 0")
        self._notes += [f"{name}: {note}" for note in item.notes]

    def _taken(self, done: Done | tuple[Job, str], *, again: bool) -> Iterator[_Underway]:
        """Take what came of a job; yield the student if it was the last one."""
        student, exercise = _place(done)
        job = self._jobs[student, exercise]
        if again and isinstance(done, Done) and done.result and done.result.unsure:
            self._unsure.append(job)
            return
        del self._jobs[student, exercise]
        found = self._underway[student]
        self._note(found, exercise, done)
        found.waiting.discard(exercise)
        if not found.waiting:
            yield self._underway.pop(student)

    def _note(self, found: _Underway, exercise: str, done: Done | tuple[Job, str]) -> None:
        result = done.result if isinstance(done, Done) else None
        error = done.fault if isinstance(done, Done) else done[1]
        if result is not None and result.verdict is not Verdict.JUDGE_ERROR:
            found.results[exercise] = result
            self._verdicts[result.verdict] += 1
            self._watcher.is_graded(found.student, result)
            return
        why = "\n".join(result.errors) if result is not None else error
        self._judge_errors[found.student, exercise] = why
        self._watcher.is_left_out(found.student, exercise, why)

    def _over(self) -> Iterator[_Underway]:
        """Yield the students of whom there was nothing to run, or nothing is left to be run."""
        for student in [name for name, found in self._underway.items() if not found.waiting]:
            yield self._underway.pop(student)

    def _hand_on(self, found: _Underway, released: Mapping[str, Mapping[str, str]], book: NbgraderBook) -> None:
        """Write a student's graded notebooks, and put the scores with those that wait to go on record."""
        student = found.student
        when = stamp(self._folders.submitted(student, self._assignment))
        scores, texts = [], {}
        for item in found.notebooks:
            shown = {cell.grade_id: shown_check(cell, item, found.results) for cell in item.source.checks}
            shown |= self._shown_by_others(student, item)
            left = frozenset() if item.fault else unanswered(item.source, item.cells, released[item.source.name])
            earned = {name: cell.score for name, cell in shown.items() if is_test(item.source.known[name])}
            scores.append(NotebookScores(item.source.name, all_of(item, earned), left))
            texts[item.source.name] = notebook_text(item.source, marked_in_process(item).cells, shown)
        write(self._folders.autograded(student, self._assignment), texts, when)
        self._waiting.append(StudentScores(student, handed_in(when), tuple(scores)))
        if len(self._waiting) >= _KEPT_AT_ONCE or time.monotonic() - self._kept_at > _KEPT_SECONDS:
            self._keep(book)

    def _shown_by_others(self, student: str, item: Handed) -> dict[str, Shown]:
        """Return what the cells of a notebook came to that has tests of others."""
        if self._others is None:
            return {}
        name = item.source.name
        judged = self._others.judged(student, name)
        if judged.fault:
            self._judge_errors[student, f"{name}.ipynb"] = judged.fault
        self._notes += [f"{student}, {name}.ipynb: {note}" for note in judged.notes]
        self._undecided |= {(student, f"{name}.ipynb, cell {cell}"): why for cell, why in judged.undecided.items()}
        self._in_process += sum(shown.score is not None for shown in judged.shown.values())
        return {**unread(item), **judged.shown}

    def _keep(self, book: NbgraderBook) -> None:
        waiting, self._waiting = self._waiting, []  # what cannot be written is not tried a second time
        if waiting:
            self._late += book.write(waiting)
            self._kept += waiting
        self._kept_at = time.monotonic()


def _place(done: Done | tuple[Job, str]) -> tuple[str, str]:
    item = done if isinstance(done, Done) else done[0]
    return item.student, item.exercise
