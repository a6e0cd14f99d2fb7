"""`sample`: draws from any distribution of one variable that SciPy has, inside its support."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.sample import Sample
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value
from grader.spec.store import freeze, thaw

LAWS: dict[str, dict[str, float]] = {
    "norm": {"loc": 3, "scale": 2},
    "gamma": {"a": 0.3, "scale": 1.5},
    "beta": {"a": 0.2, "b": 0.1},
    "uniform": {"loc": -1e-4, "scale": 2e-4},
    "expon": {"scale": 1e-3},
    "t": {"df": 2},
    "cauchy": {},
    "lognorm": {"s": 3},
    "binom": {"n": 5, "p": 0.3},
    "poisson": {"mu": 2.5},
    "geom": {"p": 0.5, "loc": -1},
    "randint": {"low": 1, "high": 7},
}


def kind(law: str, size: int = 5, given: dict[str, float] | None = None, **more: Any) -> Sample:
    values = LAWS.get(law, {}) if given is None else given
    return Sample(law=law, parameters={name: parse(value) for name, value in values.items()}, size=parse(size), **more)


def drawn(
    sample: Sample, seed: int = 0, regime: str = "", level: int | None = None, **names: Value
) -> NDArray[np.float64]:
    draw = Draw(np.random.default_rng(seed), names, 0, regime, level=level or 0)
    value = sample.draw(draw) if level is None else sample.simple(draw)
    assert isinstance(value, np.ndarray)
    return value


@pytest.mark.parametrize("law", LAWS)
def test_every_value_lies_inside_the_support(law: str) -> None:
    given: Any = {name: int(value) if float(value).is_integer() else value for name, value in LAWS[law].items()}
    frozen = getattr(stats, law)(**given)
    low, high = frozen.support()
    discrete = isinstance(getattr(stats, law), stats.rv_discrete)
    for seed in range(20):
        for regime, level in (("", None), ("ties", None), ("", 0), ("", 1), ("", 2), ("", 3)):
            values = drawn(kind(law), seed, regime, level)
            assert values.shape == (5,)
            assert values.dtype == (np.int64 if discrete else np.float64)
            assert np.all((low <= values) & (values <= high))
            assert discrete or law == "beta" or np.all((low < values) & (values < high))


@pytest.mark.parametrize("law", ["norm", "gamma", "expon", "beta"])
def test_the_draws_have_the_distribution(law: str) -> None:
    values = drawn(kind(law, 3000, decimals=None), 5)
    assert stats.kstest(values, getattr(stats, law)(**LAWS[law]).cdf).pvalue > 1e-3


def test_the_draws_of_a_discrete_distribution_are_integers_with_its_frequencies() -> None:
    counts = np.bincount(drawn(kind("binom", 3000)).astype(np.int64), minlength=6)
    expected = 3000 * stats.binom(5, 0.3).pmf(np.arange(6))
    assert stats.chisquare(counts, expected).pvalue > 1e-3


def test_parameters_and_size_may_depend_on_earlier_inputs() -> None:
    sample = Sample(law="norm", parameters={"loc": parse("mu"), "scale": parse("s / 100")}, size=parse("2 * n"))
    values = drawn(sample, 0, mu=50.0, s=1.0, n=3)
    assert values.shape == (6,)
    assert np.all(np.abs(values - 50) < 0.05)


def test_values_are_rounded_on_the_scale_on_which_they_differ() -> None:
    assert np.array_equal(drawn(kind("norm")), np.round(drawn(kind("norm")), 3))
    assert np.array_equal(drawn(kind("norm", decimals=1)), np.round(drawn(kind("norm")), 1))
    tiny = drawn(kind("norm", 50, {"scale": 1e-9}))
    assert len(np.unique(tiny)) > 45
    assert np.array_equal(tiny, np.round(tiny, 12))
    assert len(np.unique(drawn(kind("norm", 50, {"loc": 1e6, "scale": 1e-3})))) > 45
    assert len(repr(drawn(kind("norm", 1, decimals=None)).tolist()[0])) > 12


def test_half_of_the_values_are_copies_where_there_are_ties() -> None:
    for size in (2, 3, 7, 8):
        values = drawn(kind("norm", size), 1, "ties")
        assert len(np.unique(values)) == (size + 1) // 2
        assert values.shape == (size,)
    assert drawn(kind("norm", 1), 1, "ties").shape == (1,)


def test_all_values_of_a_continuous_distribution_differ_where_ties_are_excluded() -> None:
    sample = kind("norm", 60, {}, decimals=0, exclude=("ties",))
    assert sample.edges() == ()
    for level in (None, 0, 3):
        assert len(np.unique(drawn(sample, 2, "", level))) == 60
    assert len(np.unique(drawn(kind("norm", 60, {}, decimals=0), 2))) < 20


def test_simple_values_are_whole_where_the_support_allows_it() -> None:
    assert all(np.array_equal(v, np.round(v)) for v in (drawn(kind("norm"), seed, "", 0) for seed in range(20)))
    values = drawn(kind("gamma", 40, {"a": 1}), 0, "", 0)
    assert np.all((values == np.round(values)) | ((values > 0) & (values <= 0.5)))
    assert np.any(values != np.round(values))
    assert np.array_equal(drawn(kind("norm"), 0, "", 3), np.round(drawn(kind("norm"), 0, "", 3), 1))


def test_there_may_be_no_draws() -> None:
    for level in (None, 0):
        assert drawn(kind("norm", 0), 0, "", level).shape == (0,)


def test_the_same_stream_gives_the_same_bits() -> None:
    assert drawn(kind("gamma", decimals=None), 4).tobytes() == drawn(kind("gamma", decimals=None), 4).tobytes()


@pytest.mark.parametrize(
    ("law", "given", "message"),
    [
        ("normal", {}, "'normal' is no distribution of one variable in scipy.stats; did you mean 'norm'"),
        ("multivariate_normal", {}, "no distribution of one variable"),
        ("__name__", {}, "no distribution of one variable"),
        ("gamma", {}, "'gamma' needs the parameter 'a'"),
        ("gamma", {"a": 1, "rate": 2}, "'gamma' has no parameter 'rate'; it has a, loc, scale"),
        ("poisson", {"mu": 1, "scale": 2}, "'poisson' has no parameter 'scale'; it has mu, loc"),
        ("norm", {"scale": 0}, "there is no distribution 'norm' with scale = 0"),
        ("beta", {"a": 1, "b": -1}, "there is no distribution 'beta' with a = 1, b = -1"),
        ("binom", {"n": 2.5, "p": 0.5}, "there is no distribution 'binom' with n = 2.5, p = 0.5"),
        ("poisson", {"mu": 1, "loc": 0.5}, "there is no distribution 'poisson' with mu = 1, loc = 0.5"),
        ("pareto", {"b": 1e-3}, "a draw from 'pareto' with these parameters is not finite"),
    ],
)
def test_a_distribution_that_does_not_exist_is_a_judge_error(law: str, given: dict[str, float], message: str) -> None:
    for level in (None, 0):
        with pytest.raises(JudgeError, match=message):
            drawn(kind(law, 20, given), 0, "", level)


def test_a_kept_description_is_read_without_scipy() -> None:
    sample = kind("gamma", decimals=None)
    assert thaw(freeze(sample)) == sample
    code = (
        "import sys; from grader.spec.store import thaw\n"
        f"thaw({freeze(sample)!r}); print('scipy' in sys.modules, 'grader.generators.sample' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.split() == ["False", "True"]
