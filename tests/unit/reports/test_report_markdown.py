"""Markdown: what people read on GitHub, and nothing that an answer could make of the page."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.reports.markdown import MarkdownReport
from grader.results import ExerciseResult
from tests.unit.reports.samples import BAD, BROKEN, GOOD, HALF, HIDDEN, NASTY, exercise, report, with_text


def rendered(*exercises: ExerciseResult) -> str:
    return MarkdownReport().render(report(*exercises))


def as_html(text: str) -> str:
    return str(MarkdownIt("commonmark").enable("table").render(text))


def test_checks_are_a_table_and_failures_follow() -> None:
    text = rendered(exercise(GOOD, BAD, HIDDEN))
    assert text.startswith("## exercise-01 Twice a number: 2 of 5\n")
    assert "| ✓ | small numbers | 4 of 4 | 2 of 2 |" in text
    assert "| ✗ | large \\| numbers | 1 of 4 | 0 of 2 |" in text
    assert "| ✗ | secret (hidden) |  | 0 of 1 |" in text
    assert "```python\nx = 3\nexpected  6\ngot       7\n" in text
    assert "Think of `2 x`." in text
    html = as_html(text)
    assert html.count("<tr>") == 4
    assert "<h3>large | numbers</h3>" in html


def test_feedback_is_told_once() -> None:
    assert rendered(exercise(BAD, HALF)).count("Think of") == 1


def test_a_judge_error_has_no_score() -> None:
    text = rendered(exercise(BROKEN))
    assert "no score of 1" in text
    assert "the expected value was 42" in text


def test_an_untouched_stub_is_told_so() -> None:
    text = rendered(exercise(BAD, untouched=True))
    assert "Not started yet" in text
    assert "off by 1" not in text


@pytest.mark.parametrize("field", ["name", "message", "printed", "trace"])
def test_an_answer_writes_neither_html_nor_markdown(field: str) -> None:
    html = as_html(rendered(exercise(with_text(BAD, field, NASTY))))
    assert "<script" not in html
    assert "<em>" not in html
    assert html.count("<tr>") == 2


@given(st.text(st.sampled_from("`~*_#|<>&[]()\\ \n-+1.ax$!"), max_size=40))
@settings(deadline=None, derandomize=True, max_examples=150)
def test_no_text_changes_what_the_page_is_made_of(text: str) -> None:
    plain = as_html(rendered(exercise(replace(BAD, message="a", printed="a", trace="a"))))
    html = as_html(rendered(exercise(replace(BAD, message=f"a{text}", printed=f"a{text}", trace=f"a{text}"))))
    assert re.findall(r"</?(?:h\d|pre|table|tr|em|strong|a|img|ul|ol|blockquote)\b", html) == re.findall(
        r"</?(?:h\d|pre|table|tr|em|strong|a|img|ul|ol|blockquote)\b", plain
    )
