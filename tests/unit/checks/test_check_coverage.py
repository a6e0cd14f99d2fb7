"""`coverage`: exact intervals pass, those that cover too much or too little fail twice, and the limits are binomial."""

import hashlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from grader.author_code import normal_form
from grader.checks import Conditions, Expected, judged
from grader.checks.coverage import Coverage
from grader.errors import JudgeError
from grader.model import Answer, Call, Case, Outcome, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import RandomState, Value, realise

Floats = NDArray[np.float64]
Function = Callable[..., object]
SIZE = 5
CHECK = Coverage(input=("sample",), data=parse("mu + 2 * z"), target=parse("mu"))
LEVEL = Coverage(
    input=("sample",), data=parse("mu + 2 * z"), target=parse("mu"), level=parse("level"), replications=300
)
STUDENT = {level: float(stats.t.isf((1 - level) / 2, SIZE - 1)) for level in (0.8, 0.9, 0.95)}


def conditions(seed: int = 0, tests: int = 1) -> Conditions:
    def stream(number: int, purpose: str) -> int:
        return int.from_bytes(hashlib.blake2b(f"{seed}/{number}/{purpose}".encode(), digest_size=16).digest())

    return Conditions(Tolerance(), tests, stream)


def a_case(**inputs: Value) -> Case:
    return Case(0, {"sample": np.arange(5.0), "mu": 3.0, **inputs}, ("sample",))


def runner(function: Function) -> Callable[[Call], Answer]:
    """Return what the author's runner returns, without the guards that thousands of calls would wait for."""
    return lambda call: Answer(normal_form(function(*map(realise, call.arguments))))


def interval(factor: float) -> Callable[[Floats], tuple[float, float]]:
    def found(sample: Floats) -> tuple[float, float]:
        mean = float(sample.sum()) / len(sample)
        half = (
            factor
            * math.sqrt(float(sample @ sample) / len(sample) - mean**2)
            * math.sqrt(len(sample) / (len(sample) - 1))
        )
        return mean - half, mean + half

    return found


RIGHT = interval(STUDENT[0.95] / math.sqrt(SIZE))
NORMAL_QUANTILE = interval(1.96 / math.sqrt(SIZE))
OWN_SPREAD = interval(1.96)
EXPECTED = CHECK.prepare(a_case(), runner(RIGHT), conditions())


def run(answer: Function, seed: int | None = None) -> tuple[Outcome, tuple[Answer, ...]]:
    expected = EXPECTED if seed is None else CHECK.prepare(a_case(), runner(RIGHT), conditions(seed))
    return judged(CHECK, a_case(), expected, runner(answer))


# Right and wrong procedures.


@pytest.mark.parametrize("seed", range(3))
def test_an_exact_interval_is_accepted(seed: int) -> None:
    def other_way(sample: Floats) -> Floats:
        return np.asarray(
            np.mean(sample) + np.array([-1, 1]) * STUDENT[0.95] * np.std(sample, ddof=1) / math.sqrt(SIZE)
        )

    outcome, answers = run(other_way, seed)
    assert outcome == Outcome(expected="intervals that contain 3 in 95 % of all samples")
    assert len(answers) == 2 + 1000


@pytest.mark.parametrize(("answer", "near"), [(NORMAL_QUANTILE, 0.878), (OWN_SPREAD, 0.988)], ids=["normal", "own"])
@pytest.mark.parametrize("seed", range(1, 2))
def test_an_interval_that_covers_too_little_or_too_much_is_refused(answer: Function, near: float, seed: int) -> None:
    outcome, answers = run(answer, seed)
    assert len(answers) == 2 + 1000 + 4000
    count, rest = outcome.message.split(" ", 1)
    assert rest == "of 4000 intervals contain 3, expected 3753 to 3844"
    assert abs(int(count) / 4000 - near) < 0.02
    assert outcome.error == pytest.approx(abs(int(count) / 4000 - 0.95))
    assert outcome.allowed is not None
    assert outcome.error is not None
    assert outcome.error > outcome.allowed > 0


def test_the_first_data_set_is_shown_as_an_example() -> None:
    outcome, answers = run(OWN_SPREAD)
    assert outcome.call is not None
    assert answers[0].value == OWN_SPREAD(np.asarray(outcome.call.arguments[0]))


def test_the_outcome_is_the_same_again() -> None:
    case, right = a_case(level=0.95), runner(RIGHT)
    first, second = (LEVEL.prepare(case, right, conditions()) for _ in range(2))
    assert repr(judged(LEVEL, case, first, right)) == repr(judged(LEVEL, case, second, right))
    wrong = runner(interval(1.6 / math.sqrt(SIZE)))
    assert repr(judged(LEVEL, case, first, wrong)) == repr(judged(LEVEL, case, second, wrong))


