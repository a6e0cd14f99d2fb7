"""`grade author verify`, as an author meets it."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess, Popen
from typing import Any

import pytest

SOUND = Path(__file__).parents[2] / "exercises" / "broken" / "sound"
Grade = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory, grade: Grade) -> tuple[Path, CompletedProcess[str]]:
    """Return a course of which one exercise has been verified, and what was said."""
    folder = Path(shutil.copytree(SOUND, tmp_path_factory.mktemp("verified") / "course"))
    grade(folder, "author", "stub", "--write", "exercise-01", "exercise-02", "exercise-03", "exercise-04")
    return folder, grade(folder, "author", "verify", "4", "--seeds", "2")


def broken(folder: Path, to: Path) -> Path:
    """Return a copy of a course in which the worked example of an exercise has a slip."""
    copy = Path(shutil.copytree(folder, to / "course"))
    file = copy / "exercises" / "exercise-04" / "exercise.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("array([1., 2., 0.])", "array([1., 2.])"), encoding="utf-8"
    )
    return copy


def test_a_sound_exercise_is_proved_line_by_line(verified: tuple[Path, CompletedProcess[str]]) -> None:
    done = verified[1]
    assert done.returncode == 0
    assert done.stderr == ""
    rows = done.stdout.splitlines()
    assert rows[0].startswith("exercise-04  Onto the plane")
    claims = [row[4:].split("  ")[0] for row in rows if row.startswith("  ✓ ")]
    assert claims[:4] == ["description", "example", "reference", "stub"]
    assert rows[-1].startswith("1 of 1 exercise proved in ")


def test_unchanged_exercises_are_not_proved_again(verified: tuple[Path, CompletedProcess[str]], grade: Grade) -> None:
    began = time.monotonic()
    done = grade(verified[0], "author", "verify", "exercise-04", "--seeds", "2")
    assert done.returncode == 0
    assert time.monotonic() - began < 2
    assert done.stdout.splitlines()[-1].endswith("; 1 unchanged since the last time")


def test_as_json_every_mutant_is_listed(verified: tuple[Path, CompletedProcess[str]], grade: Grade) -> None:
    done = grade(verified[0], "author", "verify", "exercise-04", "--seeds", "2", "--format", "json")
    data: dict[str, Any] = json.loads(done.stdout)
    (exercise,) = data["exercises"]
    (mutants,) = [line["data"] for line in exercise["lines"] if line["claim"] == "mutants"]
    assert (data["holds"], exercise["unchanged"]) == (True, True)
    assert len(mutants["mutants"]) == mutants["killed"] + mutants["equivalent"] >= 20
    assert {mutant["status"] for mutant in mutants["mutants"]} == {"killed", "equivalent"}
    assert all(mutant["by"]["check"] for mutant in mutants["mutants"] if mutant["status"] == "killed")


def test_one_refuted_claim_ends_with_3_and_is_shown(
    verified: tuple[Path, CompletedProcess[str]], grade: Grade, tmp_path: Path
) -> None:
    copy = broken(verified[0], tmp_path)
    done = grade(copy, "author", "verify", "exercise-04", "--seeds", "2", "--out", str(tmp_path / "out.txt"))
    text = (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert (done.returncode, done.stdout) == (3, "")
    assert "✗ example              the statement's worked example gives something else" in text
    assert "array([1., 2., 0.])" in text
    assert text.splitlines()[-1].endswith("wrong: exercise-04")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["exercise-99"], "the course has no exercise 'exercise-99'"),
        (["--format", "html"], "there is no format 'html' here"),
        (["--seeds", "1"], "--seeds"),
        (["--jobs", "0"], "--jobs"),
        (["exercise-04", "--seeds", "2", "--out", "no/such/folder"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_refused(
    verified: tuple[Path, CompletedProcess[str]], grade: Grade, arguments: list[str], said: str
) -> None:
    done = grade(verified[0], "author", "verify", *arguments)
    assert done.returncode == 2
    assert said in done.stderr or said in done.stdout


@pytest.mark.slow
def test_ctrl_c_ends_everything_at_once(
    verified: tuple[Path, CompletedProcess[str]], command: list[str], tmp_path: Path
) -> None:
    import signal

    copy = Path(shutil.copytree(verified[0], tmp_path / "course"))
    with Popen([*command, "author", "verify", "--fresh"], cwd=copy, start_new_session=True) as process:
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=15) == 130
