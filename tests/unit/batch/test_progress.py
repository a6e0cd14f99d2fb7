"""What people and programs see while a batch goes on."""

import io
import json
import re
from collections import Counter
from contextlib import redirect_stderr
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.batch.orders import Summary, Watcher
from grader.batch.progress import Bar, JsonLines, Lines, counted, duration, worded
from grader.model import Verdict
from grader.results import ExerciseResult
from grader.spec.files import load_course
from tests.unit.batch.crews import job
from tests.unit.batch.instant import result_of

SUMMARY = Summary(
    students=2,
    verdicts={Verdict.ACCEPTED: 2, Verdict.WRONG_ANSWER: 1},
    reused=4,
    judge_errors={("bob", "exercise-02"): "a process was killed"},
    not_read={("cyd", "exercise-01"): "cyd/exercise_01.py: it is gone"},
    faults={"exercise-03": "nonsense"},
    left_out={"exercise-03": 5},
    seconds=1.23456,
)


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def monotonic(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("grader.batch.progress.time", made)
    return made


def result(student: str, word: str, exercise: str = "exercise-01") -> ExerciseResult:
    return result_of(job(student, word, exercise), word)


# --- lines


def test_there_is_a_line_for_each_student_who_is_finished(clock: Clock) -> None:
    said: list[str] = []
    lines = Lines(said.append)
    lines.is_left_out("eve", "exercise-01", "it is gone")  # known before the work begins
    lines.begins(Counter(ada=2, bob=1), 3)
    lines.prepares(2)
    clock.now = 10.0
    lines.starts()
    clock.now = 11.0
    lines.is_graded("ada", result("ada", "right"))
    lines.is_left_out("bob", "exercise-02", "judge error")
    clock.now = 12.0
    lines.is_graded("ada", result("ada", "wrong", "exercise-02"))
    lines.ends(SUMMARY)
    assert said == [
        "3 submissions of 2 students to grade; 3 results known already",
        "preparing 2 exercises",
        "1/2  bob: 0 of 0 points (1 not graded), 0 s left",
        "2/2  ada: 3 of 6 points (1 accepted, 1 wrong answer)",
    ]


def test_the_time_left_is_told_by_the_submissions_that_are_left(clock: Clock) -> None:
    said: list[str] = []
    lines = Lines(said.append)
    lines.begins(Counter(ada=1, bob=9), 0)
    lines.starts()
    clock.now = 60.0
    lines.is_graded("ada", result("ada", "right"))
    assert said[-1] == "1/2  ada: 3 of 3 points (1 accepted), 9 min 0 s left"


def test_what_comes_beside_the_results_is_said() -> None:
    said: list[str] = []
    lines = Lines(said.append)
    lines.remarks("another batch\x1b[2J is running")
    lines.repeats(1)
    assert said[0] == "note: another batch\\x1b[2J is running"
    assert said[1].startswith("1 submission once more, one at a time: ")


def test_a_name_cannot_steer_a_terminal() -> None:
    said: list[str] = []
    lines = Lines(said.append)
    lines.begins(Counter({"a\x1b[31mb": 1}), 0)
    lines.is_graded("a\x1b[31mb", result("a", "right"))
    assert "\x1b" not in "".join(said)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["right", "wrong", "left"])), max_size=30))
def test_every_student_gets_one_line_whatever_the_order(events: list[tuple[str, str]]) -> None:
    said: list[str] = []
    lines = Lines(said.append)
    lines.begins(Counter(student for student, _ in events), 0)
    for student, word in events:
        if word == "left":
            lines.is_left_out(student, "exercise-01", "")
        else:
            lines.is_graded(student, result(student, word))
    names = [line.split()[1].rstrip(":") for line in said[1:]]
    assert sorted(names) == sorted({student for student, _ in events})
    assert [line.split()[0] for line in said[1:]] == [f"{n + 1}/{len(names)}" for n in range(len(names))]


