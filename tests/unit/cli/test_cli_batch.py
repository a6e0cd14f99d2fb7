"""`grade batch`: what an operator sees, and the status with which it ends."""

import contextlib
import errno
import io
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, Self, TypeAlias

import pytest

from grader import registry
from grader.batch.desk import Done, Job, Settings
from grader.batch.progress import Bar, Lines
from grader.cli import batch
from grader.cli._sealing import processors
from grader.errors import JudgeError
from grader.gradebook.book import Gradebook
from grader.model import Limits
from tests.unit.batch.crews import RIGHT, WRONG, make_course
from tests.unit.batch.instant import Grading, InstantCrew, empty_gradebook

Grade: TypeAlias = Callable[..., CompletedProcess[str]]


class Office:
    """Gathers instant crews in the place of real ones.

    Attributes
    ----------
    crew : InstantCrew
        the next one.
    asked : list
        the settings and the number of desks that were asked for.
    """

    def __init__(self) -> None:
        self.crew = InstantCrew()
        self.asked: list[tuple[Settings, str, int, str]] = []

    def gather(self, settings: Settings, executor: str, jobs: int, scheduler: str) -> InstantCrew:
        """Return the crew."""
        self.asked.append((settings, executor, jobs, scheduler))
        return self.crew


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    """See to it that nothing is really run."""
    made = Office()
    monkeypatch.setattr(batch, "_crew", made.gather)
    monkeypatch.delenv("GRADE_SEED", raising=False)
    return made


@pytest.fixture
def grading(tmp_path: Path) -> Grading:
    """Return a small course with the submissions of two students."""
    found = Grading(make_course(tmp_path / "course"))
    empty_gradebook(found.file)
    found.hand_in("ada", _01="right", _02="wrong")
    found.hand_in("bob", _01="wrong")
    return found


@pytest.fixture
def run(grade: Grade, grading: Grading, office: Office) -> Callable[..., CompletedProcess[str]]:
    """Return what grades the submissions, with more options."""

    def run(*options: str, paths: Sequence[str] = ("../submissions",)) -> CompletedProcess[str]:
        return grade(grading.folder, "batch", *paths, "--isolation", "process", *options)

    return run


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# --- text


def test_an_operator_sees_a_line_for_each_student_and_the_sum(run: Grade) -> None:
    result = run()
    assert result.returncode == 0
    said = result.stderr.splitlines()
    assert said[:2] == ["3 submissions of 2 students to grade", "preparing 2 exercises"]
    told = [line.partition("  ")[2].partition("), ")[0].rstrip(")") for line in said[2:]]
    assert sorted(told) == [
        "ada: 3 of 6 points (1 accepted, 1 wrong answer",
        "bob: 0 of 3 points (1 wrong answer",
    ]
    first, second = result.stdout.splitlines()
    assert first == "2 students: 3 submissions graded (2 wrong answer, 1 accepted), 0 reused"
    assert second.endswith("a second; isolation: process")


def test_what_was_graded_is_not_graded_again(run: Grade, office: Office) -> None:
    run()
    office.crew = InstantCrew()
    result = run()
    assert result.stderr == "0 submissions of 0 students to grade; 3 results known already\n"
    assert result.stdout.startswith("2 students: 0 submissions graded, 3 reused\n")
    assert office.crew.jobs == []


def test_a_report_follows(run: Grade, grade: Grade, grading: Grading) -> None:
    run()
    result = grade(grading.folder, "report", "--format", "csv")
    assert (result.returncode, result.stderr) == (0, "")
    assert [line.split(",")[3:5] for line in result.stdout.splitlines()[1:]] == [["3", "0"], ["0", "0"]]


def test_everything_that_was_not_graded_is_named(run: Grade, grading: Grading) -> None:
    (grading.submissions / "ada" / "notes.txt").write_text("", encoding="utf-8")
    (grading.submissions / "bob" / "exercise_02.py").symlink_to(grading.folder / "course.yaml")
    result = run()
    assert result.returncode == 4
    assert result.stdout.splitlines()[:4] == [
        "not recognised:",
        f"  {Path('../submissions/ada/notes.txt')}: it is neither a Python file nor a notebook",
        "handed in and not graded, so that the score is not known:",
        f"  bob, exercise-02: {Path('../submissions/bob/exercise_02.py')}: it is a link; links are not followed",
    ]


