"""Where hostile notebooks run: the strongest level of this machine, and a folder that its users may enter."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.folders import open_to_all
from tests.hostile.attack import Level
from tests.hostile.levels import missing


@pytest.fixture(scope="session")
def strongest() -> Level:
    """Return the strongest level for other people's submissions that this machine has."""
    level = next((level for level in (Level.SEALED, Level.CONFINED) if not missing(level)), None)
    if level is None:
        pytest.skip("this machine has no level for other people's submissions")
    return level


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """Yield a folder that all may enter, unlike those of pytest."""
    with open_to_all() as folder:
        yield folder