def test_the_level_may_be_an_input() -> None:
    for level in (0.8, 0.9):
        right = interval(STUDENT[level] / math.sqrt(SIZE))
        case = a_case(level=level)
        expected = LEVEL.prepare(case, runner(right), conditions())
        assert judged(LEVEL, case, expected, runner(right))[0].accepted
        outcome, _ = judged(LEVEL, case, expected, runner(OWN_SPREAD))
        assert not outcome.accepted
        assert outcome.expected == f"intervals that contain 3 in {100 * level:g} % of all samples"


def test_ends_may_stand_anywhere_in_the_answer() -> None:
    check = Coverage(
        input=("sample",), data=parse("3 + z"), target=parse("3"), low=parse("answer[1][0]"), high=parse("answer[1][1]")
    )

    def right(sample: Floats) -> tuple[float, tuple[float, float]]:
        return float(sample.mean()), RIGHT(sample)

    expected = check.prepare(a_case(), runner(right), conditions())
    assert judged(check, a_case(), expected, runner(right))[0].accepted
    assert not judged(check, a_case(), expected, runner(lambda sample: (0.0, OWN_SPREAD(sample))))[0].accepted


def test_every_data_set_is_fresh_in_both_stages() -> None:
    seen: list[bytes] = []

    def remembered(call: Call) -> Answer:
        (sample,) = call.arguments
        assert isinstance(sample, np.ndarray)
        assert sample.shape == (SIZE,)
        seen.append(sample.tobytes())
        return runner(NORMAL_QUANTILE)(call)

    judged(CHECK, a_case(), EXPECTED, remembered)
    assert seen[0] == seen[1]
    assert len(set(seen)) == len(seen) - 1 == 1 + 1000 + 4000


# Intervals that are none.


@pytest.mark.parametrize(
    ("answer", "words", "calls"),
    [
        (lambda sample: None, "returned None: is a `return` missing?", 2),
        (lambda sample: 3.0, "returned a single number, expected shape (2,)", 2),
        (lambda sample: (1.0, 2.0, 3.0), "returned shape (3,), expected shape (2,)", 2),
        (lambda sample: (-np.inf, np.inf), "answer[0] is -np.inf, expected a finite number", 2),
        (lambda sample: (np.nan, 1.0), "answer[0] is np.nan, expected a finite number", 2),
        (lambda sample: ("a", "b"), "returned a tuple that holds more than numbers", 2),
        (lambda sample: RIGHT(sample)[::-1], "the lower end of an interval, ", 1002),
        (lambda sample: (2.0, 4.0), "all intervals are the same numbers, 2, 4", 1002),
    ],
    ids=["none", "number", "three", "infinite", "nan", "texts", "crossed", "constant"],
)
def test_what_is_no_interval_is_refused_at_once(answer: Function, words: str, calls: int) -> None:
    outcome, answers = run(answer)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message.startswith(words)
    assert len(answers) == calls


def test_a_random_function_without_a_generator_is_refused_by_name() -> None:
    def restless(sample: Floats) -> tuple[float, float]:
        low, high = RIGHT(sample)
        noise = np.random.default_rng().normal(0, 0.1)
        return low + noise, high + noise

    assert run(restless)[0].message == "called again with the same inputs, the function gave another answer"


def test_a_single_bad_interval_shows_its_data() -> None:
    def sometimes(sample: Floats) -> tuple[float, float]:
        low, high = RIGHT(sample)
        return (low, np.inf) if sample[0] > 7 else (low, high)

    outcome, _ = run(sometimes)
    assert outcome.message == "answer[1] is np.inf, expected a finite number"
    assert outcome.call is not None
    (sample,) = outcome.call.arguments
    assert isinstance(sample, np.ndarray)
    assert sample[0] > 7


def test_a_procedure_may_use_a_generator_and_must_if_the_reference_does() -> None:
    case = Case(0, {"sample": np.arange(5.0), "mu": 3.0, "rng": RandomState(1)}, ("sample", "rng"))

    def random(sample: Floats, rng: np.random.Generator) -> tuple[float, float]:
        # Exact: everything with probability 0.95, and nothing otherwise.
        middle = float(sample.mean()) + (0 if rng.random() < 0.95 else 1e6)
        return middle - 1000, middle + 1000

    check = Coverage(input=("sample",), data=parse("mu + z"), target=parse("mu"))
    expected = check.prepare(case, runner(random), conditions())
    assert judged(check, case, expected, runner(random))[0].accepted
    assert expected.facts["telling"] is False  # only every tenth answer changes with the generator

    def shaken(sample: Floats, rng: np.random.Generator) -> tuple[float, float]:
        low, high = RIGHT(sample)
        move = rng.choice([0, 1e6], p=[0.9999, 0.0001]) + 1e-9 * rng.random()
        return low + move, high + move

    expected = check.prepare(case, runner(shaken), conditions())
    outcome, answers = judged(check, case, expected, runner(lambda sample, rng: RIGHT(sample)))
    assert outcome.message == "the answers do not depend on `rng`: other generators gave the same ones"
    assert len(answers) == 2 + 1000 + 100


