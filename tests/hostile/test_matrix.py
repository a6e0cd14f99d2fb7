"""The page of attacks says of every single layer what is true of it, and of every level what is promised."""

import re
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("the layers are Linux's", allow_module_level=True)

from tests.hostile.attack import Level
from tests.hostile.catalogue import ATTACKS
from tests.hostile.levels import SINGLE, WHOLE, Column, machine, missing
from tests.hostile.matrix import COLUMNS, needs_layers, page, promised, tried

PAGE = Path(__file__).parents[2] / "docs" / "operators" / "attacks.md"
TITLES = [column.title for column in COLUMNS]


def written() -> dict[str, dict[str, bool]]:
    """Return what the page says: by column and attack, whether it reaches nothing."""
    found: dict[str, dict[str, bool]] = {title: {} for title in TITLES}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 2 + len(TITLES) and set(cells[2:]) <= {"✓", "–"}:
            for title, mark in zip(TITLES, cells[2:], strict=True):
                found[title][cells[0]] = mark == "✓"
    return found


def made_on() -> str:
    """Return on what machine the page was made."""
    found = re.search(r"Made on: (.*?)\. ", PAGE.read_text(encoding="utf-8"))
    assert found
    return found[1]


def test_the_page_is_made_of_the_catalogue() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(written(), made_on()), "run `just attacks`"


@pytest.mark.parametrize("column", WHOLE.values(), ids=WHOLE)
def test_the_page_says_of_a_level_what_is_promised(column: Column) -> None:
    layered = {attack.name for attack in ATTACKS if needs_layers(attack)}
    assert written()[column.title] == {name: at for name, at in promised(column.level).items() if name in layered}


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("column", SINGLE, ids=[column.title for column in SINGLE])
def test_the_page_says_what_a_layer_stops_by_itself(column: Column) -> None:
    if reason := missing(Level.CONFINED) or missing(Level.SEALED):
        pytest.skip(reason)
    if machine() != made_on():
        pytest.skip(f"the page was made on another sort of machine than this one: {machine()}")
    assert tried(column) == written()[column.title], "run `just attacks`"