def test_students_of_the_roster_who_are_not_there_are_named(run: Grade, grade: Grade, grading: Grading) -> None:
    (grading.folder / "roster.csv").write_text("student,name\nada,Ada\nzoe,Zoë\n", encoding="utf-8")
    with (grading.folder / "course.yaml").open("a") as file:
        file.write("roster: roster.csv\n")
    result = run()
    assert "nothing here from 1 student of the roster: zoe" in result.stdout
    assert "\nzoe" in grade(grading.folder, "report").stdout


def test_an_empty_folder_is_nothing_to_do(run: Grade, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run(paths=["../empty"])
    assert result.returncode == 0
    assert result.stdout.startswith("0 students: 0 submissions graded, 0 reused\n")


@pytest.mark.parametrize(("is_terminal", "kind"), [(True, Bar), (False, Lines)])
def test_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch, is_terminal: bool, kind: type) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: is_terminal)
    course: Any = None
    with contextlib.redirect_stderr(shown), batch._watcher("text", course, "sealed", None) as watcher:
        assert type(watcher) is kind


# --- JSON lines


def test_a_program_gets_a_line_for_each_submission_and_one_at_the_end(run: Grade) -> None:
    result = run("--format", "jsonl")
    assert (result.returncode, result.stderr) == (0, "")
    *found, last = lines(result.stdout)
    told = sorted((one["student"], one["exercise"], one["verdict"], one["score"], one["points"]) for one in found)
    assert told == [
        ("ada", "exercise-01", "accepted", 3.0, 3.0),
        ("ada", "exercise-02", "wrong_answer", 0.0, 3.0),
        ("bob", "exercise-01", "wrong_answer", 0.0, 3.0),
    ]
    assert {"topic", "seed", "isolation", "checks"} <= found[0].keys()
    summary = last["summary"]
    assert (summary["students"], summary["graded"], summary["reused"], summary["judge_errors"]) == (2, 3, 0, 0)
    assert summary["seconds"] > 0


def test_what_is_for_people_goes_elsewhere(run: Grade, grading: Grading) -> None:
    (grading.submissions / "ada" / "notes.txt").write_text("", encoding="utf-8")
    result = run("--format", "jsonl")
    assert len(lines(result.stdout)) == 4
    assert result.stderr.startswith("not recognised:\n")


