"""`with_spectrum`: the eigenvalues are the given ones, or lie apart, and the matrix can be diagonalised."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.with_spectrum import WithSpectrum
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

REGIMES = ("diagonal", "negative", "singular")
seeds = st.integers(0, 2**32)


def drawn(kind: WithSpectrum, seed: int = 0, regime: str = "", **names: Value) -> NDArray[np.float64]:
    value = kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))
    assert isinstance(value, np.ndarray)
    return value


def simple(kind: WithSpectrum, seed: int, level: int) -> NDArray[np.float64]:
    value = kind.simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert isinstance(value, np.ndarray)
    return value


def given_ones(*values: str | float, symmetric: bool = False, exclude: tuple[str, ...] = ()) -> WithSpectrum:
    return WithSpectrum(eigenvalues=tuple(map(parse, values)), symmetric=symmetric, exclude=exclude)


def of_size(size: int, gap: float | None = None, *, symmetric: bool = False, paired: bool = False) -> WithSpectrum:
    min_gap = None if gap is None else parse(gap)
    return WithSpectrum(size=parse(size), min_gap=min_gap, symmetric=symmetric, complex_pairs=paired)


def spectrum(matrix: NDArray[np.float64]) -> NDArray[np.complex128]:
    return np.asarray(np.linalg.eigvals(matrix), dtype=np.complex128)


def same(found: NDArray[np.complex128], wanted: list[complex], tolerance: float = 1e-10) -> bool:
    """Return whether two lists of numbers agree in some order."""
    rest = list(wanted)
    for value in found.tolist():
        nearest = min(rest, key=lambda other: abs(other - value))
        if abs(nearest - value) > tolerance * max(1.0, *map(abs, wanted)):
            return False
        rest.remove(nearest)
    return not rest


def least_gaps(values: NDArray[np.complex128]) -> tuple[float, float]:
    """Return the least distance of two eigenvalues, and that of two absolute values but for pairs, relative to the largest."""
    largest = float(np.max(np.abs(values)))
    distances = np.abs(np.subtract.outer(values, values))[np.triu_indices(len(values), 1)]
    moduli = np.sort(np.abs(values[values.imag >= -1e-9]))
    return float(np.min(distances, initial=np.inf)) / largest, float(np.min(np.diff(moduli), initial=np.inf)) / largest


@given(
    values=st.lists(st.integers(-40, 40).map(lambda k: k / 4), min_size=1, max_size=6),
    seed=seeds,
    symmetric=st.booleans(),
    regime=st.sampled_from(["", "diagonal"]),
)
def test_the_eigenvalues_are_the_given_ones_with_multiplicity(
    values: list[float], seed: int, symmetric: bool, regime: str
) -> None:
    matrix = drawn(given_ones(*values, symmetric=symmetric), seed, regime)
    assert matrix.shape == (len(values), len(values))
    assert same(spectrum(matrix), list(map(complex, values)))
    assert not symmetric or np.array_equal(matrix, matrix.T)


@given(seed=seeds, regime=st.sampled_from(["", "diagonal"]))
def test_given_eigenvalues_may_be_complex_in_pairs_and_depend_on_earlier_inputs(seed: int, regime: str) -> None:
    kind = given_ones("a + 2j", 3, "1j", "a - 2j", "-1j", 3)
    assert same(spectrum(drawn(kind, seed, regime, a=1.5)), [1.5 + 2j, 1.5 - 2j, 1j, -1j, 3, 3])


@given(values=st.lists(st.integers(-9, 9), min_size=1, max_size=5), seed=seeds, level=st.integers(0, 3))
def test_simple_matrices_have_the_given_eigenvalues_and_whole_numbers(values: list[int], seed: int, level: int) -> None:
    matrix = simple(given_ones(*values), seed, level)
    assert np.array_equal(matrix, np.round(matrix))
    assert same(spectrum(matrix), list(map(complex, values)), 1e-6)
    symmetric = simple(given_ones(*values, symmetric=True), seed, level)
    assert np.array_equal(symmetric, symmetric.T)
    assert same(spectrum(symmetric), list(map(complex, values)))


@given(
    n=st.integers(1, 8),
    share=st.floats(0, 1),
    seed=seeds,
    regime=st.sampled_from(["", *REGIMES]),
    symmetric=st.booleans(),
)
def test_drawn_eigenvalues_lie_apart(n: int, share: float, seed: int, regime: str, symmetric: bool) -> None:
    gap = share / n
    values = spectrum(drawn(of_size(n, gap, symmetric=symmetric), seed, regime))
    assert np.all(np.abs(values.imag) < 1e-9)
    assert len(values) == 1 or min(least_gaps(values.real.astype(complex))) >= gap - 1e-9


@given(n=st.integers(1, 8), share=st.floats(0, 1), seed=seeds, regime=st.sampled_from(["", *REGIMES]))
def test_complex_pairs_lie_apart_too(n: int, share: float, seed: int, regime: str) -> None:
    gap = share / max((n + 1) // 2, 1)
    values = spectrum(drawn(of_size(n, gap, paired=True), seed, regime))
    assert n == 1 or min(least_gaps(values)) >= gap - 1e-9
    assert np.any(np.abs(values.imag) > 1e-9) == (n > 1)


@given(n=st.integers(1, 6), seed=seeds, level=st.integers(0, 3), paired=st.booleans(), share=st.floats(0, 1))
def test_simple_drawn_eigenvalues_lie_apart_and_make_whole_numbers(
    n: int, seed: int, level: int, paired: bool, share: float
) -> None:
    gap = share / n
    matrix = simple(of_size(n, gap, paired=paired), seed, level)
    values = spectrum(matrix)
    assert np.array_equal(matrix, np.round(matrix))
    assert n == 1 or min(least_gaps(values)) >= gap - 1e-6
    assert np.any(np.abs(values.imag) > 1e-9) == (paired and n > 1)


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("seed", range(30))
def test_every_regime_shows_what_its_name_says(seed: int, paired: bool) -> None:
    kind = of_size(5, paired=paired)
    diagonal, negative, singular = (drawn(kind, seed, regime) for regime in REGIMES)
    assert kind.edges() == REGIMES
    assert np.all(spectrum(negative).real < 0)
    assert np.min(np.abs(spectrum(singular))) < 1e-10
    beside = np.abs(np.subtract.outer(np.arange(5), np.arange(5))) > (1 if paired else 0)
    assert not np.any(diagonal[beside])


def test_given_eigenvalues_leave_room_for_one_regime() -> None:
    assert given_ones(1, 2).edges() == ("diagonal",)


@pytest.mark.parametrize("seed", range(50))
def test_the_eigenvectors_are_well_conditioned(seed: int) -> None:
    values, vectors = np.linalg.eig(drawn(of_size(5), seed))
    assert np.linalg.cond(vectors) < 20
    assert np.linalg.norm(drawn(of_size(5), seed), 2) < 10 * np.max(np.abs(values))


def test_the_matrix_is_not_symmetric_unless_asked() -> None:
    matrix = drawn(of_size(3))
    assert not np.allclose(matrix, matrix.T, atol=0.01)


@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize("level", range(4))
def test_simple_matrices_show_no_excluded_regime(symmetric: bool, level: int) -> None:
    kind = given_ones(1, 2, 3, symmetric=symmetric, exclude=("diagonal",))
    negative = WithSpectrum(size=parse(2), exclude=("negative",))
    for seed in range(50):
        matrix = simple(kind, seed, level)
        assert np.any(matrix - np.diag(np.diag(matrix)))
        assert np.max(spectrum(simple(negative, seed, level)).real) > 0


@pytest.mark.parametrize(("size", "gap", "paired"), [(3, 0.34, False), (21, None, False), (5, 0.34, True)])
def test_a_gap_that_leaves_no_room_is_a_judge_error(size: int, gap: float | None, paired: bool) -> None:
    with pytest.raises(JudgeError, match=f"of {size} eigenvalues cannot differ"):
        drawn(of_size(size, gap, paired=paired))
    with pytest.raises(JudgeError, match=f"of {size} eigenvalues cannot differ"):
        simple(of_size(size, gap, paired=paired), 0, 0)


def test_as_many_eigenvalues_as_there_is_room_for_can_be_drawn() -> None:
    assert min(least_gaps(spectrum(drawn(of_size(20))))) > 0.05 - 1e-9
    assert min(least_gaps(spectrum(drawn(of_size(6, 1 / 3, paired=True))))) > 1 / 3 - 1e-9


@pytest.mark.parametrize("gap", ["-0.1", "inf", "inf - inf"])
def test_a_gap_that_makes_no_sense_is_a_judge_error(gap: str) -> None:
    with pytest.raises(JudgeError, match="gap of at least 0"):
        drawn(WithSpectrum(size=parse(2), min_gap=parse(gap)))


@pytest.mark.parametrize("values", [("1 + 2j",), ("1 + 2j", "1 + 2j"), ("2j", "-3j"), ("inf",), ("[1, 2]",)])
def test_eigenvalues_that_no_real_matrix_has_are_a_judge_error(values: tuple[str, ...]) -> None:
    with pytest.raises(JudgeError):
        drawn(given_ones(*values))


def test_a_symmetric_matrix_has_real_eigenvalues() -> None:
    with pytest.raises(JudgeError):
        drawn(given_ones("2j", "-2j", symmetric=True))


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "exactly one of size and eigenvalues"),
        ({"size": parse(2), "eigenvalues": (parse(1),)}, "exactly one of size and eigenvalues"),
        ({"eigenvalues": (parse(1),), "min_gap": parse(0.1)}, "min_gap and complex_pairs are for"),
        ({"eigenvalues": (parse(1),), "complex_pairs": True}, "min_gap and complex_pairs are for"),
        ({"size": parse(2), "symmetric": True, "complex_pairs": True}, "symmetric and complex_pairs"),
        ({"size": parse(2), "dtype": "int64"}, "int64"),
    ],
)
def test_parameters_that_do_not_go_together_are_refused(parameters: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        WithSpectrum(**parameters)  # type: ignore[arg-type]


def test_the_same_stream_gives_the_same_bits_and_others_give_other_matrices() -> None:
    assert drawn(of_size(3), 1).tobytes() == drawn(of_size(3), 1).tobytes()
    assert not np.allclose(drawn(of_size(3), 1), drawn(of_size(3), 2))
