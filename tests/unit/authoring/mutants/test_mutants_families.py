"""What each family of mutations makes of a line, and what it leaves alone."""

import pytest

from grader.authoring.mutants import Shapes, families, mutants

VECTOR = Shapes("f", 1, {"x": 1})
MATRIX = Shapes("f", 2, {"A": 2})


def changed(body: str, family: str, shapes: Shapes = VECTOR, parameters: str = "x, y, n") -> list[str]:
    """Return what a family makes of the body of a function, one line for each mutant."""
    source = f"def f({parameters}):\n    {body}\n"
    return [mutant.after for mutant in mutants(source, shapes) if mutant.family == family]


CHANGES = [
    ("sign", "return x + y", {"return x - y"}),
    ("sign", "return x - y", {"return x + y"}),
    ("sign", "return -x", {"return x"}),
    ("sign", "x += y", {"x -= y"}),
    ("term", "return x + y", {"return x", "return y"}),
    ("term", "return x - y", {"return x", "return -y"}),
    ("term", "return 1 - 2", {"return 1", "return -2"}),
    ("factor", "return x * y", {"return x", "return y", "return x * y * y", "return x / y"}),
    ("factor", "return x / y", {"return x", "return x * y", "return x / y / y"}),
    ("factor", "x *= y", {"x /= y"}),
    ("power", "return x**2", {"return x", "return x ** 3"}),
    ("power", "return np.sqrt(x + y)", {"return x + y"}),
    ("absolute value", "return np.abs(x - y)", {"return x - y"}),
    ("constant", "return 2 * x", {"return 3 * x", "return 1 * x"}),
    ("constant", "return x / np.sqrt(2 * np.pi)", {
        "return x / np.sqrt(3 * np.pi)",
        "return x / np.sqrt(1 * np.pi)",
        "return x / np.sqrt(2 * (2 * np.pi))",
    }),
    ("constant", "return 0.5 * x", {"return 1.0 * x", "return 0.25 * x"}),
    ("transpose", "return x.T", {"return x"}),
    ("transpose", "return x.T @ y", {"return x @ y", "return x.T @ y.T"}),
    ("axis", "return np.sum(x, axis=1)", {"return np.sum(x)", "return np.sum(x, axis=0)"}),
    ("axis", "return x.mean(axis=0)", {"return x.mean()", "return x.mean(axis=1)"}),
    ("axis", "return np.sort(x)", {"return np.sort(x, axis=0)"}),
    ("kept dimension", "return np.sum(x, axis=1, keepdims=True)", {"return np.sum(x, axis=1)"}),
    ("kept dimension", "return np.sum(x, axis=1)", {"return np.sum(x, axis=1, keepdims=True)"}),
    ("order", "return np.sort(x)", {"return x", "return np.sort(x)[::-1]"}),
    ("order", "return np.linalg.eigvalsh(x)", {"return np.linalg.eigvals(x)"}),
    ("side", "return np.triu(x)", {"return np.tril(x)"}),
    ("complex part", "return x.real", {"return x", "return x.imag"}),
    ("off by one", "return x[n - 1]", {"return x[n]"}),
    ("off by one", "return x / len(y)", {"return x / (len(y) - 1)"}),
    ("off by one", "return np.linspace(x, y, n)", {"return np.linspace(x, y, n + 1)", "return np.linspace(x, y, n - 1)"}),
    ("off by one", "return np.linspace(x, y, n + 1)", {"return np.linspace(x, y, n + 2)", "return np.linspace(x, y, n)"}),
    ("bound", "return list(range(n))", {
        "return list(range(1, n))",
        "return list(range(n - 1))",
        "return list(range(n + 1))",
    }),
    ("bound", "return x[1:-1]", {"return x[2:-1]", "return x[:-1]", "return x[1:-2]", "return x[1:]"}),
    ("bound", "return x[:n]", {"return x[:n - 1]", "return x[:n + 1]"}),
    ("index", "return x[0]", {"return x[1]", "return x[-1]"}),
    ("index", "return x[-1]", {"return x[-2]"}),
    ("index", "return x[n - 1, 0]", {
        "return x[n - 2, 0]",
        "return x[n - 1, 1]",
        "return x[n - 1, -1]",
    }),
    ("extremum", "return np.max(x)", {"return np.min(x)"}),
    ("extremum", "return x.argmax()", {"return x.argmin()"}),
    ("extremum", "return np.maximum(x, 0)", {"return np.minimum(x, 0)"}),
    ("log base", "return np.log(x)", {"return np.log2(x)", "return np.log10(x)"}),
    ("log base", "return np.log1p(x)", {"return np.log(x)"}),
    ("mean for sum", "return np.sum(x)", {"return np.mean(x)", "return np.max(x)"}),
    ("mean for sum", "return x.mean()", {"return x.sum()"}),
    ("function", "return np.cos(x)", {"return np.sin(x)"}),
    ("function", "return stats.norm.ppf(x)", {"return stats.norm.cdf(x)"}),
    ("ddof", "return np.var(x, ddof=1)", {"return np.var(x)", "return np.var(x, ddof=0)"}),
    ("ddof", "return np.std(x)", {"return np.std(x, ddof=1)"}),
    ("swapped arguments", "return x - y", {"return y - x"}),
    ("swapped arguments", "return (x + 1) / y", {"return y / (x + 1)"}),
    ("swapped arguments", "return x @ y", {"return y @ x"}),
    ("swapped arguments", "return np.linalg.solve(x, y)", {"return np.linalg.solve(y, x)"}),
    ("swapped arguments", "return x, y", {"return y, x"}),
    ("swapped arguments", "return np.maximum(x, y)", set()),
    ("wrong argument", "return x**2", {"return y**2"}),
    ("wrong argument", "return f(n)", {"return f(x)"}),
    ("forgotten argument", "return np.linspace(0, 1, endpoint=False)", {
        "return np.linspace(0, 1)",
        "return np.linspace(0, 1, endpoint=True)",
    }),
    ("strictness", "return x < y", {"return x <= y"}),
    ("strictness", "return 0 <= x <= 1", {"return 0 < x <= 1", "return 0 <= x < 1"}),
    ("direction", "return x >= y", {"return x <= y"}),
    ("direction", "return x == y", {"return x != y"}),
    ("edge case", "return x if x > 0 else y", {"return x", "return y"}),
    ("edge case", "return x and y", {"return x or y", "return y", "return x"}),
    ("edge case", "return not x", {"return x"}),
    ("guard", "return np.where(x > 0, x, y)", {"return x", "return y", "return np.where(x > 0, y, x)"}),
    ("guard", "return np.clip(x, 0, 1)", {"return x"}),
    ("guard", "return np.maximum(x, 0)", {"return x", "return 0"}),
    ("guard", "return [v for v in x if v > 0]", {"return [v for v in x]"}),
    ("in place", "x = x - y", {"x -= y"}),
    ("in place", "y = x.copy()", {"y = x"}),
    ("in place", "z = np.array(x, dtype=float)", {"z = np.asarray(x, dtype=float)"}),
    ("dtype", "z = np.array(x, dtype=float)", {"z = np.array(x)", "z = np.array(x, dtype=int)"}),
    ("dtype", "z = np.zeros(n)", {"z = np.zeros(n, dtype=int)"}),
    ("dtype", "return float(x)", {"return int(x)"}),
    ("step left out", "x *= y", {"pass"}),
    ("step left out", "x.sort()", {"pass"}),
    ("step left out", "x[0] = y", {"pass"}),
    ("step left out", "x = abs(x)", {"pass"}),
    ("step left out", "z = abs(x)", set()),
    ("overwritten", "x += y", {"x = y"}),
    ("answer", "return x", {"return -x", "return 2 * x", "return x / 2", "return x + 1", "return abs(x)", "return x ** 2"}),
    ("form of the answer", "return x", {"return x[::-1]", "return x[1:]", "return x[:-1]"}),
    ("argument", "return np.exp(x)", {
        "return np.exp(-x)",
        "return np.exp(2 * x)",
        "return np.exp(x + 1)",
        "return np.exp(abs(x))",
    }),
]  # fmt: skip


