"""`computed`: a value that follows from earlier inputs."""

from typing import Any

import numpy as np
import pytest

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.computed import Computed
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value


def drawn(formula: str, **names: Value) -> Any:
    return Computed(formula=parse(formula)).draw(Draw(np.random.default_rng(0), names))


def test_it_is_the_value_of_the_formula() -> None:
    assert np.array_equal(drawn("A @ x", A=np.diag([2.0, 3.0]), x=np.ones(2)), np.array([2.0, 3.0]))
    assert drawn("n**2 + 1", n=3) == 10
    assert np.array_equal(drawn("zeros(n)", n=2), np.zeros(2))


def test_it_takes_nothing_from_the_stream() -> None:
    random = np.random.default_rng(7)
    Computed(formula=parse("n + 1")).draw(Draw(random, {"n": 1}))
    assert random.random() == np.random.default_rng(7).random()


def test_a_formula_that_cannot_be_evaluated_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="cannot be evaluated"):
        drawn("A @ x", A=np.eye(2), x=np.ones(3))


def test_its_formula_is_told_to_the_rules() -> None:
    assert [(path, formula.names) for path, formula in Computed(formula=parse("A @ x")).formulas()] == [
        (("formula",), frozenset({"A", "x"}))
    ]


def test_its_simple_value_is_the_same_one() -> None:
    draw = Draw(np.random.default_rng(0), {"n": 3}, level=2)
    assert Computed(formula=parse("n + 1")).simple(draw) == 4
