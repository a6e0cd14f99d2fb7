"""Precise values as floats, and a reference beside them."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from grader.authoring.verification import Line, Status
from grader.authoring.verification.precision import Precision, rounded
from grader.authoring.verification.subject import Subject
from grader.sandbox.values import Value
from grader.spec.files import load_course

THIRD = Fraction(1, 3)


class Real:
    """A number of some library for high precision."""

    def __float__(self) -> float:
        return 0.125


class Complex:
    """A complex one, which is no float."""

    def __complex__(self) -> complex:
        return 1 + 2j


class Matrix:
    """A matrix of such a library."""

    def tolist(self) -> list[list[Fraction]]:
        return [[THIRD, Fraction(2)], [Fraction(0), Fraction(-1, 4)]]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (THIRD, 1 / 3),
        (Decimal("0.1"), 0.1),
        (Real(), 0.125),
        (Complex(), 1 + 2j),
        ((THIRD, 2), (1 / 3, 2)),
        ({"a": THIRD}, {"a": 1 / 3}),
        (None, None),
        (True, True),
        ("word", "word"),
    ],
)
def test_a_precise_value_is_rounded_to_floats(value: Value, expected: Value) -> None:
    found = rounded(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([THIRD, Fraction(1)], [1 / 3, 1.0]),
        ([[1, 2], [3, 4]], [[1, 2], [3, 4]]),
        (Matrix(), [[1 / 3, 2.0], [0.0, -0.25]]),
        (np.array([THIRD, Fraction(2)], dtype=object), [1 / 3, 2.0]),
        (np.array([1.5, 2.0]), [1.5, 2.0]),
    ],
)
def test_lists_and_matrices_become_arrays(value: Value, expected: list[float]) -> None:
    found = rounded(value)
    assert isinstance(found, np.ndarray)
    assert found.dtype.kind in "if"
    assert found.tolist() == expected


def line(folder: Path, precise: str) -> Line:
    (folder / "solutions" / "exercise-01" / "precise.py").write_text(precise, encoding="utf-8")
    subject, proof = Subject(load_course(folder), "exercise-01"), Precision()
    facts = [proof.examine(subject, part) for part in proof.parts(subject, (subject.public_seed,))]
    (found,) = proof.conclude(subject, facts)
    return found


def test_a_precise_computation_that_disagrees_refutes_the_reference(folder: Path) -> None:
    wrong = "def sample_variance(x):\n    return float(x.var())\n"
    found = line(folder, wrong)
    assert found.status is Status.REFUTED
    assert "disagree in" in found.text
    assert "precisely" in found.details[0]


def test_a_precise_computation_that_fails_is_told(folder: Path) -> None:
    found = line(folder, "def sample_variance(x):\n    return 1 / 0\n")
    assert found.status is Status.REFUTED
    assert "ZeroDivisionError" in found.details[0]


def test_what_it_leaves_out_is_no_fault_but_leaving_out_everything_is_told(folder: Path) -> None:
    found = line(folder, "def sample_variance(x):\n    raise NotImplementedError\n")
    assert (found.status, found.text) == (Status.WARNING, "precise.py computes none of the cases")


def test_without_one_there_is_nothing_to_prove(folder: Path) -> None:
    subject = Subject(load_course(folder), "exercise-02")
    assert Precision().parts(subject, (1,)) == []
