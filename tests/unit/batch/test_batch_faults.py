"""What a batch survives: kills, full disks, locks, files that go away, and names that nobody should have.

What needs a process that can be killed runs the real command line; the rest is done with a crew that gives its results at once.
"""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from fractions import Fraction
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from grader.batch.driver import Batch
from grader.batch.local import LocalCrew
from grader.errors import GradebookError, JudgeError
from grader.executors.sealed import SealedExecutor
from grader.gradebook.book import Gradebook
from grader.model import Limits
from tests.unit.batch.crews import ENDLESS, RIGHT, WRONG, are_alive, descendants, has_come, make_course
from tests.unit.batch.instant import Grading, InstantCrew, Remembering, empty_gradebook

ROOT: Final = Path(__file__).parents[3]
Standing: TypeAlias = dict[tuple[str, str], tuple[str, str, Fraction | None]]


@pytest.fixture
def grading(course: Path) -> Grading:
    """Return the small course, its gradebook, and no submissions."""
    found = Grading(course)
    empty_gradebook(found.file)
    return found


# --- the gradebook cannot be written


@contextlib.contextmanager
def locked(file: str) -> Iterator[sqlite3.Connection]:
    """Write to a gradebook as another program would, and do not end."""
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()


class Meanwhile(InstantCrew):
    """Does something once, before the first submission is graded."""

    def __init__(self, something: Callable[[], object]) -> None:
        super().__init__()
        self._something = something

    def prepare(self, exercise: str) -> "Future[str]":
        """Do it."""
        if not self.prepared:
            self._something()
        return super().prepare(exercise)


def test_a_gradebook_that_is_locked_for_a_while_is_waited_for(grading: Grading) -> None:
    grading.hand_in("ada", _01="right", _02="wrong")
    with Gradebook(grading.file, wait=30) as book, contextlib.ExitStack() as stack:

        def lock() -> None:
            other = stack.enter_context(locked(grading.file))
            threading.Timer(0.3, lambda: other.execute("ROLLBACK")).start()

        crew = Meanwhile(lock)
        assert grading.batch(book).grade(grading.intake(), lambda: crew).graded == 2
    assert len(grading.standing()) == 2


def test_a_gradebook_that_stays_locked_ends_the_batch_and_loses_nothing(grading: Grading) -> None:
    grading.hand_in("ada", _01="right", _02="wrong")
    with Gradebook(grading.file, wait=0.2) as book, contextlib.ExitStack() as stack:
        crew = Meanwhile(lambda: stack.enter_context(locked(grading.file)))
        with pytest.raises(GradebookError, match="another program has been writing"):
            grading.batch(book).grade(grading.intake(), lambda: crew)
    assert crew.closed
    assert grading.grade().graded == 2
    assert sorted(grading.verdicts().values()) == ["accepted", "wrong_answer"]


# --- submissions that go away, or are many


def test_a_submission_that_is_deleted_while_the_batch_runs_is_named_and_costs_no_other(grading: Grading) -> None:
    for name in ("ada", "bob"):
        grading.hand_in(name, _01="right", _02="wrong")
    gone = grading.submissions / "bob" / "exercise_02.py"
    crew = Meanwhile(gone.unlink)
    with Gradebook(grading.file) as book:
        summary = grading.batch(book).grade(grading.intake(), lambda: crew)
    assert summary.not_read == {
        ("bob", "exercise-02"): f"{gone}: it is gone; it was there when the submissions were listed"
    }
    assert summary.graded == 3
    assert grading.handed_in()["bob", "exercise-02"] != ""


def test_all_submissions_may_go_away(grading: Grading) -> None:
    for name in ("ada", "bob"):
        grading.hand_in(name, _01="right")
    crew = Meanwhile(lambda: shutil.rmtree(grading.submissions))
    with Gradebook(grading.file) as book:
        summary = grading.batch(book).grade(grading.intake(), lambda: crew)
    assert (summary.graded, len(summary.not_read)) == (0, 2)


NAMES: Final = (
    "Anna  Müller",
    unicodedata.normalize("NFD", "Zoë Ångström"),
    "O'Connor",
    'Robert "); DROP TABLE result; --',
    "..%2F..%2Fgradebook.db",
    "-rf",
    "--help",
    "Нина 李小龍 🙂",
    "[red]bold[/red]".replace("/", "∕"),
    "new\nline and \x1b[2J",
    "\u202egnihsinup",
    "a" * 200,
    "%s %d {0} $HOME `id`",
    os.fsdecode(b"latin-\xe9"),
)


