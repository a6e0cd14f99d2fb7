"""`estimator`: unbiased estimates pass, biased ones fail twice, and the number of calls finds the effect that is asked for."""

import hashlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from grader.author_code import normal_form
from grader.author_code import runner as guarded
from grader.checks import Conditions, Expected, judged
from grader.checks._levels import runs_for
from grader.checks.estimator import Estimator
from grader.errors import JudgeError
from grader.model import Answer, Call, Case, Outcome, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import Handle, RandomState, Value, realise

Function = Callable[..., object]
LAW = settings(derandomize=True, deadline=None, database=None)
N = 50
TARGET = parse("1 / 3")
DEVIATION = parse("sqrt(4 / 45 / n)")
CHECK = Estimator(target=TARGET)
KNOWN = Estimator(target=TARGET, deviation=DEVIATION, test_spread=True)
COUNTS = Estimator(target=parse("0.3"), counts=parse("n"))
PAIR = Estimator(target=TARGET, value=parse("answer[0]"))


def conditions(seed: int = 0, tests: int = 1) -> Conditions:
    def stream(number: int, purpose: str) -> int:
        return int.from_bytes(hashlib.blake2b(f"{seed}/{number}/{purpose}".encode(), digest_size=16).digest())

    return Conditions(Tolerance(), tests, stream)


def runner(function: Function) -> Callable[[Call], Answer]:
    """Return what the author's runner returns, without the guards that thousands of calls would wait for."""
    return lambda call: Answer(normal_form(function(*map(realise, call.arguments))))


def a_case(seed: int = 0, number: int = 0, n: int = N) -> Case:
    return Case(number, {"n": n, "rng": RandomState(seed)}, ("n", "rng"))


def square(n: int, rng: np.random.Generator) -> float:
    x = rng.random(n)
    return float(x @ x) / n


def with_error(n: int, rng: np.random.Generator) -> tuple[float, float]:
    x = rng.random(n) ** 2
    return float(x.mean()), float(x.std(ddof=1) / math.sqrt(n))


def share(n: int, rng: np.random.Generator) -> float:
    return int(np.count_nonzero(rng.random(n) < 0.3)) / n


def run(
    check: Estimator, answer: Function, reference: Function = square, seed: int = 0, tests: int = 1
) -> tuple[Outcome, tuple[Answer, ...]]:
    case = a_case(seed)
    expected = check.prepare(case, runner(reference), conditions(seed, tests))
    return judged(check, case, expected, runner(answer))


# Right estimates.


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("check", "answer", "reference"),
    [
        (CHECK, lambda n, rng: np.mean((1 - rng.random(n)) ** 2), square),
        (KNOWN, lambda n, rng: np.mean(rng.random(n) ** 2), square),
        (COUNTS, lambda n, rng: rng.binomial(n, 0.3) / n, share),
        (PAIR, lambda n, rng: list(with_error(n, rng)), with_error),
    ],
    ids=["mean", "known deviation", "counts", "part of the answer"],
)
def test_an_unbiased_estimate_is_accepted(check: Estimator, answer: Function, reference: Function, seed: int) -> None:
    outcome, answers = run(check, answer, reference, seed)
    assert outcome.accepted, outcome.message
    assert len(answers) in {2 + runs_for(0.25, 0.99, level) for level in (1e-3, 5e-4)}


