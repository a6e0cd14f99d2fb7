"""Every fault of the catalogue is found, on the line where an author looks for it; and the sound exercises are proved."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.authoring.stubs import stub
from grader.authoring.verification import Line, Status
from grader.authoring.verification.proofs import BY_NAME
from grader.authoring.verification.solutions import seeds
from grader.authoring.verification.subject import Subject
from grader.authoring.verification.verifying import Options, verify
from grader.errors import SpecError
from grader.spec.files import load_course, load_exercise
from tests.exercises.broken.catalogue import BROKEN, WHOLE, Broken

SOUND = Path(__file__).parent / "sound"
OTHERS = 6


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sound course with its stubs; it is copied and never changed."""
    folder = Path(shutil.copytree(SOUND, tmp_path_factory.mktemp("sound") / "course"))
    course = load_course(folder)
    for name in course.exercises:
        course.answer_file(name).write_text(stub(name, load_exercise(course, name)), encoding="utf-8")
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "course"))


def break_it(folder: Path, broken: Broken) -> None:
    for name, change in broken.changes.items():
        part = "exercises" if name == "exercise.yaml" else "solutions"
        file = folder / part / broken.exercise / name
        if change is None:
            file.unlink()
        elif change[0] == WHOLE:
            file.write_text(change[1], encoding="utf-8")
        else:
            text = file.read_text(encoding="utf-8")
            assert change[0] in text, f"{name}: {change[0]!r} is not there"
            file.write_text(text.replace(*change), encoding="utf-8")


def lines_of(folder: Path, exercise: str, proof_name: str) -> Sequence[Line]:
    """Return what one proof concludes, examined in this process."""
    subject, proof = Subject(load_course(folder), exercise), BY_NAME[proof_name]
    facts = [proof.examine(subject, part) for part in proof.parts(subject, seeds(subject, OTHERS))]
    return list(proof.conclude(subject, facts))


def name_of(broken: Broken) -> str:
    return broken.name


def marked(broken: Broken) -> object:
    """Return a parameter; mutants take a few seconds."""
    marks = [pytest.mark.slow] if broken.proof == "mutants" else []
    return pytest.param(broken, marks=marks, id=broken.name)


@pytest.mark.parametrize("broken", [marked(item) for item in BROKEN if item.proof])
def test_a_broken_exercise_is_caught_with_the_right_line(broken: Broken, folder: Path) -> None:
    break_it(folder, broken)
    refuted = {
        line.claim: "\n".join([line.text, *line.details])
        for line in lines_of(folder, broken.exercise, broken.proof)
        if line.status is Status.REFUTED
    }
    assert broken.says in refuted[broken.claim]


@pytest.mark.parametrize("broken", [item for item in BROKEN if not item.proof], ids=name_of)
def test_a_description_that_is_not_valid_is_refused_with_its_faults(broken: Broken, folder: Path) -> None:
    break_it(folder, broken)
    with pytest.raises(SpecError, match="did you mean 'allclose'"):
        Subject(load_course(folder), broken.exercise)


def test_there_are_twenty_of_them_and_no_two_are_the_same() -> None:
    assert len(BROKEN) >= 20
    assert len({broken.name for broken in BROKEN}) == len(BROKEN)


@pytest.mark.slow
@pytest.mark.parametrize(
    "broken", [item for item in BROKEN if "sleep" not in str(item.changes)], ids=name_of
)  # a reference that sleeps does so for a minute and a half in all proofs together
def test_only_what_is_broken_is_refuted(broken: Broken, folder: Path) -> None:
    break_it(folder, broken)
    (result,) = verify(load_course(folder), [broken.exercise], Options(others=OTHERS))
    refuted = {line.claim for line in result.lines if line.status is Status.REFUTED}
    assert broken.claim in refuted
    assert refuted <= {broken.claim, *broken.also}


@pytest.mark.slow
def test_the_sound_exercises_are_proved(folder: Path) -> None:
    results = list(
        verify(
            load_course(folder), ["exercise-01", "exercise-02", "exercise-03", "exercise-04"], Options(others=OTHERS)
        )
    )
    assert len(results) == 4
    assert {
        (result.exercise, line.claim, line.text)
        for result in results
        for line in result.lines
        if line.status is Status.REFUTED
    } == set()
    assert all(result.holds for result in results)
