"""The students' bundle of this course: it reports what the course reports, and holds nothing of the solutions."""

import ast
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from grader import climbing, running
from grader.authoring.release.contents import Bundle, contents
from grader.authoring.release.writing import write
from grader.course import Course
from grader.executors import Executor
from grader.reports.json import JsonReport
from grader.results import ExerciseResult
from grader.spec.files import load_course, load_exercise
from tests.courses import quickest

ROOT = Path(__file__).parents[2]
COURSE: Course = load_course(ROOT)
SOME = {"exercise-04": "sorted_by_modulus", "exercise-30": "n_points", "exercise-63": "variance_for_sigma"}
"""Exercises that are looked at in the fast tests, each with a mistake."""

_EVERYWHERE = ("import ", "from ", "def ", "raise NotImplementedError")
LETTERS = 12
"""A line of code that is shorter may stand anywhere by chance."""


@cache
def made() -> Bundle:
    """Return the bundle of the course, made once."""
    return contents(COURSE)


def unpacked(bundle: Bundle, folder: Path) -> Course:
    write(bundle, folder, replace=False)
    return load_course(folder)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return unpacked(made(), tmp_path_factory.mktemp("released") / "bundle")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Course]:
    """Return a course of a few of the exercises, and its bundle, which are made sooner than the whole."""
    folder = tmp_path_factory.mktemp("few")
    for part in ("exercises", "solutions"):
        for name in SOME:
            shutil.copytree(ROOT / part / name, folder / "course" / part / name)
    (folder / "course" / "course.yaml").write_text(
        f"title: A few\nseed: {COURSE.file.seed}\ntopics:\n- id: few\n  title: Few\n  sections:\n"
        f"  - {{title: Few, exercises: [{', '.join(SOME)}]}}\n",
        encoding="utf-8",
    )
    course = load_course(folder / "course")
    return course, unpacked(contents(course), folder / "bundle")


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with quickest(COURSE.limits) as executor:
        yield executor


def stub_of(name: str, folder: Path) -> Path:
    """Return a copy of a stub that lies in neither course, so that both name it in the same way."""
    return Path(shutil.copy(COURSE.answer_file(name), folder))


def told(course: Course, name: str, file: Path, executor: Executor) -> str:
    options = running.Options(seed=course.file.seed)
    ((_, result),) = running.run(course, [running.Request(name, file)], executor, options)
    assert isinstance(result, ExerciseResult), result
    return JsonReport().render(running.report(course, [result], course.file.seed, executor.isolation))


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a ladder be climbed to its end on a slow machine, too, so that the case that is shown is the same."""
    monkeypatch.setattr(climbing, "SECONDS", 60)


@pytest.mark.slow
@pytest.mark.parametrize("name", COURSE.exercises)
def test_a_bundle_reports_what_the_course_reports(
    name: str, released: Course, executor: Executor, tmp_path: Path
) -> None:
    assert [check.name for check in load_exercise(COURSE, name).checks if check.visibility == "hidden"] == []
    verdicts = []
    for file in [stub_of(name, tmp_path), *sorted(COURSE.solution_folder(name).rglob("*.py"))]:
        mine = told(COURSE, name, file, executor)
        assert told(released, name, file, executor) == mine, file
        verdicts.append(json.loads(mine)["exercises"][0]["verdict"])
    assert verdicts.count("accepted") >= 2
    assert len(verdicts) - verdicts.count("accepted") >= 3  # the stub, and two mistakes


@pytest.mark.parametrize("name", SOME)
def test_for_a_mistake_the_bundle_shows_the_same_case_and_feedback(
    name: str, few: tuple[Course, Course], executor: Executor
) -> None:
    file = COURSE.solution_folder(name) / "mistakes" / f"{SOME[name]}.py"
    mine, theirs = (told(course, name, file, executor) for course in few)
    assert mine == theirs
    checks = json.loads(mine)["exercises"][0]["checks"]
    assert file.stem in {check["mistake"] for check in checks}
    assert any("." in check["counterexample"]["replay"].rpartition(":")[2] for check in checks if check["mistake"])


@pytest.mark.parametrize("name", SOME)
def test_right_answers_and_stubs_are_reported_alike(
    name: str, few: tuple[Course, Course], executor: Executor, tmp_path: Path
) -> None:
    for file in (COURSE.solution_folder(name) / "solution.py", stub_of(name, tmp_path)):
        mine, theirs = (told(course, name, file, executor) for course in few)
        assert mine == theirs


@pytest.mark.slow
def test_a_release_gives_the_same_bytes_again() -> None:
    assert dict(contents(COURSE).files) == dict(made().files)


def everything() -> Iterator[tuple[str, str]]:
    """Yield all files of the bundle and of its wheel as text."""
    for path, content in made().files.items():
        if path.endswith(".whl"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield f"{path}/{name}", archive.read(name).decode("utf-8", errors="replace")
        else:
            yield path, content.decode("utf-8", errors="replace")


def secret_lines(file: Path) -> Iterator[str]:
    """Yield the lines of a solution: of its code, and of its docstrings unless they are the feedback of a mistake."""
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    tree = ast.parse(text)
    feedback = tree.body[0] if file.parent.name == "mistakes" else None
    start, end = (feedback.lineno, feedback.end_lineno or 0) if feedback else (0, 0)
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if not start <= number <= end and len(bare) >= LETTERS and not bare.startswith(_EVERYWHERE):
            yield bare


def public_text(name: str) -> str:
    """Return what the author tells students anyway: the description, in which hints may go as far as the answer."""
    return COURSE.description_file(name).read_text(encoding="utf-8")


@pytest.mark.slow
def test_nothing_of_the_solutions_is_in_the_bundle() -> None:
    files = [(path, text) for path, text in everything() if "/grader/" not in path]
    found = []
    lines = 0
    for name in COURSE.exercises:
        told_anyway = public_text(name)
        for file in sorted(COURSE.solution_folder(name).rglob("*.py")):
            for line in secret_lines(file):
                lines += 1
                forms = (line, json.dumps(line)[1:-1])
                if line not in told_anyway:
                    found += [(path, line) for path, text in files if any(form in text for form in forms)]
    assert lines > 250
    assert found == []


@pytest.mark.slow
def test_the_wheel_is_the_package_and_holds_no_whole_solution() -> None:
    package = {path: text for path, text in everything() if "/grader/" in path}
    inside = {path.partition(".whl/")[2]: text for path, text in package.items()}
    for path, text in inside.items():
        assert text == (ROOT / path).read_text(encoding="utf-8"), path
    stripped = {line.strip() for text in inside.values() for line in text.splitlines()}
    for file in sorted((ROOT / "solutions").rglob("*.py")):
        lines = set(secret_lines(file))
        assert len(lines & stripped) <= max(1, len(lines) // 2), (file, lines & stripped)


@pytest.mark.slow
def test_no_file_of_the_solutions_is_there_by_name() -> None:
    names = {Path(path).name for path in made().files}
    assert not {"solution.py", "precise.py", "excused.yaml"} & names
    assert not [path for path in made().files if "solutions" in path]
