"""A new exercise in `course.yaml`: nothing else of the text changes."""

import re
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.authoring.enlisting import enlisted
from grader.errors import UsageError
from grader.spec.loader import parse

HEAD = "title: A course  # its name\nseed: 1\ntopics:\n  - id: a\n    title: A\n    sections:\n      - title: One\n"
TAIL = "\n  # the second topic\n  - id: b\n    title: B\n    sections:\n      - {title: Two, exercises: [z-1]}\n"


def course(exercises: str, tail: str = TAIL) -> str:
    return f"{HEAD}        exercises:{exercises}{tail}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (" [e-1]", " [e-1, e-9]"),
        (" [ e-1, e-2 ]  # so far", " [ e-1, e-2, e-9 ]  # so far"),
        (' ["e-1"]', ' ["e-1", e-9]'),
        (" [e-1,]", " [e-1, e-9,]"),
        ("\n          - e-1", "\n          - e-1\n          - e-9"),
        ("\n          - e-1  # easy", "\n          - e-1  # easy\n          - e-9"),
        ("\n        - e-1\n        - 'e-2'", "\n        - e-1\n        - 'e-2'\n        - e-9"),
        ("\n          -   e-1", "\n          -   e-1\n          -   e-9"),
        (
            " [\n          e-1,\n          e-2\n        ]",
            " [\n          e-1,\n          e-2,\n          e-9\n        ]",
        ),
        (
            " [\n          e-1,  # easy\n          e-2,  # hard\n        ]",
            " [\n          e-1,  # easy\n          e-2,  # hard\n          e-9,\n        ]",
        ),
        (" [\n          e-1  # easy\n        ]", " [\n          e-1,  # easy\n          e-9\n        ]"),
        (" [e-1,\n          e-2]", " [e-1,\n          e-2, e-9]"),
    ],
)
def test_the_exercise_comes_last_and_the_layout_stays(before: str, after: str) -> None:
    assert enlisted(course(before), 0, 0, "e-9") == course(after)


def test_a_line_that_gets_too_long_is_broken_below_the_first_item() -> None:
    names = ", ".join(f"e-{number}" for number in range(10, 26))
    added = enlisted(course(f" [{names}]"), 0, 0, "exercise-99")
    assert f" [{names},\n{' ' * 20}exercise-99]" in added
    assert max(map(len, added.splitlines())) <= 120


def test_a_section_inside_braces_is_found() -> None:
    assert enlisted(course(" [e-1]"), 1, 0, "z-2") == course(" [e-1]", TAIL.replace("[z-1]", "[z-1, z-2]"))


def test_the_line_ends_of_windows_and_a_missing_last_one_stay() -> None:
    text = course("\n          - e-1", "").replace("\n", "\r\n")
    assert enlisted(text, 0, 0, "e-9") == f"{text}\r\n          - e-9"


def test_a_layout_to_which_nothing_can_be_added_is_left_to_the_author() -> None:
    with pytest.raises(UsageError, match="add e-9 to the section yourself"):
        enlisted(course("\n          -\n            e-1"), 0, 0, "e-9")


names = st.from_regex(r"[a-z]{1,3}-[0-9]{1,2}", fullmatch=True)
comments = st.sampled_from(["", "  # with, commas: and [brackets]", " #"])


@st.composite
def layouts(draw: st.DrawFn) -> str:
    """Draw a list of exercises in one of the ways in which people write it."""
    items = draw(st.lists(names, min_size=1, max_size=30, unique=True))
    quoted = [draw(st.sampled_from(["{}", '"{}"', "'{}'"])).format(item) for item in items]
    match draw(st.sampled_from(["line", "dashes", "lines"])):
        case "line":
            return f" [{', '.join(quoted)}{draw(st.sampled_from(['', ',', ' ']))}]{draw(comments)}"
        case "dashes":
            return "".join(f"\n{' ' * 10}- {item}{draw(comments)}" for item in quoted)
    last = draw(st.sampled_from(["", ","]))
    rows = [f"\n{' ' * 10}{item}{',' if item != quoted[-1] else last}{draw(comments)}" for item in quoted]
    return f" [{''.join(rows)}\n{' ' * 8}]"


@given(layout=layouts(), windows=st.booleans())
@settings(deadline=None, derandomize=True)
def test_whatever_the_layout_one_exercise_is_added_and_no_character_lost(layout: str, windows: bool) -> None:
    text = course(layout)
    text = text.replace("\n", "\r\n") if windows else text
    added = enlisted(text, 0, 0, "new-100")
    before, after = (cast(Any, parse(item, "course.yaml").data) for item in (text, added))
    before["topics"][0]["sections"][0]["exercises"].append("new-100")
    assert after == before
    taken_out = re.sub(r",?\s*(- +)?new-100,?", "", added)
    assert re.sub(r"[,\s]", "", taken_out) == re.sub(r"[,\s]", "", text)
    assert added.count("\n") - added.count("\r\n") == (0 if windows else added.count("\n"))
