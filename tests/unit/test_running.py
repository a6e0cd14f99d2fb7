"""A run over several exercises: the order of results, faults of some of them, and the scores of topics."""

import json
import os
import threading
from fractions import Fraction
from pathlib import Path

import pytest

from grader.course import Course
from grader.errors import GraderError, SpecError, SubmissionNotFound, UsageError
from grader.executors import Executor, Loaded, Session
from grader.model import Answer, Call, Limits, Submission, Verdict
from grader.results import ExerciseResult
from grader.running import SIDE_BY_SIDE, Options, Request, report, run
from grader.spec.files import load_course
from grader.workers import Worker

COURSE = """\
title: Three times the same
seed: 3
topics:
  - id: first
    title: First
    sections: [{title: One, exercises: [exercise-01, exercise-02]}]
  - id: second
    title: Second
    sections: [{title: Two, exercises: [exercise-03]}]
"""
EXERCISE = """\
title: The same number
difficulty: 1
statement: Return x.
function:
  name: same
  about: Return x.
  parameters: {x: {type: int, about: a number}}
  returns: {type: int, about: the number}
inputs: {x: {choice: [1, 2]}}
checks:
  - {name: two numbers, points: 0.1, cases: 2, compare: exact}
  - {name: hidden numbers, points: 0.2, visibility: hidden, cases: 2, compare: exact}
"""
NAMES = ("exercise-01", "exercise-02", "exercise-03")
OPTIONS = Options(seed=3)


class Echo(Executor):
    """Answers every call with its argument; `before` may hold an exercise up."""

    isolation = "echo"

    def __init__(self, limits: Limits | None = None, started: list[Worker] | None = None) -> None:
        self.opened: list[str] = []
        self.waits: dict[str, threading.Event] = {}
        self.sets: dict[str, threading.Event] = {}
        self.most_open = 0
        self._open: set[str] = set()
        self._lock = threading.Lock()

    def warm(self, count: int) -> None:
        """Start nothing."""

    def close(self) -> None:
        """End nothing."""

    def open(self, submission: Submission) -> Session:
        """Return a session."""
        return EchoSession(self, submission.name)

    def began(self, name: str) -> None:
        """Keep who is at work."""
        with self._lock:
            self.opened.append(name)
            self._open.add(name)
            self.most_open = max(self.most_open, len(self._open))
        if name in self.waits:
            assert self.waits[name].wait(30)

    def ended(self, name: str) -> None:
        """Keep who is at work."""
        with self._lock:
            self._open.discard(name)
        if name in self.sets:
            self.sets[name].set()


class EchoSession(Session):
    """A session of an echo."""

    def __init__(self, executor: Echo, name: str) -> None:
        self._executor, self._name = executor, name

    def load(self) -> Loaded:
        """Find the function."""
        self._executor.began(self._name)
        return Loaded(found=True, names=("same",), parameters="(x)", fewest=1, most=1)

    def call(self, call: Call) -> Answer:
        """Return the argument."""
        return Answer(call.arguments[0])

    def close(self) -> None:
        """Tell the executor."""
        self._executor.ended(self._name)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    (tmp_path / "course.yaml").write_text(COURSE, encoding="utf-8")
    for name in NAMES:
        for part in ("exercises", "solutions"):
            (tmp_path / part / name).mkdir(parents=True)
        (tmp_path / "exercises" / name / "exercise.yaml").write_text(EXERCISE, encoding="utf-8")
        (tmp_path / "solutions" / name / "solution.py").write_text("def same(x):\n    return x\n", encoding="utf-8")
        (tmp_path / "exercises" / name / f"{name.replace('-', '_')}.py").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return load_course(tmp_path)


def requests(course: Course, *names: str) -> list[Request]:
    return [Request(name, course.answer_file(name)) for name in names]


def results(course: Course, *names: str, options: Options = OPTIONS) -> list[ExerciseResult | GraderError]:
    found = dict(run(course, requests(course, *names), Echo(), options))
    return [found[place] for place in sorted(found)]


def scores(course: Course, *names: str) -> list[ExerciseResult]:
    return [result for result in results(course, *names) if isinstance(result, ExerciseResult)]