def test_a_better_estimate_is_accepted() -> None:
    def antithetic(n: int, rng: np.random.Generator) -> float:
        u = rng.random(n // 2)
        return float(np.mean((u**2 + (1 - u) ** 2) / 2))

    assert run(CHECK, antithetic)[0].accepted


def test_the_outcome_is_the_same_again() -> None:
    def answer(n: int, rng: np.random.Generator) -> float:
        return square(n, rng) + 0.005

    assert run(CHECK, answer) == run(CHECK, answer)


# Wrong ones.


def test_a_bias_is_refused_after_a_fresh_stage() -> None:
    outcome, answers = run(CHECK, lambda n, rng: square(n, rng) + 0.02)
    size = runs_for(0.25, 0.99, 1e-3)
    assert len(answers) == 2 + size + 4 * size
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message.startswith(f"the mean of {4 * size} estimates is 0.35")
    assert outcome.message.endswith(", expected 0.333333")
    assert outcome.expected == "estimates of 0.333333 on average"
    assert outcome.error is not None
    assert outcome.allowed is not None
    assert outcome.error > outcome.allowed > 0


def test_all_calls_have_generators_of_their_own() -> None:
    case = a_case()
    expected = CHECK.prepare(case, runner(square), conditions())
    states: list[Value] = []

    def remembered(call: Call) -> Answer:
        states.append(call.arguments[1])
        return runner(lambda n, rng: square(n, rng) + 1)(call)

    judged(CHECK, case, expected, remembered)
    assert states[0] == states[1] == case.inputs["rng"]
    assert len(set(states[1:])) == len(states) - 1


def test_cases_have_streams_of_their_own() -> None:
    def states(number: int) -> set[Value]:
        case = a_case(number=number)
        expected = CHECK.prepare(case, runner(square), conditions())
        seen: set[Value] = set()

        def remembered(call: Call) -> Answer:
            seen.add(call.arguments[1])
            return runner(square)(call)

        judged(CHECK, case, expected, remembered)
        return seen - {case.inputs["rng"]}

    assert not states(0) & states(1)


@pytest.mark.parametrize(
    ("check", "reference"), [(CHECK, square), (KNOWN, square), (COUNTS, share)], ids=["mean", "known", "counts"]
)
def test_estimates_that_are_all_the_same_are_refused_by_name(check: Estimator, reference: Function) -> None:
    def own_generator(n: int, rng: np.random.Generator) -> object:
        return reference(n, np.random.default_rng(5))

    outcome, answers = run(check, own_generator, reference)
    assert outcome.message.startswith("all estimates are the same number, 0.")
    assert outcome.message.endswith(": does the function use `rng`?")
    assert len(answers) == 2 + runs_for(0.25, 0.99, 1e-3 / check.tests())


def test_a_generator_seeded_by_the_system_is_refused_by_name() -> None:
    outcome, answers = run(CHECK, lambda n, rng: square(n, np.random.default_rng()))
    text = "a generator in the same state gave another answer the second time: use no generator but `rng`"
    assert outcome.message == text
    assert len(answers) == 2


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "returned None: is a `return` missing?"),
        (np.zeros(3), "returned shape (3,), expected a single number"),
        ("0.3", "returned a text, expected a number"),
        (np.nan, "the answer is np.nan, expected a finite number"),
        (np.inf, "the answer is np.inf, expected a finite number"),
        (1j, "returned complex numbers, expected real ones"),
        (True, "returned a truth value, expected a number"),
        ((0.3, 0.1), "returned a tuple of 2, expected a number"),
        ({}, "returned a dict of 0, expected a number"),
        (Handle(3), "returned a function, expected a number"),
    ],
    ids=repr,
)
def test_what_is_no_number_is_refused_after_two_calls(value: Value, words: str) -> None:
    case = a_case()
    expected = CHECK.prepare(case, runner(square), conditions())
    outcome, answers = judged(CHECK, case, expected, lambda call: Answer(value))
    assert outcome.message.startswith(words)
    assert len(answers) == 2


def test_a_failure_in_the_middle_keeps_its_verdict_and_its_call() -> None:
    def answer(n: int, rng: np.random.Generator) -> float:
        first = rng.random()
        if first < 0.02:
            raise ValueError("unlucky")
        return first / 3 + 1 / 6

    case = a_case()
    outcome, _ = judged(CHECK, case, CHECK.prepare(case, runner(square), conditions()), guarded(answer))
    assert outcome.verdict is Verdict.RAISED
    assert outcome.call is not None
    assert isinstance(outcome.call.arguments[1], RandomState)


