"""Mutants beside the reference: as good, or other on inputs that are named."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.author_code import runner
from grader.authoring.verification.probing import Probing
from grader.authoring.verification.subject import Subject
from grader.spec.files import load_course


@pytest.fixture(scope="module")
def variance(subject: Callable[[str], Subject]) -> Probing:
    sample = subject("exercise-01")
    return Probing(sample, sample.run(sample.reference_file))


def found(probing: Probing, function: Callable[..., object]) -> set[tuple[str, str]]:
    """Return standing and regime of the probes on which a function differs."""
    return {(item.probe.standing, item.probe.case.regime) for item in probing.differences(runner(function))}


def reference(x: NDArray[np.float64]) -> float:
    return float(np.sum((x - np.mean(x)) ** 2) / (len(x) - 1))


def test_the_same_in_another_order_of_operations_is_as_good(variance: Probing) -> None:
    assert found(variance, lambda x: float(np.var(x, ddof=1))) == set()
    assert found(variance, lambda x: float(np.var(-x, ddof=1))) == set()


def test_what_differs_on_ordinary_inputs_is_found_there(variance: Probing) -> None:
    assert ("drawn", "") in found(variance, lambda x: float(np.var(x)))


def test_what_differs_only_where_the_author_did_not_want_to_look_is_found_too(variance: Probing) -> None:
    def odd(x: NDArray[np.float64]) -> float:
        return 1.0 if np.all(x == 0) else reference(x)

    assert found(variance, odd) == {("excluded", "x: zeros")}


def test_inputs_for_which_a_check_has_too_few_cases_are_tried(folder: Path) -> None:
    file = folder / "exercises" / "exercise-01" / "exercise.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("    cases: 8\n", "    cases: 2\n"), encoding="utf-8")
    sample = Subject(load_course(folder), "exercise-01")
    (two,) = [check for check in sample.exercise.checks if check.name == "two observations"]
    probing = Probing(sample, sample.run(sample.reference_file))
    standings = {(probe.standing, probe.case.regime) for probe, _ in probing.probes if probe.check is two}
    assert ("crowded out", "x: offset") in standings
    assert ("excluded", "x: zeros") in standings
    assert ("drawn", "x: negative") in standings


def test_a_difference_shows_the_inputs_and_both_answers(variance: Probing) -> None:
    first = variance.differences(runner(lambda x: "text"))[0]
    assert first.inputs.startswith("x = np.array([")
    assert first.got == "'text'"
    assert float(first.expected) >= 0


def test_where_the_reference_fails_nothing_is_compared(variance: Probing) -> None:
    assert all(len(probe.case.inputs["x"]) >= 2 for probe, _ in variance.probes)  # type: ignore[arg-type]


def test_either_of_two_right_answers_is_as_good_where_the_check_says_so(subject: Callable[[str], Subject]) -> None:
    axis = subject("exercise-02")
    probing = Probing(axis, axis.run(axis.reference_file))
    assert found(probing, lambda A: -np.linalg.eigh(A)[1][:, -1]) == set()
    assert found(probing, lambda A: np.linalg.eigh(A)[1][:, -1] + 1e-7) != set()


def test_draws_of_the_same_law_are_as_good_and_others_are_not(subject: Callable[[str], Subject]) -> None:
    sampler = subject("exercise-03")
    probing = Probing(sampler, sampler.run(sampler.reference_file))
    assert found(probing, lambda n, rng: np.sqrt(1 - rng.random(n))) == set()
    assert found(probing, lambda n, rng: rng.random(n) ** 0.52) != set()
    assert found(probing, lambda n, rng: np.sqrt(rng.random(n + 1))) != set()
