"""Markdown with mathematics as HTML."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.pages import prose

KNOWN = re.compile(
    r"p|em|strong|code|pre|span|[uo]l|li|h[2-6]|blockquote|[hb]r|a|table|thead|tbody|t[rhd]"
    r"|math|m([inos]|text|row|sub|sup|subsup|frac|sqrt|root|space|over|under|underover|table|t[rd]|padded|style|phantom)"
)
PICTURE = b"GIF89a"


class Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_a_text_becomes_paragraphs_with_formulas_in_their_places() -> None:
    found = prose.page("Let $x$ be **small**.\n\nThen `f(x)` is *not*.")
    assert found.html == (
        "<p>Let <math><mi>x</mi></math> be <strong>small</strong>.</p>\n"
        "<p>Then <code>f(x)</code> is <em>not</em>.</p>\n"
    )
    assert found.faults == ()


@pytest.mark.parametrize("text", ["$$\nx\n$$", "$$x$$", "so $$x$$ holds"])
def test_a_displayed_formula_stands_by_itself(text: str) -> None:
    html = prose.page(text).html
    assert '<span class="display" tabindex="0"><math display="block"><mi>x</mi></math></span>' in html
    assert "$" not in html


def test_a_formula_may_go_over_a_line_end() -> None:
    assert "$" not in prose.page("in $a +\nb$ and\n\n$$a +\n  b$$").html


@pytest.mark.parametrize("text", ["`$x$`", "```\n$x$\n```", "    $x$", r"5 \$ or 6 \$", "one $ alone"])
def test_dollars_that_are_no_formula_are_left(text: str) -> None:
    html = prose.page(text).html
    assert "$" in html
    assert "<math" not in html


def test_a_line_has_no_paragraph() -> None:
    assert prose.line("Use `np.sort` for $n$.").html == "Use <code>np.sort</code> for <math><mi>n</mi></math>."


@pytest.mark.parametrize(("below", "tags"), [(1, ["h2", "h4"]), (2, ["h3", "h5"]), (5, ["h6", "h6"])])
def test_headings_come_below_that_of_the_page(below: int, tags: list[str]) -> None:
    html = prose.page("# A\n\n### B", below=below).html
    assert html == f"<{tags[0]}>A</{tags[0]}>\n<{tags[1]}>B</{tags[1]}>\n"


def test_code_has_colours_and_a_session_its_prompts() -> None:
    html = prose.page("```python\n>>> f(1)\n2\n```").html
    assert '<span class="prompt">&gt;&gt;&gt; </span>' in html
    assert '<span class="output">2\n</span>' in html


def test_a_picture_becomes_part_of_the_page(tmp_path: Path) -> None:
    (tmp_path / "a curve.gif").write_bytes(PICTURE)
    found = prose.page('![a "curve"](a%20curve.gif)', folder=tmp_path).html
    assert found == '<p><img alt="a &#34;curve&#34;" src="data:image/gif;base64,R0lGODlh"></p>\n'


@pytest.mark.parametrize(
    "target", ["http://example.org/x.png", "missing.png", "../secret.png", "notes.txt", "secret/../../secret.png"]
)
def test_a_picture_from_elsewhere_is_its_words(tmp_path: Path, target: str) -> None:
    (tmp_path / "secret.png").write_bytes(PICTURE)
    folder = tmp_path / "exercise"
    (folder / "secret").mkdir(parents=True)
    (folder / "notes.txt").touch()
    assert prose.page(f"![a curve]({target})", folder=folder).html == "<p>[a curve]</p>\n"
    assert prose.page(f"![a curve]({target})").html == "<p>[a curve]</p>\n"


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a <b>c</b>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>"]
)
def test_html_is_text_like_any_other(text: str) -> None:
    assert Tags(prose.page(text).html).found == {"p"}
    assert not Tags(prose.line(text).html).found


def test_a_formula_that_cannot_be_set_is_named_and_marked() -> None:
    found = prose.page("If $x$ then $\\foo <b>$\n\nand $$\\bar$$")
    assert '<code class="fault">\\foo &lt;b&gt;</code>' in found.html
    assert len(found.faults) == 2
    assert found.faults[0].startswith("the formula '\\\\foo <b>' cannot be set: Unknown command")
    assert prose.page("fine").faults == ()


@given(st.text(alphabet="ab1 $\\{}^_`*[]()<>&#|!~\n\"'=-", max_size=60))
def test_whatever_is_written_the_page_holds_nothing_else(text: str) -> None:
    for html in (prose.page(text).html, prose.line(text).html):
        tags = Tags(html)
        assert all(KNOWN.fullmatch(tag) for tag in tags.found)
        assert not {name for name in tags.attributes if name.startswith("on") or name == "src"}
