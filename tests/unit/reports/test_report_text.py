"""The report for people: what stands in it, what is left out, and that no answer steers the terminal."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from grader.model import Verdict
from grader.reports import _layout, _terminal
from grader.reports.text import TextReport
from grader.results import CheckResult, Counterexample, ExerciseResult, Report, TopicScore

EXAMPLE = Counterexample({"x": "3"}, "6", "7", 1.0, 1e-6, "grade exercise-01 --seed 7 --case 0:2")
GOOD = CheckResult("small", Verdict.ACCEPTED, Fraction(2), Fraction(2), cases=4, passed=4)
BAD = replace(
    GOOD,
    name="large",
    verdict=Verdict.WRONG_ANSWER,
    score=Fraction(0),
    passed=1,
    message="it is wrong",
    feedback="Think of 2 x.",
    counterexample=EXAMPLE,
)
HIDDEN = CheckResult("secret", Verdict.WRONG_ANSWER, Fraction(0), Fraction(1), "hidden")
STOPPED = CheckResult("any", Verdict.RAISED, Fraction(0), Fraction(1), message="raised SyntaxError", trace="line 3\n")


def exercise(*checks: CheckResult, **fields: Any) -> ExerciseResult:
    score = sum((check.score or Fraction(0) for check in checks), Fraction(0))
    points = sum((check.points for check in checks), Fraction(0))
    verdict = Verdict.ACCEPTED if score == points else Verdict.PARTIAL
    whole = ExerciseResult(
        "exercise-01", "Twice", "numbers", "Doubling", verdict, score, points, checks, answer_file="exercise_01.py"
    )
    return replace(whole, **fields)


def report(*exercises: ExerciseResult, topics: tuple[TopicScore, ...] = ()) -> Report:
    return Report("Course", 7, "process", exercises, topics)


def text(*exercises: ExerciseResult, topics: tuple[TopicScore, ...] = ()) -> str:
    return TextReport().render(report(*exercises, topics=topics))


# --- an exercise


def test_the_heading_names_the_exercise_and_its_score() -> None:
    assert re.match(r"exercise-01  Twice +2 of 4 points\n", text(exercise(GOOD, BAD)))


def test_every_check_has_its_mark_cases_and_score() -> None:
    shown = text(exercise(GOOD, BAD))
    assert re.search(r"^  ✓ small +4 of 4 cases  2 of 2 points$", shown, re.MULTILINE)
    assert re.search(r"^  ✗ large +1 of 4 cases  0 of 2 points$", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("verdict", "mark"),
    [(Verdict.ACCEPTED, "✓"), (Verdict.PARTIAL, "◐"), (Verdict.SKIPPED, "–"), (Verdict.CRASHED, "✗")],
)
def test_every_kind_of_verdict_has_its_mark(verdict: Verdict, mark: str) -> None:
    assert f"  {mark} small" in text(exercise(replace(GOOD, verdict=verdict), BAD))


def test_a_failing_check_shows_its_case() -> None:
    shown = text(exercise(GOOD, BAD))
    for line in ("it is wrong", "x = 3", "expected  6", "got       7", f"replay    {EXAMPLE.replay}", "Think of 2 x."):
        assert line in shown
    assert "1, allowed 1e-06" in shown


def test_inputs_are_shown_whole_so_that_they_can_be_pasted() -> None:
    long = "np.array([" + ", ".join(["0.123456789"] * 60) + "])"
    shown = text(exercise(GOOD, replace(BAD, counterexample=replace(EXAMPLE, inputs={"values": long}))))
    assert f"values = {long}\n" in shown


def test_notes_on_a_right_answer_are_shown() -> None:
    assert "note: returned a numpy.matrix" in text(exercise(replace(GOOD, notes=("returned a numpy.matrix",)), BAD))


def test_feedback_of_two_checks_is_told_once() -> None:
    assert text(exercise(GOOD, BAD, replace(BAD, name="larger"))).count("Think of 2 x.") == 1


def test_a_hidden_check_is_marked_as_such() -> None:
    assert "  ✗ secret (hidden)" in text(exercise(GOOD, HIDDEN))


def test_what_stops_all_checks_is_said_once() -> None:
    shown = text(exercise(STOPPED, replace(STOPPED, name="other"), verdict=Verdict.RAISED))
    assert shown.count("raised SyntaxError") == 1
    assert "line 3" in shown


@pytest.mark.parametrize("places", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
def test_what_stops_all_checks_is_said_wherever_the_hidden_check_stands(places: tuple[int, ...]) -> None:
    hidden = replace(HIDDEN, verdict=Verdict.RAISED)
    checks = (hidden, STOPPED, replace(STOPPED, name="other"))
    shown = text(exercise(*(checks[place] for place in places), verdict=Verdict.RAISED))
    assert shown.count("raised SyntaxError") == 1
    assert "line 3" in shown


def test_a_missing_answer_is_told_wherever_the_hidden_check_stands() -> None:
    absent = replace(STOPPED, verdict=Verdict.ABSENT, message="there is no file exercise_01.py", trace="")
    shown = text(exercise(replace(HIDDEN, verdict=Verdict.ABSENT), absent, verdict=Verdict.ABSENT))
    assert "there is no file exercise_01.py" in shown


def test_an_untouched_stub_is_welcomed() -> None:
    shown = text(exercise(BAD, untouched=True))
    for step in ("Not started yet", "grade show exercise-01", "exercise_01.py", "grade hint exercise-01"):
        assert step in shown
    assert "it is wrong" not in shown


def test_a_judge_error_is_told_in_full() -> None:
    broken = replace(GOOD, verdict=Verdict.JUDGE_ERROR, score=None, message="could not be judged")
    shown = text(exercise(broken, GOOD, score=None, verdict=Verdict.JUDGE_ERROR, errors=("first line\nsecond line",)))
    assert "no score of 4 points" in shown
    assert "judge error: first line\n    second line" in shown


def test_an_exercise_without_any_check_result_is_shown() -> None:
    shown = text(exercise(score=None, verdict=Verdict.JUDGE_ERROR, errors=("no reference",)))
    assert "judge error: no reference" in shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0", "0"), ("7", "7"), ("1/2", "0.50"), ("1/3", "0.33"), ("11/20", "0.55"), ("200", "200")],
)
def test_points_are_whole_or_have_two_decimals(value: str, shown: str) -> None:
    assert _layout.number(Fraction(value)) == shown


def test_one_point_is_no_plural() -> None:
    assert "1 of 1 point\n" in text(exercise(replace(GOOD, score=Fraction(1), points=Fraction(1)), BAD))


# --- long texts


def test_a_long_print_is_cut_in_the_middle() -> None:
    printed = "".join(f"row {number}\n" for number in range(100))
    shown = text(exercise(GOOD, replace(BAD, printed=printed)))
    assert "row 0\n" in shown
    assert "row 99\n" in shown
    assert "row 50\n" not in shown
    (left_out,) = re.findall(r"… \((\d+) lines left out\)", shown)
    assert int(left_out) + len(re.findall(r"row \d+\n", shown)) == 100


def test_a_short_print_is_shown_whole() -> None:
    printed = "".join(f"row {number}\n" for number in range(12))
    shown = text(exercise(GOOD, replace(BAD, printed=printed)))
    assert len(re.findall(r"row \d+\n", shown)) == 12
    assert "left out" not in shown


def test_a_long_line_of_a_print_is_cut() -> None:
    assert max(map(len, text(exercise(GOOD, replace(BAD, printed="x" * 10_000))).splitlines())) <= 200


def test_messages_are_wrapped() -> None:
    shown = text(exercise(GOOD, replace(BAD, message="word " * 100)))
    assert max(len(line) for line in shown.splitlines() if "word" in line) <= _layout.WIDTH


# --- several exercises


def named(number: int, *checks: CheckResult) -> ExerciseResult:
    return replace(exercise(*checks), id=f"exercise-0{number}")


def test_up_to_three_exercises_are_shown_with_their_cases() -> None:
    assert text(*(named(number, GOOD, BAD) for number in (1, 2, 3))).count("replay") == 3


def test_of_more_exercises_the_cases_are_left_out() -> None:
    shown = text(*(named(number, GOOD, BAD) for number in (1, 2, 3, 4)))
    assert "replay" not in shown
    assert "`grade exercise-04` shows the failing cases." in shown
    assert shown.count("it is wrong") == 4


def test_of_many_exercises_a_right_one_takes_one_line() -> None:
    shown = text(*(named(number, GOOD) for number in (1, 2, 3, 4)))
    assert "small" not in shown
    assert len([line for line in shown.splitlines() if line.startswith("exercise-")]) == 4


def test_of_many_exercises_an_untouched_one_takes_two_lines() -> None:
    shown = text(*(replace(named(number, BAD), untouched=True) for number in (1, 2, 3, 4)))
    assert shown.count("not started yet") == 4
    assert "grade show" not in shown


# --- topics

NUMBERS = TopicScore("numbers", "Numbers", Fraction(3), Fraction(5), Fraction(88))
ARRAYS = TopicScore("arrays", "Arrays", Fraction(3, 10), Fraction(3, 10), Fraction(3, 10))


def test_a_topic_has_its_score_and_what_it_is_worth_as_a_whole() -> None:
    assert "  Numbers  3 of 5 points (the whole topic: 88)\n" in text(exercise(GOOD), topics=(NUMBERS,))


def test_a_topic_that_was_checked_as_a_whole_needs_no_more_words() -> None:
    assert text(exercise(GOOD), topics=(ARRAYS,)).endswith("  Arrays  0.30 of 0.30 points\n")


def test_several_topics_have_a_heading() -> None:
    assert "By topic\n  Numbers  3 of 5" in text(exercise(GOOD), topics=(NUMBERS, ARRAYS))


def test_a_topic_without_a_score_says_so() -> None:
    assert "Numbers  no score of 5 points" in text(exercise(GOOD), topics=(replace(NUMBERS, score=None),))


# --- what an answer says


@given(st.text(st.characters()))
def test_cleaned_text_steers_no_terminal(said: str) -> None:
    assert all(char.isprintable() or char in "\n\t" for char in _layout.clean(said))


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S"])))
def test_printable_text_is_left_as_it_is(said: str) -> None:
    assert _layout.clean(said) == said


@pytest.mark.parametrize(
    "control", ["\x1b", "\x07", "\x08", "\r", "\x00", "\x7f", "\x9b", "\u202e", "\u200b", "\ud800"]
)
def test_what_steers_a_terminal_is_written_out(control: str) -> None:
    assert _layout.clean(f"a{control}b") == f"a\\x{ord(control):02x}b"


HOSTILE = "\x1b]0;title\x07\x1b[2J\r\x9b31m\u202e"
PLACES: dict[str, Callable[[], CheckResult]] = {
    "message": lambda: replace(BAD, message=HOSTILE),
    "printed": lambda: replace(BAD, printed=HOSTILE),
    "trace": lambda: replace(BAD, trace=HOSTILE),
    "notes": lambda: replace(BAD, notes=(HOSTILE,)),
    "got": lambda: replace(BAD, counterexample=replace(EXAMPLE, got=HOSTILE)),
    "expected": lambda: replace(BAD, counterexample=replace(EXAMPLE, expected=HOSTILE)),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("others", [(GOOD,), ()], ids=["among others", "alone"])
def test_nothing_an_answer_says_steers_the_terminal(place: str, others: tuple[CheckResult, ...]) -> None:
    shown = text(exercise(*others, PLACES[place]()))
    assert "\\x1b]0;title" in shown
    assert all(char.isprintable() or char == "\n" for char in shown)


def test_nothing_a_stopped_answer_says_steers_the_terminal() -> None:
    stopped = replace(STOPPED, message=HOSTILE, trace=HOSTILE, printed=HOSTILE)
    shown = text(exercise(stopped, verdict=Verdict.RAISED))
    assert shown.count("\\x1b]0;title") == 3
    assert all(char.isprintable() or char == "\n" for char in shown)


def test_no_judge_error_steers_the_terminal() -> None:
    assert "\x1b" not in text(exercise(GOOD, errors=(HOSTILE,)))


@pytest.mark.parametrize("said", ["fine\n  ✓ all checks", "first\nsecond"])
def test_no_line_of_a_stopped_answer_begins_where_lines_of_ours_begin(said: str) -> None:
    shown = text(exercise(replace(STOPPED, message=said, trace=""), verdict=Verdict.RAISED))
    assert said not in shown


# --- on a terminal


def on_terminal(shown: Report) -> str:
    sink = io.StringIO()
    console = Console(
        file=sink, force_terminal=True, color_system="standard", width=60, highlight=False, no_color=False
    )
    _terminal.show(_layout.lines(shown), console)
    return sink.getvalue()


def test_a_terminal_shows_colours() -> None:
    shown = on_terminal(report(exercise(GOOD, BAD)))
    assert "\x1b[32m  ✓ " in shown
    assert "\x1b[31m  ✗ " in shown


def test_without_its_colours_a_terminal_shows_the_same_lines() -> None:
    long = "np.array([" + ", ".join(["0.123456789"] * 60) + "])"
    bad = replace(BAD, counterexample=replace(EXAMPLE, inputs={"values": long}), printed="[bold]x[/bold] :smile:")
    whole = report(exercise(GOOD, bad), topics=(NUMBERS,))
    plain = re.sub(r"\x1b\[[0-9;]*m", "", on_terminal(whole))
    assert [line.rstrip() for line in plain.splitlines()] == TextReport().render(whole).splitlines()


def test_no_line_of_a_report_ends_with_spaces() -> None:
    shown = text(exercise(GOOD, BAD), exercise(GOOD, untouched=True), topics=(NUMBERS, ARRAYS))
    assert all(line == line.rstrip() for line in shown.splitlines())
    assert shown.endswith("\n")
