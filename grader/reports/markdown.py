"""`markdown`: a report as a page of Markdown."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar, Final

from grader.model import Verdict
from grader.reports._checks import UNTOUCHED, as_utf8
from grader.reports._contract import Renderer
from grader.reports._layout import clean, mark_of, number
from grader.results import CheckResult, ExerciseResult, Report

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()#!|~$>])")
_LIST: Final = re.compile(r"^(\d*)([-+.])")
_LONGEST: Final = 4000
"""Signs of a traceback or of what was printed; a page is no log."""


class MarkdownReport(Renderer):
    """A table of checks for each exercise, and below it what failed, with the case that shows it.

    What comes from an answer can be neither Markdown nor HTML: it is escaped, or stands in a block of code that it cannot end.
    """

    kind: ClassVar[str] = "markdown"

    def render(self, report: Report) -> str:
        """Return the page."""
        return page(report)


def page(report: Report) -> str:
    """Return the page of a report."""
    return as_utf8("".join(f"{line}\n" for line in _lines(report)))


def _lines(report: Report) -> Iterator[str]:
    for exercise in report.exercises:
        yield from _exercise(exercise)
    if len(report.topics) > 1:
        yield from ("## By topic", "", "| topic | score |", "|---|---:|")
        for topic in report.topics:
            yield f"| {_escaped(topic.title)} | {_earned(topic.score, topic.points)} |"
        yield ""


def _exercise(exercise: ExerciseResult) -> Iterator[str]:
    title = f"{exercise.id} {exercise.title}"
    yield from (f"## {_escaped(title)}: {_earned(exercise.score, exercise.points)}", "")
    if exercise.untouched:
        yield from (UNTOUCHED.strip(), "")
    if exercise.checks:
        yield from ("| | check | cases | score |", "|---|---|---:|---:|")
        yield from map(_row, exercise.checks)
        yield ""
    if not exercise.untouched:
        told: set[str] = set()
        for check in exercise.checks:
            yield from _details(check, told)
    for error in exercise.errors:
        yield from ("**judge error**", "", *_block(error))


def _row(check: CheckResult) -> str:
    hidden = " (hidden)" if check.visibility == "hidden" else ""
    cases = f"{check.passed} of {check.cases}" if check.cases > 1 else ""
    name = f"{_escaped(check.name)}{hidden}"
    return f"| {mark_of(check.verdict)[0]} | {name} | {cases} | {_earned(check.score, check.points)} |"


def _details(check: CheckResult, told: set[str]) -> Iterator[str]:
    """Yield what stands below the table on a check that lost points; what was `told` before is not told again."""
    if check.verdict in (Verdict.ACCEPTED, Verdict.SKIPPED) or not (check.message or check.counterexample):
        return
    if check.message not in told or check.counterexample:
        yield from (f"### {_escaped(check.name)}", "", f"{_escaped(check.message)}", "")
        yield from _example(check)
        for name, text in (("traceback", check.trace), ("printed", check.printed)):
            yield from (f"{name}:", "", *_block(text)) if text else ()
    told.add(check.message)
    if check.feedback and check.feedback not in told:
        yield from (" ".join(check.feedback.split()), "")  # an author's own words, who may use Markdown
    told.add(check.feedback)


def _example(check: CheckResult) -> Iterator[str]:
    example = check.counterexample
    if example is None:
        return
    rows = [f"{name} = {text}" for name, text in example.inputs.items()]
    rows += [f"expected  {example.expected}", f"got       {example.got}"]
    if example.error is not None and example.allowed is not None:
        rows.append(f"error     {example.error:.3g}, allowed {example.allowed:.3g}")
    if example.replay:
        rows.append(f"replay    {example.replay}")
    yield from _block("\n".join(rows), "python")


def _block(text: str, language: str = "text") -> Iterator[str]:
    """Yield text as a block of code, in a fence that is longer than any in it."""
    shown = clean(text)
    if len(shown) > _LONGEST:
        shown = f"{shown[: _LONGEST // 2]}\n…\n{shown[-_LONGEST // 2 :]}"
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", shown)), default=0))
    yield from (f"{fence}{language}", shown.rstrip("\n"), fence, "")


def _escaped(text: str) -> str:
    """Return text on a line that Markdown shows as it is."""
    return _LIST.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", _harmless(" ".join(clean(text).split()))))


def _harmless(text: str) -> str:
    """Return text without HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _earned(score: Fraction | None, points: Fraction) -> str:
    return f"{'no score' if score is None else number(score)} of {number(points)}"
