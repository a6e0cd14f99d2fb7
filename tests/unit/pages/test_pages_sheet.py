"""Templates: what is put into them is escaped, and what is missing is a fault."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from grader.pages.sheet import environment


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the name of a package with a template of its own."""
    name = "a_package_with_templates"
    (tmp_path / name / "templates").mkdir(parents=True)
    (tmp_path / name / "__init__.py").touch()
    (tmp_path / name / "templates" / "mine.html").write_text(
        '{% extends "page.html" %}{% block title %}{{ title }}{% endblock %}{% block main %}{{ twice(text) }}{% endblock %}'
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    sys.modules.pop(name, None)


def test_a_page_stands_in_the_common_frame_and_texts_are_escaped(package: str) -> None:
    template = environment(package, twice=lambda text: text * 2).get_template("mine.html")
    html = template.render(title="<a & b>", text="<i>")
    assert html.startswith('<!doctype html>\n<html lang="en">')
    assert "<title>&lt;a &amp; b&gt;</title>" in html
    assert "&lt;i&gt;&lt;i&gt;" in html
    assert "prefers-color-scheme: dark" in html


def test_what_was_made_as_html_is_left(package: str) -> None:
    template = environment(package, twice=lambda text: text + text).get_template("mine.html")
    assert "<i>x</i><i>x</i>" in template.render(title="", text=Markup("<i>x</i>"))


def test_what_is_missing_is_a_fault(package: str) -> None:
    with pytest.raises(UndefinedError, match="'title' is undefined"):
        environment(package, twice=str).get_template("mine.html").render(text="")
