"""A course with a virtual environment in its own folder."""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).parents[3]
_PROJECT: Final = "mathematics-for-deep-learning-grader"
_NOT_NEEDED: Final = ("__pycache__", "test", "tests", "idlelib", "site-packages", "ensurepip", "config-*", "*.a")


class Place(NamedTuple):
    """A folder with a course, the Python of the virtual environment that lies in it, and its library if that was moved."""

    course: Path
    python: Path
    library: Path | None = None

    def run(self, source: str, *arguments: str, user: int | None = None) -> Any:
        """Run a source with the environment's Python, and return what it has printed as JSON."""
        found = self.command("-c", source, *arguments, user=user)
        assert found.returncode == 0, found.stderr
        return json.loads(found.stdout)

    def command(self, *arguments: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
        """Run the environment's Python in the folder of the course, as another user where one is given."""
        somebody: dict[str, Any] = {} if user is None else {"user": user, "group": user, "extra_groups": []}
        environment = {"PATH": os.environ["PATH"], "HOME": "/", "LANG": "C.UTF-8"}
        if self.library is not None:
            environment["LD_LIBRARY_PATH"] = str(self.library)
        return subprocess.run(
            [self.python, *arguments],
            cwd=self.course,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            **somebody,
        )


def build(folder: Path, packages: Sequence[str], *, editable: bool, base: Path | None = None) -> Place:
    """Make a course with a virtual environment inside.

    Parameters
    ----------
    folder : path
        where; it must be there.
    packages : sequence of str
        names of distributions that are linked into the environment.
    editable : bool
        whether the grader lies in the folder of the course and is found there, or is installed with the packages.
    base : path, optional
        a Python that the environment belongs to, instead of this one.
    """
    course = folder / "course"
    for name in ("exercises/exercise-01", "solutions/exercise-01"):
        shutil.copytree(ROOT / name, course / name)
    (course / "course.yaml").write_text(
        "title: Test\nseed: 1\ntopics: [{id: t, title: T, sections: [{title: S, exercises: [exercise-01]}]}]\n"
    )
    venv.EnvBuilder(symlinks=True, with_pip=False).create(course / ".venv")
    python = course / ".venv" / "bin" / "python"
    if base is not None:
        python.unlink()
        python.symlink_to(base)
        (course / ".venv" / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(course / ".venv")}))
    for package in packages:
        install(package, site)
    shutil.copytree(ROOT / "grader", (course if editable else site) / "grader")
    if editable:
        (site / "grader.pth").write_text(f"{course}\n")
    return Place(course, python, None if base is None else base.parents[1] / "lib")


def copy_of_python(folder: Path) -> Path:
    """Make a copy of this Python, without packages, that all may run."""
    program = Path(sys.executable).resolve()
    library = Path(sysconfig.get_path("stdlib"))
    base = Path(sys.base_prefix)
    link(library, folder / library.relative_to(base))
    for shared in [*base.glob("lib/libpython*"), program]:
        target = folder / shared.relative_to(base)
        target.parent.mkdir(parents=True, exist_ok=True)
        _link(str(shared), str(target))
    return folder / program.relative_to(base)


def requirements(name: str = _PROJECT) -> Iterator[str]:
    """Yield the distributions that one needs, and those that they need, some of them repeatedly."""
    for line in importlib.metadata.requires(name) or []:
        if "extra ==" in line or "sys_platform ==" in line:
            continue
        needed = re.split(r"[^\w.-]", line, maxsplit=1)[0]
        try:
            importlib.metadata.distribution(needed)
        except importlib.metadata.PackageNotFoundError:  # meant for another Python
            continue
        yield needed
        yield from requirements(needed)


def install(package: str, site: Path) -> None:
    """Link the files of a distribution that is installed here."""
    for file in importlib.metadata.files(package) or []:
        if ".." not in file.parts and "__pycache__" not in file.parts:
            target = site / file
            target.parent.mkdir(parents=True, exist_ok=True)
            _link(str(file.locate()), str(target))


def link(source: Path, target: Path) -> None:
    """Copy a folder without using room for it; its files must not be changed."""
    skipped = shutil.ignore_patterns(*_NOT_NEEDED)
    shutil.copytree(source, target, ignore=skipped, copy_function=_link, dirs_exist_ok=True)


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except FileExistsError:
        pass
    except OSError:  # another file system, or one that has no links
        shutil.copy2(source, target)
    return target
