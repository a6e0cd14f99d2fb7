"""Functions that the grader evaluates for an answer: the same values as always, and no arguments make one large or long."""

import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader.executors._bounded import ENTRIES_CAP, bounded, extent, numbers, require_few
from grader.executors._frames import evaluated
from grader.sandbox.values import FunctionText, Value

LAW = settings(derandomize=True, deadline=None, database=None, max_examples=60)
ROW, COLUMN = np.ones((1, 2**19)), np.ones((2**19, 1))
SQUARE = np.ones((1000, 1000))
EMPTY = np.ones((0, 2**19))
INDEX = np.zeros(2**19, np.int64)


def counted(text: str, *parameters: str, **constants: Value) -> FunctionText:
    return FunctionText(parameters or ("x",), text, constants, counted=True)


FORMULAS = (
    *("a * x + 1 / (2 - x) - x**2", "exp(-x) * sin(pi * x) if x[0] > 0 else -x", "x // 2 + x % 3", "abs(x) ** 0.5"),
    *("sum(x) / len(x)", "x[0]", "x[-1:]", "x[::-1]", "x[len(x) - 1]", "x @ x", "outer(x, x)", "dot(x, x)", "norm(x)"),
    *("norm(x, 1)", "diff(x)", "diff(x, 2)", "cumsum(x)", "sort(x)", "where(x > 0, x, -x)", "minimum(x, 0.5)"),
    *("1 < 2 < 3", "not x[0] == x[1] or x[0] <= x[1] != 3 and x[1] >= 0", "[x[0], x[1]] + [1]", "[x[0]] * 3", "2 * 3"),
    *(
        "concatenate([x, x])",
        "stack([x, 2 * x])",
        "reshape(x, (size(x), 1)) * x",
        "det(outer(x, x))",
        "solve(I, x[0:2])",
    ),
    *(
        "rank(I)",
        "singular_values(I)",
        "eigvalsh(I)",
        "inv(I) @ x[0:2]",
        "kron(I, x)",
        "kron(x, I)",
        "I[0, 1]",
        "I[:, k]",
    ),
    *(
        "I[k, k]",
        "x[k]",
        "x[[0, 1]]",
        "zeros(3)",
        "ones((2, 2))",
        "eye(2)",
        "arange(4)",
        "linspace(0, 1, 5)",
        "diag(x)",
    ),
    *(
        "isclose(x, x)",
        "allclose(x, 2)",
        "clip(x, 0, 1)",
        "hypot(x, 1)",
        "max(x, axis=0)",
        "std(x, ddof=1)",
        "10 ** k[0]",
    ),
    *("2 ** 10", "2 ** -1", "trace(I)", "round(x, 2)", "cross([1, 0, 0], [0, 1, 0])", "tril(I)", "roll(x, 1)"),
)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_has_the_value_that_it_has_everywhere(text: str) -> None:
    function = counted(text, a=1.5, I=np.eye(2), k=np.array([1, 0]))
    for x in (np.array([0.3, -1.25, 0.7]), np.array([1, 2, 3]), np.array([1j, 2.0])):
        try:
            expected = function.build()(x)
        except Exception as error:
            with pytest.raises(type(error)):
                bounded(function)(x)
            continue
        found = bounded(function)(x)
        np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))
        assert type(found) is type(expected)


@LAW
@given(
    st.sampled_from(["x + y", "x * y - y", "x @ y", "x < y", "maximum(x, y)", "where(x > 0, x, y)", "dot(x, y)"]),
    npst.arrays(np.int64, npst.array_shapes(max_dims=3, max_side=3), elements=st.integers(-5, 5)),
    npst.arrays(np.float64, npst.array_shapes(max_dims=3, max_side=3), elements=st.integers(-5, 5)),
)
def test_two_arrays_give_what_numpy_gives(text: str, x: np.ndarray, y: np.ndarray) -> None:
    function = counted(text, "x", "y")
    try:
        expected = function.build()(x, y)
    except ValueError:
        with pytest.raises(ValueError):
            bounded(function)(x, y)
        return
    np.testing.assert_array_equal(np.asarray(bounded(function)(x, y)), np.asarray(expected))


