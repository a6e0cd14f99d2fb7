"""`nbgrader zip_collect --collector=grader.interop.nbgrader_plugins.PlatformCollector`: the names of Moodle and Canvas."""

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from nbgrader.plugins import FileNameCollectorPlugin

from grader.batch.intake.names import without_number
from grader.batch.intake.owners import Claim, of_canvas, of_moodle
from grader.batch.intake.students import Held, Roster, identify
from grader.interop.nbgrader_plugins._homes import course_for
from grader.roster import read_roster
from grader.sandbox.records import dataclass


@dataclass(frozen=True)
class _Upload:
    """A notebook that was handed in: by whom, which one it is, and which upload it was."""

    held: Held
    notebook: str
    number: int


class PlatformCollector(FileNameCollectorPlugin):  # type: ignore[misc] # nbgrader has no types
    """Recognises `Name_12_assignsubmission_file_/notebook.ipynb` and `lastfirst_LATE_12_345_notebook.ipynb`.

    The roster of `course.yaml` says who that is; without it a student is called by Canvas' number, or by the name in
    Moodle. Of several uploads of a notebook the last one counts. Two people who cannot be told apart are left out.
    """

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """Return whose notebook a file is; None for what is none, or is not the last upload."""
        return self._found.get(submitted_file)

    @cached_property
    def _found(self) -> Mapping[str, dict[str, str]]:
        """All notebooks by file; whose they are can only be told with all of them in sight."""
        folder = Path(self.parent._format_collect_path(self.parent.extracted_directory))  # noqa: SLF001 - nbgrader offers no other way
        uploads = {file: upload for file in _files(folder) if (upload := self._upload(folder, file))}
        sorted_ = identify([upload.held for upload in uploads.values()], Roster(read_roster(course_for(self))))
        for held, why in sorted_.refused:
            self.log.error("%s: %s", held.origin, why)
        for note in sorted_.notes:
            self.log.warning("%s", note)
        students = {held.origin: student for student, items in sorted_.students.items() for held in items}
        last: dict[tuple[str, str], tuple[int, str]] = {}
        for file, upload in uploads.items():
            student = students.get(file, "")
            if not _is_folder_name(student):
                continue
            place = (upload.number, file)
            last[student, upload.notebook] = max(place, last.get((student, upload.notebook), place))
        return {file: {"student_id": who, "file_id": notebook} for (who, notebook), (_, file) in last.items()}

    def _upload(self, folder: Path, file: str) -> _Upload | None:
        """Return what the name of a file, or of a folder around it, says."""
        if Path(file).suffix not in self.valid_ext:
            return None
        parts = Path(file).relative_to(folder).parts
        for place, part in enumerate(parts):
            is_file = place == len(parts) - 1
            claim: Claim | None = of_moodle(part) or of_canvas(part)
            if claim is None:
                continue
            name = Path(claim.rest if is_file else parts[-1]).stem
            notebook = name if name in self._released else without_number(name)
            if notebook in self._released:
                if claim.owner.late:
                    self.log.warning("%s: handed in late, as Canvas says", file)
                return _Upload(Held(claim.owner, (), str(folder), file), notebook, claim.number)
        return None

    @cached_property
    def _released(self) -> frozenset[str]:
        """The notebooks of the assignment."""
        directory: Any = self.parent.coursedir
        steps = (directory.release_directory, directory.source_directory)
        folders = [Path(directory.format_path(step, ".", directory.assignment_id)) for step in steps]
        return frozenset(file.stem for folder in folders for file in folder.glob("*.ipynb"))


def _files(folder: Path) -> Iterator[str]:
    for above, _, names in os.walk(folder):
        yield from (str(Path(above) / name) for name in sorted(names))


def _is_folder_name(student: str) -> bool:
    """Return whether a student's folder can be called so; the name comes from the platform's file."""
    return bool(student) and not student.startswith(".") and not set(student) & set("/\\\0")
