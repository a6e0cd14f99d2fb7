"""What a zygote is started with: the folders that it may read, its user, and the walls around it."""

import os
import shutil
import stat
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from grader.errors import JudgeError
from grader.model import Limits
from grader.sandbox.wire import Node
from grader.workers import KEPT_VARIABLES, ROOT, WORKER_VARIABLES, package_folders
from grader.zygotes import Recipe

LAYERS: Final = ("bubblewrap", "rlimits", "landlock", "seccomp")
"""All that stands between a submission and the machine, from the outside in."""

NUMPY: Final = ("numpy", "numpy.linalg", "numpy.random", "numpy.fft", "numpy.polynomial")
SCIPY: Final = (*NUMPY, "scipy.linalg", "scipy.optimize", "scipy.integrate", "scipy.stats")
"""Modules that a zygote imports before it forks."""

_STANDARD: Final = ("collections", "dataclasses", "decimal", "fractions", "functools", "itertools", "math", "random")
_STANDARD_LATER: Final = ("statistics", "typing", "copy", "heapq", "bisect", "operator", "string", "time", "warnings")
_SYSTEM: Final = ("/usr", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives")
_INSIDE: Final = Path("/grader")
_SANDBOX: Final = Path("grader") / "sandbox"
_NOBODY: Final = 65534
_FREE_USERS: Final = range(61001, 61100)
"""Where a user is looked for whom no one is: above those that people get, below those that systems give away."""


def recipe(limits: Limits, modules: Sequence[str], layers: Sequence[str], hidden: Sequence[Path]) -> Recipe:
    """Return how to start a zygote.

    Parameters
    ----------
    limits : Limits
        what its children keep to.
    modules : sequence of str
        imported before the first child is forked.
    layers : sequence of str
        some of `LAYERS`.
    hidden : sequence of path
        folders of which no submission may see anything.

    Raises
    ------
    JudgeError
        if Python cannot be run without showing a hidden folder, bubblewrap is not installed, or this is not Linux.
    """
    if sys.platform != "linux":
        raise JudgeError("only Linux offers it")
    enclosed = "bubblewrap" in layers
    readable = [part for folder in _needed() for part in parts(folder, [path.resolve() for path in hidden])]
    root = _INSIDE if enclosed else ROOT
    program = os.path.realpath(sys.executable)
    settings: dict[str, Node] = {
        "root": str(root),
        "packages": package_folders(),
        "modules": [*modules, *_STANDARD, *_STANDARD_LATER],
        "readable": [*map(str, readable), str(root / _SANDBOX), str(root / "grader" / "__init__.py")],
        "layers": [layer for layer in layers if layer != "bubblewrap"],
        "memory": limits.memory,
        "processor_seconds": int(limits.load + limits.exercise) + 5,
        "user": None if enclosed else user(),
    }
    walls = _walls(readable) if enclosed else []
    command = (*walls, program, "-I", "-S", str(root / _SANDBOX / "zygote.py"))
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ and name != "HOME"}
    return Recipe(command, settings, kept | WORKER_VARIABLES)


def user() -> int | None:
    """Return an unused user for a zygote that root starts; None to stay who one is.

    Python in a folder that only root may enter leaves root no choice but to stay, without any of root's powers.
    """
    if os.geteuid() != 0 or not all(map(_is_open_to_all, _needed())):
        return None
    import pwd  # not on Windows

    taken = {entry.pw_uid for entry in pwd.getpwall()}
    return next((number for number in _FREE_USERS if number not in taken), _NOBODY)


def _is_open_to_all(path: Path) -> bool:
    if not path.exists():
        return True
    entered = all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)
    return entered and bool(path.stat().st_mode & stat.S_IROTH)


def _needed() -> Iterator[Path]:
    """Yield the files and folders without which Python, NumPy and SciPy do not run."""
    yield from map(Path, _SYSTEM)
    yield Path(os.path.realpath(sys.executable))
    for base in {sys.base_prefix, sys.base_exec_prefix}:
        yield from (Path(base) / name for name in ("lib", "lib64", sys.platlibdir))
    yield from {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    yield from map(Path, package_folders())
    yield from map(Path, filter(None, os.environ.get("LD_LIBRARY_PATH", "").split(":")))


def parts(path: Path, hidden: Sequence[Path]) -> Iterator[Path]:
    """Yield a file or folder that exists; where it holds hidden folders, the parts of it that do not.

    A link that leads into a hidden folder, or around one, is no part of it.

    Raises
    ------
    JudgeError
        if the path is itself hidden.
    """
    if not path.exists():
        return
    real = path.resolve()
    if real in hidden:
        raise JudgeError(
            f"{path} is needed to run Python, and answers must not see it: keep the course, the gradebook and the"
            f" submissions in folders of their own"
        )
    if not any(real in folder.parents for folder in hidden):
        yield path
        return
    for child in sorted(path.iterdir()):
        target = child.resolve()
        if not any(target.is_relative_to(folder) or folder.is_relative_to(target) for folder in hidden):
            yield child
        elif target not in hidden and not child.is_symlink():
            yield from parts(child, hidden)


def _walls(readable: Sequence[Path]) -> list[str]:
    """Return the command that puts a program into namespaces of its own, with no more than it needs to read."""
    program = shutil.which("bwrap")
    if program is None:
        raise JudgeError("bubblewrap is not installed: `apt install bubblewrap`, or what your system calls it")
    arguments = [program, "--unshare-all", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox"]
    arguments += ["--uid", str(_NOBODY), "--gid", str(_NOBODY)]
    for path in dict.fromkeys(map(str, readable)):
        arguments += ["--ro-bind", path, path]
    for name in ("sandbox", "__init__.py"):
        arguments += ["--ro-bind", str(ROOT / "grader" / name), str(_INSIDE / "grader" / name)]
    return [*arguments, "--remount-ro", "/", "--chdir", "/", "--"]