class Broken(io.StringIO):
    """A file that cannot be written."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def write(self, text: str) -> int:
        """Refuse."""
        raise self._error


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), (130, "the same command goes on from here")),
        (OSError(errno.ENOSPC, "No space left"), (2, "the results cannot be written: No space left")),
    ],
    ids=["a reader that went away", "a full disk"],
)
@pytest.mark.usefixtures("office")
def test_results_that_nobody_takes_are_on_record(
    grading: Grading, monkeypatch: pytest.MonkeyPatch, error: OSError, ends: tuple[int, str]
) -> None:
    from grader.cli.main import run

    monkeypatch.chdir(grading.folder)
    said = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Broken(error))
        patch.setattr(sys, "stderr", said)
        assert run(["batch", "../submissions", "--isolation", "process", "--format", "jsonl"], []) == ends[0]
    assert ends[1] in said.getvalue()
    assert len(grading.standing()) == 1


# --- statuses


def test_what_could_not_be_judged_ends_with_4_and_is_tried_again(run: Grade, grade: Grade, grading: Grading) -> None:
    grading.hand_in("bob", _01="error")
    result = run()
    assert result.returncode == 4
    assert (
        "not judged, and tried again by the same command:\n  exercise-01 of bob: a process was killed\n"
        in result.stdout
    )
    report = grade(grading.folder, "report")
    assert report.returncode == 4
    assert "? of 6" in report.stdout
    assert "handed in and not graded yet: 1 student\n  bob (exercise-01)" in report.stdout
    grading.hand_in("bob", _01="right")
    assert run().returncode == 0


def test_an_exercise_that_is_wrong_ends_with_3(run: Grade, grading: Grading, office: Office) -> None:
    grading.hand_in("bob", _01="error")
    office.crew = InstantCrew({"exercise-02": "exercises/exercise-02/exercise.yaml:3:1: nonsense"})
    result = run()
    assert result.returncode == 3
    assert "exercise-02 (1 submission left out): exercises/exercise-02/exercise.yaml:3:1: nonsense" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("../nosuch",), "there is no file or folder ../nosuch"),
        (("course.yaml",), "nothing of what was named can be graded:\n  course.yaml: it is no folder"),
        (
            ("../submissions", "--isolation", "walled"),
            "there is no isolation level 'walled'; there is: confined, process",
        ),
        (("../submissions", "--yes"), "--yes goes with --regrade"),
        (("../submissions", "--gradebook", "course.yaml"), "course.yaml is not a gradebook"),
        (
            ("../submissions", "--gradebook", "mysql://host/name"),
            "--gradebook takes the path of a SQLite file, or a URL",
        ),
        (("../submissions", "--seed", "-1"), "Invalid value for '--seed'"),
        ((), "Missing argument 'SUBMISSIONS…'"),
    ],
)
@pytest.mark.usefixtures("office")
def test_a_command_line_that_cannot_be_meant_ends_with_2(
    grade: Grade, grading: Grading, arguments: tuple[str, ...], message: str
) -> None:
    result = grade(grading.folder, "batch", *arguments)
    assert result.returncode == 2
    assert message in result.stderr
    assert result.stdout == ""


@pytest.mark.usefixtures("office")
def test_a_folder_without_a_course_ends_with_2(grade: Grade, tmp_path: Path) -> None:
    result = grade(tmp_path, "batch", ".")
    assert (result.returncode, "no course found" in result.stderr) == (2, True)


@pytest.mark.parametrize("interrupt", ["Ctrl-C", "SIGTERM"])
def test_a_batch_that_is_cut_short_ends_with_130_and_goes_on(
    run: Grade, office: Office, grading: Grading, interrupt: str
) -> None:
    class Interrupted(InstantCrew):
        def grade(self, job: Job) -> "Future[Done]":
            if job.student == "bob" and interrupt == "Ctrl-C":
                raise KeyboardInterrupt
            if job.student == "bob":
                os.kill(os.getpid(), signal.SIGTERM)
            return super().grade(job)

    before = signal.getsignal(signal.SIGTERM)
    for number in range(9):
        grading.hand_in(f"aaron{number}", _01="right")
    office.crew = Interrupted()
    result = run()
    assert result.returncode == 130
    assert result.stderr.endswith("\nwhat was graded is kept, and the same command goes on from here\ninterrupted\n")
    assert result.stdout == ""
    assert signal.getsignal(signal.SIGTERM) is before
    kept = len(grading.standing())
    assert kept >= 7
    office.crew = InstantCrew()
    assert f"{12 - kept} submissions graded" in run().stdout


# --- the seed


def secret(grading: Grading) -> int:
    with Gradebook(grading.file) as book:
        return book.secret_seed()


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_the_secret_seed_is_kept_and_never_shown(run: Grade, office: Office, grading: Grading, form: str) -> None:
    result = run("--format", form)
    assert office.asked[0][0].seed == secret(grading) > 2**64
    assert str(secret(grading)) not in result.stdout + result.stderr


def test_a_seed_is_given_on_the_command_line_or_by_a_variable(
    run: Grade, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {one["seed"] for one in lines(run("--seed", "41", "--format", "jsonl").stdout)[:-1]} == {41}
    monkeypatch.setenv("GRADE_SEED", "42")
    office.crew = InstantCrew()
    result = run()
    assert [asked[0].seed for asked in office.asked] == [41, 42]
    assert "3 submissions graded" in result.stdout


def test_it_is_said_why_everything_is_graded_again(run: Grade, office: Office) -> None:
    run()
    office.crew = InstantCrew()
    result = run("--seed", "41")
    assert result.stderr.startswith(
        "note: results of the last batch do not count for this one, which has a given seed instead of the gradebook's own"
    )


# --- a regrade


def changed(run: Grade, grading: Grading, office: Office, *options: str) -> CompletedProcess[str]:
    """Regrade after bob's answer has become right."""
    run()
    grading.hand_in("bob", _01="right")
    office.crew = InstantCrew()
    return run("--regrade", *options)