def test_enormous_estimates_are_refused_without_a_warning() -> None:
    outcome, _ = run(CHECK, lambda n, rng: 1e307 * (1 + rng.random()))
    assert outcome.verdict is Verdict.WRONG_ANSWER
    outcome, _ = run(KNOWN, lambda n, rng: 1e307 * (1 + rng.random()))
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.error is None
    outcome, _ = run(COUNTS, lambda n, rng: 1e307 * (1 + rng.random()), share)
    assert outcome.aspect == "range"


def test_noise_that_is_right_on_average_is_refused() -> None:
    outcome, _ = run(CHECK, lambda n, rng: 1 / 3 + rng.normal(0, 10))
    assert outcome.message.startswith("the estimates scatter by ")
    assert ", and those of the reference solution by 0.04" in outcome.message


@pytest.mark.parametrize(("factor", "side"), [(0.8, "little"), (1.25, "much")])
def test_a_wrong_spread_is_refused_where_it_is_tested(factor: float, side: str) -> None:
    def answer(n: int, rng: np.random.Generator) -> float:
        return 1 / 3 + factor * (square(n, rng) - 1 / 3)

    assert run(Estimator(target=TARGET, deviation=DEVIATION), answer)[0].accepted
    outcome, _ = run(KNOWN, answer)
    assert outcome.message.startswith(f"the estimates scatter too {side}: their standard deviation is 0.0")
    assert outcome.error is not None
    assert outcome.allowed is not None
    assert outcome.error > outcome.allowed > 0


def test_what_is_no_count_is_refused_at_once() -> None:
    outcome, answers = run(COUNTS, lambda n, rng: (np.count_nonzero(rng.random(n) < 0.3) + 0.5) / n, share)
    assert outcome.message.split(" is no share of ")[1].startswith("50: times 50 it is ")
    assert len(answers) < 1000
    outcome, _ = run(COUNTS, lambda n, rng: 1 + np.count_nonzero(rng.random(n) < 0.3) / n, share)
    assert "is no share of 50" in outcome.message


def test_a_biased_count_is_refused() -> None:
    outcome, _ = run(COUNTS, lambda n, rng: rng.binomial(n, 0.33) / n, share)
    assert "estimates is 0.3" in outcome.message
    assert outcome.message.endswith("expected 0.3")
    assert outcome.allowed is not None
    assert 0 < outcome.allowed < 0.03


@pytest.mark.parametrize(("target", "probability"), [("0", 0.0), ("1", 1.0)])
def test_counts_that_are_certain_need_not_vary(target: str, probability: float) -> None:
    check = Estimator(target=parse(target), counts=parse("n"))

    def sure(n: int, rng: np.random.Generator) -> float:
        return float(rng.binomial(n, probability) / n)

    assert run(check, sure, sure)[0].accepted
    assert not run(check, lambda n, rng: 0.5, sure)[0].accepted


# Both sides of the limits.


def stage(check: Estimator, estimates: np.ndarray[Any, np.dtype[np.float64]], level: float = 1e-3) -> Outcome:
    random = np.random.default_rng(1)
    return check.tested(estimates, check.limits(a_case(), len(estimates), level, random), a_case())


SCORES = np.array([stats.norm.ppf((place + 0.5) / 400) for place in range(400)])


@pytest.mark.parametrize("sign", [-1, 1])
def test_the_limit_of_the_mean_is_students(sign: int) -> None:
    own = np.std(SCORES, ddof=1)
    limit = sign * stats.t.isf(5e-4, 399) * own / 20
    assert stage(CHECK, 1 / 3 + SCORES + 0.999 * limit).accepted
    assert not stage(CHECK, 1 / 3 + SCORES + 1.001 * limit).accepted