# --- a bar


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what can take the place of standard error, and is a terminal."""
    shown = io.StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: True)
    for name, value in {"TERM": "xterm", "COLUMNS": "120"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return shown


def rows(terminal: io.StringIO) -> list[str]:
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue())
    return [row for row in re.split(r"[\r\n]+", plain) if row.strip()]


def test_a_bar_shows_how_far_a_batch_is(terminal: io.StringIO) -> None:
    with redirect_stderr(terminal), Bar() as bar:
        bar.is_left_out("eve", "exercise-01", "it is gone")
        bar.remarks("another [red]batch[/red] is running")
        bar.begins(Counter(ada=2, bob=1), 0)
        bar.prepares(2)
        bar.starts()
        bar.is_graded("ada", result("ada", "right"))
        bar.is_graded("ada", result("ada", "wrong", "exercise-02"))
        bar.repeats(1)
        bar.is_left_out("bob", "exercise-01", "a judge error")
    shown = rows(terminal)
    assert shown[0] == "note: another [red]batch[/red] is running"
    assert any("1 submission once more, one at a time" in row for row in shown)
    assert "3/3" in shown[-1]
    assert shown[-1].endswith("1 accepted, 1 not graded, 1 wrong answer")
    assert terminal.getvalue().endswith("\x1b[?25h")  # the cursor is there again


def test_a_bar_with_nothing_to_do_is_not_shown(terminal: io.StringIO) -> None:
    with redirect_stderr(terminal), Bar() as bar:
        bar.begins(Counter(), 12)
        bar.starts()
    assert rows(terminal) == []


def test_a_bar_lets_go_of_the_terminal_when_a_batch_is_cut_short(terminal: io.StringIO) -> None:
    def cut_short() -> None:
        with redirect_stderr(terminal), Bar() as bar:
            bar.begins(Counter(ada=2), 0)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_short()
    assert terminal.getvalue().endswith("\x1b[?25h")


# --- JSON lines


class Said:
    """A watcher that writes JSON, and what it has said."""

    def __init__(self, course: Path, seed: int | None = None) -> None:
        self.lines: list[str] = []
        self.notes: list[str] = []
        self.watcher: Watcher = JsonLines(self.lines.append, self.notes.append, load_course(course), "sealed", seed)

    def data(self) -> list[dict[str, Any]]:
        """Return what was said; each line must be JSON by itself."""
        assert not any("\n" in line for line in self.lines)
        return [json.loads(line) for line in self.lines]


def test_a_line_says_all_there_is_to_a_result(course: Path) -> None:
    said = Said(course)
    said.watcher.is_graded("ada", result("ada", "wrong"))
    (line,) = said.data()
    (check,) = line.pop("checks")
    assert line == {
        "student": "ada",
        "exercise": "exercise-01",
        "title": "Twice",
        "topic": "numbers",
        "section": "Doubling",
        "verdict": "wrong_answer",
        "score": 0.0,
        "points": 3.0,
        "points_hidden": 0.0,
        "answer_file": "",
        "seed": None,
        "isolation": "sealed",
    }
    assert (check["name"], check["verdict"], check["score"], check["points"]) == ("all", "wrong_answer", 0.0, 3.0)


def test_a_seed_that_was_given_is_named(course: Path) -> None:
    said = Said(course, 7)
    said.watcher.is_graded("ada", result("ada", "right"))
    assert said.data()[0]["seed"] == 7


def test_what_was_not_graded_is_a_line_without_a_score(course: Path) -> None:
    said = Said(course)
    said.watcher.is_left_out("ada", "exercise-01", "it is gone")
    assert said.data() == [
        {
            "student": "ada",
            "exercise": "exercise-01",
            "topic": "numbers",
            "section": "Doubling",
            "verdict": "judge_error",
            "score": None,
            "points": 3.0,
            "message": "it is gone",
            "seed": None,
            "isolation": "sealed",
            "checks": [],
        }
    ]


def test_an_exercise_with_a_fault_is_worth_nobody_knows_what(course: Path) -> None:
    (course / "exercises" / "exercise-01" / "exercise.yaml").write_text("nonsense", encoding="utf-8")
    said = Said(course)
    said.watcher.is_left_out("ada", "exercise-01", "there is something wrong with exercise-01")
    assert said.data()[0]["points"] is None


def test_the_last_line_is_the_summary(course: Path) -> None:
    said = Said(course)
    said.watcher.begins(Counter(ada=1), 0)
    said.watcher.prepares(1)
    said.watcher.starts()
    said.watcher.repeats(1)
    said.watcher.ends(SUMMARY)
    assert said.data() == [
        {
            "summary": {
                "students": 2,
                "graded": 3,
                "reused": 4,
                "judge_errors": 1,
                "not_read": 1,
                "left_out": 5,
                "faults": {"exercise-03": "nonsense"},
                "verdicts": {"accepted": 2, "wrong_answer": 1},
                "seconds": 1.235,
            }
        }
    ]


def test_what_is_for_people_is_not_among_the_results(course: Path) -> None:
    said = Said(course)
    said.watcher.remarks("another batch is running")
    assert (said.lines, said.notes) == ([], ["note: another batch is running"])


@given(st.text())
@settings(max_examples=50, deadline=None)
def test_any_name_makes_a_line_that_can_be_read_again(name: str) -> None:
    lines: list[str] = []
    course: Any = None  # a result says itself where it stands
    JsonLines(lines.append, lines.append, course, "sealed", None).is_graded(
        name, replace(result("a", "right"), title=name)
    )
    lines[0].encode()
    assert json.loads(lines[0])["student"] == name


# --- words


def test_verdicts_are_said_as_people_say_them() -> None:
    assert [worded(verdict) for verdict in (Verdict.ACCEPTED, Verdict.WRONG_ANSWER)] == ["accepted", "wrong answer"]


def test_numbers_go_with_their_nouns() -> None:
    assert [counted(n, "student") for n in (0, 1, 2)] == ["0 students", "1 student", "2 students"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 0 min"),
        (90061, "25 h 1 min"),
    ],
)
def test_times_are_said_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text