HOSTILE: dict[str, tuple[FunctionText, tuple[Value, ...]]] = {
    "a row and a column": (counted("x * y", "x", "y"), (ROW, COLUMN)),
    "a row and a column compared": (counted("x < y", "x", "y"), (ROW, COLUMN)),
    "a row and a column in a function": (counted("hypot(x, y)", "x", "y"), (ROW, COLUMN)),
    "a choice between a row and a column": (counted("where(x > 0, x, y)", "x", "y"), (ROW, COLUMN)),
    "a column made of a row": (counted("x * reshape(x, (size(x), 1))"), (np.ones(2**19),)),
    "a column and a row multiplied": (counted("x @ y", "x", "y"), (COLUMN, ROW)),
    "thin matrices multiplied": (counted("x @ y", "x", "y"), (np.ones((2**18, 2)), np.ones((2, 2**18)))),
    "empty matrices multiplied": (counted("x @ y", "x", "y"), (np.ones((2**19, 0)), np.ones((0, 2**19)))),
    "large matrices multiplied": (counted("x @ x"), (SQUARE,)),
    "large matrices of integers multiplied": (counted("dot(x, x)"), (SQUARE.astype(np.int64),)),
    "an outer product": (counted("outer(x, x)"), (np.ones(2**19),)),
    "a product of Kronecker's": (counted("kron(x, y)", "x", "y"), (ROW, COLUMN)),
    "a sum over an empty dimension": (counted("sum(x, 0) @ sum(x, 0)"), (np.ones((0, 2**21)),)),
    "an empty row and a column": (counted("sum(x * y, 0)", "x", "y"), (EMPTY, np.ones((2**19, 1, 1)))),
    "an index that names a row many times": (counted("A[i]", "i", A=np.ones((2, 1000))), (INDEX,)),
    "an index that names entries many times": (counted("x[:, i]", "x", "i"), (np.ones((1000, 2)), INDEX)),
    "two indices that are broadcast": (
        counted("x[i, j]", "x", "i", "j"),
        (np.ones((3, 3)), np.zeros((2**12, 1), np.int64), np.zeros((1, 2**12), np.int64)),
    ),
    "a power of a power": (counted("x ** y ** y", "x", "y"), (2**15, 2**15)),
    "a power of powers": (counted("(x ** y) ** y", "x", "y"), (2**15, 2**15)),
    "a power of a long integer": (counted("x ** y", "x", "y"), (2**4000, 2**4000)),
    "a list many times": (counted("[x] * x * x * x"), (2**15,)),
    "an array made of a number": (counted("zeros((x, x, x))"), (2**15,)),
    "a diagonal matrix": (counted("diag(x)"), (np.ones(2**19),)),
    "a triangle": (counted("tril(x)"), (np.ones(2**19),)),
    "an identity": (counted("eye(x)"), (2**15,)),
    "a range": (counted("arange(x)"), (1e12,)),
    "a range without end": (counted("arange(x)"), (np.inf,)),
    "many differences": (counted("diff(x, k)", "x", "k"), (np.ones(2**20), 2**15)),
    "an inverse": (counted("inv(x)"), (SQUARE,)),
    "singular values": (counted("singular_values(x)"), (SQUARE,)),
    "a norm that takes singular values": (counted("norm(x, 2)"), (SQUARE,)),
    "a solution": (counted("solve(x, x)"), (SQUARE,)),
    "many systems": (counted("solve(x, y)", "x", "y"), (np.ones((2**10, 1, 10, 10)), np.ones((1, 2**10, 10, 10)))),
    "arrays put together": (counted("concatenate([x, x, x])"), (np.ones(2**19),)),
    "arrays on top of each other": (counted("stack([x, x, x])"), (np.ones(2**19),)),
    "an argument that is too large": (counted("x"), (np.ones(2**20 + 1),)),
    "a complex argument that is too large": (counted("x"), (np.ones(2**19 + 1, complex),)),
    "an empty argument that is too large": (counted("x"), (np.ones((0, 2**20 + 1)),)),
    "a text among numbers": (counted("x"), (["a" * 1000, *[1] * 1000],)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_arguments_make_an_evaluation_large_or_long(name: str) -> None:
    function, arguments = HOSTILE[name]
    began = time.process_time()
    tracemalloc.start()
    with pytest.raises((ValueError, TypeError, OverflowError)):
        evaluated(function, arguments)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - began < 2.0
    assert peak < 80 * 2**20


LARGE: dict[str, tuple[FunctionText, tuple[Value, ...]]] = {
    "a formula": (counted("exp(-(x**2)) * sin(3 * x) + sqrt(abs(x)) ** 1.5 - log(1 + x**2)"), (np.ones(2**20),)),
    "sorted": (counted("median(sort(x))"), (np.linspace(0, 1, 2**20)[::-1],)),
    "a product": (counted("x @ x"), (np.ones((400, 400)),)),
    "a product of integers": (counted("x @ x"), (np.ones((400, 400), np.int64),)),
    "a decomposition": (counted("singular_values(x)"), (np.ones((160, 160)),)),
    "a row and a column": (counted("x * y", "x", "y"), (np.ones((1, 2**10)), np.ones((2**10, 1)))),
    "an index": (counted("x[i]", "x", "i"), (np.ones(2**20), np.zeros(2**20, np.int64))),
    "a mask": (counted("sum(x[x > 0])"), (np.ones((1000, 1000)),)),
    "a norm": (counted("norm(x)"), (np.ones((1000, 1000)),)),
    "a matrix and a vector": (counted("A @ x", "A", "x"), (np.ones((1000, 1000)), np.ones(1000))),
}


@pytest.mark.parametrize("name", LARGE)
def test_the_largest_evaluation_that_is_done_takes_little_time_and_memory(name: str) -> None:
    function, arguments = LARGE[name]
    began = time.process_time()
    tracemalloc.start()
    value = evaluated(function, arguments)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert np.asarray(value).size <= ENTRIES_CAP
    assert time.process_time() - began < 4.0
    assert peak < 80 * 2**20


def test_a_function_among_the_constants_is_bounded_too() -> None:
    inner = counted("outer(t, t)", "t")
    assert evaluated(counted("sum(g(x))", g=inner), [np.ones(3)]) == 9.0
    with pytest.raises(ValueError, match="too large"):
        evaluated(counted("sum(g(x))", g=inner), [np.ones(2**19)])


def test_constants_are_not_changed_by_an_evaluation() -> None:
    constant = np.arange(3.0)
    found = bounded(counted("a", a=constant))(0)
    assert isinstance(found, np.ndarray)
    assert found is not constant


@pytest.mark.parametrize(("shape", "expected"), [((), 1), ((2, 3), 6), ((0, 5), 5), ((0,), 1)])
def test_an_empty_dimension_counts_as_one(shape: tuple[int, ...], expected: int) -> None:
    assert extent(np.zeros(shape)) == expected
    assert numbers(np.zeros(shape, complex)) == 2 * expected


def test_the_cap_itself_is_allowed() -> None:
    require_few(0, ENTRIES_CAP)
    with pytest.raises(ValueError, match=str(ENTRIES_CAP)):
        require_few(ENTRIES_CAP + 1, 0)
