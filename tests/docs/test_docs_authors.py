"""The pages for authors are run: their commands, the files that they give, their examples."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.errors import SpecError
from grader.spec.files import load_course, load_exercise
from tests.docs.pages import AUTHORS, LABELS, ROOT, Block, blocks, write

PAGES = sorted(AUTHORS.glob("*.md"))
RUN = ("console", "python", "yaml")
"""Languages of blocks that are examples; `text` is for what something looks like."""


def shown(page: Path) -> str:
    return page.stem


def matches(expected: str, got: str) -> bool:
    """Return whether an output is the expected one; `…` stands for anything."""
    pattern = ".*?".join(map(re.escape, expected.split("…")))
    return re.fullmatch(pattern, got, re.DOTALL) is not None


def run(text: str, folder: Path) -> Path:
    """Run the commands of a block, compare what they print, and return the folder that they lead to."""
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "NO_COLOR": "1"}
    for step in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, expected = step.partition("\n")
        if command.startswith("cd "):
            folder = folder / command.removeprefix("cd ")
            continue
        done = subprocess.run(
            command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert matches(expected, done.stdout), f"{command}\n{done.stdout}\n{done.stderr}"
        assert done.returncode == 0 or not command.startswith("grade author"), f"{command}\n{done.stderr}"
    return folder


def file_of(block: Block) -> str:
    """Return the path that the paragraph before a block begins with, or nothing."""
    found = re.match(r"`([\w./-]+/[\w.-]+)`", block.before)
    return found[1] if found and block.language in ("python", "yaml") else ""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the course that the first page makes, commands and all."""
    folder = tmp_path_factory.mktemp("authors")
    for block in blocks(AUTHORS / "README.md"):
        if block.language == "console":
            folder = run(block.text, folder)
        elif file_of(block):
            write(folder / file_of(block), block.text)
    return folder


@pytest.mark.slow
def test_the_first_page_leads_from_nothing_to_a_course(course: Path) -> None:
    assert set(load_course(course).exercises) == {"exercise-01", "exercise-02"}


@pytest.mark.slow
def test_the_page_on_feedback_shows_what_a_student_sees(course: Path) -> None:
    for block in blocks(AUTHORS / "feedback.md"):
        if block.language == "console":
            run(block.text, course)


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_sessions_in_python_give_what_they_say(page: Path) -> None:
    text = "\n".join(block.text for block in blocks(page) if block.language == "python" and ">>>" in block.text)
    examples = doctest.DocTestParser().get_doctest(text, {"np": np}, page.name, None, 0)
    said: list[str] = []
    doctest.DocTestRunner().run(examples, out=said.append)
    assert not said


def is_run(page: Path, block: Block) -> bool:
    """Return whether some test runs a block: one of these, that of the gallery, or that of verification's page."""
    if block.language == "python" and ">>>" in block.text:
        return True
    match page.stem:
        case "README":
            return block.language == "console" or bool(file_of(block))
        case "feedback":
            return block.language == "console"
        case "verify":
            return block.language in ("python", "yaml")
        case "gallery" | "tolerances":
            return block.before in LABELS or bool(re.search(r"^title:", block.text, re.MULTILINE))
    return False


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_example_is_run_by_some_test(page: Path) -> None:
    assert [block.before for block in blocks(page) if block.language in RUN and not is_run(page, block)] == []
    assert {block.language for block in blocks(page)} <= {*RUN, "text"}


def test_the_fault_on_the_first_page_is_told_in_these_words(tmp_path: Path) -> None:
    for part in ("course.yaml", "exercises"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tmp_path / part)
    file = tmp_path / "exercises" / "exercise-04" / "exercise.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("allclose", "allclos", 1), encoding="utf-8")
    with pytest.raises(SpecError) as found:
        load_exercise(load_course(tmp_path), "exercise-04")
    (text,) = [block.text for block in blocks(AUTHORS / "README.md") if block.language == "text"]
    (problem,) = found.value.problems
    assert matches(text.strip(), str(problem))