# --- the order of results


@pytest.mark.parametrize("names", [NAMES[:1], NAMES, NAMES[::-1]])
def test_every_result_comes_with_the_place_of_its_request(course: Course, names: tuple[str, ...]) -> None:
    found = dict(run(course, requests(course, *names), Echo(), OPTIONS))
    ids = {place: result.id for place, result in found.items() if isinstance(result, ExerciseResult)}
    assert ids == dict(enumerate(names))


def test_a_result_is_there_as_soon_as_it_is_finished(course: Course) -> None:
    executor = Echo()
    executor.waits["exercise_01"] = threading.Event()
    found = run(course, requests(course, *NAMES), executor, OPTIONS)
    others = {next(found)[0], next(found)[0]}
    executor.waits["exercise_01"].set()
    assert (others, next(found)[0]) == ({1, 2}, 0)


def test_no_more_than_two_are_judged_side_by_side(course: Course) -> None:
    executor = Echo()
    list(run(course, requests(course, *NAMES), executor, OPTIONS))
    assert sorted(executor.opened) == ["exercise_01", "exercise_02", "exercise_03"]
    assert executor.most_open <= SIDE_BY_SIDE


def test_two_are_judged_side_by_side(course: Course) -> None:
    executor = Echo()
    one, two = threading.Event(), threading.Event()
    executor.waits |= {"exercise_01": two, "exercise_02": one}
    began = executor.began

    def meet(name: str) -> None:
        {"exercise_01": one, "exercise_02": two}[name].set()
        began(name)

    executor.began = meet  # type: ignore[method-assign] # each waits until the other has begun
    assert len(list(run(course, requests(course, *NAMES[:2]), executor, OPTIONS))) == 2


# --- one exercise


def test_a_result_says_where_the_exercise_stands(course: Course) -> None:
    (result,) = scores(course, "exercise-03")
    assert (result.topic, result.section, result.title) == ("second", "Two", "The same number")
    assert result.answer_file == "exercises/exercise-03/exercise_03.py"


def test_a_file_beside_the_working_folder_is_shown_in_full(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course.folder / "solutions")
    (result,) = scores(course, "exercise-03")
    assert result.answer_file == str(course.answer_file("exercise-03"))


def test_a_missing_answer_is_absent(course: Course) -> None:
    course.answer_file("exercise-03").unlink()
    (result,) = scores(course, "exercise-03")
    assert (result.verdict, result.score) == (Verdict.ABSENT, Fraction(0))


def test_a_case_can_be_replayed(course: Course) -> None:
    (result,) = results(course, "exercise-03", options=Options(seed=3, case="0:1"))
    assert isinstance(result, ExerciseResult)
    assert [(item.name, item.cases) for item in result.checks] == [("two numbers", 1)]


def test_a_case_that_is_not_there_is_a_fault_of_usage(course: Course) -> None:
    (result,) = results(course, "exercise-03", options=Options(seed=3, case="5:1"))
    assert isinstance(result, UsageError)


# --- faults


def test_a_wrong_description_is_one_result_among_others(course: Course) -> None:
    course.description_file("exercise-02").write_text("title: 3", encoding="utf-8")
    first, second, third = results(course, *NAMES)
    assert isinstance(first, ExerciseResult)
    assert isinstance(second, SpecError)
    assert isinstance(third, ExerciseResult)


def test_an_answer_that_cannot_be_read_is_one_result_among_others(course: Course) -> None:
    course.answer_file("exercise-01").write_bytes(b"\xff")
    first, *others = results(course, *NAMES)
    assert isinstance(first, SubmissionNotFound)
    assert all(isinstance(other, ExerciseResult) for other in others)


def test_a_reference_that_raises_gives_a_result_without_a_score(course: Course) -> None:
    file = course.solution_folder("exercise-02") / "solution.py"
    file.write_text("def same(x):\n    raise KeyError(x)\n", encoding="utf-8")
    first, second, _ = scores(course, *NAMES)
    assert (first.verdict, first.score) == (Verdict.ACCEPTED, Fraction(3, 10))
    assert (second.verdict, second.score, second.points) == (Verdict.JUDGE_ERROR, None, Fraction(3, 10))
    assert "exercise-02" in second.errors[0]
    assert "KeyError" in second.errors[0]


