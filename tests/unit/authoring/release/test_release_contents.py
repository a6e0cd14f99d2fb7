"""What a bundle holds, and what it must not."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from grader import bundle as bundles
from grader.authoring.release import records
from grader.authoring.release.contents import Bundle, contents
from grader.authoring.release.descriptions import COURSE_KEYS, EXERCISE_KEYS, WITHHELD_COURSE_KEYS
from grader.checks import Expected
from grader.course import Course
from grader.errors import AuthoringError, JudgeError, UsageError
from grader.model import Case
from grader.prepared import PreparedCheck
from grader.preparing import prepare
from grader.sandbox.values import Opaque, Value
from grader.spec.course import CourseFile
from grader.spec.exercise import Exercise
from grader.spec.files import load_course, load_exercise
from tests.unit.authoring.release.withheld import FILES, MARK


def every_file(made: Bundle) -> Iterator[tuple[str, bytes]]:
    """Yield all files, and those inside the wheel."""
    for path, content in made.files.items():
        yield path, content
        if path.endswith(".whl"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield f"{path}/{name}", archive.read(name)


def test_nothing_that_must_stay_at_home_is_anywhere_in_the_bundle(made: Bundle) -> None:
    assert sum(MARK in text for text in FILES.values()) >= 8
    found = [path for path, content in every_file(made) if MARK.encode() in (path.encode() + content).lower()]
    assert found == []


def test_the_bundle_holds_these_files_and_no_other(made: Bundle) -> None:
    names = [path for path in made.files if not path.startswith("prepared/")]
    assert [name.rpartition(".")[2] if name.startswith("wheel/") else name for name in names] == [
        "course.yaml",
        "README.md",
        "whl",
        "exercises/exercise-01/exercise.yaml",
        "exercises/exercise-01/exercise_01.py",
        "exercises/exercise-01/people.csv",
        "exercises/exercise-02/exercise.yaml",
        "exercises/exercise-02/exercise_02.py",
        "exercises/exercise-03/exercise.yaml",
        "exercises/exercise-03/exercise_03.py",
        "bundle.json",
    ]
    ladders = {"exercise-01": 3, "exercise-02": 1, "exercise-03": 2}
    wanted = {f"prepared/{name}.{place}.ladder" for name, count in ladders.items() for place in range(count)}
    wanted |= {f"prepared/{name}.prepared" for name in ladders}
    assert {path for path in made.files if path.startswith("prepared/")} == wanted


def test_a_release_gives_the_same_bytes_again(made: Bundle, secrets: Course) -> None:
    again = contents(secrets)
    assert again.version == made.version
    assert dict(again.files) == dict(made.files)


def test_every_key_is_for_students_or_not(made: Bundle) -> None:
    """A new key must be decided upon; if this fails, put it on one of the lists in `descriptions.py`."""
    assert {item.name for item in fields(CourseFile)} == {*COURSE_KEYS, *WITHHELD_COURSE_KEYS}
    assert {item.name for item in fields(Exercise)} == {*EXERCISE_KEYS}


def test_the_descriptions_can_be_read_and_hold_the_public_checks_only(bundle: Course) -> None:
    mean = load_exercise(bundle, "exercise-01")
    assert [check.name for check in mean.checks] == [
        "small samples",
        "people who were measured",
        "what is added to all",
    ]
    assert mean.hints == ("1e-6", "# no comment", "Add, then divide.")
    assert list(mean.inputs) == ["n", "x"]
    assert list(mean.check("people who were measured").inputs) == ["rows", "x"]
    assert bundle.file.late is not None
    assert (bundle.file.extensions, bundle.file.dropped) == ((), ())
    assert (bundle.file.roster, bundle.file.seed) == ("", 11)


def test_a_statistical_check_is_as_strict_as_in_the_course(bundle: Course, secrets: Course) -> None:
    both = [prepare(course, "exercise-02", load_exercise(course, "exercise-02"), 11) for course in (bundle, secrets)]
    mine, theirs = (prepared.checks["right on average"] for prepared in both)
    assert repr(mine.expected) == repr(theirs.expected)  # the hidden one shares their budget of wrong failures


def test_the_bundle_says_what_it_is(made: Bundle) -> None:
    about = json.loads(made.files["bundle.json"])
    assert about["format"] == bundles.FORMAT
    assert about["files"].keys() == made.files.keys() - {"bundle.json"}
    assert about["withheld"] == {"exercise-01": "3/2", "exercise-02": "1"}
    assert about["wheel"] in made.files
    assert (made.exercises, made.checks, made.hidden) == (3, 6, 3)


def test_files_beside_a_description_that_are_no_part_of_it_are_named(made: Bundle) -> None:
    folder = "exercises/exercise-01"
    assert made.left_out == (f"{folder}/{MARK}.csv", f"{folder}/{MARK}.txt")


def test_the_readme_has_two_commands_and_tells_of_hidden_points(made: Bundle) -> None:
    text = made.files["README.md"].decode()
    commands = text.split("```sh\n")[1].split("```")[0].splitlines()
    assert commands[0].removeprefix("pip install ./") in made.files
    assert commands[1:] == ["grade exercise-01"]
    assert "exercise-01 (1.50), exercise-02 (1)." in text


def test_a_bundle_is_not_released_again(bundle: Course) -> None:
    with pytest.raises(UsageError, match="is a students' bundle"):
        contents(bundle)


def changed(course: Course, exercise: str, old: str, new: str) -> Course:
    file = course.description_file(exercise)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return load_course(course.folder)


def test_a_public_check_that_needs_a_hidden_one_stops_the_release(secrets: Course) -> None:
    course = changed(secrets, "exercise-01", "needs: [small samples]", "needs: [platypus large samples]")
    with pytest.raises(AuthoringError, match=r"exercise-01: the check 'people who .* needs the hidden check 'platypus"):
        contents(course)


def test_an_exercise_without_public_checks_stops_the_release(secrets: Course) -> None:
    course = changed(secrets, "exercise-02", "    compare:", "    visibility: hidden\n    compare:")
    file = course.description_file("exercise-02")
    text = file.read_text(encoding="utf-8").replace("    visibility: hidden\n    inputs", "    inputs")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AuthoringError, match="exercise-02: all checks are hidden"):
        contents(course)


def test_a_reference_that_fails_stops_the_release_and_says_where(secrets: Course) -> None:
    file = secrets.solution_folder("exercise-01") / "solution.py"
    file.write_text("def mean(x):\n    return None\n", encoding="utf-8")
    with pytest.raises(JudgeError, match=r"^exercise-01: check 'platypus large samples', case 0"):
        contents(secrets)


@pytest.mark.parametrize("value", [Opaque("set", "too large"), [1, (Opaque("set", ""),)], {"a": Opaque("set", "")}])
def test_what_cannot_be_recorded_stops_the_release(
    secrets: Course, monkeypatch: pytest.MonkeyPatch, value: Value
) -> None:
    def with_remark(*_: object) -> PreparedCheck:
        return PreparedCheck((Case(0, {"start": 1}, ("start",)),), (Expected(value),))

    monkeypatch.setattr(records, "prepare_ladder", with_remark)
    with pytest.raises(JudgeError, match=r"exercise-01: an input, or what the reference gives .* to be recorded"):
        contents(secrets)


def test_a_kind_of_another_package_stops_the_release(secrets: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    from grader.checks.exact import Exact

    monkeypatch.setattr(Exact, "__module__", "their.checks")
    with pytest.raises(AuthoringError, match="'two steps' uses the kind 'exact' of another package"):
        contents(secrets)


def test_the_course_is_not_changed_by_a_release(secrets: Course) -> None:
    def state(folder: Path) -> dict[str, bytes]:
        files = [file for file in sorted(folder.rglob("*")) if file.is_file() and ".grade" not in file.parts]
        return {str(file): file.read_bytes() for file in files}

    before = state(secrets.folder)
    contents(secrets)
    assert state(secrets.folder) == before
