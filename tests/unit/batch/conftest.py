"""The small course, and a cache of its own for what workers unpack."""

from pathlib import Path

import pytest

from tests.unit.batch.crews import make_course


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return the folder of a fresh copy of the small course."""
    return make_course(tmp_path / "course")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that takes the place of this user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"
