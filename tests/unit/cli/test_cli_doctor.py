"""`grade doctor`: what this machine offers, each limit tried."""

import platform
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import numpy as np
import pytest

Grade: TypeAlias = Callable[..., CompletedProcess[str]]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def examined(template: Path, grade: Grade) -> CompletedProcess[str]:
    """Return what the doctor says inside the small course."""
    return grade(template, "doctor")


def test_every_limit_is_kept_at_the_strongest_level_there_is(examined: CompletedProcess[str]) -> None:
    assert examined.returncode == 0
    levels, limits = examined.stdout.split("limits, at the level ")
    assert limits.count("✓") == 4
    assert "✗" not in limits
    strongest = next(line.split()[1] for line in levels.splitlines() if "✓" in line)
    assert limits.startswith(strongest)


def test_versions_are_told(examined: CompletedProcess[str]) -> None:
    assert platform.python_version() in examined.stdout
    assert f"numpy    {np.__version__}" in examined.stdout


def test_the_course_is_told(examined: CompletedProcess[str]) -> None:
    assert "A small course, 3 exercises" in examined.stdout


def test_every_level_is_tried_and_what_it_is_for_is_told(examined: CompletedProcess[str]) -> None:
    tried = [line.split()[:2] for line in examined.stdout.splitlines() if line.startswith(("  ✓ ", "  ✗ "))][:3]
    assert [level.strip(":`") for _, level in tried] == ["sealed", "confined", "process"]
    assert "for code that you would run yourself: it can read files and use the network" in examined.stdout


def test_what_would_help_is_told_where_bubblewrap_is_missing(
    template: Path, grade: Grade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = grade(template, "doctor")
    assert result.returncode == 0
    assert "✗ `sealed` cannot be had here: bubblewrap is not installed: `apt install bubblewrap`" in result.stdout


def test_outside_a_course_the_machine_is_examined_all_the_same(tmp_path: Path, grade: Grade) -> None:
    result = grade(tmp_path, "doctor")
    assert result.returncode == 0
    assert "no course found" in result.stdout
