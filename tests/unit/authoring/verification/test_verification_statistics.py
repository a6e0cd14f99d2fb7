"""What statistical checks promise, worked out."""

from collections.abc import Callable
from pathlib import Path

from grader.authoring.verification import Line, Status
from grader.authoring.verification.statistics import Statistics
from grader.authoring.verification.subject import Subject
from grader.spec.files import load_course


def line(subject: Subject) -> Line:
    proof = Statistics()
    facts = [proof.examine(subject, part) for part in proof.parts(subject, (subject.public_seed,))]
    (found,) = proof.conclude(subject, facts)
    return found


def test_the_bound_is_that_of_all_cases_together(subject: Callable[[str], Subject]) -> None:
    found = line(subject("exercise-03"))  # two cases of three tests: 2 (3 / 6)² 10⁻⁶
    assert found.status is Status.PROVED
    assert found.text == "a right answer fails with a probability of 5.0e-07 at most; 6 tests"
    assert found.details == ("“the law”: with 1000 draws, a mean off by 0.19 standard deviations is found with 99 %",)


def test_few_draws_are_called_blunt(folder: Path) -> None:
    file = folder / "exercises" / "exercise-03" / "exercise.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("n: 1000", "n: 40"), encoding="utf-8")
    found = line(Subject(load_course(folder), "exercise-03"))
    assert found.status is Status.WARNING
    assert found.details[-1] == "“the law” is blunt: let it have more draws"


def test_an_exercise_without_chance_has_no_such_line(subject: Callable[[str], Subject]) -> None:
    assert Statistics().parts(subject("exercise-01"), (1,)) == []
