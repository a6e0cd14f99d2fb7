"""Data written as YAML are the same data when our reader has read them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.authoring.release.yaml_text import as_yaml
from grader.spec import loader

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)
SCALARS = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False) | TEXTS
DATA = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=6)


@settings(max_examples=40, deadline=None)  # making such data takes longer than the test
@given(st.dictionaries(TEXTS, DATA))
def test_data_come_back(data: dict[str, object]) -> None:
    assert repr(loader.parse(as_yaml(data), "x").data) == repr(data)


@pytest.mark.parametrize(
    "text",
    ["1e-6", "1", "no", "null", "~", "", ".inf", "a: b", "# x", "- x", "2027-03-01", "x\ny\n", "x\n\n\n", " x\n"],
)
def test_a_text_stays_a_text(text: str) -> None:
    assert loader.parse(as_yaml({"key": text, text: [text]}), "x").data == {"key": text, text: [text]}


def test_what_stands_in_two_places_is_written_twice() -> None:
    shared = [1, 2]
    assert as_yaml({"a": shared, "b": shared}) == "a: [1, 2]\nb: [1, 2]\n"


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be written as YAML"):
        as_yaml({"a": (1, 2)})
