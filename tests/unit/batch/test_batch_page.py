"""The page for operators about `grade batch`: it names all there is, and what it shows has the form that is printed."""

import json
import re
from pathlib import Path

import click
import pytest

from grader.batch.orders import Summary
from grader.batch.progress import JsonLines
from grader.cli import batch
from grader.spec.files import load_course
from tests.unit.batch.crews import job
from tests.unit.batch.instant import result_of

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "docs" / "operators" / f"{name}.md" for name in ("batch", "gradebook", "scale", "submissions")]
PAGE = PAGES[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("option", [name for option in batch.command.params for name in option.opts if name[0] == "-"])
def test_every_option_is_documented(option: str) -> None:
    assert any(option in page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize("status", ["0", "2", "3", "4", "130"])
def test_every_exit_status_is_documented(status: str) -> None:
    assert re.search(rf"^\| {status} \|", PAGE, re.MULTILINE)


def test_every_command_of_the_page_can_be_typed() -> None:
    lines = re.findall(r"^grade batch (.*)$", PAGE, re.MULTILINE) + re.findall(r"`grade batch ([^`…]+)`", PAGE)
    assert len(lines) >= 3
    for line in lines:
        batch.command.make_context("batch", line.partition("#")[0].split())


def examples() -> list[dict[str, object]]:
    (block,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    decoder, found = json.JSONDecoder(), []
    while block.strip():
        data, end = decoder.raw_decode(block.lstrip())
        found.append(data)
        block = block.lstrip()[end:]
    return found


def test_the_lines_of_json_have_the_fields_that_are_written(course: Path) -> None:
    said: list[str] = []
    lines = JsonLines(said.append, said.append, load_course(course), "sealed", None)
    lines.is_graded("ada", result_of(job("ada"), "right"))
    lines.ends(
        Summary(students=1, verdicts={}, reused=0, judge_errors={}, not_read={}, faults={}, left_out={}, seconds=1)
    )
    written = [json.loads(line) for line in said]
    shown = examples()
    assert shown[0].keys() == written[0].keys()
    assert shown[1]["summary"].keys() == written[1]["summary"].keys()  # type: ignore[attr-defined]


def test_links_lead_somewhere() -> None:
    for name in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (PAGES[0].parent / name).is_file(), name


def test_what_is_said_to_be_tested_is_tested() -> None:
    for name in re.findall(r"`(tests/[^`]+)`", PAGE):
        assert (ROOT / name).is_file(), name


def test_help_names_the_statuses() -> None:
    text = " ".join(batch.command.get_help(click.Context(batch.command, **batch.command.context_settings)).split())
    for words in (
        "0 everything was judged",
        "2 usage",
        "3 an exercise is wrong",
        "4 something could not be judged",
        "130",
    ):
        assert words in text
