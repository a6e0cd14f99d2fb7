"""A folder laid out as Gradescope's, in which `grade` is the one that runs the tests."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from subprocess import CompletedProcess

PROJECT = Path(__file__).parents[3]


def unpack(content: bytes, root: Path) -> Path:
    """Unpack an autograder as Gradescope does, and return the folder."""
    source = root / "source"
    source.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            file = Path(archive.extract(entry, source))
            file.chmod((entry.external_attr >> 16) & 0o777)
    (root / "run_autograder").write_bytes((source / "run_autograder").read_bytes())
    (root / "run_autograder").chmod(0o755)
    for name in ("submission", "results"):
        (root / name).mkdir()
    return root


def with_grade(root: Path, script: str = "") -> Path:
    """Put a `grade` into the environment of the autograder without installing anything."""
    grade = root / "venv" / "bin" / "grade"
    grade.parent.mkdir(parents=True, exist_ok=True)
    ours = f'exec {sys.executable} -c "from grader.cli.start import main; main()" "$@"'
    grade.write_text(f"#!/usr/bin/env bash\n{script or ours}\n")
    grade.chmod(0o755)
    return root


def hand_in(root: Path, **files: str) -> None:
    """Replace what was handed in; `__` in a name stands for a folder."""
    folder = root / "submission"
    for file in folder.rglob("*.*"):
        file.unlink()
    for name, text in files.items():
        file = folder / f"{name.replace('__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def run_autograder(root: Path, **variables: str) -> CompletedProcess[str]:
    """Run what Gradescope runs, from where it runs it."""
    return subprocess.run(
        [str(root / "run_autograder")],
        cwd=root,
        env=os.environ | {"AUTOGRADER_ROOT": str(root), "PYTHONPATH": str(PROJECT)} | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