@pytest.mark.parametrize(("family", "body", "expected"), CHANGES)
def test_a_family_makes_just_these_changes(family: str, body: str, expected: set[str]) -> None:
    assert set(changed(body, family)) == expected


def test_every_family_has_an_example_here_or_below() -> None:
    below = {"loop exit", "branch not reached"}
    assert {family for family, _, _ in CHANGES} | below == set(families())


def test_an_answer_that_is_a_matrix_is_transposed_and_so_is_an_argument() -> None:
    assert "return np.exp(A).T" in changed("return np.exp(A)", "form of the answer", MATRIX, "A")
    assert {"return np.exp(A.T)", "return np.exp(A @ A)"} <= set(changed("return np.exp(A)", "argument", MATRIX, "A"))


BRANCHES = """\
def f(x):
    if x < 0:
        raise ValueError("negative")
    elif x == 0:
        return 0.0
    for k in range(3):
        if k > x:
            break
    return x
"""


def test_every_branch_has_a_mutant_that_stops_where_it_begins() -> None:
    reaching = [mutant for mutant in mutants(BRANCHES) if mutant.reaches]
    assert {mutant.before for mutant in reaching} == {
        'raise ValueError("negative")',
        "return 0.0",
        "if k > x:\n    break",
        "break",
    }
    assert all(mutant.after == "raise AssertionError()" for mutant in reaching)


def test_a_condition_is_forgotten_and_taken_for_every_case_and_a_loop_is_not_left() -> None:
    found = {mutant.after for mutant in mutants(BRANCHES) if mutant.family in ("edge case", "loop exit")}
    assert {"if False:", "if True:", "elif False:", "pass"} <= found


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nfrom math import pi\n",
        'def f(x):\n    """Return 2 * x - 1."""\n    pass\n',
        "def f(x: 3 + 4 = 1 + 2) -> 5 + 6:\n    pass\n",
        'def f(x):\n    raise ValueError("x - 1" + "y")\n',
        "def f(x):\n    assert x > 0\n",
        'def f(x):\n    return f"{x - 1}"\n',
        "@cache(1 + 2)\ndef f(x):\n    pass\n",
    ],
)
def test_what_is_no_mathematics_is_left_alone(source: str) -> None:
    assert [mutant for mutant in mutants(source) if mutant.family != "answer"] == []
