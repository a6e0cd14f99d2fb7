"""The small course of the tests of the command line, for tests elsewhere."""

from pathlib import Path

from tests.unit.cli.conftest import COURSE, DOUBLE, REFERENCES, SIGN, SQUARED, TOTAL

DESCRIPTIONS = {"exercise-01": DOUBLE, "exercise-02": SIGN, "exercise-03": TOTAL}


def write_course(folder: Path) -> Path:
    """Write the course, whose answers are absent, and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "course.yaml").write_text(COURSE, encoding="utf-8")
    for name, description in DESCRIPTIONS.items():
        for part in ("exercises", "solutions"):
            (folder / part / name).mkdir(parents=True)
        (folder / "exercises" / name / "exercise.yaml").write_text(description, encoding="utf-8")
        (folder / "solutions" / name / "solution.py").write_text(REFERENCES[name], encoding="utf-8")
    (folder / "solutions" / "exercise-01" / "mistakes").mkdir()
    (folder / "solutions" / "exercise-01" / "mistakes" / "squared.py").write_text(SQUARED, encoding="utf-8")
    return folder


def answer(folder: Path, exercise: str, source: str = "") -> Path:
    """Write an answer into the course, the reference's where no source is given, and return its file."""
    file = folder / "exercises" / exercise / f"{exercise.replace('-', '_')}.py"
    file.write_text(source or REFERENCES[exercise], encoding="utf-8")
    return file
