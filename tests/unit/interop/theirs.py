"""Runs nbgrader's own commands, and says how cells can be confined here."""

import os
import subprocess
import sys
from pathlib import Path

from grader.cli._sealing import level
from grader.errors import JudgeError
from grader.interop.nbgrader_course import course_of


def run_nbgrader(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of nbgrader's in its course; it must end well."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    path = os.pathsep.join([str(Path(sys.executable).parent), clean.get("PATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        env=clean | {"PATH": path} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def level_here(root: Path) -> str:
    """Return the strongest level that can be had here for a course."""
    try:
        return level(course_of(root), [root], None)
    except JudgeError:
        return "process"
