"""Where a course of nbgrader keeps its things, as its own configuration says."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from grader.course import FILE, Course, find_course_folder
from grader.errors import UsageError
from grader.sandbox.records import dataclass
from grader.spec.course import CourseFile
from grader.spec.files import load_course

CONFIG = "nbgrader_config.py"
_CELL_SECONDS = 30.0
_LOGGERS = ("traitlets", "tornado.application")
"""To which nbgrader's programs, and its gradebook, write."""

EXTRA = "mathematics-for-deep-learning-grader[nbgrader]"


@dataclass(frozen=True)
class Folders:
    """The folders of nbgrader's course.

    Attributes
    ----------
    root : path
        the folder of the course.
    db_url : str
        where its gradebook is.
    course_id : str
        what it calls the course.
    directory : CourseDirectory
        nbgrader's own, which forms the paths.
    """

    root: Path
    db_url: str
    course_id: str
    directory: Any

    def source(self, assignment: str) -> Path:
        """Return where the instructor's notebooks of an assignment lie."""
        return self._path(self.directory.source_directory, ".", assignment)

    def submitted(self, student: str, assignment: str) -> Path:
        """Return where a student's notebooks lie."""
        return self._path(self.directory.submitted_directory, student, assignment)

    def autograded(self, student: str, assignment: str) -> Path:
        """Return where a student's graded notebooks lie."""
        return self._path(self.directory.autograded_directory, student, assignment)

    @property
    def cell_seconds(self) -> float:
        """How long a cell may take where cells are run: what the configuration says of kernels, or nbgrader's 30 s."""
        for name in ("Execute", "ExecutePreprocessor"):
            seconds = self.directory.config.get(name, {}).get("timeout")
            if isinstance(seconds, int | float) and seconds > 0:
                return float(seconds)
        return _CELL_SECONDS

    def _path(self, step: str, student: str, assignment: str) -> Path:
        return Path(self.directory.format_path(step, student, assignment))

    def students(self, assignment: str) -> list[str]:
        """Return the students who handed in an assignment, sorted."""
        pattern = self.submitted("*", assignment)
        at = next((place for place, part in enumerate(pattern.parts) if part == "*"), None)
        if at is None:
            raise UsageError("CourseDirectory.directory_structure has no folder for each student")
        above, below = Path(*pattern.parts[:at]), pattern.parts[at + 1 :]
        if not above.is_dir():
            return []
        names = [folder.name for folder in above.iterdir() if not folder.name.startswith(".")]
        return sorted(name for name in names if above.joinpath(name, *below).is_dir())


def folders(root: Path, db_url: str = "") -> Folders:
    """Return the folders of the course in `root`, as `nbgrader_config.py` there says.

    Parameters
    ----------
    root : path
        the folder of nbgrader's course.
    db_url : str
        another gradebook than the configuration's.

    Raises
    ------
    UsageError
        if nbgrader is not installed, there is no such folder, or the configuration cannot be read.
    """
    require_nbgrader()
    if not root.is_dir():
        raise UsageError(f"there is no folder {root}")
    from nbgrader.coursedir import CourseDirectory  # an extra
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    config = Config()
    with quiet():
        if (root / CONFIG).is_file():
            try:
                config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
            except Exception as error:  # it is a program of the instructor's
                raise UsageError(f"{root / CONFIG} cannot be read: {type(error).__name__}: {error}") from error
        directory = CourseDirectory(config=config)
        if "root" not in config.CourseDirectory:
            directory.root = str(root.resolve())
        return Folders(Path(directory.root), db_url or directory.db_url, directory.course_id, directory)


def course_of(root: Path) -> Course:
    """Return the course whose `course.yaml` lies in a folder or around where we are; one without exercises if none does."""
    start = root if (root / FILE).is_file() else Path.cwd()
    try:
        find_course_folder(start)
    except UsageError:
        return Course(root.resolve(), CourseFile(title=root.resolve().name, seed=0, topics=()))
    return load_course(start)


def handed_in(stamp: bytes | None) -> datetime | None:
    """Return the time in a `timestamp.txt`, in UTC; None where it says none that could be read."""
    from nbgrader.utils import parse_utc  # an extra

    try:
        text = (stamp or b"").decode("utf-8").strip()
        found = parse_utc(text) if text else None
    except (ValueError, OverflowError):  # whatever stands there was not written by nbgrader
        return None
    return found if isinstance(found, datetime) else None


def require_nbgrader() -> None:
    """Say what to install where nbgrader is not.

    Raises
    ------
    UsageError
        if it is not installed.
    """
    if find_spec("nbgrader") is None:
        raise UsageError(f"nbgrader is not installed: pip install '{EXTRA}'")


@contextmanager
def quiet() -> Iterator[None]:
    """Let nbgrader's own warnings go nowhere; what matters of them is told in our words."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
