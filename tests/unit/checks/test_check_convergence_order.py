"""`convergence_order`: methods of the order pass, those of another do not, and references must show it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.author_code import runner
from grader.checks import Conditions, Need, judged
from grader.checks.convergence_order import ConvergenceOrder
from grader.errors import JudgeError
from grader.executors.process import ProcessExecutor
from grader.model import Answer, Case, Evaluations, Limits, Outcome, Submission, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, RandomState, Value
from grader.spec.store import freeze, thaw

Method = Callable[..., Any]


def stream(number: int, purpose: str) -> int:
    return int.from_bytes(f"{number} {purpose}".encode()[-16:].rjust(16))


CONDITIONS = Conditions(Tolerance(), 0, stream)
INSIDE, OUTSIDE = 0.99, 1.01


def formulas(values: Sequence[float | str]) -> Any:
    return tuple(map(parse, values))


def verdict(check: ConvergenceOrder, case: Case, reference: Method, method: Method) -> Outcome:
    return judged(check, case, check.prepare(case, runner(reference), CONDITIONS), runner(method))[0]


# Integrals: the parameter grows.

INPUTS = {"f": FunctionText(("x",), "exp(x) + sin(3 * x)", counted=True), "a": 0.0, "b": 1.5, "n": 8}
CASE = Case(1, INPUTS, ("f", "a", "b", "n"))
EXACT = parse("exp(b) - exp(a) - (cos(3 * b) - cos(3 * a)) / 3")
NS = (8, 16, 32, 64, 128)


def left(f: Any, a: float, b: float, n: int) -> Any:
    return (b - a) / n * sum(f(a + i * (b - a) / n) for i in range(n))


def midpoint(f: Any, a: float, b: float, n: int) -> Any:
    return (b - a) / n * np.sum(f(a + (b - a) / n * (np.arange(n) + 0.5)))


def trapezoid(f: Any, a: float, b: float, n: int) -> Any:
    y = f(np.linspace(a, b, n + 1))
    return (b - a) / n * (np.sum(y) - (y[0] + y[-1]) / 2)


def simpson(f: Any, a: float, b: float, n: int) -> Any:
    y = f(np.linspace(a, b, n + 1))
    return (b - a) / (3 * n) * (y[0] + y[-1] + 4 * np.sum(y[1::2]) + 2 * np.sum(y[2:-1:2]))


def gauss(f: Any, a: float, b: float, n: int) -> Any:
    x, w = np.polynomial.legendre.leggauss(n)
    return (b - a) / 2 * np.sum(w * f((a + b) / 2 + (b - a) / 2 * x))


def integral(order: float, **options: Any) -> ConvergenceOrder:
    return ConvergenceOrder(**{"order": order, "parameter": "n", "values": formulas(NS), "exact": EXACT, **options})


RULES: list[tuple[float, Method]] = [(1, left), (2, trapezoid), (2, midpoint), (4, simpson)]


@pytest.mark.parametrize(("order", "reference"), RULES)
@pytest.mark.parametrize(("own", "method"), RULES)
def test_only_rules_of_the_order_pass(order: float, reference: Method, own: float, method: Method) -> None:
    values = (32, 64, 128, 256) if order == 1 else NS
    outcome = verdict(integral(order, values=formulas(values)), CASE, reference, method)
    assert outcome.accepted is (own == order)
    if own != order:
        assert outcome.message.startswith(f"the errors fall with order {own}." if own < 2 else "the errors fall with")
        assert outcome.message.endswith(f", expected {order:g}")
        assert outcome.expected == f"errors that fall with order {order:g}"


def test_the_errors_are_told_and_the_last_that_counts_is_shown() -> None:
    outcome = verdict(integral(4), CASE, simpson, trapezoid)
    assert outcome.message == "the errors fall with order 2.04, expected 4"
    assert outcome.got.startswith("errors 0.0")
    assert outcome.got.endswith("at n = 128")
    assert outcome.got.count("at n = ") == 5
    assert outcome.call is not None
    assert outcome.call.arguments[1:] == (0.0, 1.5, 128)
    assert outcome.error == pytest.approx(2.0, abs=0.05)
    assert outcome.allowed == 0.2


def test_a_method_that_is_too_exact_is_told_that_only_rounding_is_left() -> None:
    outcome = verdict(integral(2, values=formulas((16, 32, 64))), CASE, trapezoid, gauss)
    assert outcome.message.startswith("the errors do not fall with order 2: all of them are below 8.")
    assert outcome.message.endswith("where only rounding is left")
    assert outcome.aspect == "no order"


def test_a_method_that_is_too_exact_for_most_values_is_told_so() -> None:
    outcome = verdict(
        integral(2, values=formulas((8, 16, 32, 64))), CASE, trapezoid, lambda f, a, b, n: gauss(f, a, b, n // 4)
    )
    assert "2 of them can be used, between" in outcome.message


def test_errors_that_are_too_large_are_told_with_the_order_they_show() -> None:
    outcome = verdict(integral(2), CASE, trapezoid, lambda *_: 100.0)
    assert outcome.message.startswith("the errors do not fall with order 2: all of them are above 0.3")
    assert outcome.message.endswith("above 0.39 (they do not fall)")
    slow = verdict(integral(2), CASE, trapezoid, lambda f, a, b, n: trapezoid(f, a, b, n) + 80.0 / n)
    assert "(they fall with order 1.0" in slow.message


def test_errors_that_grow_are_told() -> None:
    outcome = verdict(integral(2), CASE, trapezoid, lambda f, a, b, n: trapezoid(f, a, b, 300) + 1e-9 * n**2)
    assert outcome.message == "the errors do not fall, expected them to fall with order 2"


@pytest.mark.parametrize(("off", "accepted"), [(0.19, True), (-0.19, True), (0.21, False), (-0.21, False)])
def test_the_slope_may_be_off_by_a_fifth(off: float, accepted: bool) -> None:
    def method(f: Any, a: float, b: float, n: int) -> float:
        return float(np.exp(b) - np.exp(a) - (np.cos(3 * b) - np.cos(3 * a)) / 3 + n ** -(2.0 + off))

    assert verdict(integral(2), CASE, trapezoid, method).accepted is accepted
    assert verdict(integral(2, within=0.5), CASE, trapezoid, method).accepted


@pytest.mark.parametrize(("factor", "accepted"), [(INSIDE, False), (OUTSIDE, True)])
def test_errors_below_a_thousand_epsilons_do_not_count(factor: float, accepted: bool) -> None:
    check = ConvergenceOrder(order=1, parameter="n", values=formulas((1, 2, 4, 8)), exact=parse(1.0))
    case = Case(1, {"n": 1}, ("n",))
    smallest = 2.0**-52 * 1e3 * factor

    def method(n: int) -> float:
        return 1.0 + smallest * 4 / n  # of the four errors three are large enough, or two

    assert verdict(check, case, lambda n: 1 + 0.01 / n, method).accepted is accepted


@pytest.mark.parametrize(("factor", "accepted"), [(INSIDE, True), (OUTSIDE, False)])
def test_errors_above_a_tenth_do_not_count(factor: float, accepted: bool) -> None:
    check = ConvergenceOrder(order=1, parameter="n", values=formulas((1, 2, 4, 8)), exact=parse(5.0))
    case = Case(1, {"n": 1}, ("n",))
    limit = 0.5 * factor
    assert (
        verdict(check, case, lambda n: 5 + 0.1 / n, lambda n: 5 + limit * 2 / n if n > 1 else 99.0).accepted is accepted
    )


def test_what_errors_are_relative_to_can_be_set() -> None:
    odd = Case(1, {**INPUTS, "a": -1.5, "f": FunctionText(("x",), "sin(x)")}, CASE.arguments)
    with pytest.raises(JudgeError, match="errors cannot be relative to 0"):
        verdict(integral(2, exact=parse(0)), odd, left, left)
    check = integral(1, exact=parse(0), scale=parse("b - a"))
    assert verdict(check, odd, left, left).accepted
    for scale in ("b - b", "a", "inf"):
        with pytest.raises(JudgeError, match="errors cannot be relative to"):
            verdict(integral(1, exact=parse(0), scale=parse(scale)), odd, left, left)


# Derivatives: the parameter shrinks.

DIFFERENCES = Case(1, {"f": FunctionText(("x",), "exp(x) * sin(x)", counted=True), "x": 0.7, "h": 0.1}, ("f", "x", "h"))
SLOPE = parse("exp(x) * (sin(x) + cos(x))")


def central(f: Any, x: float, h: float) -> Any:
    return (f(x + h) - f(x - h)) / (2 * h)


def forward(f: Any, x: float, h: float) -> Any:
    return (f(x + h) - f(x)) / h


def difference(order: float, **options: Any) -> ConvergenceOrder:
    values = formulas((0.2, 0.1, 0.05, 0.025, 0.0125))
    return ConvergenceOrder(**{"order": order, "parameter": "h", "values": values, "exact": SLOPE, **options})


def test_differences_have_their_orders() -> None:
    assert verdict(difference(2), DIFFERENCES, central, central) == Outcome()
    assert (
        verdict(difference(2), DIFFERENCES, central, forward).message == "the errors fall with order 1.00, expected 2"
    )

    def five_points(f: Any, x: float, h: float) -> Any:
        return (4 * central(f, x, h / 2) - central(f, x, h)) / 3

    assert verdict(difference(2), DIFFERENCES, central, five_points).message.startswith("the errors fall with order 4.")


def test_vectors_are_measured_by_their_norm() -> None:
    case = Case(1, {"f": FunctionText(("x",), "exp(x)"), "x": np.array([0.1, 1.0]), "h": 0.1}, ("f", "x", "h"))
    check = difference(2, exact=parse("exp(x)"))
    assert verdict(check, case, central, central).accepted
    assert not verdict(check, case, central, forward).accepted
    assert "expected shape (2,)" in verdict(check, case, central, lambda f, x, h: 1.0).message


# Evaluations.


def test_more_evaluations_than_are_allowed_are_refused() -> None:
    def wasteful(f: Any, a: float, b: float, n: int) -> Any:
        f(a)
        return trapezoid(f, a, b, n)

    check = integral(2, max_evaluations=parse("n + 1"))
    assert verdict(check, CASE, trapezoid, trapezoid).accepted
    outcome = verdict(check, CASE, trapezoid, wasteful)
    assert outcome.message == "evaluates `f` at 10 points, where 9 are enough"
    assert (outcome.aspect, outcome.got, outcome.expected) == ("budget", "10 evaluations", "at most 9 evaluations")
    assert outcome.call is not None
    assert outcome.call.arguments[3] == 8


def test_a_wrong_order_is_told_before_a_waste() -> None:
    outcome = verdict(integral(2, max_evaluations=parse(1000)), CASE, trapezoid, lambda *x: left(*x) + left(*x) * 0)
    assert "order" in outcome.message


def test_a_function_that_is_not_counted_cannot_have_a_budget() -> None:
    case = Case(1, {**INPUTS, "f": FunctionText(("x",), "exp(x)")}, CASE.arguments)
    with pytest.raises(JudgeError, match="`counted: true`"):
        verdict(integral(2, exact=parse("exp(b) - exp(a)"), max_evaluations=parse("n")), case, trapezoid, trapezoid)


def test_a_reference_that_needs_more_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="evaluates `f` at 9 points, where 8 are enough"):
        verdict(integral(2, max_evaluations=parse("n")), CASE, trapezoid, trapezoid)


def test_the_worst_of_several_functions_counts() -> None:
    check = ConvergenceOrder(mode="iteration", order=2, exact=parse("2**0.5"), max_evaluations=parse(4))
    case = Case(1, {"f": 1, "df": 2, "x0": 2.0, "steps": 6}, ("f", "df", "x0", "steps"))
    iterates = newton(lambda x: x * x - 2, lambda x: 2 * x, 2.0, 6)
    counts = (Evaluations(0, 4, 4), Evaluations(1, 4, 4))
    expected = check.prepare(case, lambda call: Answer(iterates, evaluations=counts), CONDITIONS)
    more = (Evaluations(0, 4, 4), Evaluations(1, 5, 5))
    outcome = check.judge(case, expected, [Answer(iterates, evaluations=more)])
    assert isinstance(outcome, Outcome)
    assert outcome.message == "evaluates `df` at 5 points, where 4 are enough"


# Iterations.


def newton(f: Any, df: Any, x0: Any, steps: int) -> Any:
    x = [x0]
    for _ in range(steps):
        x.append(x[-1] - f(x[-1]) / df(x[-1]))
    return np.array(x)


def chord(f: Any, df: Any, x0: float, steps: int) -> Any:
    slope = df(x0)
    return newton(f, lambda _: slope, x0, steps)


def secant(f: Any, df: Any, x0: float, steps: int) -> Any:
    x = [x0, x0 + 0.1]
    while len(x) <= steps:
        rise = f(x[-1]) - f(x[-2])
        x.append(x[-1] - f(x[-1]) * (x[-1] - x[-2]) / rise if rise else x[-1])
    return np.array(x)


def halley(f: Any, df: Any, x0: float, steps: int) -> Any:
    return newton(
        lambda x: 2 * f(x) * df(x), lambda x: 2 * df(x) ** 2 - f(x) * (df(x + 1e-5) - df(x - 1e-5)) / 2e-5, x0, steps
    )


ROOT = Case(
    1,
    {
        "f": FunctionText(("x",), "exp(2 * (x - r)) - 1"),
        "df": FunctionText(("x",), "2 * exp(2 * (x - r))"),
        "x0": 1.4,
        "steps": 9,
        "r": 1.0,
    },
    ("f", "df", "x0", "steps"),
)
for name in ("f", "df"):
    function = ROOT.inputs[name]
    assert isinstance(function, FunctionText)
    function.constants["r"] = 1.0  # type: ignore[index]
NEWTON = ConvergenceOrder(mode="iteration", order=2, exact=parse("r"))


def test_newtons_method_has_order_two() -> None:
    assert verdict(NEWTON, ROOT, newton, newton) == Outcome()
    assert verdict(NEWTON, ROOT, newton, lambda *inputs: newton(*inputs).tolist()).accepted


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (chord, "order 1."),
        (secant, "order 1.6"),
        (
            halley,
            "order 2: 2 of them can be used, between 2.2e-13 (rounding) and 0.1 (too far off) (they fall with order 3.",
        ),
    ],
)
def test_iterations_of_other_orders_are_refused(method: Method, words: str) -> None:
    long = Case(1, {**ROOT.inputs, "steps": 12, "x0": 1.2}, ROOT.arguments)
    outcome = verdict(NEWTON, long, newton, method)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert f"fall with {words}" in outcome.message
    assert outcome.got.startswith("errors 0.2 at x0, ")
    assert outcome.got.endswith(", …")
    assert outcome.call is None


def test_iterates_that_stay_or_come_at_once_are_told() -> None:
    def there(f: Any, df: Any, x0: float, steps: int) -> Any:
        return np.full(steps + 1, 1.0)

    def near(f: Any, df: Any, x0: float, steps: int) -> Any:
        return np.full(steps + 1, 1.01)

    def far(f: Any, df: Any, x0: float, steps: int) -> Any:
        return np.full(steps + 1, x0)

    assert "only rounding is left" in verdict(NEWTON, ROOT, newton, there).message
    assert "they stay near 0.01" in verdict(NEWTON, ROOT, newton, near).message
    assert "all of them are above 0.1" in verdict(NEWTON, ROOT, newton, far).message


def test_iterates_may_be_vectors() -> None:
    case = Case(1, {"x0": np.array([1.2, 0.8]), "steps": 8}, ("x0", "steps"))
    check = ConvergenceOrder(mode="iteration", order=2, exact=parse("ones(2)"))

    def squares(x0: Any, steps: int) -> Any:
        return newton(lambda x: x**2 - 1, lambda x: 2 * x, x0, steps)

    assert verdict(check, case, squares, squares).accepted
    slow = verdict(check, case, squares, lambda x0, steps: np.array([1 + (x0 - 1) * 0.5**k for k in range(steps + 1)]))
    assert slow.message == "the errors fall with order 1.00, expected 2"
    assert "expected shape (9, 2)" in verdict(check, case, squares, lambda x0, steps: np.zeros(9)).message


@pytest.mark.parametrize("seed", range(40))
def test_newton_passes_and_the_chord_fails_from_many_starts(seed: int) -> None:
    random = np.random.default_rng(seed)
    root, rate = random.uniform(-3, 3), random.uniform(0.5, 3)
    case = Case(1, {"root": root, "x0": root + 0.5 / rate, "steps": 10}, ("x0", "steps"))
    check = ConvergenceOrder(mode="iteration", order=2, exact=parse("root"))

    def f(x: Any) -> Any:
        return np.expm1(rate * (x - root))

    def df(x: Any) -> Any:
        return rate * np.exp(rate * (x - root))

    def right(x0: float, steps: int) -> Any:
        return newton(f, df, x0, steps)

    assert verdict(check, case, right, right).accepted
    assert not verdict(check, case, right, lambda x0, steps: chord(f, df, x0, steps)).accepted


# Random methods.

RANDOM = Case(
    1,
    {"f": FunctionText(("x",), "exp(x)"), "a": 0.0, "b": 2.0, "n": 100, "rng": RandomState(5)},
    ("f", "a", "b", "n", "rng"),
)
ROOTS = ConvergenceOrder(
    order=0.5,
    parameter="n",
    values=formulas((64, 256, 1024, 4096)),
    exact=parse("exp(b) - exp(a)"),
    replicates=30,
)


def monte_carlo(f: Any, a: float, b: float, n: int, rng: Any) -> Any:
    return (b - a) * np.mean(f(rng.uniform(a, b, n)))


def mirrored(f: Any, a: float, b: float, n: int, rng: Any) -> Any:
    x = rng.uniform(a, b, n)
    return (b - a) * np.mean((f(x) + f(a + b - x)) / 2)


def stratified(f: Any, a: float, b: float, n: int, rng: Any) -> Any:
    return (b - a) * np.mean(f(a + (b - a) * (np.arange(n) + rng.random(n)) / n))


@pytest.mark.parametrize("seed", range(12))
def test_the_root_mean_square_of_a_right_estimator_falls_with_the_root(seed: int) -> None:
    conditions = Conditions(Tolerance(), 0, lambda number, purpose: stream(number, purpose) + 10**9 * seed)
    expected = ROOTS.prepare(RANDOM, runner(monte_carlo), conditions)
    antithetic = judged(ROOTS, RANDOM, expected, runner(mirrored))[0]
    assert antithetic == Outcome()


def test_a_wrong_rate_fails_twice() -> None:
    expected = ROOTS.prepare(RANDOM, runner(monte_carlo), CONDITIONS)
    outcome, answers = judged(ROOTS, RANDOM, expected, runner(stratified))
    assert "expected 0.5" in outcome.message
    assert len(answers) == 4 * 30 + 4 * 120
    fixed = judged(ROOTS, RANDOM, expected, runner(lambda f, a, b, n, rng: monte_carlo(f, a, b, 100, rng)))[0]
    assert "expected 0.5" in fixed.message or "do not fall" in fixed.message


def test_every_replicate_has_a_generator_of_its_own() -> None:
    expected = ROOTS.prepare(RANDOM, runner(monte_carlo), CONDITIONS)
    first = ROOTS.ask(RANDOM, expected)
    need = ROOTS.judge(RANDOM, expected, [Answer(0.0)] * len(first))
    assert isinstance(need, Need)
    keys = {call.arguments[4] for call in (*first, *need.calls)}
    assert len(keys) == 120 + 480
    assert [call.arguments[3] for call in first[::30]] == [64, 256, 1024, 4096]
    outcome = ROOTS.judge(RANDOM, expected, [Answer(0.0)] * 600)
    assert isinstance(outcome, Outcome)
    assert not outcome.accepted


def test_answers_that_do_not_come_from_the_generator_are_refused() -> None:
    def ignores(f: Any, a: float, b: float, n: int, rng: Any) -> float:
        return float(np.exp(b) - np.exp(a) + 1 / np.sqrt(n))

    assert "do not depend on the generator" in verdict(ROOTS, RANDOM, monte_carlo, ignores).message


def test_an_answer_that_is_none_is_refused_at_once() -> None:
    expected = ROOTS.prepare(RANDOM, runner(monte_carlo), CONDITIONS)
    outcome, answers = judged(ROOTS, RANDOM, expected, runner(lambda *_: None))
    assert "returned None" in outcome.message
    assert len(answers) == 120


def test_replicates_need_a_generator_and_values_far_enough_apart() -> None:
    with pytest.raises(JudgeError, match="given a generator"):
        verdict(integral(2, replicates=30), CASE, trapezoid, trapezoid)
    near = ConvergenceOrder(order=0.5, parameter="n", values=formulas((64, 128, 256)), exact=ROOTS.exact, replicates=30)
    with pytest.raises(JudgeError, match="not sure enough"):
        verdict(near, RANDOM, monte_carlo, monte_carlo)


# Odd answers.


@pytest.mark.parametrize(
    "value", [None, "x", np.nan, np.inf, [1.0], {}, lambda: 0, object(), 1j, [[1], [1, 2]], True, 1e308]
)
def test_odd_answers_are_refused(value: object) -> None:
    outcome = verdict(integral(2), CASE, trapezoid, lambda *_: value)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.call is not None
    assert not verdict(NEWTON, ROOT, newton, lambda *_: value).accepted


def test_a_call_that_raises_keeps_its_verdict() -> None:
    outcome = verdict(integral(2), CASE, trapezoid, lambda f, a, b, n: 1 / 0 if n == 32 else trapezoid(f, a, b, n))
    assert (outcome.verdict, outcome.got) == (Verdict.RAISED, "raised ZeroDivisionError: division by zero")
    assert outcome.call is not None
    assert outcome.call.arguments[3] == 32


# References and parameters that cannot be used.


def test_a_reference_whose_leading_term_vanishes_is_a_judge_error() -> None:
    runge = Case(1, {**INPUTS, "b": 1.0, "f": FunctionText(("x",), "1 / (1 + x**2)")}, CASE.arguments)
    with pytest.raises(JudgeError, match=r"order 6\.\d+, expected 4 .*does the leading term"):
        verdict(integral(4, exact=parse("pi / 4"), values=formulas((4, 8, 16, 32))), runge, simpson, simpson)
    cubic = Case(1, {**INPUTS, "f": FunctionText(("x",), "x**3")}, CASE.arguments)
    with pytest.raises(JudgeError, match="only rounding is left"):
        verdict(integral(4, exact=parse("b**4 / 4")), cubic, simpson, simpson)


def test_a_reference_that_fails_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="raised ZeroDivisionError"):
        verdict(integral(2), CASE, lambda *_: 1 / 0, trapezoid)
    with pytest.raises(JudgeError, match="the reference solution failed: raised ZeroDivisionError"):
        verdict(NEWTON, ROOT, lambda *_: 1 / 0, newton)


@pytest.mark.parametrize("value", [3.0, None, np.zeros((3, 2))])
def test_a_reference_that_gives_no_iterates_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError, match="not made of iterates"):
        verdict(NEWTON, ROOT, lambda *_: value, newton)


@pytest.mark.parametrize("values", [(8, 16, 16, 32), (8, 32, 16), (-1, 1, 2), (0, 1, 2), (1, 2, "inf"), (1, 2, "n")])
def test_values_that_do_not_go_from_coarse_to_fine_are_a_judge_error(values: Any) -> None:
    case = Case(1, {**INPUTS, "n": 1}, CASE.arguments)
    with pytest.raises(JudgeError, match="not positive, or do not go one way"):
        verdict(integral(2, values=formulas(values)), case, trapezoid, trapezoid)


def test_only_a_parameter_of_the_function_can_be_refined() -> None:
    with pytest.raises(JudgeError, match="'c' is no parameter"):
        verdict(integral(2, parameter="c"), Case(1, {**INPUTS, "c": 1}, CASE.arguments), trapezoid, trapezoid)


@pytest.mark.parametrize("exact", ["f", "inf", "a > 0"])
def test_an_exact_value_that_is_no_finite_number_is_a_judge_error(exact: str) -> None:
    with pytest.raises(JudgeError):
        verdict(integral(2, exact=parse(exact)), CASE, trapezoid, trapezoid)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"parameter": "n"},
        {"parameter": "n", "values": formulas((1, 2))},
        {"values": formulas((1, 2, 3))},
        {"mode": "iteration", "parameter": "n"},
        {"mode": "iteration", "values": formulas((1, 2, 3))},
        {"mode": "iteration", "replicates": 30},
    ],
)
def test_what_does_not_go_together_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"at least 3 values|the order of an iteration"):
        ConvergenceOrder(order=2, exact=parse(1), **options)


def test_a_description_can_be_kept() -> None:
    for check in (integral(2), ROOTS, NEWTON):
        assert thaw(freeze(check)) == check


def test_formulas_and_the_parameter_are_told_to_the_rules() -> None:
    check = integral(2, max_evaluations=parse("n + 1"), scale=parse("b"))
    assert {formula.text for _, formula in check.own_formulas()} >= {EXACT.text, "8", "n + 1", "b"}
    assert list(check.own_inputs()) == [(("parameter",), "n")]
    assert not list(NEWTON.own_inputs())
    assert (check.climbs, check.tests()) == (False, 0)


# Mistakes, laws, and the other side of the wire.


def test_equal_wrong_methods_resemble_each_other() -> None:
    check = integral(2)
    expected = check.prepare(CASE, runner(trapezoid), CONDITIONS)

    def answers(method: Method) -> tuple[Answer, ...]:
        return judged(check, CASE, expected, runner(method))[1]

    assert check.resembles(CASE, expected, answers(left), answers(lambda *x: 2 * left(*x) / 2))
    assert not check.resembles(CASE, expected, answers(left), answers(midpoint))
    assert check.resembles(CASE, expected, answers(lambda *_: 1 / 0), answers(lambda *_: 2 / 0))


@settings(max_examples=60)
@given(order=st.floats(0.5, 6), size=st.floats(1e-3, 0.05), shrinking=st.booleans(), unit=st.floats(1e-8, 1e8))
def test_a_pure_power_passes_for_its_order_and_for_no_other(
    order: float, size: float, shrinking: bool, unit: float
) -> None:
    values = (1.0, 0.5, 0.25, 0.125) if shrinking else (1, 2, 4, 8)
    case = Case(1, {"p": 1, "unit": unit}, ("p",))

    def power(exponent: float) -> Method:
        return lambda p: unit * (1 + size * p ** (exponent if shrinking else -exponent))

    check = ConvergenceOrder(order=order, parameter="p", values=formulas(values), exact=parse("unit"))
    assert verdict(check, case, power(order), power(order + 0.15)).accepted
    assert not verdict(check, case, power(order), power(order + 0.25)).accepted
    assert not verdict(check, case, power(order), power(-0.1)).accepted


def test_evaluations_are_counted_on_the_trusted_side() -> None:
    source = (
        "import numpy as np\n"
        "def good(f, a, b, n):\n"
        "    y = f(np.linspace(a, b, n + 1))\n"
        "    return (b - a) / n * (np.sum(y) - (y[0] + y[-1]) / 2)\n"
        "def bad(f, a, b, n):\n"
        "    f(a)\n"
        "    return good(f, a, b, n)\n"
    )
    check = integral(2, max_evaluations=parse("n + 1"))
    expected = check.prepare(CASE, runner(trapezoid), CONDITIONS)
    with ProcessExecutor(Limits(call=20.0, exercise=100.0, load=20.0)) as executor:
        for name, accepted in [("good", True), ("bad", False)]:
            with executor.open(Submission("answer", source, name)) as session:
                session.load()
                outcome = judged(check, CASE, expected, session.call)[0]
                assert outcome.accepted is accepted, outcome
