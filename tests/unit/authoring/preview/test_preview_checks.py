"""The lines in which a description has a check, however they are written."""

from pathlib import Path

import pytest

from grader.authoring.preview import Preview
from grader.authoring.preview.checks import shown
from grader.spec import loader, reading
from grader.spec.exercise import Exercise

HEAD = """\
title: Twice
difficulty: 1
statement: Return twice x.
function: {name: f, about: Double., parameters: {x: {type: int}}, returns: {type: int}}
inputs: {x: {integer: {low: 1, high: 3}}}
"""


def preview(text: str) -> Preview:
    document = loader.parse(text, "exercise.yaml")
    exercise = reading.validate(document, Exercise, [])
    return Preview(
        course="A course",
        id="exercise-01",
        topic="Numbers",
        section="Doubling",
        exercise=exercise,
        document=document,
        text=text,
        folder=Path(),
        stub="",
        prepared=None,
        scenes=(),
        faults=(),
    )


@pytest.mark.parametrize(
    ("checks", "lines"),
    [
        (
            "checks:\n  - name: a\n    points: 1\n    compare: exact\n  - name: b\n    points: 1\n    compare: exact\n",
            ["name: a\npoints: 1\ncompare: exact\n", "name: b\npoints: 1\ncompare: exact\n"],
        ),
        (
            "checks:\n- name: a\n  points: 1\n  compare: exact\n\n  # the last one\n- {name: b, points: 1, compare: exact}\n",
            ["name: a\npoints: 1\ncompare: exact\n\n# the last one\n", "{name: b, points: 1, compare: exact}\n"],
        ),
        (
            "checks:\n  -\n    name: a\n    points: 1\n    compare:\n      exact:\nhints:\n  - Add.\n",
            ["name: a\npoints: 1\ncompare:\n  exact:\n"],
        ),
    ],
)
def test_they_are_those_of_the_author(checks: str, lines: list[str]) -> None:
    assert [check.lines for check in shown(preview(HEAD + checks))] == lines


def test_several_on_one_line_are_shown_by_that_line() -> None:
    text = HEAD + "checks: [{name: a, points: 1, compare: exact}, {name: b, points: 1, compare: exact}]\n"
    for check in shown(preview(text)):
        assert "name: " in check.lines
        assert check.lines.count("\n") == 1


def test_a_rule_is_explained_where_it_is_met_first() -> None:
    text = (
        HEAD
        + "checks:\n"
        + "".join(
            f"  - name: {name}\n    points: 1\n    compare: {rule}\n"
            for name, rule in (("a", "exact"), ("b", "allclose"), ("c", "exact"))
        )
    )
    assert [bool(check.about) for check in shown(preview(text))] == [True, True, False]
    assert [(check.rule, check.cases, check.example) for check in shown(preview(text))] == [
        ("exact", 20, ()),
        ("allclose", 20, ()),
        ("exact", 20, ()),
    ]


def test_a_budget_is_told() -> None:
    text = HEAD.replace("{x: {type: int}}", "{x: {type: int}, g: {type: callable}}").replace(
        "high: 3}}}", "high: 3}}, g: {callable: {options: [square], counted: true}}}"
    )
    text += "checks:\n  - name: a\n    points: 1\n    compare: exact\n    budget: {g: 2 * x}\n"
    (check,) = shown(preview(text))
    assert check.conditions == ("g may be called 2 * x times.",)
