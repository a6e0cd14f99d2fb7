"""What cannot be drawn is found when the description is read, at the parameter that is to blame."""

from collections.abc import Callable

import pytest

from grader.errors import Problem
from grader.spec.exercise import Exercise

Fault = Callable[[str, str], Problem]
SIZE = "n: {integer: {low: 1, high: 8}}"
A = "A: {symmetric: {size: n}}"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (A, "A: {symmetric: {size: §n / 2 + 0.25}}", "whole number"),
        (A, "A: {symmetric: {size: §-1}}", "size of at least"),
        (A, "A: {of_rank: §{shape: [2, 3], rank: 3}}", "cannot have rank 3"),
        (SIZE, "n: {integer: §{low: 5, high: 2}}", "no whole number from 5 to 2"),
        (A, "A: {vector: {size: n, center: §ones(3)}}", "one real number"),
        (A, 'A: {computed: §"solve(zeros(n), 1)"}', "solve"),
    ],
)
def test_a_parameter_without_a_value_that_makes_sense(fault: Fault, old: str, new: str, words: str) -> None:
    assert words in fault(old, new).message


@pytest.mark.parametrize("new", ["A: {symmetric: {shape: [3, 2]}}", "A: {symmetric: {size: [3, 2]}}"])
def test_a_symmetric_matrix_is_square(
    faults_of: object, read: Callable[[str], Exercise], minimal: str, new: str
) -> None:
    with pytest.raises(Exception, match=r"exercise.yaml:12:\d+: inputs.A.symmetric"):
        read(minimal.replace(A, new))


def test_an_input_of_one_check_is_found_there(faults_of: Callable[[str], tuple[Problem, ...]], minimal: str) -> None:
    more = "    inputs: {A: {symmetric: {size: §2.5}}}\n"
    (problem,) = faults_of(minimal + more)
    assert problem.where == "checks[0].inputs.A.symmetric.size"


def test_a_fault_that_many_checks_share_is_told_once(
    faults_of: Callable[[str], tuple[Problem, ...]], minimal: str
) -> None:
    second = "  - name: another\n    points: 1\n    compare: exact\n"
    (problem,) = faults_of(minimal.replace(A, "A: {symmetric: {size: §n + 0.5}}") + second)
    assert problem.where == "inputs.A.symmetric.size"


def test_what_happens_to_work_on_one_seed_only_is_no_fault(read: Callable[[str], Exercise], minimal: str) -> None:
    assert read(minimal).checks[0].name == "random matrices"