@pytest.mark.parametrize("sign", [-1, 1])
def test_the_limit_of_the_mean_is_the_normal_one_where_the_deviation_is_known(sign: int) -> None:
    check = Estimator(target=TARGET, deviation=parse("2"))
    limit = sign * stats.norm.isf(5e-4) * 2 / 20
    assert stage(check, 1 / 3 + SCORES + 0.999 * limit).accepted
    assert not stage(check, 1 / 3 + SCORES + 1.001 * limit).accepted


@pytest.mark.parametrize(("tail", "sign"), [(5e-4, -1), (1 - 5e-4, 1)])
def test_the_limits_of_the_spread_are_those_of_a_sum_of_squares(tail: float, sign: int) -> None:
    check = Estimator(target=TARGET, deviation=parse("1"), test_spread=True)
    factor = math.sqrt(stats.chi2.ppf(tail, 399) / (SCORES @ SCORES))
    assert stage(check, 1 / 3 + SCORES * factor * (1 - sign * 1e-3)).accepted
    assert not stage(check, 1 / 3 + SCORES * factor * (1 + sign * 1e-3)).accepted


def test_the_limits_of_a_count_are_binomial() -> None:
    law = stats.binom(400 * N, 0.3)
    low, high = int(law.ppf(5e-4)), int(law.isf(5e-4))

    def accepted(total: int) -> bool:
        counts = np.full(400, total // 400)
        counts[: total % 400] += 1
        return stage(COUNTS, counts / N).accepted

    assert [accepted(total) for total in (low - 1, low, high, high + 1)] == [False, True, True, False]


@pytest.mark.parametrize("tests", [1, 20])
def test_the_level_is_shared_by_all_tests_of_the_exercise(tests: int) -> None:
    expected = CHECK.prepare(a_case(), runner(square), conditions(tests=tests))
    first = expected.facts["first"]
    assert isinstance(first, dict)
    n = runs_for(0.25, 0.99, 1e-3 / tests)
    assert expected.facts["size"] == n
    assert first["student"] == pytest.approx(stats.t.isf(5e-4 / tests, n - 1))


# How many calls there are.


@LAW
@given(st.floats(0.15, 1.0), st.floats(0.5, 0.999))
def test_a_smaller_effect_or_more_power_takes_more_calls(effect: float, power: float) -> None:
    assert runs_for(effect, power, 1e-4) <= runs_for(0.9 * effect, power, 1e-4)
    assert runs_for(effect, power, 1e-4) <= runs_for(effect, min(1.0005 * power, 0.9999), 1e-4)
    assert runs_for(effect, power, 1e-4) <= runs_for(effect, power, 1e-5)


@pytest.mark.parametrize(("effect", "power", "level"), [(0.25, 0.99, 1e-3), (0.25, 0.99, 1e-5), (0.5, 0.9, 1e-4)])
def test_the_effect_is_found_with_the_power_that_is_asked_for(effect: float, power: float, level: float) -> None:
    found = 1.0
    n = runs_for(effect, power, level)
    for size in (n, 4 * n):  # Student's test, whose law for biased estimates is the non-central one
        limit = stats.t.isf(level / 2, size - 1)
        found *= stats.nct.sf(limit, size - 1, effect * math.sqrt(size))
    assert found > power - 0.005


def test_an_effect_that_takes_too_many_calls_is_refused_with_one_that_does_not() -> None:
    with pytest.raises(
        ValueError, match=r"takes 31\d\d calls, and 2000 are allowed: raise `min_effect` to 0\.1\d"
    ) as info:
        Estimator(target=TARGET, min_effect=0.1)
    enough = float(str(info.value).rsplit("to ", 1)[1].split(" ")[0])
    Estimator(target=TARGET, min_effect=enough)
    with pytest.raises(ValueError, match="are allowed"):
        Estimator(target=TARGET, min_effect=enough - 0.01)
    with pytest.raises(JudgeError, match="are allowed: raise `min_effect` to"):  # more tests in the exercise
        Estimator(target=TARGET, min_effect=enough).prepare(a_case(), runner(square), conditions(tests=100))


# What an author can get wrong.


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"test_spread": True}, "`test_spread` needs `deviation`"),
        ({"counts": parse("n"), "deviation": parse("1")}, "only one of them"),
        ({"input": ("n",)}, "need each other"),
        ({"data": parse("z")}, "need each other"),
    ],
)
def test_fields_that_do_not_fit_together_are_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Estimator(target=TARGET, **fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"target": parse("inf")}, "a finite number is needed"),
        ({"target": parse("[1, 2]")}, "one number is needed"),
        ({"target": TARGET, "deviation": parse("0")}, "a standard deviation is needed"),
        ({"target": TARGET, "deviation": parse("inf * 0")}, "a standard deviation is needed"),
        ({"target": TARGET, "counts": parse("2.5")}, "a number of trials is needed"),
        ({"target": parse("1.5"), "counts": parse("n")}, "the probability of a success is needed"),
        ({"target": TARGET, "value": parse("answer[0]")}, "answer\\[0\\]"),
        ({"target": parse("1 / 2")}, "the reference solution's own estimates fail on this seed: the mean of"),
        ({"target": TARGET, "counts": parse("n")}, "own estimates fail on this seed: .* is no share of 50"),
    ],
)
def test_what_the_reference_does_not_fulfil_is_a_judge_error(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(JudgeError, match=words):
        Estimator(**fields).prepare(a_case(), runner(square), conditions())


@pytest.mark.parametrize("reference", [lambda n, rng: 1 / 3, lambda n, rng: None, lambda n, rng: 1 / 0])
def test_a_reference_without_estimates_is_a_judge_error(reference: Function) -> None:
    with pytest.raises(JudgeError, match="the reference solution's own estimates fail on this seed"):
        CHECK.prepare(a_case(), guarded(reference), conditions())


def test_without_a_generator_or_fresh_data_there_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="every run would be the same"):
        CHECK.prepare(Case(0, {"n": 5}, ("n",)), runner(lambda n: 1 / 3), conditions())


