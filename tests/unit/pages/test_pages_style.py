"""The look of all pages: enough contrast in the light and in the dark, and nothing from elsewhere."""

import re
from pathlib import Path

import pytest

import grader.pages

STYLE = (Path(grader.pages.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
BLOCKS = dict(zip(("light", "dark", "print"), re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL), strict=True))
TEXTS = (
    "ink",
    "soft",
    "link",
    "accent",
    "good",
    "bad",
    "half",
    "comment",
    "string",
    "number",
    "keyword",
    "name",
    "builtin",
)
ENOUGH = 4.5
"""What WCAG 2.2 asks for at level AA of text that is not large."""


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", BLOCKS[block]))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(char * 2 for char in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_the_standard_has_it() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("block", ["light", "dark", "print"])
@pytest.mark.parametrize("text", TEXTS)
def test_texts_can_be_read(block: str, text: str) -> None:
    found = colours(block)
    for ground in ("paper", "raised"):
        assert contrast(found[text], found[ground]) >= ENOUGH, (text, ground)


@pytest.mark.parametrize("block", ["light", "dark", "print"])
def test_notes_can_be_read(block: str) -> None:
    found = colours(block)
    assert contrast(found["ink"], found["note"]) >= ENOUGH
    assert contrast(found["ink"], found["wrong"]) >= ENOUGH


def test_every_colour_that_is_used_is_defined_in_each_look() -> None:
    used = set(re.findall(r"var\(--(\w+)\)", STYLE))
    for block in BLOCKS:
        assert used == colours(block).keys(), block


def test_nothing_comes_from_elsewhere() -> None:
    assert "url(" not in STYLE
    assert "@import" not in STYLE
