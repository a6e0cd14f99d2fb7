"""The gradebook, as others use it: open it, add to it, ask it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Self

from sqlalchemy import select

from grader.course import Course
from grader.errors import GradebookError
from grader.gradebook import erasing, reading, writing
from grader.gradebook.database import WAIT, Database
from grader.gradebook.history import history
from grader.gradebook.records import (
    Adjustment,
    Change,
    Conditions,
    Event,
    Graded,
    HandedIn,
    Place,
    Run,
    Snapshot,
    State,
)
from grader.gradebook.schema import seed
from grader.roster import Student

FILE = "gradebook.db"


def default_file(course: Course) -> str:
    """Return where the gradebook of a course lies unless another is named."""
    return str(course.folder / FILE)


class Gradebook:
    """Students × exercises, and how each score came about.

    Every method is one transaction: all of it is kept, or nothing. Many may read while one writes; others that write
    wait for their turn. Students are named as `grader.roster.student_id` spells them. All methods raise
    `GradebookError` when the gradebook cannot be read or written now; what was kept before is safe then.

    Parameters
    ----------
    where : str
        path of a SQLite file, or a URL such as `postgresql://host/name`.
    create : bool
        whether a gradebook is made where there is none.
    wait : float
        seconds for which another program that writes is waited for.

    Raises
    ------
    NotAGradebook
        if there is none and none is to be made, or if it is something else, or of a newer version.
    UsageError
        if `where` cannot be a gradebook.
    """

    def __init__(self, where: str, *, create: bool = False, wait: float = WAIT) -> None:
        self._database = Database(where, wait=wait)
        try:
            self._database.make_ready(create=create)
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    # What `grade batch` needs, in the order in which it needs it.

    def secret_seed(self) -> int:
        """Return the seed of 128 random bits that was drawn when it was first asked for, and is the same ever since."""
        with self._database.reading() as connection:
            found = connection.execute(
                select(seed.c.value).where(seed.c.origin == "secret").order_by(seed.c.id)
            ).scalar()
        if found is not None:
            return int(found)
        with self._database.writing() as connection:
            return writing.add_secret_seed(connection)

    def remember_students(self, students: Iterable[Student]) -> None:
        """Put students on record; names, addresses and ids take the place of those before, where there are any."""
        with self._database.writing() as connection:
            writing.add_students(connection, students)

    def begin_run(self, conditions: Conditions) -> int:
        """Put the beginning of a run on record and return its number."""
        with self._database.writing() as connection:
            return writing.add_run(connection, conditions)

    def record_submissions(self, run: int, submissions: Sequence[HandedIn]) -> int:
        """Put submissions on record, and return how many were not there as they are.

        Of a student and an exercise, the last one on record with `counts` is the one that counts.
        """
        with self._database.writing() as connection:
            return writing.add_submissions(connection, run, submissions)

    def known(self, keys: Mapping[Place, str]) -> set[Place]:
        """Return for which of these students and exercises there is a result with the key that stands beside them."""
        with self._database.reading() as connection:
            ids = reading.known_ids(connection, ((student, key) for (student, _), key in keys.items()))
        return {place for place, key in keys.items() if (place[0], key) in ids}

    def reuse(self, run: int, keys: Mapping[Place, str], *, hold: bool = False) -> set[Place]:
        """Let the results that are known stand again where others do, and return for which places there are any.

        Parameters
        ----------
        run : int
            the run on whose account they stand.
        keys : mapping of place to str
            the keys of the results that are to stand.
        hold : bool
            whether they are held back until `settle`, which holds for a regrade.
        """
        with self._database.writing() as connection:
            ids = reading.known_ids(connection, ((student, key) for (student, _), key in keys.items()))
            found = {place: ids[place[0], key] for place, key in keys.items() if (place[0], key) in ids}
            (writing.propose if hold else writing.let_stand)(connection, run, found)
        return set(found)

    def add(self, run: int, graded: Sequence[Graded], *, hold: bool = False) -> None:
        """Put results on record and let them stand.

        A result that another batch has put there meanwhile is not put there again.

        Parameters
        ----------
        run : int
            the run that made them.
        graded : sequence of Graded
            some tens or hundreds at a time: each call waits for the disk.
        hold : bool
            whether they are held back until `settle`, as in a regrade whose effect is shown first.
        """
        with self._database.writing() as connection:
            ids = writing.add_results(connection, run, graded)
            found = {item.place: ids[item.student, item.key] for item in graded}
            (writing.propose if hold else writing.let_stand)(connection, run, found)

    def difference(self, run: int) -> tuple[Change, ...]:
        """Return what the results of a run, held back or not, change of what stood before it."""
        with self._database.reading() as connection:
            return reading.difference(connection, run)

    def settle(self, run: int) -> int:
        """Let the results stand that a run held back, and return for how many students and exercises that is a change."""
        with self._database.writing() as connection:
            return writing.let_stand(connection, run, reading.proposed(connection, run))

    def finish_run(self, run: int, state: State = "finished") -> None:
        """Put the end of a run on record."""
        with self._database.writing() as connection:
            writing.end_run(connection, run, state)

    # What people do and ask.

    def snapshot(
        self, students: Collection[str] | None = None, *, checks_of: Collection[str] = (), details: bool = False
    ) -> Snapshot:
        """Return the gradebook as it is now.

        Parameters
        ----------
        students : collection of str, optional
            those that are wanted; all of them if left out.
        checks_of : collection of str
            the exercises of which the checks are wanted, with their names, verdicts and scores; of others there are none.
        details : bool
            whether the checks of all exercises are wanted, with feedback, counterexamples and the like.
        """
        with self._database.reading() as connection:
            return reading.snapshot(connection, students, checks_of=checks_of, details=details)

    def students(self) -> tuple[Student, ...]:
        """Return all students that are in the gradebook, by name."""
        with self._database.reading() as connection:
            return reading.students(connection)

    def runs(self) -> tuple[Run, ...]:
        """Return all runs, oldest first."""
        with self._database.reading() as connection:
            return reading.runs(connection)

    def adjust(self, made: Adjustment) -> None:
        """Put a score on record that a person set; it stands whatever is graded, until another takes its place."""
        with self._database.writing() as connection:
            writing.add_adjustment(connection, made)

    def history(self, student: str) -> tuple[Event, ...]:
        """Return all that was put on record of a student, oldest first."""
        with self._database.reading() as connection:
            return history(connection, student)

    def erase(self, student: str, who: str) -> Mapping[str, int]:
        """Delete all that is on record of a student, also from the bytes of the file, and say how much that was.

        Returns
        -------
        mapping of str to int
            how many submissions, results, adjustments and checks; empty if the student was not there.

        Raises
        ------
        GradebookError
            if the student was deleted, but the file could not be written anew; doing the same again tries that again.
        """
        with self._database.writing() as connection:
            counts = erasing.erase(connection, student, who)
        try:
            self._database.compact()
        except GradebookError as error:
            message = (
                "what was deleted may still be in the bytes of the file; erase again when no other program uses it"
            )
            raise GradebookError(f"{error}; {message}") from error
        return counts