# The limits.


def test_a_lone_test_accepts_what_is_documented() -> None:
    for name, limits in (("first", (926, 971)), ("second", (3753, 3844))):
        stage = EXPECTED.facts[name]
        assert isinstance(stage, dict)
        assert (stage["low"], stage["high"]) == limits
        assert all(str(limit) in (Coverage.__doc__ or "").replace(",", "") for limit in limits)


@pytest.mark.parametrize("tests", [1, 10, 100])
@pytest.mark.parametrize("name", ["first", "second"])
def test_the_limits_are_binomial_at_the_level_that_the_exercise_leaves(tests: int, name: str) -> None:
    case = a_case(level=0.95)
    expected = LEVEL.prepare(case, runner(RIGHT), conditions(tests=tests))
    limits = expected.facts[name]
    assert isinstance(limits, dict)
    n, low, high = {"first": 300, "second": 1200}[name], limits["low"], limits["high"]
    tail = 5e-4 / tests
    law = stats.binom(n, 0.95)
    assert law.cdf(low - 1) <= tail < law.cdf(low)
    assert law.sf(high) <= tail < law.sf(high - 1)
    for count, good in ((low - 1, False), (low, True), (high, True), (high + 1, False)):
        ends = np.where(np.arange(n)[:, None] < count, [2.0, 4.0], [4.0, 5.0])
        assert LEVEL.tested(ends, limits, case).accepted == good


def test_ends_belong_to_the_interval() -> None:
    limits: dict[str, Any] = {"target": 3.0, "share": 0.95, "low": 2, "high": 2}
    assert CHECK.tested(np.array([[3.0, 4.0], [2.0, 3.0], [3.1, 4.0]]), limits, a_case()).accepted


# What an author can get wrong.


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"target": parse("inf")}, "a finite number is needed"),
        ({"level": parse("1")}, "a number between 0 and 1 is needed"),
        ({"level": parse("95")}, "a number between 0 and 1 is needed"),
        ({"target": parse("mu + 1")}, "the reference solution's own intervals fail on this seed: "),
        ({"low": parse("answer[2]")}, r"answer\[2\]"),
        ({"data": parse("mu + z[1:]")}, r"finite numbers of the input's shape, \(5,\)"),
        ({"input": ("mu",)}, "'mu' is no argument of the function"),
    ],
)
def test_what_the_reference_does_not_fulfil_is_a_judge_error(fields: dict[str, Any], words: str) -> None:
    check = Coverage(**{"input": ("sample",), "data": parse("mu + z"), "target": parse("mu"), **fields})
    with pytest.raises(JudgeError, match=words):
        check.prepare(a_case(), runner(RIGHT), conditions())


def test_the_names_in_the_description_are_told_to_the_rules() -> None:
    assert list(CHECK.own_inputs()) == [(("input", 0), "sample")]
    assert {"answer", "z", "u"} <= CHECK.own_names()
    assert CHECK.tests() == 1
    assert not CHECK.climbs


# Known mistakes.


def answers_of(expected: Expected, function: Function) -> tuple[Answer, ...]:
    return judged(CHECK, a_case(), expected, runner(function))[1]


def test_intervals_of_the_same_data_are_alike_if_they_are_the_same() -> None:
    theirs = CHECK.condensed(a_case(), EXPECTED, answers_of(EXPECTED, NORMAL_QUANTILE))

    def by_rounding(sample: Floats) -> list[float]:
        return [end * (1 + 1e-12) for end in NORMAL_QUANTILE(sample)]

    mine = {
        name: answers_of(EXPECTED, function)
        for name, function in (
            ("same", by_rounding),
            ("narrower", interval(1.95 / math.sqrt(SIZE))),
            ("right", RIGHT),
            ("none", lambda sample: None),
        )
    }
    found = {name: CHECK.resembles(a_case(), EXPECTED, answers, theirs) for name, answers in mine.items()}
    assert found == {"same": True, "narrower": False, "right": False, "none": False}