# --- topics


def test_a_topic_is_the_exact_sum_of_its_results(course: Course) -> None:
    found = report(course, scores(course, *NAMES), 3, "echo")
    assert [(topic.id, topic.score, topic.points) for topic in found.topics] == [
        ("first", Fraction(6, 10), Fraction(6, 10)),
        ("second", Fraction(3, 10), Fraction(3, 10)),
    ]


def test_only_topics_that_were_touched_are_reported(course: Course) -> None:
    found = report(course, scores(course, "exercise-03"), 3, "echo")
    assert [topic.id for topic in found.topics] == ["second"]


def test_topics_stand_in_the_order_of_the_course(course: Course) -> None:
    found = report(course, scores(course, "exercise-03", "exercise-01"), 3, "echo")
    assert [topic.id for topic in found.topics] == ["first", "second"]


def test_a_topic_knows_what_the_whole_topic_is_worth(course: Course) -> None:
    (topic,) = report(course, scores(course, "exercise-02"), 3, "echo").topics
    assert (topic.points, topic.course_points) == (Fraction(3, 10), Fraction(6, 10))


def test_a_topic_with_a_judge_error_has_no_score(course: Course) -> None:
    file = course.solution_folder("exercise-02") / "solution.py"
    file.write_text("def same(x):\n    raise KeyError(x)\n", encoding="utf-8")
    first, second = report(course, scores(course, *NAMES), 3, "echo").topics
    assert (first.score, first.points) == (None, Fraction(6, 10))
    assert second.score == Fraction(3, 10)


def test_a_wrong_description_is_worth_nothing_until_it_is_mended(course: Course) -> None:
    right = course.description_file("exercise-02").read_text(encoding="utf-8")
    course.description_file("exercise-02").write_text("title: 3", encoding="utf-8")
    (before,) = report(course, scores(course, "exercise-01"), 3, "echo").topics
    course.description_file("exercise-02").write_text(right, encoding="utf-8")
    (after,) = report(course, scores(course, "exercise-01"), 3, "echo").topics
    assert (before.course_points, after.course_points) == (Fraction(3, 10), Fraction(6, 10))


def test_known_points_are_read_from_the_cache(course: Course) -> None:
    results_of_one = scores(course, "exercise-01")
    report(course, results_of_one, 3, "echo")
    file = course.folder / ".grade" / "cache" / "points.json"
    before = file.stat()
    (topic,) = report(course, results_of_one, 3, "echo").topics
    after = file.stat()
    assert topic.course_points == Fraction(6, 10)
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_points_of_an_edited_description_are_read_anew(course: Course) -> None:
    results_of_one = scores(course, "exercise-01")
    report(course, results_of_one, 3, "echo")
    file = course.description_file("exercise-02")
    file.write_text(file.read_text(encoding="utf-8").replace("points: 0.1", "points: 0.9"), encoding="utf-8")
    os.utime(file, ns=(1, 1))
    (topic,) = report(course, results_of_one, 3, "echo").topics
    assert topic.course_points == Fraction(14, 10)


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", '{"points": 3, "program": []}'])
def test_a_damaged_cache_of_points_is_made_again(course: Course, content: str) -> None:
    results_of_one = scores(course, "exercise-01")
    report(course, results_of_one, 3, "echo")
    file = course.folder / ".grade" / "cache" / "points.json"
    file.write_text(content, encoding="utf-8")
    (topic,) = report(course, results_of_one, 3, "echo").topics
    assert topic.course_points == Fraction(6, 10)
    assert set(json.loads(file.read_text(encoding="utf-8"))["points"]) >= {"exercise-01", "exercise-02"}


def test_a_report_says_what_was_run_and_how(course: Course) -> None:
    found = report(course, scores(course, "exercise-01"), 3, "echo")
    assert (found.course, found.seed, found.isolation) == ("Three times the same", 3, "echo")
    assert [exercise.id for exercise in found.exercises] == ["exercise-01"]
