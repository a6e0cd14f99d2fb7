"""A package of somebody else, with kinds of its own behind entry points."""

from pathlib import Path

import pytest


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, module: str, source: str, entries: str) -> None:
    """Write a package with one module, and let Python find it.

    Parameters
    ----------
    folder : path
        where it lies.
    monkeypatch : MonkeyPatch
        takes the folder away from Python again.
    module, source : str
        the module's name and text.
    entries : str
        its entry points.
    """
    (folder / f"{module}.py").write_text(source)
    info = folder / "foreign-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(entries)
    monkeypatch.syspath_prepend(str(folder))
