"""A batch, from what was handed in to results in the gradebook; whenever it is cut short, the next one goes on from there."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from grader.batch.crew import Crew, graded, prepared
from grader.batch.desk import Done, Job
from grader.batch.intake import Intake, read
from grader.batch.keys import versions
from grader.batch.orders import Order, Summary, Watcher
from grader.batch.planning import Keys, Planned, plan
from grader.batch.remarking import remarks
from grader.course import Course
from grader.errors import GradebookError, SubmissionNotFound
from grader.gradebook.book import Gradebook
from grader.gradebook.records import Change, Conditions, Graded, HandedIn, Place, State
from grader.model import Verdict
from grader.results import ExerciseResult
from grader.roster import Student

_KEPT_AT_ONCE: Final = 100
_KEPT_SECONDS: Final = 0.5
"""Results are put on record when there are so many, or when the last time is so long ago; what comes later is lost with
the machine and graded again."""


class Batch:
    """Grades what was handed in, once, and puts it on record.

    Parameters
    ----------
    course : Course
        to which it was handed in.
    book : Gradebook
        where results are kept.
    order : Order
        how to go about it.
    watcher : Watcher
        who is told.
    """

    def __init__(self, course: Course, book: Gradebook, order: Order, watcher: Watcher) -> None:
        self._course = course
        self._book = book
        self._order = order
        self._watcher = watcher
        self._keys = Keys(course, order.settings)
        self._run = 0
        self._under_way: dict[Place, Planned] = {}
        self._waiting: list[Graded] = []
        self._kept_at = 0.0
        self._reused = 0
        self._verdicts: Counter[Verdict] = Counter()
        self._not_read: dict[Place, str] = {}
        self._judge_errors: dict[Place, str] = {}
        self._faults: dict[str, str] = {}
        self._left_out: Counter[str] = Counter()
        self._phases: dict[str, float] = {}

    def grade(self, intake: Intake, crew: Callable[[], Crew]) -> Summary:
        """Grade all submissions whose results are not known.

        Parameters
        ----------
        intake : Intake
            what was handed in.
        crew : callable
            gathers the desks; it is called when there is something to grade.

        Raises
        ------
        GradebookError
            if results cannot be put on record; those that are there already are safe.
        JudgeError
            if there are no desks to be had.
        """
        began = time.monotonic()
        self._run = self._book.begin_run(self._conditions())
        try:
            self._grade(intake, crew)
        except GradebookError:
            raise  # whoever has waited for it once need not wait for it again; what was not kept is graded again
        except BaseException:
            self._end("interrupted")
            raise
        self._end("finished")
        return Summary(
            students=len(intake.students),
            verdicts=self._verdicts,
            reused=self._reused,
            judge_errors=self._judge_errors,
            not_read=self._not_read,
            faults=self._faults,
            left_out=self._left_out,
            seconds=time.monotonic() - began,
            phases=self._phases,
        )

    def difference(self) -> tuple[Change, ...]:
        """Return what the results of this run change of what stood before."""
        return self._book.difference(self._run)

    def settle(self) -> int:
        """Let the results that were held back stand, and return how many of them are a change."""
        return self._book.settle(self._run)

    def _conditions(self) -> Conditions:
        order = self._order
        return Conditions(
            seed=order.settings.seed,
            origin=order.origin,
            isolation=order.settings.isolation,
            versions=versions(),
            options=order.options,
        )

    def _grade(self, intake: Intake, crew: Callable[[], Crew]) -> None:
        with self._phase("planned"):
            todo = self._planned(intake)
        for (student, exercise), why in self._not_read.items():
            self._watcher.is_left_out(student, exercise, why)
        for text in remarks(self._book.runs(), self._run) if todo else ():
            self._watcher.remarks(text)
        self._watcher.begins(Counter(planned.found.student for planned in todo), self._reused)
        if todo:
            with crew() as desks:
                with self._phase("prepared"):
                    self._prepare(desks, todo)
                with self._phase("graded"):
                    self._watcher.starts()
                    self._graded_by(desks, todo)

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._phases[name] = time.monotonic() - began

    def _planned(self, intake: Intake) -> list[Planned]:
        """Put students and submissions on record, and return the submissions whose results are not known."""
        found = plan(intake, self._keys)
        unfit = self._without_another(found.unfit)
        self._not_read = found.not_read | {place: why for place, (_, why) in unfit.items()}
        listed = {student.id for student in self._order.roster}
        others = [Student(name, intake.names.get(name, "")) for name in intake.students if name not in listed]
        self._book.remember_students([*self._order.roster, *others])
        self._book.record_submissions(self._run, [*found.handed_in, *(item for item, _ in unfit.values())])
        keys = {planned.place: planned.key for planned in found.submissions}
        known = self._book.reuse(self._run, keys, hold=self._order.regrade)
        self._reused = len(known)
        return [planned for planned in found.submissions if planned.place not in known]

    def _without_another(self, unfit: dict[Place, tuple[HandedIn, str]]) -> dict[Place, tuple[HandedIn, str]]:
        """Return what leaves a score open: a text in Word, say, does not take the place of an answer that is on record."""
        if not unfit:
            return {}
        before = self._book.snapshot({student for student, _ in unfit}).handed_in
        return {place: item for place, item in unfit.items() if place not in before or not before[place].content}

    def _prepare(self, crew: Crew, todo: Sequence[Planned]) -> None:
        wanted = {planned.found.exercise for planned in todo}
        exercises = [name for name in self._course.exercises if name in wanted]
        self._watcher.prepares(len(exercises))
        self._faults = prepared(crew, exercises)

    def _graded_by(self, crew: Crew, todo: Sequence[Planned]) -> None:
        unsure: list[Planned] = []
        for done in graded(crew, self._jobs(todo)):
            planned = self._under_way.pop(_place(done))
            if isinstance(done, Done) and done.result and done.result.unsure:
                unsure.append(planned)
            else:
                self._take(planned, done)
        # Time ran out for these while they had little of the processor: they get it once more, to themselves.
        if unsure:
            self._watcher.repeats(len(unsure))
        for planned in unsure:
            for done in graded(crew, self._jobs([planned])):
                self._take(self._under_way.pop(_place(done)), done)

    def _jobs(self, submissions: Sequence[Planned]) -> Iterator[Job]:
        """Yield jobs as desks ask for them; each submission is read at the last moment."""
        for planned in submissions:
            found = planned.found
            if found.exercise in self._faults:
                self._leave_out(planned.place, f"there is something wrong with {found.exercise}")
                continue
            try:
                content = read(found)
            except SubmissionNotFound as error:
                self._not_read[planned.place] = str(error)
                self._watcher.is_left_out(*planned.place, str(error))
                continue
            self._under_way[planned.place] = self._keys.planned(found, content.digest)
            yield Job(
                student=found.student,
                exercise=found.exercise,
                source=content.source,
                beside=content.beside,
                cells=content.cells,
                refused=content.fault,
                answer_file=found.origin,
                time_factor=self._course.time_factor(*planned.place),
                exercise_hash=self._keys.exercise(found.exercise),
            )

    def _leave_out(self, place: Place, why: str) -> None:
        self._left_out[place[1]] += 1
        self._watcher.is_left_out(*place, why)

    def _take(self, planned: Planned, done: Done | tuple[Job, str]) -> None:
        """Take what came of a submission; what could not be judged is not put on record, so that it is tried again."""
        if not isinstance(done, Done):
            self._is_not_judged(planned.place, done[1])
        elif done.result is None:
            self._faults[done.exercise] = done.fault
            self._leave_out(planned.place, done.fault)
        elif done.result.verdict is Verdict.JUDGE_ERROR:
            self._is_not_judged(planned.place, "\n".join(done.result.errors))
        else:
            self._verdicts[done.result.verdict] += 1
            self._waiting.append(self._record(planned, done, done.result))
            self._watcher.is_graded(done.student, done.result)
            if len(self._waiting) >= _KEPT_AT_ONCE or time.monotonic() - self._kept_at > _KEPT_SECONDS:
                self._keep()

    def _is_not_judged(self, place: Place, error: str) -> None:
        self._judge_errors[place] = error
        self._watcher.is_left_out(*place, error)

    def _record(self, planned: Planned, done: Done, result: ExerciseResult) -> Graded:
        return Graded(
            student=done.student,
            key=planned.key,
            content=planned.digest,
            result=result,
            isolation=self._order.settings.isolation,
            exercise_hash=self._keys.exercise(done.exercise),
            seconds=done.seconds,
            at=datetime.now(UTC),
        )

    def _keep(self) -> None:
        if self._waiting:
            self._book.add(self._run, self._waiting, hold=self._order.regrade)
        self._waiting = []
        self._kept_at = time.monotonic()

    def _end(self, state: State) -> None:
        self._keep()
        self._book.finish_run(self._run, state)


def _place(done: Done | tuple[Job, str]) -> Place:
    item = done if isinstance(done, Done) else done[0]
    return item.student, item.exercise
