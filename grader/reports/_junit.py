"""Pieces of JUnit XML, for reports and for the gradebook."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final
from xml.etree import ElementTree as ET

from grader.model import Verdict
from grader.reports._checks import State, decimal, explained, in_a_line, not_judged, state
from grader.reports._layout import clean
from grader.results import CheckResult, ExerciseResult
from grader.sandbox.records import dataclass

_COUNTED: Final[Mapping[str, State]] = {"failures": "failed", "errors": "error", "skipped": "skipped"}
_FORBIDDEN: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """What becomes a `<testcase>`.

    Attributes
    ----------
    group, name : str
        the class name and the name.
    verdict : Verdict
        decides whether it is passed, failed, skipped or an error.
    score, points : Fraction or None, Fraction
        what it earned, None where that is not known, and what it is worth.
    message, text : str
        what is wrong, in a line and in full.
    printed : str
        by the answer.
    """

    group: str
    name: str
    verdict: Verdict
    score: Fraction | None
    points: Fraction
    message: str = ""
    text: str = ""
    printed: str = ""


def document(name: str, suites: Sequence[ET.Element]) -> str:
    """Return a whole document."""
    root = ET.Element("testsuites", name=legal(name))
    for word in ("tests", *_COUNTED):
        root.set(word, str(sum(int(suite.get(word, "0")) for suite in suites)))
    root.extend(suites)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def suite(name: str, tests: Sequence[Entry], properties: Mapping[str, object]) -> ET.Element:
    """Return a `<testsuite>`."""
    element = ET.Element("testsuite", name=legal(name), tests=str(len(tests)))
    counts = Counter(state(test.verdict) for test in tests)
    for word, counted in _COUNTED.items():
        element.set(word, str(counts[counted]))
    element.append(_properties(properties))
    element.extend(_testcase(test) for test in tests)
    return element


def exercise_suite(exercise: ExerciseResult) -> ET.Element:
    """Return the suite of an exercise: a test for each check; one for all of it where nothing could be judged."""
    error = not_judged(exercise)
    tests = [_of_check(exercise, check, error) for check in exercise.checks]
    if not tests:
        tests = [Entry(exercise.id, exercise.title, exercise.verdict, None, exercise.points, "not judged", error)]
    about = {"title": exercise.title, "topic": exercise.topic, "section": exercise.section}
    return suite(exercise.id, tests, about | scored(exercise.verdict, exercise.score, exercise.points))


def _of_check(exercise: ExerciseResult, check: CheckResult, error: str) -> Entry:
    wrong = check.verdict is not Verdict.ACCEPTED
    message = in_a_line(exercise, check) if wrong else ""
    text = explained(exercise, check) if wrong else ""
    if check.verdict is Verdict.JUDGE_ERROR:
        text = f"{text}{error}"
    return Entry(exercise.id, check.name, check.verdict, check.score, check.points, message, text, check.printed)


def scored(verdict: Verdict, score: Fraction | None, points: Fraction) -> dict[str, object]:
    """Return the properties that say what was earned; there is no `score` where it is not known."""
    known = {} if score is None else {"score": decimal(score)}
    return {"verdict": verdict, **known, "points": decimal(points)}


def _testcase(test: Entry) -> ET.Element:
    element = ET.Element("testcase", classname=legal(test.group), name=legal(test.name))
    element.append(_properties(scored(test.verdict, test.score, test.points)))
    tag = {"failed": "failure", "error": "error", "skipped": "skipped"}.get(state(test.verdict))
    if tag:
        outcome = ET.SubElement(element, tag, message=legal(test.message))
        if tag != "skipped":
            outcome.set("type", test.verdict)
        outcome.text = legal(test.text)
    if test.printed:
        ET.SubElement(element, "system-out").text = legal(test.printed)
    return element


def _properties(pairs: Mapping[str, object]) -> ET.Element:
    element = ET.Element("properties")
    element.extend(_named(pairs.items()))
    return element


def _named(pairs: Iterable[tuple[str, object]]) -> Iterable[ET.Element]:
    for name, value in pairs:
        yield ET.Element("property", name=name, value=legal(str(value)))


def legal(text: str) -> str:
    """Return text as XML may hold it: what it forbids, and what would steer a terminal, becomes an escape."""
    return _FORBIDDEN.sub("?", clean(text))
