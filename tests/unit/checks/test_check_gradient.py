"""`gradient`: right derivatives pass by the norm, wrong ones do not, and kinks are left out."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.author_code import runner
from grader.checks import Conditions, judged
from grader.checks.gradient import Gradient
from grader.checks.returns import Returns
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, Handle, Opaque, Value
from grader.spec.store import freeze, thaw

CONDITIONS = Conditions(Tolerance(), 0, lambda *_: 0)
INSIDE, OUTSIDE = 0.99, 1.01
X = np.array([1.0, -2.0, 0.5])
W = np.array([[1.0, 2.0, -1.0], [0.5, -0.5, 1.0]])
CUBES = "sum(x**3) + x[0] * x[1]"
Floats = NDArray[np.float64]
Solver = Callable[..., Any]


def cubes(x: Any) -> Any:
    return 3 * np.asarray(x) ** 2 + np.array([x[1], x[0], 0])


def a_case(number: int = 1, **inputs: Value) -> Case:
    return Case(number, inputs, tuple(inputs))


def judge(check: Gradient, reference: Solver, answer: Solver, case: Case) -> Outcome:
    return judged(check, case, check.prepare(case, runner(reference), CONDITIONS), runner(answer))[0]


def accepts(text: str, x: Value, derivative: Value, answer: Value, **options: Any) -> bool:
    check = Gradient(value=parse(text), at="x", **options)
    case = Case(1, {"x": x, "W": W}, ("x",))
    return judge(check, lambda x: derivative, lambda x: answer, case).accepted


def central(f: Callable[[Any], float], x: Floats, h: float = 1e-5) -> Floats:
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))])


def forward(f: Callable[[Any], float], x: Floats, h: float = 1e-8) -> Floats:
    return np.array([(f(x + h * e) - f(x)) / h for e in np.eye(len(x))])


# Shapes of derivatives.


@pytest.mark.parametrize(
    ("text", "x", "derivative", "options"),
    [
        ("x**3", 2.0, 12.0, {}),
        ("x**3", 2, 12.0, {}),
        ("x**3", 2.0, 12.0, {"order": 2}),
        (CUBES, X, cubes(X), {}),
        (CUBES, [1, -2, 0], cubes([1, -2, 0]), {}),
        (CUBES, X, np.diag(6 * X) + np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]]), {"order": 2}),
        ("W @ x", X, W, {}),
        ("tanh(W @ x)", X, (1 - np.tanh(W @ X) ** 2)[:, np.newaxis] * W, {}),
        ("sum(x**2)", W, 2 * W, {}),
        ("x @ ones(3)", W, np.einsum("ik,j->ikj", np.eye(2), np.ones(3)), {}),
        ("outer(ones(2), ones(2)) * sin(x)", 0.5, np.full((2, 2), np.cos(0.5)), {}),
        ("x**2 * sin(x)", X, 2 * X * np.sin(X) + X**2 * np.cos(X), {"entrywise": True}),
        ("tanh(x)", W, 1 - np.tanh(W) ** 2, {"entrywise": True}),
        ("x**3", W, 6 * W, {"entrywise": True, "order": 2}),
        ("exp(1j * x)", 0.5, 1j * np.exp(0.5j), {}),
        ("sum(x)", np.zeros(0), np.zeros(0), {}),
        ("sum(x)", np.zeros(0), np.zeros((0, 0)), {"order": 2}),
        ("x**2", np.zeros(0), np.zeros(0), {"entrywise": True}),
    ],
)
def test_a_derivative_has_the_shape_of_the_value_and_then_of_the_input(
    text: str, x: Value, derivative: Value, options: dict[str, Any]
) -> None:
    assert accepts(text, x, derivative, derivative, **options)
    if np.size(np.asarray(derivative)):
        assert not accepts(text, x, derivative, np.asarray(derivative) + 0.05, **options)


@pytest.mark.parametrize("method", ["richardson", "complex_step", "central"])
def test_every_method_finds_the_same(method: Literal["richardson", "complex_step", "central"]) -> None:
    case = a_case(f=FunctionText(("t",), "exp(t[0] / 5) * sin(t[1]) + t[2]**2"), x=X)
    check = Gradient(value=parse("f(x)"), at="x", method=method)

    def exact(f: Any, x: Any) -> Any:
        y = np.exp(x[0] / 5)
        return np.array([y * np.sin(x[1]) / 5, y * np.cos(x[1]), 2 * x[2]])

    assert judge(check, exact, central, case).accepted
    assert not judge(check, exact, lambda f, x: exact(f, x) + np.array([0, 0, 1e-3]), case).accepted


def test_an_input_that_is_no_parameter_can_be_varied() -> None:
    case = Case(1, {"w": X, "params": {"w": X}}, ("params",))
    check = Gradient(value=parse("sum(w**2)"), at="w")
    assert judge(check, lambda params: 2 * params["w"], lambda params: params["w"] * 2, case).accepted


# Both sides of the tolerance.


@pytest.mark.parametrize(("factor", "accepted"), [(INSIDE, True), (OUTSIDE, False)])
@pytest.mark.parametrize(("order", "rtol"), [(1, 1e-5), (2, 1e-3)])
def test_the_tolerance_is_relative_to_the_whole_norm(order: int, rtol: float, factor: float, accepted: bool) -> None:
    exact = 3 * X**2 if order == 1 else np.diag(6 * X)
    off = np.zeros(exact.shape)
    off[(2,) * order] = factor * rtol * float(np.linalg.norm(exact))  # an entry that is small
    assert accepts("sum(x**3)", X, exact, exact + off, order=order) is accepted


@pytest.mark.parametrize(("factor", "accepted"), [(INSIDE, True), (OUTSIDE, False)])
def test_the_tolerance_can_be_set(factor: float, accepted: bool) -> None:
    assert accepts("x**2", 3.0, 6.0, 6.0 * (1 + 1e-2 * factor), rtol=1e-2) is accepted


@pytest.mark.parametrize(("factor", "accepted"), [(INSIDE, True), (OUTSIDE, False)])
@pytest.mark.parametrize(("constant", "allowed"), [(50.0, 6e-5), (600.0, 609e-6), (6000.0, 6009e-6)])
def test_a_value_beyond_ten_times_the_derivative_widens_it(
    constant: float, allowed: float, factor: float, accepted: bool
) -> None:
    assert accepts(f"x**2 + {constant}", 3.0, 6.0, 6.0 + allowed * factor) is accepted


def test_a_derivative_that_vanishes_here_is_measured_by_what_it_is_nearby() -> None:
    zeros = np.zeros(3)
    assert accepts("sum(x**2)", zeros, zeros, central(lambda x: float(np.sum(x**2)), zeros))
    assert accepts("sum(x**2)", zeros, zeros, np.full(3, 1e-9))
    assert not accepts("sum(x**2)", zeros, zeros, np.full(3, 1e-7))
    assert not accepts("sum(x**2)", zeros, zeros, np.ones(3))


def test_of_a_constant_only_zero_is_the_derivative() -> None:
    assert accepts("0 * x", 3.0, 0.0, -0.0)
    assert not accepts("0 * x", 3.0, 0.0, 1e-300)
    assert accepts("0 * x + 5", 3.0, 0.0, 4e-6)
    assert not accepts("0 * x + 5", 3.0, 0.0, 6e-6)


def test_inputs_on_which_differences_say_nothing_are_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="leave out what is constant"):
        accepts("x**2 + 1e7", 3.0, 6.0, 6.0)


# Right and wrong ways.

FUNCTIONS = [
    "sum(x**3) + x[0] * x[1]",
    "exp(x[0] / 5) * sin(x[1]) + x[2]**2",
    "(1 - x[0])**2 + 100 * (x[1] - x[0]**2)**2 + x[2]",
    "10 * log(sum(exp(x)))",
    "sum(tanh(x)) + x[0]**4 / 10",
]


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("text", FUNCTIONS)
def test_differences_pass_by_the_norm(text: str, seed: int) -> None:
    x = np.round(np.random.default_rng(seed).uniform(-3, 3, 3), 3)
    case = a_case(f=FunctionText(("x",), text), x=x)
    check = Gradient(value=parse("f(x)"), at="x")
    for h in (1e-4, 1e-5, 1e-6):
        assert judge(check, central, lambda f, x, h=h: central(f, x, h), case).accepted
    assert judge(check, central, forward, case).accepted
    assert not judge(check, central, lambda f, x: 1.001 * central(f, x), case).accepted
    assert not judge(check, central, lambda f, x: forward(f, x, 0.01), case).accepted


def test_an_entry_that_is_small_beside_the_others_need_not_be_exact_by_itself() -> None:
    def steep(x: Any) -> float:
        return float(1e6 * x[0] + x[1] ** 2 / 1e3)

    x = np.array([3.0, 2e-3])
    found = central(steep, x)
    exact = np.array([1e6, 4e-6])
    assert abs(found[1] - exact[1]) > 1e-5 * exact[1]
    assert accepts("1e6 * x[0] + x[1]**2 / 1e3", x, exact, found)


def hessian(f: Callable[[Any], float], x: Floats, h: float) -> Floats:
    steps = h * np.eye(len(x))
    return np.array(
        [[(f(x + a + b) - f(x + a - b) - f(x - a + b) + f(x - a - b)) / (4 * h * h) for b in steps] for a in steps]
    )


@pytest.mark.parametrize("text", FUNCTIONS)
def test_second_differences_pass(text: str) -> None:
    case = a_case(f=FunctionText(("x",), text), x=X)
    check = Gradient(value=parse("f(x)"), at="x", order=2)
    for h in (1e-3, 1e-4):
        assert judge(check, lambda f, x: hessian(f, x, 1e-4), lambda f, x, h=h: hessian(f, x, h), case).accepted
    diagonal = judge(
        check, lambda f, x: hessian(f, x, 1e-4), lambda f, x: 1.01 * hessian(f, x, 1e-4) + 0.1 * np.eye(3), case
    )
    assert not diagonal.accepted


def test_a_hessian_without_mixed_terms_is_refused() -> None:
    exact = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert not accepts("x[0] * x[1]", np.array([1.0, 2.0]), exact, np.zeros((2, 2)), order=2)


@pytest.mark.parametrize("x", [1e-3, 0.1, 30.0, 1000.0])
def test_points_of_any_size_can_be_judged(x: float) -> None:
    assert accepts("x**2", x, 2 * x, 2 * x)
    assert not accepts("x**2", x, 2 * x, 2 * x * (1 + 1.1e-5 * max(1.0, x / 20)))
    assert accepts("x**2 - 1e3 * x", x, 2 * x - 1e3, 2 * x - 1e3)
    assert accepts("x**2 * sin(x)", x, 2 * x * np.sin(x) + x * x * np.cos(x), 2 * x * np.sin(x) + x * x * np.cos(x))


@pytest.mark.parametrize(
    ("text", "x", "derivative"),
    [("log(x)", 0.002, 500.0), ("sqrt(x)", 0.002, 0.5 / np.sqrt(0.002)), ("exp(30 * x)", 2.0, 30 * np.exp(60.0))],
)
def test_functions_that_end_nearby_or_are_steep_can_be_judged(text: str, x: float, derivative: float) -> None:
    assert accepts(text, x, derivative, derivative * (1 + 0.9e-5))
    assert not accepts(text, x, derivative, derivative * (1 + 1.1e-5))


# What is said.


def test_a_wrong_gradient_is_told_with_its_worst_entry() -> None:
    check = Gradient(value=parse(CUBES), at="x")
    outcome = judge(check, cubes, lambda x: 3 * x**2, a_case(x=X))
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message == "the error has norm 2.2, and most of it is at [0]; allowed 0.00013"
    assert outcome.error == pytest.approx(np.sqrt(5))
    assert outcome.expected == "np.array([1.0, 13.0, 0.75])"


def test_a_wrong_number_has_no_place() -> None:
    check = Gradient(value=parse("x**2"), at="x")
    assert judge(check, lambda x: 2 * x, lambda x: x, a_case(x=3.0)).message == "off by 3; allowed 6e-05"


def test_turned_signs_and_exchanged_rows_are_told() -> None:
    check = Gradient(value=parse("A @ x"), at="x")
    case = a_case(A=np.array([[1.0, 2.0], [3.0, 4.0]]), x=np.array([1.0, 2.0]))
    assert judge(check, lambda A, x: A, lambda A, x: -A, case).message.endswith("; the sign is the opposite")
    assert judge(check, lambda A, x: A, lambda A, x: A.T, case).message.endswith("; rows and columns are exchanged")


@pytest.mark.parametrize(
    ("value", "aspect"),
    [
        (None, "type"),
        ("x", "type"),
        ({}, "type"),
        ([[1, 2], [3]], "type"),
        (Opaque("a", "b"), "type"),
        (Handle(0), "type"),
        (np.zeros((3, 1)), "shape"),
        (3.0, "shape"),
        (np.array([0, np.nan, 0]), "finiteness"),
        (np.array([np.inf, 0, 0]), "finiteness"),
        (np.array([1j, 0, 0]), "type"),
        (np.array([1e308, -1e308, 1e308]), ""),
        (np.array([True, False, True]), "type"),
    ],
    ids=repr,
)
def test_odd_values_are_refused(value: Value, aspect: str) -> None:
    check = Gradient(value=parse(CUBES), at="x")
    case = a_case(x=X)
    outcome = check.judge(case, check.prepare(case, runner(cubes), CONDITIONS), [Answer(value)])
    assert not outcome.accepted
    assert outcome.aspect == aspect


def test_huge_derivatives_are_measured_without_overflow() -> None:
    exact = np.full(3, 1e200)
    assert accepts("1e200 * sum(x)", X, exact, exact)
    assert not accepts("1e200 * sum(x)", X, exact, 1.1 * exact)


# Kinks.


@pytest.mark.parametrize("x", [0.0, 1e-4, -9e-4, 9.9e-4])
def test_beside_a_kink_nothing_is_looked_at_and_a_note_says_so(x: float) -> None:
    check = Gradient(value=parse("maximum(x, 0)"), at="x")
    outcome = judge(check, lambda x: float(x > 0), lambda x: 0.7, a_case(x=x))
    assert outcome.accepted
    assert outcome.notes == ("beside a kink of the function the derivative was not looked at",)


@pytest.mark.parametrize("x", [1.3e-3, -1.3e-3, 0.02, -5.0, 1e4])
def test_away_from_a_kink_it_is_looked_at(x: float) -> None:
    right, wrong = float(x > 0), 0.5
    assert accepts("maximum(x, 0)", x, right, right)
    assert not accepts("maximum(x, 0)", x, right, wrong)


@pytest.mark.parametrize("text", ["abs(x)", "maximum(x, 3 * x)", "floor(x + 0.5) + x", "abs(x)**0.5", "round(x / 2)"])
def test_kinks_jumps_and_cusps_are_found(text: str) -> None:
    x = 1.0 if "round" in text else 0.5 - 1e-4 if "floor" in text else 0.0
    assert accepts(text, x, 7.0, -7.0)


@pytest.mark.parametrize("text", ["x**3", "x**4", "x**5", "exp(x)", "sin(40 * x)", "tanh(100 * x)", "x * abs(x)"])
def test_smooth_functions_have_no_kinks(text: str) -> None:
    slope = {"exp(x)": 1.0, "sin(40 * x)": 40.0, "tanh(100 * x)": 100.0}.get(text, 0.0)
    assert not accepts(text, 0.0, slope, slope + 0.5)


def test_only_the_entries_beside_the_kink_are_left_out() -> None:
    x = np.array([0.0, 1.0, -2.0])
    relu = Gradient(value=parse("maximum(x, 0)"), at="x", entrywise=True)

    def judge_relu(answer: Floats) -> Outcome:
        return judge(relu, lambda x: (x > 0) * 1.0, lambda x: answer, a_case(x=x))

    outcome = judge_relu(np.array([0.5, 1.0, 0.0]))
    assert outcome.accepted
    assert outcome.notes[0].endswith("was not looked at: [0]")
    assert not judge_relu(np.array([0.0, 1.0, 0.1])).accepted
    assert judge_relu(np.array([np.nan, 1.0, 0.0])).aspect == "finiteness"


def test_a_kink_in_a_hidden_unit_leaves_out_the_weights_that_lead_there() -> None:
    W = np.array([[1.0, -1.0], [1.0, 1.0]])
    case = a_case(W=W, x=np.array([2.0, 2.0]))  # the first unit is at its kink
    check = Gradient(value=parse("sum(maximum(W @ x, 0))"), at="W")

    def exact(W: Any, x: Any) -> Any:
        return np.outer((W @ x > 0) * 1.0, x)

    assert judge(check, exact, lambda W, x: exact(W, x) + np.array([[9.0, 9.0], [0.0, 0.0]]), case).accepted
    assert not judge(check, exact, lambda W, x: exact(W, x) + np.array([[0.0, 0.0], [0.0, 9.0]]), case).accepted


def test_second_derivatives_beside_a_kink_are_left_out() -> None:
    case = a_case(x=np.array([0.0, 1.0]))
    check = Gradient(value=parse("maximum(x[0], 0) * x[1] + x[1]**2"), at="x", order=2)
    exact = np.array([[0.0, 0.0], [0.0, 2.0]])
    assert judge(check, lambda x: exact, lambda x: np.array([[5.0, 6.0], [7.0, 2.0]]), case).accepted
    assert not judge(check, lambda x: exact, lambda x: np.array([[0.0, 0.0], [0.0, 3.0]]), case).accepted


def test_of_many_entries_that_are_left_out_some_are_named() -> None:
    check = Gradient(value=parse("abs(x)"), at="x", entrywise=True)
    notes = judge(check, np.sign, np.sign, a_case(x=np.zeros(9))).notes
    assert notes[0].endswith(": [0], [1], [2], [3], [4], …")


# References and parameters that cannot be used.


def test_a_reference_with_another_derivative_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="the reference solution's own value is refused: the error has norm"):
        accepts(CUBES, X, 3 * X**2, cubes(X))


@pytest.mark.parametrize("value", [None, "x", np.nan, True, Handle(0)], ids=repr)
def test_a_reference_that_gives_no_finite_numbers_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError, match="finite numbers"):
        Gradient(value=parse("x**2"), at="x").prepare(a_case(x=1.0), lambda call: Answer(value), CONDITIONS)


@pytest.mark.parametrize(
    ("text", "x", "options", "words"),
    [
        (CUBES, X, {"entrywise": True}, "not entry by entry"),
        ("x", X, {}, "has shape"),
        ("log(x - 3)", 2.0, {}, "not finite at the point"),
        ("x @ x @ x", X, {}, "cannot be evaluated"),
        ("x > 0", 1.0, {}, "not made of numbers"),
        ("x + y", 1.0, {}, "'y' is not defined"),
        ("x**2", "a", {}, "real numbers are needed"),
        ("x**2", 1j, {}, "real numbers are needed"),
        ("x**2", [[1], [1, 2]], {}, "real numbers are needed"),
        ("sqrt(x**2)", 3.0, {"method": "complex_step"}, ""),
    ],
)
def test_functions_that_cannot_be_differentiated_are_judge_errors(
    text: str, x: Value, options: dict[str, Any], words: str
) -> None:
    if words:
        with pytest.raises(JudgeError, match=words):
            accepts(text, x, 1.0 if np.ndim(np.asarray(x, dtype=object)) == 0 else X, 1.0, **options)
    else:
        assert accepts(text, x, 1.0, 1.0, **options)


def test_a_complex_step_through_something_not_analytic_is_a_judge_error() -> None:
    case = a_case(f=FunctionText(("t",), "abs(t)**2"), x=3.0)
    with pytest.raises(JudgeError, match="not analytic"):
        Gradient(value=parse("f(x)"), at="x", method="complex_step").prepare(
            case, runner(lambda f, x: 2 * x), CONDITIONS
        )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"of": "student"}, "go together"),
        ({"gradient": parse("answer[1]")}, "go together"),
        ({"of": "student", "gradient": parse("answer"), "order": 2}, "differentiated once"),
        ({"of": "student", "gradient": parse("answer"), "method": "complex_step"}, "differentiated once"),
        ({"method": "complex_step", "order": 2}, "first derivatives only"),
        ({"method": "complex_step", "value": parse("norm(x) + abs(x)")}, "'abs', which is not analytic"),
    ],
)
def test_what_does_not_go_together_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Gradient(**{"value": parse("f(x)"), "at": "x", **options})


def test_a_description_can_be_kept() -> None:
    assert thaw(freeze(OWN)) == OWN


def test_names_and_inputs_are_told_to_the_rules() -> None:
    check = Gradient(value=parse("f(x)"), at="x")
    assert [(path, formula.text) for path, formula in check.own_formulas()] == [(("value",), "f(x)")]
    assert list(check.own_inputs()) == [(("at",), "x")]
    assert check.own_names() == frozenset()
    assert OWN.own_names() == {"answer"}


def test_it_can_stand_inside_another_check_for_one_of_several_values() -> None:
    check = Returns(fields={"dx": Gradient(value=parse("x * y"), at="x"), "dy": Gradient(value=parse("x * y"), at="y")})
    case = a_case(x=2.0, y=3.0)
    expected = check.prepare(case, runner(lambda x, y: (y, x)), CONDITIONS)
    assert judged(check, case, expected, runner(lambda x, y: (y, x)))[0].accepted
    assert judged(check, case, expected, runner(lambda x, y: (x, y)))[0].message.startswith("dx: off by 1")
    with pytest.raises(JudgeError, match="cannot stand inside another check"):
        Returns(fields={"a": OWN, "b": OWN}).prepare(case, runner(lambda x, y: (y, x)), CONDITIONS)


# Mistakes.


def test_equal_wrong_gradients_resemble_each_other_by_the_norm() -> None:
    check, case = Gradient(value=parse(CUBES), at="x"), a_case(x=X)
    expected = check.prepare(case, runner(cubes), CONDITIONS)

    def resemble(mine: Value, theirs: Value) -> bool:
        return check.resembles(case, expected, [Answer(mine)], [Answer(theirs)])

    wrong = 3 * X**2
    assert resemble(wrong, wrong + np.array([0, 0, 1e-5]))
    assert not resemble(wrong, wrong + np.array([0, 0, 1e-3]))
    assert not resemble(wrong, cubes(X))
    assert resemble(None, None)
    assert not resemble(None, wrong)
    assert not resemble(np.array([1e308] * 3), np.array([-1e308] * 3))


# The student's own function.

OWN = Gradient(of="student", at="w", value=parse("answer[0]"), gradient=parse("answer[1]"))
A = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 1.0]])
OWN_CASE = a_case(A=A, w=np.array([0.5, -1.5]))


def squares(A: Any, w: Any) -> Any:
    r = A @ np.asarray(w) - 1
    return r @ r, 2 * A.T @ r


def own(answer: Solver, check: Gradient = OWN, case: Case = OWN_CASE, reference: Solver = squares) -> Outcome:
    return judge(check, reference, answer, case)


@pytest.mark.parametrize(
    "answer",
    [
        squares,
        lambda A, w: (np.sum((A @ w - 1) ** 2) / 3, 2 / 3 * A.T @ (A @ w - 1)),
        lambda A, w: (10 * squares(A, w)[0] - 4, 10 * squares(A, w)[1]),
        lambda A, w: [float(squares(A, w)[0]), squares(A, w)[1].tolist()],
        lambda A, w: (squares(A, w)[0], central(lambda v: squares(A, v)[0], w, 1e-6)),
        lambda A, w: (np.sum(np.cosh(A @ w)), A.T @ np.sinh(A @ w)),
    ],
)
def test_a_gradient_of_what_is_returned_beside_it_is_accepted(answer: Solver) -> None:
    assert own(answer) == Outcome()
    assert own(
        answer, Gradient(of="student", at="w", value=OWN.value, gradient=OWN.gradient, method="central")
    ).accepted


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda A, w: (squares(A, w)[0], squares(A, w)[1] / 2), "the error has norm"),
        (lambda A, w: (squares(A, w)[0] / 2, squares(A, w)[1]), "the error has norm"),
        (lambda A, w: (squares(A, w)[0], -squares(A, w)[1]), "the sign is the opposite"),
        (lambda A, w: (3.0, squares(A, w)[1]), "the error has norm"),
        (lambda A, w: (squares(A, w)[0], np.zeros(3)), "gradient: returned shape (3,)"),
        (lambda A, w: (squares(A, w)[0], None), "gradient: returned None"),
        (lambda A, w: (squares(A, w)[0], np.array([np.nan, 1])), "nan"),
        (lambda A, w: squares(A, w)[0], "in which there is no answer[0]"),
        (lambda A, w: squares(A, w)[:1], "in which there is no answer[1]"),
        (lambda A, w: None, "returned None"),
        (lambda A, w: {}, "in which there is no answer[0]"),
        (lambda A, w: object(), "in which there is no answer[0]"),
        (lambda A, w: (A @ w, w), "shape (3,), expected a single number"),
        (lambda A, w: ("a", w), "a text"),
        (lambda A, w: (np.nan, w), "nan"),
        (lambda A, w: (1e308 * np.sign(w[0] - 0.5), w), "not that of the value"),
    ],
)
def test_another_gradient_or_none_is_refused(answer: Solver, words: str) -> None:
    outcome = own(answer)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert words in outcome.message


@pytest.mark.parametrize(("factor", "accepted"), [(INSIDE, True), (OUTSIDE, False)])
def test_the_tolerance_is_that_of_the_references_gradient(factor: float, accepted: bool) -> None:
    size = float(np.linalg.norm(squares(**OWN_CASE.inputs)[1]))

    def off(A: Any, w: Any) -> Any:
        value, gradient = squares(A, w)
        return value, gradient + np.array([1e-5 * size * factor, 0])

    assert own(off).accepted is accepted


def test_a_fault_at_one_of_the_points_shows_that_call() -> None:
    def fails(A: Any, w: Any) -> Any:
        if w[1] < -1.5:
            raise ValueError("no")
        return squares(A, w)

    outcome = own(fails)
    assert outcome.verdict is Verdict.RAISED
    assert outcome.call is not None
    assert np.asarray(outcome.call.arguments[1])[1] < -1.5
    assert outcome.got == "raised ValueError: no"


def test_inputs_of_other_forms_keep_theirs() -> None:
    def seen(w: Value) -> list[Value]:
        case = a_case(A=A, w=w)
        return [call.arguments[1] for call in OWN.ask(case, OWN.prepare(case, runner(squares), CONDITIONS))]

    assert [type(value) for value in seen([1, 2])] == [list] * 9
    assert seen([1, 2])[1] == [1 + 2**-9, 2.0]
    assert [type(value) for value in seen((1.0, 2.0))] == [tuple] * 9
    scalar = Gradient(of="student", at="t", value=parse("answer[0]"), gradient=parse("answer[1]"))
    case = a_case(t=2)
    assert judge(scalar, lambda t: (t**3, 3 * t**2), lambda t: (t**2, 2 * t), case).accepted
    assert len(scalar.ask(case, scalar.prepare(case, runner(lambda t: (t**3, 3 * t**2)), CONDITIONS))) == 5


def test_jacobians_and_functions_entry_by_entry_can_be_the_students_own() -> None:
    value, gradient = parse("answer[0]"), parse("answer[1]")
    jacobian = Gradient(of="student", at="w", value=value, gradient=gradient)
    sines = Gradient(of="student", at="w", value=value, gradient=gradient, entrywise=True)
    assert own(lambda A, w: (A @ w, A), jacobian, reference=lambda A, w: (A @ w, A)).accepted
    assert not own(lambda A, w: (A @ w, A + 1), jacobian, reference=lambda A, w: (A @ w, A)).accepted
    assert own(lambda A, w: (np.sin(w), np.cos(w)), sines, reference=lambda A, w: (w**2, 2 * w)).accepted
    assert not own(lambda A, w: (np.sin(w), w), sines, reference=lambda A, w: (w**2, 2 * w)).accepted


def test_a_kink_of_the_references_function_is_left_out_for_the_student_too() -> None:
    case = a_case(A=A, w=np.array([0.0, 2.0]))

    def relu(A: Any, w: Any) -> Any:
        return np.sum(np.maximum(w, 0)), (w > 0) * 1.0

    outcome = own(lambda A, w: (relu(A, w)[0], np.array([9.0, 1.0])), case=case, reference=relu)
    assert outcome.accepted
    assert outcome.notes[0].endswith(": [0]")
    assert not own(lambda A, w: (relu(A, w)[0], np.array([0.0, 9.0])), case=case, reference=relu).accepted


def test_a_step_is_taken_at_which_the_reference_is_exact_enough() -> None:
    def steep(A: Any, w: Any) -> Any:
        return np.exp(100 * w[0]), np.array([100 * np.exp(100 * w[0]), 0.0])

    expected = OWN.prepare(OWN_CASE, runner(steep), CONDITIONS)
    assert expected.facts["step"] == 2.0**-12
    assert OWN.prepare(OWN_CASE, runner(squares), CONDITIONS).facts["step"] == 2.0**-9


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (lambda A, w: (squares(A, w)[0], squares(A, w)[1] / 2), "is not that of its value"),
        (lambda A, w: ("a", w), "not made of finite numbers"),
        (lambda A, w: 1 / 0, "the reference solution failed"),
        (lambda A, w: 3.0, "cannot be evaluated"),
    ],
)
def test_a_reference_that_does_not_fit_is_a_judge_error(reference: Solver, words: str) -> None:
    with pytest.raises(JudgeError, match=words):
        own(squares, reference=reference)


def test_only_a_parameter_of_the_function_can_be_varied() -> None:
    with pytest.raises(JudgeError, match="'w' is no parameter"):
        own(squares, case=Case(1, OWN_CASE.inputs, ("A",)))


def test_an_input_with_too_many_entries_cannot_be_varied() -> None:
    case = a_case(w=np.ones(251))
    with pytest.raises(JudgeError, match="251 entries, of which at most 250"):
        OWN.prepare(case, runner(lambda w: (w @ w, 2 * w)), CONDITIONS)


def test_equal_answers_resemble_each_other() -> None:
    expected = OWN.prepare(OWN_CASE, runner(squares), CONDITIONS)
    mine = [Answer((1.0, np.ones(2)))]
    assert OWN.resembles(OWN_CASE, expected, mine, [Answer((1.0, np.ones(2)))])
    assert not OWN.resembles(OWN_CASE, expected, mine, [Answer((1.0, np.zeros(2)))])


# Laws.


@settings(max_examples=40)
@given(
    c=st.lists(st.floats(-5, 5), min_size=2, max_size=5),
    x=st.floats(-3, 3),
    scale=st.sampled_from([1e-6, 1.0, 1e6]),
    tolerances=st.tuples(st.floats(1e-5, 0.1), st.floats(1e-5, 0.1)).map(sorted),
    off=st.floats(-0.2, 0.2),
)
def test_an_accepted_answer_stays_accepted_as_the_tolerance_grows(
    c: list[float], x: float, scale: float, tolerances: list[float], off: float
) -> None:
    polynomial = np.polynomial.Polynomial(c) * scale
    text = " + ".join(f"({value!r}) * x**{power}" for power, value in enumerate(polynomial.coef.tolist()))
    exact = float(polynomial.deriv()(x))

    def accepted(tolerance: float) -> bool:
        check = Gradient(value=parse(text), at="x", rtol=tolerance)
        case = a_case(x=x)
        expected = check.prepare(case, runner(lambda x: exact), CONDITIONS)
        return check.judge(case, expected, [Answer(exact * (1 + off))]).accepted

    try:
        assert accepted(tolerances[0]) <= accepted(tolerances[1])
    except JudgeError as error:  # the derivative nearly vanishes
        assert "say too little" in str(error) or "is known to" in str(error)  # noqa: PT017
