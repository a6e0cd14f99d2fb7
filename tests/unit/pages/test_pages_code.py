"""Code in colours."""

from html import unescape
from re import sub

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.pages.code import highlighted


def plain(html: str) -> str:
    return unescape(sub(r"<[^>]*>", "", html))


def test_words_of_the_language_have_classes() -> None:
    html = highlighted("def f(x):\n    return x + 1  # one\n", "python")
    assert '<span class="keyword">def</span> <span class="name">f</span>(x)' in html
    assert '<span class="comment"># one</span>' in html


@pytest.mark.parametrize("language", ["python", "yaml", "text", "no such language", ""])
@given(text=st.text(max_size=40).filter(lambda text: "\r" not in text))
def test_no_character_is_lost_and_none_is_markup(language: str, text: str) -> None:
    html = highlighted(text, language)
    assert plain(html) == text
    assert set(sub(r'<span class="[a-z]+">|</span>', "", html)) & {"<", ">"} == set()