LINE = "bob, exercise-01: wrong answer, 0 -> accepted, 3 of 3 points"


def test_a_regrade_counts_only_when_somebody_has_said_so(run: Grade, grading: Grading, office: Office) -> None:
    result = changed(run, grading, office)
    assert result.stdout.splitlines()[-3:] == [
        LINE,
        "1 change: 1 up",
        "nothing counts yet; the results are kept, and the same command with --yes lets them count",
    ]
    assert grading.verdicts()["bob", "exercise-01"] == "wrong_answer"
    office.crew = InstantCrew()
    result = run("--regrade", "--yes")
    assert result.stdout.splitlines()[-3:] == [LINE, "1 change: 1 up", "1 change counts now"]
    assert office.crew.jobs == []
    assert grading.verdicts()["bob", "exercise-01"] == "accepted"
    assert run("--regrade").stdout.splitlines()[-1] == "nothing changes"


@pytest.mark.parametrize(("answer", "verdict"), [("y", "accepted"), ("n", "wrong_answer")])
def test_at_a_terminal_it_is_asked(run: Grade, grading: Grading, office: Office, answer: str, verdict: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        typed = io.StringIO(f"{answer}\n")
        patch.setattr(typed, "isatty", lambda: True)
        patch.setattr(sys, "stdin", typed)
        result = changed(run, grading, office)
    assert "Let them count? [y/N]: " in result.stdout
    assert grading.verdicts()["bob", "exercise-01"] == verdict


def test_a_program_gets_the_changes_before_the_summary(run: Grade, grading: Grading, office: Office) -> None:
    result = changed(run, grading, office, "--format", "jsonl", "--yes")
    *_, change, summary = lines(result.stdout)
    assert change == {
        "change": {
            "student": "bob",
            "exercise": "exercise-01",
            "before": {"verdict": "wrong_answer", "score": 0.0},
            "after": {"verdict": "accepted", "score": 3.0, "points": 3.0},
        }
    }
    assert list(summary) == ["summary"]
    assert result.stderr == "1 change counts now\n"


# --- where submissions run


def test_a_desk_is_told_what_to_hide(run: Grade, office: Office, grading: Grading, tmp_path: Path) -> None:
    run("--gradebook", str(tmp_path / "elsewhere.db"), "--jobs", "3")
    ((settings, executor, jobs, scheduler),) = office.asked
    hidden = (str(grading.folder), str(grading.submissions), str(tmp_path / "elsewhere.db"))
    assert (settings.hidden, settings.isolation, settings.course) == (hidden, "process", str(grading.folder))
    assert (executor, jobs, scheduler) == ("local", 3, "")


def test_as_many_desks_are_used_as_there_are_processors_for_this_process(
    run: Grade, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 2, 5}, raising=False)
    run()
    assert office.asked[0][2] == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    assert processors() == os.cpu_count()


class Level:
    """An executor that can be had, or not."""

    def __init__(self, kind: str, reason: str) -> None:
        self.isolation = kind
        self._reason = reason

    def __call__(self, limits: Limits, started: None, hidden: Sequence[Path]) -> "Level":
        """Return itself, as a class would make an object."""
        if self._reason:
            raise JudgeError(self._reason)
        return self

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End nothing."""


def levelled(grade: Grade, grading: Grading, **reasons: str) -> CompletedProcess[str]:
    """Grade where levels can be had, or not for a reason."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "load", lambda _, name: Level(name, reasons[name]))
        return grade(grading.folder, "batch", "../submissions")


@pytest.mark.parametrize(("reason", "level"), [("", "sealed"), ("no bubblewrap", "confined")])
def test_the_strongest_level_that_can_be_had_is_taken(
    grade: Grade, grading: Grading, office: Office, reason: str, level: str
) -> None:
    assert levelled(grade, grading, sealed=reason, confined="").returncode == 0
    assert [asked[0].isolation for asked in office.asked] == [level]