def test_students_may_have_any_name_that_a_folder_can_have(grading: Grading) -> None:
    for name in NAMES:
        grading.hand_in(name, _01="right", _02="wrong")
    summary = grading.grade()
    assert (summary.students, summary.graded) == (len(NAMES), 2 * len(NAMES))
    with Gradebook(grading.file) as book:
        students = [student.id for student in book.students()]
        for student in students:
            assert len([event for event in book.history(student) if event.kind == "result"]) == 2
    assert len(students) == len(NAMES)
    assert grading.grade().reused == 2 * len(NAMES)
    assert not any("\n" in student or "\x1b" in student for student in students)


@pytest.mark.slow
def test_ten_thousand_files_are_graded_and_known_again(grading: Grading) -> None:
    for number in range(5000):
        grading.hand_in(f"s{number:04}", _01=("right", "wrong")[number % 2], _02="right")
    assert grading.grade().graded == 10_000
    summary = grading.grade()
    assert (summary.graded, summary.reused) == (0, 10_000)
    assert len(grading.standing()) == 10_000


# --- time


SLEEPING: Final = "import time\n\n\ndef double(x):\n    time.sleep(5)\n    return 2 * x\n"


@pytest.mark.slow
def test_an_answer_that_sleeps_is_graded_once_more_alone(grading: Grading) -> None:
    file = grading.folder / "course.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("call: 2 s", "call: 1 s"), encoding="utf-8")
    grading.hand_in("ada", _01=SLEEPING, _02=RIGHT)
    grading.hand_in("bob", _01=ENDLESS)
    with Gradebook(grading.file) as book:
        order = grading.order()
        watcher = Remembering()
        batch = Batch(grading.course, book, order, watcher)
        summary = batch.grade(grading.intake(), lambda: LocalCrew(order.settings, 1))
    assert grading.verdicts() == {
        ("ada", "exercise-01"): "time_limit",
        ("ada", "exercise-02"): "accepted",
        ("bob", "exercise-01"): "time_limit",
    }
    assert summary.graded == 3
    place = next(place for place, said in enumerate(watcher.said) if said[0] == "repeats")
    again = watcher.said[place + 1 :]
    assert ("graded", "ada", "exercise-01", "time_limit") in again
    assert {said[1:3] for said in again} <= {("ada", "exercise-01"), ("bob", "exercise-01")}  # bob's on a busy machine


# --- what is killed. All of this takes the real command line.


def level() -> str:
    """Return the strongest level that can be had here."""
    try:
        SealedExecutor(Limits()).close()
    except JudgeError:
        return "process"
    return "sealed"


