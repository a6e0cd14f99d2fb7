"""Every link in the documentation leads to a file, and to a heading in it."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^( *)```.*?^\1```$", re.DOTALL | re.MULTILINE)


def shown(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_links_lead_somewhere(page: Path) -> None:
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    for target in _LINK.findall(text):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{shown(page)}: {target}"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{shown(page)}: {target}"


def test_pages_that_were_moved_are_named_nowhere() -> None:
    old = ("docs/authors.md", "authors-verify.md", "docs/statistics.md")
    for folder in ("grader", "docs", "bench", "tests"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in (".py", ".md") and file != Path(__file__):
                text = file.read_text(encoding="utf-8")
                assert not [name for name in old if name in text], shown(file)