def test_the_names_in_the_description_are_told_to_the_rules() -> None:
    check = Estimator(target=TARGET, input=("n", "rng"), data=parse("z"))
    assert list(check.own_inputs()) == [(("input", 0), "n"), (("input", 1), "rng")]
    assert {"answer", "z", "u"} <= check.own_names()
    assert (CHECK.tests(), KNOWN.tests(), COUNTS.tests()) == (1, 2, 1)
    assert not CHECK.climbs


# Fresh data.


def test_estimates_from_fresh_data_are_tested_and_may_use_the_inputs() -> None:
    check = Estimator(target=parse("0"), value=parse("answer - mean(x)"), input=("x",), data=parse("mu + 2 * u"))
    case = Case(0, {"x": np.zeros(4), "mu": 7.0}, ("x",))
    seen: list[Value] = []

    def noisy(x: np.ndarray[Any, np.dtype[np.float64]]) -> float:
        seen.append(x)
        return float(x[0])

    expected = check.prepare(case, runner(noisy), conditions())
    assert all(isinstance(x, np.ndarray) and x.shape == (4,) and x.min() >= 7 and x.max() <= 9 for x in seen)
    assert judged(check, case, expected, runner(noisy))[0].accepted
    outcome, _ = judged(check, case, expected, runner(lambda x: x.max()))
    assert outcome.message.startswith("the mean of ")


@pytest.mark.parametrize("data", ["z[0]", "z / 0", "1j * z", "missing + z", "z @ z"])
def test_what_makes_no_data_is_a_judge_error(data: str) -> None:
    check = Estimator(target=parse("0"), value=parse("answer - mean(x)"), input=("x",), data=parse(data))
    case = Case(0, {"x": np.zeros(4)}, ("x",))
    with pytest.raises(JudgeError):
        check.prepare(case, runner(lambda x: float(x[0])), conditions())