def test_nothing_is_graded_below_confined_unless_it_is_said(grade: Grade, grading: Grading, office: Office) -> None:
    result = levelled(grade, grading, sealed="no bubblewrap", confined="no seccomp")
    assert result.returncode == 4
    assert result.stderr.startswith("grade: no bubblewrap\nno seccomp\n`--isolation process` grades without")
    assert office.asked == []


def test_a_level_that_was_named_is_taken_or_none(grade: Grade, grading: Grading, office: Office) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "load", lambda _, name: Level(name, "no bubblewrap"))
        result = grade(grading.folder, "batch", "../submissions", "--isolation", "sealed")
    assert (result.returncode, result.stderr) == (4, "grade: no bubblewrap\n")
    assert office.asked == []


def test_a_level_on_other_machines_is_tried_there_and_not_here(grade: Grade, grading: Grading, office: Office) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "load", lambda _, name: Level(name, "no bubblewrap"))
        result = grade(
            grading.folder, "batch", "../submissions", "--executor", "dask", "--scheduler", "tls://10.0.0.1:8786"
        )
    assert result.returncode == 0
    ((settings, executor, _, scheduler),) = office.asked
    assert (settings.isolation, executor, scheduler) == ("sealed", "dask", "tls://10.0.0.1:8786")


def test_a_scheduler_is_of_use_to_dask_alone(run: Grade, office: Office) -> None:
    result = run("--scheduler", "tls://10.0.0.1:8786")
    assert (result.returncode, result.stderr) == (2, "grade: --scheduler goes with --executor dask\n")
    assert office.asked == []


def test_a_crew_is_gathered_here_or_from_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.batch.local.LocalCrew", lambda *given: ("local", *given))
    monkeypatch.setattr("grader.batch.cluster.DaskCrew", lambda *given: ("dask", *given))
    settings = Settings(course="c", seed=1, isolation="process")
    assert batch._crew(settings, "local", 2, "") == ("local", settings, 2)  # type: ignore[comparison-overlap]
    assert batch._crew(settings, "dask", 2, "tcp://h:1") == ("dask", settings, 2, "tcp://h:1")  # type: ignore[comparison-overlap]


# --- the whole of it


@pytest.mark.slow
def test_a_batch_in_a_process_of_its_own(grading: Grading, console: Grade) -> None:
    grading.hand_in("ada", _01=RIGHT, _02=WRONG)
    grading.hand_in("bob", _01="retrun", _02=RIGHT)
    (grading.submissions / "cyd").mkdir()
    (grading.submissions / "cyd" / "exercise_01.py").write_bytes(b"# \xff")
    command = ("batch", "../submissions", "--isolation", "process", "--jobs", "1")
    result = console(grading.folder, *command)
    assert result.returncode == 0, result.stderr
    finished = [line for line in result.stderr.splitlines() if "points" in line]  # two may end at once, in any order
    assert finished[-1].startswith("3/3  ")
    assert any("  cyd: 0 of 3 points (1 raised)" in line for line in finished)
    assert grading.verdicts() == {
        ("ada", "exercise-01"): "accepted",
        ("ada", "exercise-02"): "wrong_answer",
        ("bob", "exercise-01"): "raised",
        ("bob", "exercise-02"): "accepted",
        ("cyd", "exercise-01"): "raised",
    }
    again = console(grading.folder, *command)
    assert again.stdout.startswith("3 students: 0 submissions graded, 5 reused\n")
    report = console(grading.folder, "report", "--student", "cyd").stdout
    assert "the file is not text in UTF-8 (byte 2); save it as UTF-8" in report


def test_the_gradebook_is_nobody_elses_business(run: Grade, grading: Grading) -> None:
    Path(grading.file).unlink()
    run()
    assert Path(grading.file).stat().st_mode & 0o077 == 0
    assert sqlite3.connect(grading.file).execute("SELECT count(*) FROM result").fetchone() == (3,)
