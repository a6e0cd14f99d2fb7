"""A fresh pair of courses for each test."""

from pathlib import Path

import pytest

from tests.unit.interop.office import Office, office


@pytest.fixture
def courses(tmp_path: Path) -> Office:
    """Return ours and nbgrader's."""
    return office(tmp_path)
