"""A bundle grades from its records, and says what is wrong with them where something is."""

import json
import shutil
from pathlib import Path

import pytest

from grader import bundle
from grader.authoring.release.contents import contents
from grader.authoring.release.writing import write
from grader.authoring.stubs import stub
from grader.course import Course
from grader.errors import JudgeError, UsageError
from grader.preparing import prepare, prepare_ladder
from grader.spec.files import load_course, load_exercise

NAME = "exercise-01"
SEED = 7
FILES = {
    "course.yaml": (
        f"title: One exercise\nseed: {SEED}\ntopics:\n  - id: a\n    title: A\n    sections:\n"
        f"      - {{title: B, exercises: [{NAME}]}}\n"
    ),
    f"exercises/{NAME}/exercise.yaml": (
        "title: Twice\ndifficulty: 1\nstatement: Return 2x.\n"
        "function:\n  name: twice\n  about: Return 2x.\n  parameters: {x: {type: float, about: a number}}\n"
        "  returns: {type: float, about: 2x}\n"
        "inputs: {x: {real: {low: -5, high: 5}}}\n"
        "checks:\n  - {name: numbers, points: 2, compare: allclose}\n"
        "  - {name: secret, points: 1, visibility: hidden, inputs: {x: 9}, compare: allclose}\n"
    ),
    f"solutions/{NAME}/solution.py": "def twice(x):\n    return 2 * x\n",
    f"solutions/{NAME}/mistakes/square.py": '"""A square."""\n\n\ndef twice(x):\n    return x * x\n',
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("course")
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    course = load_course(folder)
    course.answer_file(NAME).write_text(stub(NAME, load_exercise(course, NAME)), encoding="utf-8")
    return course


@pytest.fixture(scope="module")
def template(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles") / "bundle"
    write(contents(course), folder, replace=False)
    return folder


@pytest.fixture
def released(template: Path, tmp_path: Path) -> Course:
    return load_course(shutil.copytree(template, tmp_path / "bundle"))


def test_a_course_with_solutions_is_no_bundle_and_nothing_is_required_of_it(course: Course) -> None:
    assert not bundle.is_bundle(course)
    bundle.require(course, 12345)
    assert bundle.withheld(course, NAME) == 0


def test_what_is_recorded_is_what_the_course_prepares(course: Course, released: Course) -> None:
    mine = prepare(released, NAME, load_exercise(released, NAME), SEED)
    theirs = prepare(course, NAME, load_exercise(course, NAME), SEED)
    assert repr(mine.checks["numbers"]) == repr(theirs.checks["numbers"])
    assert mine.checks.keys() == {"numbers"}
    assert [(mistake.name, mistake.feedback) for mistake in mine.mistakes] == [("square", "A square.")]
    assert repr(mine.mistakes[0].answers["numbers"]) == repr(theirs.mistakes[0].answers["numbers"])


def test_the_ladder_is_recorded_too(course: Course, released: Course) -> None:
    ladders = []
    for each in (course, released):
        exercise = load_exercise(each, NAME)
        ladders.append(prepare_ladder(each, NAME, exercise, exercise.check("numbers")))
    assert len(ladders[0].cases) > 5
    assert repr(ladders[0]) == repr(ladders[1])


def test_the_points_of_hidden_checks_are_told(released: Course) -> None:
    assert bundle.withheld(released, NAME) == 1
    assert bundle.withheld(released, "exercise-77") == 0


def test_another_seed_is_refused_with_the_reason(released: Course) -> None:
    with pytest.raises(UsageError, match=r"holds data for its own seed 7 only; found the seed 8"):
        prepare(released, NAME, load_exercise(released, NAME), 8, keep=True)


def test_a_course_file_with_another_seed_is_refused(released: Course) -> None:
    file = released.folder / "course.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("seed: 7", "seed: 8"), encoding="utf-8")
    with pytest.raises(UsageError, match="its own seed 7 only; found the seed 8"):
        bundle.require(load_course(released.folder), 8)


def test_another_version_of_the_grader_is_refused_with_the_command_that_helps(
    released: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "program", lambda _=None: "another")
    with pytest.raises(UsageError, match=r"another version .* pip install \./wheel/mathematics.*\.whl$"):
        bundle.require(released, SEED)


def test_a_description_that_was_changed_is_a_judge_error(released: Course) -> None:
    file = released.description_file(NAME)
    file.write_text(file.read_text(encoding="utf-8").replace("points: 2", "points: 20"), encoding="utf-8")
    with pytest.raises(JudgeError, match=r"exercise-01\.prepared is damaged, or does not belong to"):
        prepare(released, NAME, load_exercise(released, NAME), SEED)


def test_other_ends_of_lines_are_no_change(released: Course) -> None:
    file = released.description_file(NAME)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert prepare(released, NAME, load_exercise(released, NAME), SEED).checks


@pytest.mark.parametrize("kind", ["prepared", "0.ladder"])
def test_a_record_that_is_missing_or_damaged_is_a_judge_error_and_nothing_is_computed(
    released: Course, kind: str
) -> None:
    exercise = load_exercise(released, NAME)
    file = released.folder / "prepared" / f"{NAME}.{kind}"

    def read() -> object:
        if kind == "prepared":
            return prepare(released, NAME, exercise, SEED)
        return prepare_ladder(released, NAME, exercise, exercise.checks[0])

    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(JudgeError, match="is damaged"):
        read()
    file.unlink()
    with pytest.raises(JudgeError, match="cannot be read: No such file"):
        read()


def test_a_record_of_other_checks_is_a_judge_error(released: Course) -> None:
    folder = released.folder / "prepared"
    exercise = load_exercise(released, NAME)
    (folder / f"{NAME}.0.ladder").replace(folder / f"{NAME}.prepared")
    assert prepare(released, NAME, exercise, SEED).mistakes == ()  # same description, same check: nothing to object to
    with pytest.raises(JudgeError):
        prepare_ladder(released, NAME, exercise, exercise.checks[0])


@pytest.mark.parametrize("text", ["", "[]", '{"format": "grader/bundle/2"}', '{"format": "grader/bundle/1"}'])
def test_a_file_that_is_none_of_ours_is_refused(released: Course, text: str) -> None:
    (released.folder / "bundle.json").write_text(text)
    with pytest.raises(UsageError):
        bundle.require(released, SEED)
    with pytest.raises(UsageError):
        bundle.withheld(released, NAME)


def test_the_hash_of_the_program_is_kept_for_the_next_run(released: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    found = bundle.program(released.state_folder)
    assert found == bundle.program()
    monkeypatch.setattr(bundle, "_program_on_disk", lambda: "computed again")
    assert bundle.program(released.state_folder) == found
    file = released.state_folder / "cache" / "program.json"
    file.write_text(json.dumps({"fingerprint": ["another program"], "program": found}))
    assert bundle.program(released.state_folder) == "computed again"
