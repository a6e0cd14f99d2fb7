"""What stands in the pages of the documentation: fenced blocks, small exercises made of them, links."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.authoring.stubs import stub
from grader.course import Course
from grader.spec.files import load_course, load_exercise

ROOT = Path(__file__).parents[2]
AUTHORS = ROOT / "docs" / "authors"
LABELS = REFERENCE, ACCEPTED, WRONG = "Reference:", "Also right:", "Wrong:"
"""What the line before a program says of it."""
_FENCE = re.compile(r"^( *)```(\w*)\s*$")
_TITLE = re.compile(r"^title:", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes
    ----------
    language, text : str
        what stands behind the fence, and inside.
    heading, before : str
        the heading above it without its marks, and the last line before it that is not empty.
    """

    language: str
    text: str
    heading: str
    before: str


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order; blocks inside of blocks are part of their text."""
    found: list[Block] = []
    heading = before = ""
    lines = iter(page.read_text(encoding="utf-8").splitlines(keepends=True))
    for line in lines:
        fence = _FENCE.match(line)
        if fence:
            end = f"{fence[1]}```\n"
            text = "".join(_until(lines, end))
            found.append(Block(fence[2], text, heading, before))
        elif line.startswith("#"):
            heading = line.lstrip("#").strip()
        if line.strip():
            before = line.strip()
    return found


def _until(lines: Iterator[str], end: str) -> Iterator[str]:
    for line in lines:
        if line == end:
            return
        yield line
    raise AssertionError("a block has no end")


@dataclass(frozen=True)
class Pattern:
    """A small exercise of a page: its description, and programs by what the page says of them."""

    heading: str
    description: str
    programs: Mapping[str, list[str]] = field(default_factory=dict)


def patterns(page: Path) -> list[Pattern]:
    """Return the exercises of a page: each a block of YAML with a title, and the blocks of Python that follow it."""
    found: list[Pattern] = []
    for block in blocks(page):
        if block.language == "yaml" and _TITLE.search(block.text):
            found.append(Pattern(block.heading, block.text, {label: [] for label in LABELS}))
        elif block.language == "python" and found and block.before in found[-1].programs:
            found[-1].programs[block.before].append(block.text)
    return found


def write_course(folder: Path, found: Sequence[Pattern]) -> Course:
    """Write a course of exercise-01, exercise-02, … that are the patterns of a page, with their stubs."""
    names = [f"exercise-{place:02d}" for place in range(1, len(found) + 1)]
    text = (
        f"title: Page\nseed: 1\ntopics: [{{id: page, title: Page, sections: [{{title: Page, exercises: {names}}}]}}]\n"
    )
    write(folder / "course.yaml", text.replace("'", ""))
    for name, pattern in zip(names, found, strict=True):
        write(folder / "exercises" / name / "exercise.yaml", pattern.description)
        solutions = folder / "solutions" / name
        (reference,) = pattern.programs[REFERENCE]
        write(solutions / "solution.py", reference)
        for part, label in (("accepted", ACCEPTED), ("mistakes", WRONG)):
            for place, program in enumerate(pattern.programs[label]):
                write(solutions / part / f"{part}_{place}.py", program)
    course = load_course(folder)
    for name in names:
        write(course.answer_file(name), stub(name, load_exercise(course, name)))
    return course


def write(file: Path, text: str) -> None:
    """Write a file and the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
