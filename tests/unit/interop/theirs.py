"""Runs nbgrader's own commands."""

import os
import subprocess
import sys
from pathlib import Path


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
