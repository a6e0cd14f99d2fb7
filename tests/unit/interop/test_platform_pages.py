"""The pages on learning platforms: the workflow is a workflow, and its lines do what the page says."""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import yaml

from grader import registry
from grader.authoring.release.contents import contents
from grader.spec.files import load_course
from tests.schemas import require_json
from tests.unit.small_course import answer, write_course

PROJECT = Path(__file__).parents[3]
PAGES = PROJECT / "docs" / "operators"
# A `python` that installs nothing and lists what it was told to install, and our own `grade`.
SHIMS = {
    "python": '#!/usr/bin/env bash\nshift 3\nls "${@: -1}" > installed.txt\n',
    "grade": f'#!/usr/bin/env bash\nexec {sys.executable} -c "from grader.cli.start import main; main()" "$@"\n',
}


def workflow() -> dict[str, Any]:
    page = (PAGES / "github.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    # YAML 1.1 reads the key `on` as a truth value, GitHub does not.
    data = yaml.safe_load(text.replace("\non:", '\n"on":'))
    assert isinstance(data, dict)
    return data


def steps() -> list[dict[str, Any]]:
    return list(workflow()["jobs"]["run-autograding-tests"]["steps"])


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a student's repository as the template makes it, with one answer in it."""
    made = contents(load_course(write_course(tmp_path / "course")))
    folder = tmp_path / "repository"
    for path, content in made.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    answer(folder, "exercise-01")
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name, script in SHIMS.items():
        (bin_folder / name).write_text(script)
        (bin_folder / name).chmod(0o755)
    return folder


def run_step(step: dict[str, Any], repository: Path) -> CompletedProcess[str]:
    """Run a step as GitHub Actions does."""
    outside = repository.parent
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=repository,
        env=os.environ
        | {
            "PATH": f"{outside / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(PROJECT),
            "GITHUB_OUTPUT": str(outside / "output"),
            "GITHUB_STEP_SUMMARY": str(outside / "summary.md"),
        },
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_the_reporter_gets_the_output_of_the_step_that_grades() -> None:
    found = workflow()
    assert found["permissions"] == {"checks": "write", "actions": "read", "contents": "read"}
    graded = next(step for step in steps() if step.get("id"))
    reporter = steps()[-1]
    runner = reporter["with"]["runners"]
    assert runner == graded["id"]
    assert reporter["env"] == {f"{runner.upper()}_RESULTS": f"${{{{ steps.{runner}.outputs.result }}}}"}
    assert graded["continue-on-error"] is True
    assert all(("run" in step) != ("uses" in step) for step in steps())


def test_the_lines_of_the_workflow_grade_a_repository(repository: Path) -> None:
    install, graded = (step for step in steps() if "run" in step)
    done = run_step(install, repository)
    assert done.returncode == 0, done.stderr
    assert (repository / "installed.txt").read_text().strip().endswith(".whl")
    done = run_step(graded, repository)
    assert done.returncode == 1, done.stderr
    line = (repository.parent / "output").read_text()
    decoded = base64.b64decode(line.removeprefix("result=")).decode()
    data = require_json(decoded, "github")
    assert data == json.loads((repository / "result.json").read_text(encoding="utf-8"))
    assert data["status"] == "fail"
    assert sum(test["score"] for test in data["tests"]) == 4.0
    assert "Twice a number: 4 of 4" in (repository.parent / "summary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("family", ["reports", "gradebook_reports"])
def test_every_format_is_on_the_page_of_platforms(family: str) -> None:
    page = (PAGES / "platforms.md").read_text(encoding="utf-8")
    ours = {*registry.names(family)} - {"text", "csv", "json", "html"}
    assert {name for name in ours if f"`{name}`" not in page} == set()


def test_the_section_of_the_course_on_the_page_can_be_read(tmp_path: Path) -> None:
    page = (PAGES / "platforms.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"```yaml\n(canvas:.*?)```", page, re.DOTALL)
    course = write_course(tmp_path / "course")
    known = section.replace("exercise-04", "exercise-01").replace("linear-algebra", "numbers")
    with (course / "course.yaml").open("a", encoding="utf-8") as file:
        file.write(known)
    assert [item.of for item in load_course(course).file.canvas] == ["exercise-01", "numbers", "total"]
