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


def test_every_limit_is_kept_here(examined: CompletedProcess[str]) -> None:
    assert examined.returncode == 0
    assert examined.stdout.count("✓") == 4
    assert "✗" not in examined.stdout


def test_versions_are_told(examined: CompletedProcess[str]) -> None:
    assert platform.python_version() in examined.stdout
    assert f"numpy    {np.__version__}" in examined.stdout


def test_the_course_is_told(examined: CompletedProcess[str]) -> None:
    assert "A small course, 3 exercises" in examined.stdout


def test_what_the_isolation_does_not_keep_is_told(examined: CompletedProcess[str]) -> None:
    assert "isolation: process" in examined.stdout
    assert "not kept at this level: reading files" in examined.stdout


def test_outside_a_course_the_machine_is_examined_all_the_same(tmp_path: Path, grade: Grade) -> None:
    result = grade(tmp_path, "doctor")
    assert result.returncode == 0
    assert "no course found" in result.stdout
