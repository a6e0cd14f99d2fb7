"""`distribution`: right samplers pass, wrong ones fail twice, and the limits are those of the tests' own laws."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from grader.author_code import runner
from grader.checks import ROUNDS_CAP, Conditions, Expected, Need
from grader.checks.distribution import Distribution
from grader.errors import JudgeError
from grader.model import Answer, Case, Failure, Outcome, Tolerance, Verdict
from grader.notation import show
from grader.sandbox.expressions import parse
from grader.sandbox.values import Handle, RandomState, Value

Sampler = Callable[[float, int, np.random.Generator], object]
Floats = NDArray[np.float64]

CHECK = Distribution(cdf=parse("1 - exp(-rate * x)"), size="n")
UNIFORM = Distribution(cdf=parse("x"), size="n")
LEVEL = 1e-3 / 3
N = 400


def conditions(seed: int = 0, tests: int = 3) -> Conditions:
    def stream(number: int, purpose: str) -> int:
        return int.from_bytes(f"{seed} {number} {purpose}".encode()[:16].ljust(16))

    return Conditions(Tolerance(), tests, stream)


def a_case(seed: int = 0, n: int = N, rate: float = 2.0, number: int = 0) -> Case:
    return Case(number, {"rate": rate, "n": n, "rng": RandomState(10_000 + seed)}, ("rate", "n", "rng"))


def exponential(rate: float, n: int, rng: np.random.Generator) -> Floats:
    return rng.exponential(1 / rate, n)


def run(case: Case, expected: Expected, sampler: Sampler, check: Distribution = CHECK) -> tuple[Outcome, int]:
    """Return the outcome and the number of rounds it took."""
    answer = runner(sampler)
    calls, answers = check.ask(case, expected), list[Answer]()
    for rounds in range(1, ROUNDS_CAP + 1):
        answers += map(answer, calls)
        judgement = check.judge(case, expected, answers)
        if not isinstance(judgement, Need):
            return judgement, rounds
        calls = judgement.calls
    raise AssertionError("no outcome in the rounds that are allowed")


def judged(sampler: Sampler, n: int = N, seed: int = 0, rate: float = 2.0) -> tuple[Outcome, int]:
    case = a_case(seed, n, rate)
    return run(case, CHECK.prepare(case, runner(exponential), conditions(seed)), sampler)


# Right samplers.


@pytest.mark.parametrize("seed", range(60))
def test_a_right_sampler_is_accepted_on_every_seed(seed: int) -> None:
    by_inversion, _ = judged(lambda rate, n, rng: -np.log1p(-rng.random(n)) / rate, seed=seed)
    assert by_inversion == Outcome(expected="draws with the distribution function 1 - exp(-rate * x) at x")
    by_scaling, _ = judged(lambda rate, n, rng: rng.standard_exponential(n) / rate, seed=seed)
    assert by_scaling.accepted


@pytest.mark.parametrize(
    "sampler",
    [
        lambda rate, n, rng: list(rng.exponential(1 / rate, n)),
        lambda rate, n, rng: tuple(rng.exponential(1 / rate, n).tolist()),
        lambda rate, n, rng: rng.exponential(1 / rate, n) + 0j,
        lambda rate, n, rng: [complex(draw) for draw in rng.exponential(1 / rate, n)],
        lambda rate, n, rng: np.array([rng.exponential(1 / rate) for _ in range(n)]),
        lambda rate, n, rng: rng.exponential(1 / rate, n).astype(np.float32),
    ],
    ids=["list", "tuple", "complex array", "complex list", "one by one", "float32"],
)
def test_draws_may_come_in_any_usual_form(sampler: Sampler) -> None:
    assert judged(sampler)[0].accepted


@pytest.mark.parametrize("n", [1, 2, 5])
def test_a_right_sampler_of_few_draws_is_accepted(n: int) -> None:
    assert judged(exponential, n=n)[0].accepted


def test_the_same_sampler_gets_the_same_outcome_again() -> None:
    def wrong(rate: float, n: int, rng: np.random.Generator) -> Floats:
        return rng.exponential(1.2 / rate, n)

    assert judged(wrong, n=2000) == judged(wrong, n=2000)


# Wrong samplers.


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "sampler",
    [
        lambda rate, n, rng: rng.exponential(rate, n),
        lambda rate, n, rng: rng.exponential(1.25 / rate, n),
        lambda rate, n, rng: rng.exponential(0.8 / rate, n),
        lambda rate, n, rng: rng.uniform(0, 2 / rate, n),
        lambda rate, n, rng: rng.gamma(4, 0.25 / rate, n),
        lambda rate, n, rng: rng.exponential(1 / rate, n) + 0.1,
    ],
    ids=["rate for mean", "too large", "too small", "uniform", "gamma", "shifted"],
)
def test_draws_of_another_law_fail_both_stages(sampler: Sampler, seed: int) -> None:
    outcome, rounds = judged(sampler, n=2000, seed=seed)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.error is not None
    assert outcome.allowed is not None
    assert outcome.error > outcome.allowed
    assert rounds == 2


def test_the_fresh_draws_are_shown_with_the_call_that_gave_them() -> None:
    outcome, _ = judged(lambda rate, n, rng: rng.exponential(2 / rate, n), n=50)
    assert outcome.call is not None
    rate, n, rng = outcome.call.arguments
    assert (rate, n) == (2.0, 200)
    assert isinstance(rng, RandomState)
    assert outcome.got == show(np.random.default_rng(rng.key).exponential(1.0, 200))
    outcome, _ = judged(lambda rate, n, rng: -rng.exponential(2 / rate, n), n=50)
    assert outcome.call is None
    assert outcome.got == show(-np.random.default_rng(10_000).exponential(1.0, 50))


def test_the_share_below_the_worst_draw_is_told() -> None:
    outcome, _ = judged(lambda rate, n, rng: np.sort(rng.random(n)) / 1e3, n=100)
    assert outcome.message.startswith("100.0 % of the draws lie at or below 0.00")
    assert outcome.message.endswith("expected 0.2 %")


@pytest.mark.parametrize(
    "sampler",
    [
        lambda rate, n, rng: -rng.exponential(1 / rate, n),
        lambda rate, n, rng: rng.normal(1 / rate, 1 / rate, n),
        lambda rate, n, rng: -1e6 * rng.random(n),
    ],
    ids=["sign lost", "normal", "far away"],
)
def test_a_draw_outside_the_range_is_refused_at_once_and_quietly(sampler: Sampler) -> None:
    outcome, rounds = judged(sampler)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message.startswith("the draw -")
    assert outcome.message.endswith("lies outside the range of the distribution")
    assert rounds == 1


def test_a_constant_is_refused_by_name() -> None:
    assert judged(lambda rate, n, rng: np.full(n, 1 / rate))[0].message == "all draws are the same number, 0.5"


def test_a_generator_of_the_answers_own_is_refused_by_name() -> None:
    def sampler(rate: float, n: int, rng: np.random.Generator) -> Floats:
        return np.random.default_rng(1).exponential(1 / rate, n)

    assert judged(sampler)[0].message == "the draws do not depend on `rng`: another generator gave the same ones"


def test_the_global_generator_is_refused_by_name() -> None:
    def sampler(rate: float, n: int, rng: np.random.Generator) -> Floats:
        return np.random.exponential(1 / rate, n)  # noqa: NPY002 - the mistake that is looked for

    assert judged(sampler)[0].message.startswith("the draws do not come from `rng`")


def test_a_generator_seeded_by_the_system_is_refused_by_name() -> None:
    def sampler(rate: float, n: int, rng: np.random.Generator) -> Floats:
        return np.random.default_rng().exponential(1 / rate, n)

    assert judged(sampler)[0].message.startswith("the draws do not come from `rng`")


@pytest.mark.parametrize(
    ("sampler", "words"),
    [
        (lambda rate, n, rng: None, "returned None: is a `return` missing?"),
        (lambda rate, n, rng: rng.exponential(), "returned a single number, expected shape (400,)"),
        (lambda rate, n, rng: rng.exponential(size=n + 1), "returned shape (401,), expected shape (400,)"),
        (lambda rate, n, rng: rng.exponential(size=(n, 1)), "returned shape (400, 1), expected shape (400,)"),
        (lambda rate, n, rng: np.log(rng.random(n) * 0), "entry [0] is -inf"),
        (lambda rate, n, rng: [str(draw) for draw in rng.random(n)], "returned a list that holds more than numbers"),
        (lambda rate, n, rng: rng.random(n) < 0.5, "returned an array of truth values"),
        (lambda rate, n, rng: rng.random(n) * 1j, "returned complex numbers, expected real ones"),
    ],
    ids=["none", "one", "too many", "column", "infinite", "texts", "truth values", "complex"],
)
def test_what_is_no_sample_of_the_size_is_refused(sampler: Sampler, words: str) -> None:
    outcome, rounds = judged(sampler)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message.startswith(words)
    assert rounds == 1


def test_a_failed_call_keeps_its_verdict() -> None:
    def sampler(rate: float, n: int, rng: np.random.Generator) -> Floats:
        raise ValueError("no")

    assert judged(sampler)[0].verdict is Verdict.RAISED


# The two stages.


def normal_scores(n: int) -> Floats:
    return np.array([NormalDist().inv_cdf((place + 0.5) / n) for place in range(n)])


def uniform_sample(w: Floats) -> Floats:
    return np.array([NormalDist().cdf(score) for score in w])


GOOD, GOOD_LARGE = uniform_sample(normal_scores(N)), uniform_sample(normal_scores(4 * N))
BAD, BAD_LARGE = GOOD**2, GOOD_LARGE**2


def uniform_expected(tests: int = 3) -> Expected:
    case = a_case()
    return UNIFORM.prepare(case, runner(lambda rate, n, rng: rng.random(n)), conditions(tests=tests))


EXPECTED = uniform_expected()


def staged(first: Floats, *fresh: Floats, expected: Expected = EXPECTED) -> Outcome | Need:
    samples = [first, first, first[::-1], *fresh]
    return UNIFORM.judge(a_case(), expected, [Answer(sample) for sample in samples])


def test_a_good_first_sample_is_enough() -> None:
    assert isinstance(outcome := staged(GOOD), Outcome)
    assert outcome.accepted


def test_a_bad_first_sample_asks_for_one_fresh_sample_four_times_as_large() -> None:
    need = staged(BAD)
    assert isinstance(need, Need)
    (call,) = need.calls
    rate, n, rng = call.arguments
    assert (rate, n) == (2.0, 4 * N)
    assert isinstance(rng, RandomState)
    used = {arguments[2] for arguments in (call.arguments for call in UNIFORM.ask(a_case(), EXPECTED))}
    assert rng not in used


def test_a_good_fresh_sample_makes_up_for_a_bad_first_one() -> None:
    assert isinstance(outcome := staged(BAD, GOOD_LARGE), Outcome)
    assert outcome.accepted


def test_two_bad_samples_are_refused() -> None:
    assert isinstance(outcome := staged(BAD, BAD_LARGE), Outcome)
    assert outcome.verdict is Verdict.WRONG_ANSWER


@pytest.mark.parametrize("size", [N, 4 * N - 1])
def test_the_fresh_sample_must_have_its_size(size: int) -> None:
    assert isinstance(outcome := staged(BAD, GOOD_LARGE[:size]), Outcome)
    assert outcome.message == f"returned shape ({size},), expected shape ({4 * N},)"


def test_a_failure_in_the_second_stage_keeps_its_verdict() -> None:
    failure = Failure(Verdict.TIME_LIMIT, "took longer than 2 s")
    answers = [Answer(BAD), Answer(BAD), Answer(BAD[::-1]), Answer(failure=failure)]
    assert isinstance(outcome := UNIFORM.judge(a_case(), EXPECTED, answers), Outcome)
    assert outcome.verdict is Verdict.TIME_LIMIT


def test_the_first_calls_use_the_cases_generator_twice_and_another_once() -> None:
    first, again, other = UNIFORM.ask(a_case(), EXPECTED)
    assert first == again == a_case().call()
    assert first.arguments[:2] == other.arguments[:2]
    assert other.arguments[2] not in (first.arguments[2], None)


def test_every_case_has_fresh_streams_of_its_own() -> None:
    reference = runner(lambda rate, n, rng: rng.random(n))
    states = []
    for number in range(2):
        case = a_case(number=number)
        expected = UNIFORM.prepare(case, reference, conditions())
        need = UNIFORM.judge(case, expected, [Answer(BAD), Answer(BAD), Answer(BAD[::-1])])
        assert isinstance(need, Need)
        states += [call.arguments[2] for call in (*UNIFORM.ask(case, expected)[2:], *need.calls)]
    assert len(set(states)) == 4


# The limits of the three tests, from the laws of their statistics.


def refused(sample: Floats, stage: str, expected: Expected = EXPECTED) -> bool:
    if stage == "first":
        return isinstance(staged(sample, expected=expected), Need)
    outcome = staged(BAD, sample, expected=expected)
    assert isinstance(outcome, Outcome)
    return not outcome.accepted


def bumped(n: int, moved: int) -> Floats:
    """Return evenly spread draws of which those just below one half lie at one half."""
    u = (np.arange(n) + 0.5) / n
    u[n // 2 - moved : n // 2] = 0.5 - 1e-9 * np.arange(moved, 0, -1)
    return u


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(("stage", "n"), [("first", N), ("second", 4 * N)])
def test_the_limit_of_the_largest_gap_is_that_of_kolmogorov_and_smirnov(stage: str, n: int, mirrored: bool) -> None:
    def sample(moved: int) -> Floats:
        return 1 - bumped(n, moved) if mirrored else bumped(n, moved)

    p_values = np.array([stats.kstest(sample(moved), "uniform", method="exact").pvalue for moved in range(n // 8)])
    last = int(np.flatnonzero(p_values >= LEVEL)[-1])
    assert 0 < last < n // 8 - 1
    assert not refused(sample(last), stage)
    assert refused(sample(last + 1), stage)


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(("stage", "n"), [("first", N), ("second", 4 * N)])
def test_the_limit_of_the_mean_is_that_of_a_normal_mean(stage: str, n: int, sign: int) -> None:
    limit = sign * stats.norm.isf(LEVEL / 2) / np.sqrt(n)
    assert not refused(uniform_sample(normal_scores(n) + 0.999 * limit), stage)
    assert refused(uniform_sample(normal_scores(n) + 1.001 * limit), stage)


@pytest.mark.parametrize(("tail", "sign"), [(LEVEL / 2, -1), (1 - LEVEL / 2, 1)], ids=["low", "high"])
@pytest.mark.parametrize(("stage", "n"), [("first", N), ("second", 4 * N)])
def test_the_limits_of_the_spread_are_those_of_a_sum_of_squares(stage: str, n: int, tail: float, sign: int) -> None:
    scores = normal_scores(n)
    factor = np.sqrt(stats.chi2.ppf(tail, n) / (scores @ scores))
    assert not refused(uniform_sample(scores * factor * (1 - sign * 1e-3)), stage)
    assert refused(uniform_sample(scores * factor * (1 + sign * 1e-3)), stage)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: w + 0.1, "the draws are too large on the whole"),
        (lambda w: w - 0.1, "the draws are too small on the whole"),
        (lambda w: 1.08 * w, "the draws scatter too much"),
        (lambda w: 0.92 * w, "the draws scatter too little"),
    ],
    ids=["large", "small", "much", "little"],
)
def test_what_is_wrong_with_the_draws_is_said_in_words(change: Callable[[Floats], Floats], message: str) -> None:
    assert isinstance(outcome := staged(BAD, uniform_sample(change(normal_scores(4 * N)))), Outcome)
    assert outcome.message == message
    assert outcome.error is not None
    assert outcome.allowed is not None
    assert outcome.error > outcome.allowed


@pytest.mark.parametrize("tests", [3, 30, 180])
def test_the_level_is_shared_by_all_tests_of_the_exercise(tests: int) -> None:
    expected = uniform_expected(tests)
    limit = stats.norm.isf(1e-3 / tests / 2) / np.sqrt(N)
    assert not refused(uniform_sample(normal_scores(N) + 0.999 * limit), "first", expected)
    assert refused(uniform_sample(normal_scores(N) + 1.001 * limit), "first", expected)


def test_a_case_makes_three_tests() -> None:
    assert CHECK.tests() == 3


# What an author can get wrong.


@pytest.mark.parametrize(
    "inputs",
    [
        {"n": 0},
        {"n": -1},
        {"n": 2.5},
        {"n": np.zeros(2)},
        {"n": None},
        {"rng": 3},
    ],
    ids=repr,
)
def test_without_a_size_and_a_generator_there_is_a_judge_error(inputs: dict[str, Value]) -> None:
    case = a_case()
    case = Case(0, {**case.inputs, **inputs}, case.arguments)
    with pytest.raises(JudgeError, match="a generator among the inputs, and a size in 'n'"):
        CHECK.prepare(case, runner(exponential), conditions())


def test_a_generator_that_is_not_handed_over_is_a_judge_error() -> None:
    case = Case(0, {"n": 5, "rng": RandomState(1)}, ("n",))
    with pytest.raises(JudgeError):
        UNIFORM.prepare(case, runner(lambda n: np.linspace(0, 1, n)), conditions())


def test_a_size_that_is_not_handed_over_is_a_judge_error() -> None:
    case = Case(0, {"n": 5, "rng": RandomState(1)}, ("rng",))  # nobody could draw the larger sample
    with pytest.raises(JudgeError):
        UNIFORM.prepare(case, runner(lambda rng: rng.random(5)), conditions())


@pytest.mark.parametrize(
    "reference",
    [
        lambda rate, n, rng: rng.exponential(2 / rate, n),
        lambda rate, n, rng: np.random.default_rng(1).exponential(1 / rate, n),
        lambda rate, n, rng: None,
        lambda rate, n, rng: rng.exponential(1 / rate, n + 1),
        lambda rate, n, rng: 1 / 0,
    ],
    ids=["law", "generator", "none", "size", "raises"],
)
def test_a_reference_that_fails_its_own_check_is_a_judge_error(reference: Sampler) -> None:
    with pytest.raises(JudgeError, match="the reference solution's own draws fail"):
        CHECK.prepare(a_case(), runner(reference), conditions())


@pytest.mark.parametrize("cdf", ["0.5", "log(x) * inf", "x @ x", "1j * x"])
def test_what_is_no_distribution_function_is_a_judge_error(cdf: str) -> None:
    with pytest.raises(JudgeError):
        Distribution(cdf=parse(cdf), size="n").prepare(a_case(), runner(exponential), conditions())


def test_the_names_in_the_description_are_told_to_the_rules() -> None:
    assert list(CHECK.own_inputs()) == [(("size",), "n")]
    assert CHECK.own_names() >= {"x", "Phi"}
    formulas = dict(CHECK.own_formulas())
    assert formulas["cdf",].names == {"rate", "x"}


# Wrong samplers that are alike.


def answers(sampler: Sampler, expected: Expected, n: int = 2000) -> list[Answer]:
    return [runner(sampler)(call) for call in CHECK.ask(a_case(n=n), expected)]


def alike(mine: Sampler, theirs: Sampler, n: int = 2000) -> bool:
    expected = CHECK.prepare(a_case(n=n), runner(exponential), conditions())
    return CHECK.resembles(a_case(n=n), expected, answers(mine, expected, n), answers(theirs, expected, n))


def scaled(factor: float) -> Sampler:
    return lambda rate, n, rng: rng.exponential(factor / rate, n)


def scaled_by_inversion(factor: float) -> Sampler:
    return lambda rate, n, rng: -factor * np.log1p(-rng.random(n)) / rate


def own_generator(rate: float, n: int, rng: np.random.Generator) -> Floats:
    return np.random.default_rng(1).exponential(2 / rate, n)


def test_two_samplers_of_one_wrong_law_are_alike() -> None:
    assert alike(scaled(2), scaled(2))
    assert alike(scaled(2), scaled_by_inversion(2))


def test_two_samplers_of_different_laws_are_not_alike() -> None:
    assert not alike(scaled(2), scaled(1))
    assert not alike(scaled(2), scaled(1.3))


def test_samplers_are_alike_only_if_both_use_the_generator() -> None:
    assert alike(own_generator, own_generator)
    assert not alike(own_generator, scaled(2))
    assert not alike(scaled(2), own_generator)


@pytest.mark.parametrize("other", [lambda rate, n, rng: None, lambda rate, n, rng: rng.random(3)], ids=["none", "size"])
def test_what_is_no_sample_is_like_nothing(other: Sampler) -> None:
    assert not alike(other, scaled(2))
    assert not alike(scaled(2), other)


# How often a right sampler fails, measured.


def failures(sizes: Sequence[int], judge: Callable[[Floats], bool]) -> int:
    random = np.random.default_rng(20_261_122)
    return sum(judge(random.random(size)) for size in sizes)


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["first", "second"])
def test_a_right_sampler_fails_a_stage_at_most_once_in_a_thousand(stage: str) -> None:
    n, trials = 12, 24_000
    case = a_case(n=n)
    expected = UNIFORM.prepare(case, runner(lambda rate, n, rng: rng.random(n)), conditions())
    bad = np.linspace(0.8, 0.9, n)

    def fails(sample: Floats) -> bool:
        first = sample if stage == "first" else bad
        given = [Answer(first), Answer(first), Answer(first[::-1])] + [Answer(sample)] * (stage == "second")
        judgement = UNIFORM.judge(case, expected, given)
        return isinstance(judgement, Need) or not judgement.accepted

    count = failures([n if stage == "first" else 4 * n] * trials, fails)
    assert count <= stats.binom.isf(1e-6, trials, 1e-3)
    # The mean and the sum of squares of normal numbers are independent, so that these two fail about that often.
    assert count >= stats.binom.ppf(1e-6, trials, 2 * LEVEL) > 0


def test_a_returned_function_is_no_sample() -> None:
    given = [Answer(Handle(0))] * 3
    assert isinstance(outcome := UNIFORM.judge(a_case(), EXPECTED, given), Outcome)
    assert outcome.message.startswith("returned a function")


# Other laws and tests.

DIE = Distribution(test="chi2", probabilities=parse("p"), size="n")
COIN = Distribution(test="binomial", event=parse("x < p"), probability=parse("p"), size="n")
NORMAL = Distribution(cdf=parse("Phi(x)"), size="n", independent=True)
TAILS = Distribution(test="ad", cdf=parse("Phi(x)"), size="n")

Plain = Callable[[int, np.random.Generator], object]


def plain(check: Distribution, right: Plain, answer: Plain | None = None, seed: int = 0, **inputs: Value) -> Outcome:
    """Return the outcome of a sampler of `n` and `rng` alone."""
    case = Case(0, {"n": 2000, "rng": RandomState(500 + seed), **inputs}, ("n", "rng"))
    expected = check.prepare(case, runner(right), conditions(seed, check.tests()))
    calls, answers = check.ask(case, expected), list[Answer]()
    for _ in range(ROUNDS_CAP):
        answers += map(runner(answer or right), calls)
        judgement = check.judge(case, expected, answers)
        if not isinstance(judgement, Need):
            return judgement
        calls = judgement.calls
    raise AssertionError("no outcome in the rounds that are allowed")


def indices(p: Sequence[float]) -> Plain:
    return lambda n, rng: rng.choice(len(p), n, p=p)


P = [0.2, 0.0, 0.3, 0.001, 0.499]


@pytest.mark.parametrize("seed", range(10))
def test_draws_of_outcomes_are_accepted_as_integers_and_as_whole_floats(seed: int) -> None:
    assert plain(DIE, indices(P), seed=seed, p=np.array(P)).accepted
    assert plain(DIE, indices(P), lambda n, rng: indices(P)(n, rng) * 1.0, seed=seed, p=np.array(P)).accepted  # type: ignore[operator]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda n, rng: rng.choice(5, n, p=P) + 1, "the draw 5 is not one of 0, …, 4"),
        (lambda n, rng: rng.choice(5, n, p=P) - 1, "the draw -1 is not one of 0, …, 4"),
        (lambda n, rng: rng.choice(5, n, p=P) / 2, "the draw 1.5 is not one of 0, …, 4"),
        (lambda n, rng: rng.choice(5, n), "1 was drawn, which has probability 0"),
        (lambda n, rng: rng.choice(5, n) * 1e300, "the draw 1e+300 is not one of 0, …, 4"),
    ],
    ids=["one too large", "one too small", "halves", "impossible", "enormous"],
)
def test_outcomes_that_cannot_be_are_refused_at_once(answer: Plain, message: str) -> None:
    outcome = plain(DIE, indices(P), answer, p=np.array(P))
    assert outcome.message.split(" ")[-1] == message.rsplit(" ", maxsplit=1)[-1]
    assert outcome.aspect == "range"


def test_other_probabilities_are_refused_with_the_worst_outcome() -> None:
    outcome = plain(DIE, indices(P), indices([0.3, 0.0, 0.2, 0.001, 0.499]), p=np.array(P))
    assert outcome.message.startswith(("0 was drawn 2", "2 was drawn 1"))
    assert "times out of 8000, expected about" in outcome.message
    assert outcome.expected == "draws of 0, 1, … with the probabilities p"


@pytest.mark.parametrize(
    ("p", "cells"),
    [
        ([0.003, 0.004, 0.004, 0.989], [1, 1, 1, 0]),
        ([0.003, 0.5, 0.497], [2, 0, 1]),
        ([0.5, 0.006, 0.006, 0.003, 0.485], [0, 2, 2, 2, 1]),
        ([0.5, 0.0, 0.5], [0, -1, 1]),
    ],
    ids=["three of 11", "one alone", "one left over", "impossible"],
)
def test_small_outcomes_share_a_cell_but_not_with_large_ones(p: list[float], cells: list[int]) -> None:
    case = Case(0, {"n": 1000, "rng": RandomState(1), "p": np.array(p)}, ("n", "rng"))
    limits = DIE.limits(case, 1000, 1e-3, np.random.default_rng(1))
    assert limits["cells"] == cells
    shares = np.bincount(np.maximum(cells, 0), np.where(np.array(cells) < 0, 0, p))
    found = limits["shares"]
    assert isinstance(found, np.ndarray)
    np.testing.assert_allclose(found, shares)


def test_many_draws_of_a_rare_outcome_are_seen() -> None:
    p = [0.003, 0.003, 0.494, 0.5]
    outcome = plain(DIE, indices(p), indices([0.03, 0.03, 0.44, 0.5]), n=1000, p=np.array(p))
    assert outcome.message.startswith(("0 was drawn", "1 was drawn"))
    assert outcome.message.endswith("times out of 4000, expected about 12.0 times")


def test_one_outcome_alone_may_always_come() -> None:
    sure = indices([0.0, 1.0])
    assert plain(DIE, sure, p=np.array([0.0, 1.0])).accepted
    outcome = plain(DIE, sure, lambda n, rng: np.arange(n) % 2, p=np.array([0.0, 1.0]))
    assert outcome.message == "0 was drawn, which has probability 0"


def test_too_few_draws_for_two_cells_are_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="12 draws are too few: all outcomes would share one cell"):
        plain(DIE, indices([0.5, 0.5]), n=12, p=np.array([0.5, 0.5]))


@pytest.mark.parametrize("p", [[0.5, 0.6], [-0.5, 1.5], [[0.5, 0.5]], [], [np.nan, 1.0], 1.0])
def test_what_are_no_probabilities_is_a_judge_error(p: Value) -> None:
    with pytest.raises(JudgeError):
        plain(DIE, indices([0.5, 0.5]), p=np.array(p))


def bernoulli(p: float) -> Plain:
    return lambda n, rng: rng.random(n) / p * 0.3  # below 0.3 with probability p


@pytest.mark.parametrize("seed", range(10))
def test_an_event_that_holds_as_often_as_it_should_is_accepted(seed: int) -> None:
    assert plain(COIN, bernoulli(0.3), seed=seed, p=0.3).accepted


@pytest.mark.parametrize("p", [0.25, 0.36])
def test_an_event_that_holds_too_often_or_too_rarely_is_refused(p: float) -> None:
    outcome = plain(COIN, bernoulli(0.3), bernoulli(p), p=0.3)
    assert outcome.message.startswith("x < p holds for ")
    assert " of 8000 draws x, expected 2" in outcome.message
    assert outcome.error is not None
    assert outcome.allowed is not None
    assert outcome.error > outcome.allowed > 0


@pytest.mark.parametrize(("stage", "n"), [("first", N), ("second", 4 * N)])
def test_the_limits_of_an_event_are_those_of_the_binomial_law(stage: str, n: int) -> None:
    case = Case(0, {"n": N, "rng": RandomState(1), "p": 0.3}, ("n", "rng"))
    expected = COIN.prepare(case, runner(bernoulli(0.3)), conditions(tests=1))
    limits = expected.facts[stage]
    assert isinstance(limits, dict)
    low, high = limits["low"], limits["high"]
    law = stats.binom(n, 0.3)
    assert law.cdf(low - 1) <= 5e-4 < law.cdf(low)
    assert law.sf(high) <= 5e-4 < law.sf(high - 1)
    for count, good in ((low - 1, False), (low, True), (high, True), (high + 1, False)):
        draws = np.where(np.arange(n) < count, 0.1, 0.9)
        assert COIN.tested(draws, limits, case).accepted == good


@pytest.mark.parametrize(
    ("event", "probability"),
    [("x", "0.5"), ("x[0] < 1", "0.5"), ("x < 1", "1.5"), ("x < 1", "inf * 0"), ("x @ x", "1")],
)
def test_what_is_no_event_is_a_judge_error(event: str, probability: str) -> None:
    check = Distribution(test="binomial", event=parse(event), probability=parse(probability), size="n")
    with pytest.raises(JudgeError):
        plain(check, lambda n, rng: rng.random(n))


def test_equal_draws_prove_nothing_where_they_are_likely() -> None:
    check = Distribution(test="binomial", event=parse("x == 1"), probability=parse("0.99"), size="n")
    assert plain(check, lambda n, rng: (rng.random(n) < 0.99) * 1, n=3).accepted
    outcome = plain(check, lambda n, rng: (rng.random(n) < 0.99) * 1, lambda n, rng: np.ones(n), n=4000)
    assert outcome.message == "all draws are the same number, 1"


def gaussian(n: int, rng: np.random.Generator) -> Floats:
    return rng.standard_normal(n)


def box_muller(n: int, rng: np.random.Generator) -> Floats:
    half = (n + 1) // 2
    radius, angle = np.sqrt(-2 * np.log1p(-rng.random(half))), 2 * np.pi * rng.random(half)
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])[:n]


def one_radius(n: int, rng: np.random.Generator) -> Floats:
    radius = np.sqrt(-2 * np.log1p(-rng.random(n // 2)))
    return np.ravel(radius[:, None] * np.cos(2 * np.pi * rng.random((n // 2, 2))))


@pytest.mark.parametrize("seed", range(10))
def test_independent_draws_are_accepted(seed: int) -> None:
    assert plain(NORMAL, gaussian, box_muller, seed=seed).accepted


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_few_independent_draws_are_accepted(n: int) -> None:
    assert plain(NORMAL, gaussian, box_muller, n=n).accepted


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda n, rng: np.repeat(gaussian(n // 2, rng), 2), "neighbouring draws are positively correlated"),
        (lambda n, rng: np.sort(gaussian(n, rng)), "neighbouring draws are positively correlated"),
        (
            lambda n, rng: np.ravel(np.outer(gaussian(n // 2, rng), [1, -1])),
            "neighbouring draws are negatively correlated",
        ),
        (one_radius, "neighbouring draws are uncorrelated, but their distances from the middle depend on each other"),
        (lambda n, rng: np.tile(gaussian(n // 2, rng), 2), "draws half a sample apart are positively correlated"),
        (
            lambda n, rng: one_radius(n, rng).reshape(-1, 2).T.ravel(),
            "draws half a sample apart are uncorrelated, but their distances from the middle depend on each other",
        ),
    ],
    ids=["twice", "sorted", "antithetic", "one radius", "copied", "one radius in halves"],
)
def test_draws_that_depend_on_each_other_are_refused(answer: Plain, message: str) -> None:
    outcome = plain(NORMAL, gaussian, answer, seed=1)
    assert outcome.message == message
    assert outcome.error is not None
    assert outcome.allowed is not None
    assert outcome.error > outcome.allowed


def test_without_independence_the_order_of_draws_does_not_matter() -> None:
    check = Distribution(cdf=parse("Phi(x)"), size="n")
    assert plain(check, gaussian, lambda n, rng: np.sort(gaussian(n, rng))).accepted


@pytest.mark.parametrize("seed", range(10))
def test_the_tails_of_right_draws_are_accepted(seed: int) -> None:
    assert plain(TAILS, gaussian, box_muller, seed=seed).accepted


def test_the_tails_of_wrong_draws_are_refused() -> None:
    outcome = plain(TAILS, gaussian, lambda n, rng: rng.standard_t(4, n))
    assert not outcome.accepted
    assert outcome.error is not None


def test_the_tails_of_few_draws_are_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="needs at least 100 draws, and there are 99: use ks"):
        plain(TAILS, gaussian, n=99)


def test_a_distribution_function_may_pass_one_by_rounding() -> None:
    check = Distribution(cdf=parse("x * (1 + 1e-12)"), size="n")
    assert plain(check, lambda n, rng: np.where(np.arange(n) == 1, 1.0, rng.random(n))).accepted
    outcome = plain(check, lambda n, rng: rng.random(n), lambda n, rng: rng.random(n) + 1e-3)
    assert outcome.message.endswith("outside the range of the distribution") or not outcome.accepted


# One draw from each of many calls.

START = Distribution(
    cdf=parse("Phi(x)"), runs=300, draw=parse("answer[-1]"), input=("x0",), data=parse("z")
)  # a chain that starts in its own law stays there


def metropolis(x0: float, rng: np.random.Generator, shift: float = 0.0) -> Floats:
    states = []
    for _ in range(5):
        proposal = x0 + shift + 2 * rng.standard_normal()
        x0 = proposal if np.log(rng.random()) < (x0**2 - proposal**2) / 2 else x0
        states.append(x0)
    return np.array(states)


Chain = Callable[[float, np.random.Generator], object]


def chained(answer: Chain, check: Distribution = START, seed: int = 0) -> tuple[Outcome, list[Answer]]:
    case = Case(0, {"x0": 0.0, "rng": RandomState(seed)}, ("x0", "rng"))
    expected = check.prepare(case, runner(metropolis), conditions(seed, check.tests()))
    calls, answers = check.ask(case, expected), list[Answer]()
    for _ in range(ROUNDS_CAP):
        answers += map(runner(answer), calls)
        judgement = check.judge(case, expected, answers)
        if not isinstance(judgement, Need):
            return judgement, answers
        calls = judgement.calls
    raise AssertionError("no outcome in the rounds that are allowed")


@pytest.mark.parametrize("seed", range(3))
def test_one_state_from_each_of_many_chains_is_accepted(seed: int) -> None:
    outcome, answers = chained(metropolis, seed=seed)
    assert outcome.accepted
    assert len(answers) == 2 + 300 + 100


def test_chains_with_another_law_are_refused_after_a_fresh_stage() -> None:
    outcome, answers = chained(lambda x0, rng: metropolis(x0, rng, 1.0))
    assert outcome.message.endswith("on the whole") or "of the draws lie" in outcome.message
    assert len(answers) == 2 + 300 + 100 + 1200


def test_a_chain_that_stays_where_it_is_does_not_use_its_generator() -> None:
    outcome, answers = chained(lambda x0, rng: np.full(5, x0))
    assert outcome.message == "the answers do not depend on `rng`: other generators gave the same ones"
    assert len(answers) == 2 + 300 + 100


def test_all_chains_get_starts_and_generators_of_their_own() -> None:
    _, answers = chained(lambda x0, rng: [x0, rng.random(), 0, 0, x0 + 1])
    pairs = [answer.value for answer in answers[2:]]
    starts = [pair[0] for pair in pairs if isinstance(pair, list)]
    numbers = [pair[1] for pair in pairs if isinstance(pair, list)]
    assert starts[:100] == starts[300:400]  # the same starts with other generators
    assert len(set(starts)) == 300 + 1200
    assert len(set(numbers)) == len(numbers) == 300 + 100 + 1200


@pytest.mark.parametrize("bad", [None, 3.0, np.zeros(0), {"a": 1}, np.full(5, np.nan), ["a"] * 5, Handle(1)])
def test_what_is_no_chain_is_refused_after_the_opening(bad: Value) -> None:
    outcome, answers = chained(lambda x0, rng: bad)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert len(answers) == 2
    assert outcome.call is not None


def test_p_values_under_the_null_hypothesis_are_uniform() -> None:
    check = Distribution(cdf=parse("x"), runs=200, input=("a", "b"), data=parse("z"))
    case = Case(0, {"a": np.zeros(5), "b": np.zeros(8)}, ("a", "b"))

    def t_test(a: Floats, b: Floats) -> float:
        return float(stats.ttest_ind(a, b).pvalue)

    def one_sided(a: Floats, b: Floats) -> float:
        return float(stats.ttest_ind(a, b, alternative="greater").pvalue) / 2

    expected = check.prepare(case, runner(t_test), conditions(tests=3))
    opening = [runner(one_sided)(call) for call in check.ask(case, expected)]
    need = check.judge(case, expected, opening)
    assert isinstance(need, Need)
    shapes = {tuple(np.asarray(argument).shape for argument in call.arguments) for call in need.calls}
    assert shapes == {((5,), (8,))}
    first = [*opening, *map(runner(one_sided), need.calls)]
    need = check.judge(case, expected, first)
    assert isinstance(need, Need)
    outcome = check.judge(case, expected, [*first, *map(runner(one_sided), need.calls)])
    assert isinstance(outcome, Outcome)
    assert not outcome.accepted


# What does not fit together.


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"size": "n"}, "the test 'ks' needs `cdf`"),
        ({"size": "n", "test": "chi2"}, "the test 'chi2' needs `probabilities`"),
        ({"size": "n", "test": "binomial", "event": parse("x")}, "the test 'binomial' needs `probability`"),
        ({"size": "n", "cdf": parse("x"), "test": "chi2"}, "the test 'chi2' needs no `cdf`"),
        ({"size": "n", "cdf": parse("x"), "event": parse("x")}, "the test 'ks' needs no `event`"),
        ({"cdf": parse("x")}, "exactly one of `size`"),
        ({"cdf": parse("x"), "size": "n", "runs": 100}, "exactly one of `size`"),
        ({"cdf": parse("x"), "runs": 100, "independent": True}, "`independent` goes with"),
        ({"test": "chi2", "probabilities": parse("p"), "size": "n", "independent": True}, "`independent` goes with"),
        ({"cdf": parse("x"), "size": "n", "input": ("a",), "data": parse("z")}, "go with `runs`"),
        ({"cdf": parse("x"), "size": "n", "draw": parse("answer[0]")}, "go with `runs`"),
        ({"cdf": parse("x"), "runs": 100, "input": ("a",)}, "need each other"),
        ({"cdf": parse("x"), "runs": 100, "data": parse("z")}, "need each other"),
    ],
)
def test_fields_that_do_not_fit_together_are_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Distribution(**fields)


@pytest.mark.parametrize(("check", "tests"), [(CHECK, 3), (TAILS, 3), (NORMAL, 7), (DIE, 1), (COIN, 1), (START, 3)])
def test_every_test_is_counted(check: Distribution, tests: int) -> None:
    assert check.tests() == tests


# Known mistakes in the order of draws.


def given(check: Distribution, expected: Expected, case: Case, answer: Plain) -> list[Answer]:
    return [runner(answer)(call) for call in check.ask(case, expected)]


def test_samplers_with_the_right_law_are_alike_only_in_their_dependence() -> None:
    case = Case(0, {"n": 2000, "rng": RandomState(3)}, ("n", "rng"))
    expected = NORMAL.prepare(case, runner(gaussian), conditions(tests=7))
    twice = given(NORMAL, expected, case, lambda n, rng: np.repeat(gaussian(n // 2, rng), 2))
    ordered = given(NORMAL, expected, case, lambda n, rng: np.sort(gaussian(n, rng)))
    halved = given(NORMAL, expected, case, lambda n, rng: np.tile(gaussian(n // 2, rng), 2))
    assert NORMAL.resembles(case, expected, twice, twice)
    assert not NORMAL.resembles(case, expected, twice, ordered)
    assert not NORMAL.resembles(case, expected, twice, halved)


def test_a_mistakes_answers_can_be_condensed() -> None:
    case = Case(0, {"x0": 0.0, "rng": RandomState(0)}, ("x0", "rng"))
    expected = START.prepare(case, runner(metropolis), conditions(tests=3))
    _, shifted = chained(lambda x0, rng: metropolis(x0, rng, 1.0))
    _, back = chained(lambda x0, rng: metropolis(x0, rng, -1.0))
    (kept,) = START.condensed(case, expected, shifted)
    assert isinstance(kept.value, dict)
    assert START.resembles(case, expected, shifted, [kept])
    assert not START.resembles(case, expected, back, [kept])
    assert START.condensed(case, expected, shifted[:2]) == ()
    assert not START.resembles(case, expected, shifted, ())


def test_judging_loads_no_scipy() -> None:
    code = """
import sys
import numpy as np
from grader.checks import Expected
from grader.checks import coverage, estimator
from grader.checks.distribution import Distribution
from grader.model import Answer, Case
from grader.sandbox.expressions import parse
from grader.sandbox.values import RandomState
check = Distribution(test="chi2", probabilities=parse("ones(4) / 4"), size="n")
limits = {"cells": [0, 1, 2, 3], "shares": np.full(4, 0.25), "places": np.full(3, 0.5), "limit": 16.0}
keys = dict.fromkeys(("opening", "another generator", "first draws", "fresh draws"), 1)
expected = Expected(None, {"size": 400, "keys": keys, "first": limits, "varies": True, "telling": True, "usual": {}})
case = Case(0, {"n": 400, "rng": RandomState(1)}, ("n", "rng"))
draws = np.arange(400) % 4
assert check.judge(case, expected, [Answer(draws), Answer(draws), Answer(draws[::-1])]).accepted
estimator.Estimator(target=parse(0))
print("scipy" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
