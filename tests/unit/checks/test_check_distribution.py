"""`distribution`: right samplers pass, wrong ones fail twice, and the limits are those of the tests' own laws."""

from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from grader.author_code import runner
from grader.checks import ROUNDS_CAP, Conditions, Expected, Need
from grader.checks.distribution import Distribution
from grader.errors import JudgeError
from grader.model import Answer, Case, Failure, Outcome, Tolerance, Verdict
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
    facts = [UNIFORM.prepare(a_case(number=number), reference, conditions()).facts for number in range(2)]
    assert len({fact[name] for fact in facts for name in ("other", "fresh")}) == 4


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
    assert list(CHECK.inputs_named()) == [("size", "n")]
    assert CHECK.own_names() == {"x"}
    assert [(name, formula.names) for name, formula in CHECK.formulas()] == [("cdf", frozenset({"rate", "x"}))]


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
