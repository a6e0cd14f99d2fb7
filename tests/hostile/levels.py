"""The executors that attacks are run against: one for each level of isolation, and one for each layer by itself."""

import functools
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grader.executors import Executor
from grader.executors.confined import ConfinedExecutor
from grader.executors.process import ProcessExecutor
from grader.executors.sealed import SealedExecutor
from grader.model import Limits
from tests.hostile.attack import Level


@dataclass(frozen=True)
class Column:
    """One way to run submissions: a level of isolation, or less than one, to see what a single layer is good for.

    Attributes
    ----------
    title : str
        in the table of attacks.
    level : Level
        the level, or the weakest one that has the layer.
    layer : str
        the only layer that there is, or empty for all of the level.
    """

    title: str
    level: Level
    layer: str = ""

    @property
    def forks(self) -> bool:
        """Whether workers are forked from processes that stay."""
        return self.level is not Level.PROCESS

    def executor(self, limits: Limits, hidden: Sequence[Path]) -> Executor:
        """Return an executor of this sort."""
        layers = (self.layer,) if self.layer else None
        match self.level:
            case Level.PROCESS:
                return ProcessExecutor(limits, hidden=hidden)
            case Level.CONFINED:
                return ConfinedExecutor(limits, hidden=hidden, layers=layers)
            case Level.SEALED:
                return SealedExecutor(limits, hidden=hidden, layers=layers)


WHOLE: Final = {level: Column(level.value, level) for level in Level}
SINGLE: Final = (
    Column("rlimits", Level.CONFINED, "rlimits"),
    Column("Landlock", Level.CONFINED, "landlock"),
    Column("seccomp", Level.CONFINED, "seccomp"),
    Column("bubblewrap", Level.SEALED, "bubblewrap"),
)


@functools.cache
def missing(level: Level) -> str:
    """Return why this machine cannot offer a level, or nothing if it must."""
    if level is Level.PROCESS:
        return ""
    if sys.platform != "linux":
        return f"the level `{level}` is Linux's"
    from grader.sandbox import landlock, seccomp

    if seccomp.prepare() is None or (level is Level.CONFINED and not landlock.version()):
        return "this kernel has no filters for system calls, or no Landlock"
    if level is Level.SEALED and not _bubblewrap_works():
        return "bubblewrap is not installed, or may not make namespaces here"
    return ""


def _bubblewrap_works() -> bool:
    program = shutil.which("bwrap")
    if program is None:
        return False
    command = [program, "--unshare-all", "--ro-bind", "/", "/", "true"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def machine() -> str:
    """Return what decides on this machine which layer stops what."""
    from grader.executors._enclosure import user
    from grader.sandbox import landlock

    starts = "an ordinary user" if os.geteuid() else "root, who stays root" if user() is None else "root"
    scope = Path("/proc/sys/kernel/yama/ptrace_scope")
    tracing = f", ptrace scope {scope.read_text(encoding='ascii').strip()}" if scope.exists() else ""
    return f"{platform.machine()}, Landlock version {landlock.version()}{tracing}, started by {starts}"
