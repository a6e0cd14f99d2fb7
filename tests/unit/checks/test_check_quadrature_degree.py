"""`quadrature_degree`: rules of exactly the degree pass, those below and above do not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.author_code import runner
from grader.checks import Conditions, judged
from grader.checks.quadrature_degree import QuadratureDegree
from grader.errors import JudgeError
from grader.model import Case, Outcome, Tolerance, Verdict
from grader.notation import show
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, Value

CONDITIONS = Conditions(Tolerance(), 0, lambda *_: 0)
Rule = Callable[[Any, float, float, int], Any]


def left(f: Any, a: float, b: float, n: int) -> Any:
    h = (b - a) / n
    return h * sum(f(a + i * h) for i in range(n))


def midpoint(f: Any, a: float, b: float, n: int) -> Any:
    h = (b - a) / n
    return h * np.sum(f(a + h * (np.arange(n) + 0.5)))


def trapezoid(f: Any, a: float, b: float, n: int) -> Any:
    y = f(np.linspace(a, b, n + 1))
    return (b - a) / n * (np.sum(y) - (y[0] + y[-1]) / 2)


def trapezoid_loop(f: Any, a: float, b: float, n: int) -> Any:
    h, total = (b - a) / n, (f(a) + f(b)) / 2
    for i in range(1, n):
        total += f(a + i * h)
    return h * total


def simpson(f: Any, a: float, b: float, n: int) -> Any:
    x = np.linspace(a, b, 2 * n + 1)
    w = np.array([1.0] + [4.0, 2.0] * (n - 1) + [4.0, 1.0])
    return (b - a) / (6 * n) * (w @ f(x))


def boole(f: Any, a: float, b: float, n: int) -> Any:
    h = (b - a) / (4 * n)
    parts = [(7, 32, 12, 32, 7)] * n
    return 2 * h / 45 * sum(w * f(a + h * (4 * i + j)) for i, part in enumerate(parts) for j, w in enumerate(part))


def gauss(f: Any, a: float, b: float, n: int) -> Any:
    x, w = np.polynomial.legendre.leggauss(n)
    return (b - a) / 2 * np.sum(w * f((a + b) / 2 + (b - a) / 2 * x))


def judge(
    rule: Rule, degree: str | int, limits: tuple[float, float] = (-1.0, 2.5), n: int = 4, reference: Rule | None = None
) -> Outcome:
    case = Case(1, {"f": FunctionText(("x",), "exp(x)"), "a": limits[0], "b": limits[1], "n": n}, ("f", "a", "b", "n"))
    check = QuadratureDegree(degree=parse(degree))
    return judged(check, case, check.prepare(case, runner(reference or rule), CONDITIONS), runner(rule))[0]


@pytest.mark.parametrize(
    "limits", [(-1.0, 2.5), (0.0, 1.0), (2.5, -1.0), (-1, 1), (0.0, 1e-6), (-1e6, 1e6), (5.0, 6.0)]
)
@pytest.mark.parametrize("n", [1, 2, 7, 40])
@pytest.mark.parametrize(
    ("rule", "degree"),
    [(left, 0), (midpoint, 1), (trapezoid, 1), (trapezoid_loop, 1), (simpson, 3), (boole, 5)],
    ids=lambda item: getattr(item, "__name__", str(item)),
)
def test_a_rule_has_its_degree_for_every_n(rule: Rule, degree: int, n: int, limits: tuple[float, float]) -> None:
    assert judge(rule, degree, limits, n) == Outcome()


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8])
def test_the_degree_may_follow_from_the_inputs(n: int) -> None:
    assert judge(gauss, "2 * n - 1", n=n).accepted


@pytest.mark.parametrize(
    ("reference", "degree", "rule", "power"),
    [(trapezoid, 1, left, 1), (simpson, 3, trapezoid, 2), (boole, 5, simpson, 4), (gauss, 7, boole, 6)],
    ids=["left", "trapezoid", "simpson", "boole"],
)
def test_a_rule_of_lower_degree_is_refused_with_the_polynomial_that_shows_it(
    reference: Rule, degree: int, rule: Rule, power: int
) -> None:
    outcome = judge(rule, degree, reference=reference)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message.startswith(f"the integral of a polynomial of degree {power} is off by ")
    assert outcome.message.endswith(f"since a rule of degree {degree} is exact for it")
    assert outcome.call is not None
    assert show(outcome.call.arguments[0]) == f"lambda x: ((x - 0.75) / 1.75) ** {power}"
    assert outcome.expected == f"{1.75 * (2 / (power + 1) if power % 2 == 0 else 0)}"


@pytest.mark.parametrize(
    ("reference", "degree", "rule"),
    [(left, 0, midpoint), (trapezoid, 1, simpson), (simpson, 3, boole), (simpson, 3, gauss), (trapezoid, 1, gauss)],
)
def test_a_rule_of_higher_degree_is_refused(reference: Rule, degree: int, rule: Rule) -> None:
    outcome = judge(rule, degree, reference=reference)
    assert (
        outcome.message == f"exact for a polynomial of degree {degree + 1} too, which a rule of degree {degree} is not"
    )
    assert (outcome.aspect, outcome.expected) == ("too exact", "not the exact integral")


def test_the_fewest_points_may_be_forgotten() -> None:
    def few(f: Any, a: float, b: float, n: int) -> Any:
        return trapezoid(f, a, b, n - 1) if n > 1 else 0.0

    assert judge(few, 1, reference=trapezoid).accepted  # as exact: another check's business
    assert not judge(few, 1, n=1, reference=trapezoid).accepted


@pytest.mark.parametrize(("factor", "accepted"), [(0.9, True), (1.1, False)])
def test_the_bound_is_that_of_rounding(factor: float, accepted: bool) -> None:
    bound = 1e3 * 2.0**-52 * 4.0

    def off(f: Any, a: float, b: float, n: int) -> Any:
        return trapezoid(f, a, b, n) + factor * bound

    assert judge(off, 1, (-2.0, 2.0), reference=trapezoid).accepted is accepted


def test_the_bound_grows_with_the_limits_whose_rounding_it_is() -> None:
    assert judge(simpson, 3, (1e6, 1e6 + 1), 4).accepted
    assert not judge(trapezoid, 3, (1e6, 1e6 + 1), 4, simpson).accepted


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "returned None"),
        (np.array([1.0]), "shape (1,), expected a single number"),
        (np.nan, "nan"),
        ("1", "a text"),
        ((3.5, 0.0), "a tuple of 2"),
        (1j, "complex"),
        (lambda: 1, "a function"),
    ],
)
def test_what_is_no_number_is_refused(value: object, words: str) -> None:
    outcome = judge(lambda *_: value, 1, reference=trapezoid)
    assert words in outcome.message
    assert outcome.call is not None


def test_what_is_no_number_is_refused_for_the_last_power_too() -> None:
    def late(f: Any, a: float, b: float, n: int) -> Any:
        return None if f(0.0) not in {1.0, (0.0 - 0.75) / 1.75} else trapezoid(f, a, b, n)

    assert "returned None" in judge(late, 1, reference=trapezoid).message


def test_a_rule_that_raises_keeps_its_verdict() -> None:
    outcome = judge(lambda *_: 1 / 0, 1, reference=trapezoid)
    assert (outcome.verdict, outcome.got) == (Verdict.RAISED, "raised ZeroDivisionError: division by zero")


def test_a_complex_number_without_imaginary_part_is_read_as_real_and_noted() -> None:
    outcome = judge(lambda *inputs: trapezoid(*inputs) + 0j, 1, reference=trapezoid)
    assert outcome.accepted
    assert len(outcome.notes) == 1


# References and parameters that cannot be used.


@pytest.mark.parametrize(("rule", "degree"), [(trapezoid, 3), (simpson, 2), (trapezoid, 0)])
def test_a_reference_of_another_degree_is_a_judge_error(rule: Rule, degree: int) -> None:
    with pytest.raises(JudgeError, match="the reference solution is refused: "):
        judge(rule, degree)


@pytest.mark.parametrize("degree", [-1, 1.5, 101, "[1]"])
def test_a_number_that_is_no_degree_is_refused(degree: str | int) -> None:
    with pytest.raises(ValueError, match="a degree from 0 to 100 is needed"):
        QuadratureDegree(degree=parse(degree))


@pytest.mark.parametrize("degree", ["n - 5", "n / 8", "30 * n", "inf", "0 * inf"])
def test_a_formula_that_gives_no_degree_is_a_judge_error(degree: str) -> None:
    with pytest.raises(JudgeError, match="a degree from 0 to 100 is needed"):
        judge(trapezoid, degree)


@pytest.mark.parametrize("limits", [(1.0, 1.0), (0.0, np.inf), (np.nan, 1.0), (-1e308, 1e308)])
def test_limits_between_which_nothing_is_to_be_seen_are_a_judge_error(limits: tuple[float, float]) -> None:
    with pytest.raises(JudgeError, match="nothing is to be seen on the interval"):
        judge(trapezoid, 1, limits)


def test_the_integrand_and_the_limits_can_have_other_names() -> None:
    inputs: dict[str, Value] = {"low": 0.0, "width": 2.0, "g": FunctionText(("t",), "t"), "h": 3}
    case = Case(1, inputs, ("g", "low", "width"))
    check = QuadratureDegree(degree=parse(1), function="g", low=parse("low"), high=parse("low + width"))

    def rule(g: Any, low: float, width: float) -> Any:
        return width * (g(low) + g(low + width)) / 2

    expected = check.prepare(case, runner(rule), CONDITIONS)
    assert judged(check, case, expected, runner(rule))[0].accepted
    assert show(check.ask(case, expected)[2].arguments[0]) == "lambda t: ((t - 1.0) / 1.0) ** 2"
    assert list(check.own_inputs()) == [(("function",), "g")]
    with pytest.raises(JudgeError, match="'h' is no parameter"):
        QuadratureDegree(degree=parse(1), function="h", low=parse(0), high=parse(1)).prepare(
            case, runner(rule), CONDITIONS
        )


def test_an_integrand_whose_argument_has_the_name_of_a_constant_gets_another() -> None:
    case = Case(1, {"f": FunctionText(("half",), "half"), "a": 0.0, "b": 1.0, "n": 2}, ("f", "a", "b", "n"))
    check = QuadratureDegree(degree=parse(1))
    assert judged(check, case, check.prepare(case, runner(trapezoid), CONDITIONS), runner(midpoint))[0].accepted


def test_equal_wrong_rules_resemble_each_other() -> None:
    case = Case(1, {"f": FunctionText(("x",), "x"), "a": 0.0, "b": 1.0, "n": 4}, ("f", "a", "b", "n"))
    check = QuadratureDegree(degree=parse(3))
    expected = check.prepare(case, runner(simpson), CONDITIONS)

    def answers(rule: Rule) -> Any:
        return judged(check, case, expected, runner(rule))[1]

    assert check.resembles(case, expected, answers(trapezoid), answers(trapezoid_loop))
    assert not check.resembles(case, expected, answers(trapezoid), answers(midpoint))
    assert not check.resembles(case, expected, answers(trapezoid), answers(lambda *_: None))
    assert check.resembles(case, expected, answers(lambda *_: 1 / 0), answers(lambda *_: 0 / 0))
    assert not check.resembles(case, expected, answers(lambda *_: 1 / 0), answers(trapezoid))


@given(a=st.floats(-100, 100), width=st.floats(1e-3, 100), n=st.integers(1, 30), factor=st.floats(1e-6, 1e6))
def test_only_the_right_weights_pass(a: float, width: float, n: int, factor: float) -> None:
    def scaled(f: Any, a: float, b: float, n: int) -> Any:
        return factor * simpson(f, a, b, n)

    assert judge(scaled, 3, (a, a + width), n, simpson).accepted == (abs(factor - 1) < 1e-12)
