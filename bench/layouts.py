"""Writes submissions as courses get them: a folder a student, zips, and the exports of learning platforms.

Names follow what the platforms themselves write: Moodle's `mod/assign` (in folders since 3.1, flat before), Canvas'
`content_zipper`, Gradescope's export, and the folders of `gh classroom clone student-repos`.
"""

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from bench.submissions import Made, Student

HandedIn: TypeAlias = "Iterable[tuple[Student, Sequence[Made]]]"

_DUE: Final = datetime(2027, 3, 1, 22, 59, tzinfo=UTC)


def _module(made: "Made") -> str:
    return f"{made.exercise.replace('-', '_')}.py"


def _time(student: "Student") -> datetime:
    """Return when a student handed in: up to two days before it is due, or after."""
    minutes = 1 + student.number * 37 % 2880
    return _DUE + timedelta(minutes=minutes if student.late else -minutes)


def _put(archive: zipfile.ZipFile, name: str, data: str | bytes, when: datetime = _DUE) -> None:
    info = zipfile.ZipInfo(name, when.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    archive.writestr(info, data)


def folders(out: Path, handed_in: HandedIn) -> Path:
    """Write a folder a student, called after the student's id; every third with a folder for each exercise."""
    for student, made in handed_in:
        folder = out / student.id
        folder.mkdir()
        for one in made:
            file = folder / one.exercise / "solution.py" if student.number % 3 == 2 else folder / _module(one)
            file.parent.mkdir(exist_ok=True)
            file.write_text(one.text, encoding="utf-8")
    return out


def zips(out: Path, handed_in: HandedIn) -> Path:
    """Write a folder of zips, one a student."""
    for student, made in handed_in:
        with zipfile.ZipFile(out / f"{student.id}.zip", "w") as archive:
            for one in made:
                _put(archive, f"answers/{_module(one)}", one.text)
    return out


def _moodle(student: "Student") -> str:
    """Return Moodle's name for a participant; two may have the same name, but never the same number."""
    return f"{student.first} {student.last} {student.id}_{40000 + student.number}_assignsubmission_file"


def moodle(out: Path, handed_in: HandedIn) -> Path:
    """Write Moodle's zip with a folder a student; every fifth student has zipped the answers."""
    file = out / "moodle.zip"
    with zipfile.ZipFile(file, "w") as export:
        for student, made in handed_in:
            if student.number % 5 == 4 and made:
                _put(export, f"{_moodle(student)}_/answers.zip", _zipped(made))
                continue
            for one in made:
                _put(export, f"{_moodle(student)}_/{_module(one)}", one.text)
    return file


def moodle_flat(out: Path, handed_in: HandedIn) -> Path:
    """Write Moodle's zip without folders."""
    file = out / "moodle-flat.zip"
    with zipfile.ZipFile(file, "w") as export:
        for student, made in handed_in:
            for one in made:
                _put(export, f"{_moodle(student)}_{_module(one)}", one.text)
    return file


def canvas(out: Path, handed_in: HandedIn) -> Path:
    """Write Canvas' zip; every fourth student has handed in again, so that Canvas numbered the files."""
    file = out / "canvas.zip"
    attachment = 700000
    with zipfile.ZipFile(file, "w") as export:
        for student, made in handed_in:
            person = re.sub(r"\W", "", f"{student.last}{student.first}".lower())
            late = "_LATE" if student.late else ""
            for one in made:
                attachment += 1
                again = "-1" if student.number % 4 == 3 else ""
                name = _module(one).replace(".py", f"{again}.py")
                _put(export, f"{person}{late}_{90000 + student.number}_{attachment}_{name}", one.text)
    return file


def gradescope(out: Path, handed_in: HandedIn) -> Path:
    """Write Gradescope's export, with the metadata that it adds."""
    file = out / "gradescope.zip"
    root = "assignment_123456_export"
    metadata = []
    with zipfile.ZipFile(file, "w") as export:
        for student, made in handed_in:
            folder = f"submission_{5000000 + student.number}"
            when = f"{_time(student):%Y-%m-%d %H:%M:%S}.000000000 Z"
            metadata += [
                f"{folder}:",
                "  :submitters:",
                f'  - :name: "{student.first} {student.last}"',
                f"    :sid: {student.id}",
                f"    :email: {student.id}@example.org",
                f"  :created_at: {when}",
                "  :score: 0.0",
                "  :results:",
                "    output: |-",
                "      submission_1:",
                "      :submitters: nobody",
            ]
            for one in made:
                _put(export, f"{root}/{folder}/{_module(one)}", one.text)
        _put(export, f"{root}/submission_metadata.yml", "---\n" + "\n".join(metadata) + "\n")
    return file


def github(out: Path, handed_in: HandedIn) -> Path:
    """Write the clones of GitHub Classroom: the course's folders, and a commit that dates them."""
    around = out / "homework-1-submissions"
    for student, made in handed_in:
        clone = around / f"homework-1-{student.login}"
        for one in made:
            file = clone / "exercises" / one.exercise / _module(one)
            file.parent.mkdir(parents=True)
            file.write_text(one.text, encoding="utf-8")
        _commit(clone / ".git", student)
    return around


def _commit(git: Path, student: "Student") -> None:
    when = f"{int(_time(student).timestamp())} +0100"
    person = f"{student.first} <{student.id}@example.org>"
    text = f"tree {'0' * 40}\nauthor {person} {when}\ncommitter {person} {when}\n\nDone\n".encode()
    data = b"commit %d\0" % len(text) + text
    name = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    (git / "objects" / name[:2]).mkdir(parents=True)
    (git / "objects" / name[:2] / name[2:]).write_bytes(zlib.compress(data))
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "refs" / "heads" / "main").write_text(f"{name}\n")
    (git / "HEAD").write_text("ref: refs/heads/main\n")


def _zipped(made: "Sequence[Made]") -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for one in made:
            _put(archive, _module(one), one.text)
    return memory.getvalue()


LAYOUTS: Final[dict[str, Callable[[Path, HandedIn], Path]]] = {
    "folders": folders,
    "zips": zips,
    "moodle": moodle,
    "moodle-flat": moodle_flat,
    "canvas": canvas,
    "gradescope": gradescope,
    "github": github,
}
