"""Folders and zips as they are handed in, and what is taken in from them."""

import os
from pathlib import Path

import pytest

from grader.batch.intake import Intake, take_in
from tests.unit.batch.intake.handing_in import EXERCISES, Files, TakeIn, Tree, Zip, zip_bytes


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Return what writes files into the folder `submissions`, and empty folders where a name ends with a stroke."""

    def write(files: Files) -> Path:
        root = tmp_path / "submissions"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            file = root / name
            if name.endswith("/"):
                file.mkdir(parents=True, exist_ok=True)
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
            os.utime(file, (1.8e9, 1.8e9))
        return root

    return write


@pytest.fixture
def zipped(tmp_path: Path) -> Zip:
    """Return what writes a zip."""

    def write(name: str, files: Files) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(zip_bytes(files))
        return file

    return write


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> TakeIn:
    """Return what takes in paths from the folder that holds them."""
    monkeypatch.chdir(tmp_path)

    def take(*paths: Path, **options: object) -> Intake:
        return take_in([path.relative_to(tmp_path) for path in paths], EXERCISES, **options)  # type: ignore[arg-type]

    return take