class Real:
    """The command line on a course of its own, with a gradebook that can be looked at.

    Parameters
    ----------
    folder : path
        for all of it.
    students : int
        each with an answer to both exercises.
    """

    def __init__(self, folder: Path, students: int) -> None:
        self.course = make_course(folder / "course")
        self.submissions = folder / "submissions"
        self.book = folder / "gradebook.db"
        for number in range(students):
            home = self.submissions / f"s{number:03}"
            home.mkdir(parents=True)
            for name, text in (("01", RIGHT if number % 3 else WRONG), ("02", RIGHT)):
                (home / f"exercise_{name}.py").write_text(f"# {number}\n{text}", encoding="utf-8")
        self.count = 2 * students
        self._level = level()

    def start(self, *options: str) -> "subprocess.Popen[str]":
        """Start a batch."""
        arguments = ["batch", "../submissions", "--gradebook", str(self.book), "--seed", "7", "--jobs", "2"]
        return subprocess.Popen(
            [sys.executable, "-c", MAIN, *arguments, "--isolation", self._level, *options],
            cwd=self.course,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self) -> str:
        """Run a batch to its end, and return what it says in the end."""
        started = self.start()
        said, errors = started.communicate(timeout=600)
        assert started.returncode == 0, said + errors
        assert "leaked" not in errors
        return said

    def standing(self) -> Standing:
        """Return what stands: verdict, key and score by student and exercise."""
        if not self.book.exists():
            return {}
        with contextlib.closing(sqlite3.connect(self.book)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        with Gradebook(str(self.book), create=True) as book:
            found = {place: item.graded for place, item in book.snapshot().standing.items()}
        return {place: (str(item.result.verdict), item.key, item.result.score) for place, item in found.items()}

    def forget(self) -> None:
        """Remove the gradebook."""
        for file in self.book.parent.glob(f"{self.book.name}*"):
            file.unlink()


MAIN: Final = "from grader.cli.start import main\nmain()\n"


STUDENTS: Final = 40


@pytest.fixture
def real(tmp_path: Path) -> Real:
    """Return a course with the answers of forty students."""
    return Real(tmp_path, STUDENTS)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Standing:
    """Return what stands after a batch in which nothing happens; on equal files it is the same in every folder."""
    undisturbed = Real(tmp_path_factory.mktemp("undisturbed"), STUDENTS)
    undisturbed.run()
    return undisturbed.standing()


def line_of(running: "subprocess.Popen[str]", count: int) -> None:
    """Wait until a batch has said some number of lines, or has ended."""
    assert running.stderr is not None
    for _ in range(count):
        if not running.stderr.readline():
            return


def ended(running: "subprocess.Popen[str]", family: set[int]) -> None:
    """Wait until a batch that was killed has left no process behind."""
    running.communicate(timeout=60)
    assert has_come(lambda: not are_alive(family), 30), are_alive(family)


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_fifty_kills_at_random_moments_change_nothing(real: Real, expected: Standing) -> None:
    draw = random.Random(5)
    assert len(expected) == real.count
    finished = 0
    for _ in range(50):
        running = real.start()
        line_of(running, draw.choice([0, 0, 1, 2, *range(3, 43)]))
        time.sleep(draw.uniform(0, 0.05 if draw.random() < 0.8 else 1))
        family = descendants(running.pid)
        running.kill()
        ended(running, family)
        kept = real.standing()
        assert kept.items() <= expected.items()
        if len(kept) == real.count:
            finished += 1
            real.forget()
    real.run()
    assert real.standing() == expected
    assert "0 submissions graded" in real.run()
    assert finished < 40


def command_of(number: int) -> str:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("victim", ["zygote.py", "multiprocessing.spawn"])
def test_a_process_that_is_killed_in_the_middle_costs_nobody_anything(
    real: Real, expected: Standing, victim: str
) -> None:
    running = real.start()
    line_of(running, 10)
    family = descendants(running.pid)
    victims = {number for number in family if victim in command_of(number)}
    if victim == "zygote.py" and not victims:
        pytest.skip("there are no zygotes at this level")
    assert victims
    os.kill(min(victims), signal.SIGKILL)
    said, errors = running.communicate(timeout=600)
    assert running.returncode == 0, said + errors
    assert real.standing() == expected
    assert has_come(lambda: not are_alive(family), 30)


@pytest.mark.slow
def test_two_batches_at_once_put_everything_on_record_once(real: Real, expected: Standing) -> None:
    both = [real.start(), real.start()]
    for running in both:
        said, errors = running.communicate(timeout=600)
        assert running.returncode == 0, said + errors
    assert real.standing() == expected
    with contextlib.closing(sqlite3.connect(real.book)) as connection:
        assert connection.execute("SELECT count(*) FROM result").fetchone() == (real.count,)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)]
    if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("only root can make a small disk, and not in every container")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.slow
def test_a_disk_that_is_full_ends_the_batch_and_loses_nothing(real: Real, expected: Standing, small_disk: Path) -> None:
    real.book = small_disk / "gradebook.db"
    Gradebook(str(real.book), create=True).close()
    filler = small_disk / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(small_disk).free - 150 * 2**10))
    running = real.start()
    said, errors = running.communicate(timeout=600)
    assert running.returncode == 4, said + errors
    assert "there is no room left on its disk" in errors
    assert "make room and run the same command again" in errors
    filler.unlink()
    kept = real.standing()
    assert kept.items() < expected.items()
    real.run()
    assert real.standing() == expected


# --- memory


PEAK: Final = """
import resource, sys
from pathlib import Path
from tests.unit.batch.instant import Grading
grading = Grading(Path(sys.argv[1]))
assert grading.grade().graded == int(sys.argv[2])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(folder: Path, students: int) -> int:
    """Return the most memory in KiB that a batch with so many students takes in the process that drives it."""
    grading = Grading(make_course(folder / str(students) / "course"))
    for number in range(students):
        grading.hand_in(f"s{number:05}", _01="right")
    command = [sys.executable, "-c", PEAK, str(grading.folder), str(students)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=600)
    return int(done.stdout)


@pytest.mark.slow
def test_memory_hardly_grows_with_the_number_of_submissions(tmp_path: Path) -> None:
    few, many = peak(tmp_path, 200), peak(tmp_path, 4200)
    assert many - few < 4000 * 8, f"{(many - few) / 4000:.1f} KiB a submission"