def test_lists_and_numbers_get_data_of_their_own_form() -> None:
    check = Estimator(target=parse("0"), value=parse("answer - x[0] - s"), input=("x", "s"), data=parse("z"))
    case = Case(0, {"x": [0.0, 0.0], "s": 1.0, "rng": RandomState(1)}, ("x", "s", "rng"))

    def answer(x: list[float], s: float, rng: np.random.Generator) -> float:
        assert isinstance(x, list)
        assert isinstance(s, float)
        return x[0] + s + float(rng.standard_normal())

    expected = check.prepare(case, runner(answer), conditions())
    assert expected.facts["telling"] is True
    assert judged(check, case, expected, runner(answer))[0].accepted
    outcome, _ = judged(check, case, expected, runner(lambda x, s, rng: x[0] + s + x[1]))
    assert outcome.message == "the answers do not depend on `rng`: other generators gave the same ones"


# Answers of many forms.


def test_a_structured_answer_must_have_the_references_structure() -> None:
    check = Estimator(target=TARGET, value=parse("answer[1]"))

    def right(n: int, rng: np.random.Generator) -> object:
        return "label", square(n, rng), {"more": np.zeros(2)}

    expected = check.prepare(a_case(), runner(right), conditions())

    def said(answer: Function) -> str:
        return judged(check, a_case(), expected, runner(answer))[0].message

    assert said(lambda n, rng: list(right(n, rng))) == ""  # type: ignore[call-overload]
    assert said(lambda n, rng: ("other", square(n, rng), {"more": np.zeros(2)})) == ""
    assert said(lambda n, rng: ("label", square(n, rng))) == "returned a tuple of 2, expected a tuple of 3"
    assert said(lambda n, rng: ("label", square(n, rng), {})) == "returned a dict of 0, expected a dict of 1"
    assert said(lambda n, rng: ("label", None, {"more": np.zeros(2)})) == "returned None: is a `return` missing?"
    assert said(lambda n, rng: (1, square(n, rng), {"more": np.zeros(2)})) == "returned a number, expected a text"


def test_decisions_are_counted() -> None:
    check = Estimator(target=parse("0.3"), counts=parse("1"), min_effect=0.2)
    case = a_case()

    def rejects(n: int, rng: np.random.Generator) -> bool:
        return bool(rng.random() < 0.3)

    expected = check.prepare(case, runner(rejects), conditions())
    assert judged(check, case, expected, runner(lambda n, rng: np.bool_(rejects(n, rng))))[0].accepted
    outcome, _ = judged(check, case, expected, runner(lambda n, rng: 1))
    assert outcome.message == "returned a number, expected a truth value"
    outcome, _ = judged(check, case, expected, runner(lambda n, rng: bool(rng.random() < 0.5)))
    assert "estimates is 0.5" in outcome.message or "estimates is 0.49" in outcome.message


# Known mistakes.


def answers_of(expected: Expected, function: Function, check: Estimator = CHECK) -> tuple[Answer, ...]:
    return judged(check, a_case(), expected, runner(function))[1]


def test_estimates_of_one_law_are_alike() -> None:
    expected = CHECK.prepare(a_case(), runner(square), conditions())

    def scaled(factor: float) -> Function:
        return lambda n, rng: factor * square(n, rng)

    mistake = answers_of(expected, scaled(1.2))
    (kept,) = CHECK.condensed(a_case(), expected, mistake)
    for theirs in (mistake, (kept,)):
        assert CHECK.resembles(a_case(), expected, mistake, theirs)
        again = answers_of(expected, lambda n, rng: 1.2 * np.mean((1 - rng.random(n)) ** 2))
        assert CHECK.resembles(a_case(), expected, again, theirs)
        assert not CHECK.resembles(a_case(), expected, answers_of(expected, scaled(1.4)), theirs)
        assert not CHECK.resembles(a_case(), expected, answers_of(expected, square), theirs)
        assert not CHECK.resembles(a_case(), expected, answers_of(expected, lambda n, rng: None), theirs)
        assert not CHECK.resembles(a_case(), expected, answers_of(expected, lambda n, rng: 0.4), theirs)
