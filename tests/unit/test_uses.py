"""What an exercise forbids and asks for, and the ways in which a student may write it."""

import textwrap
import time
import warnings

import pytest

from grader.uses import Use, called, fault, guarded, leads_to
from grader.uses_paths import imported

ANSWER = "exercise_01.py"


def said(source: str, *forbid: str, **beside: str) -> str:
    """Return what is said of a source, or nothing."""
    sources = {ANSWER: textwrap.dedent(source)}
    sources |= {f"{name}.py": textwrap.dedent(text) for name, text in beside.items()}
    return fault(sources, [Use(use=text) for text in forbid], [], "f") or ""


def lacks(source: str, *require: str) -> str:
    return fault({ANSWER: textwrap.dedent(source)}, [], [Use(use=text) for text in require], "f") or ""


# -- one function, reached in many ways

DET = [
    "import numpy\nnumpy.linalg.det(A)",
    "import numpy as np\nnp.linalg.det(A)",
    "import numpy.linalg\nnumpy.linalg.det(A)",
    "import numpy.linalg as la\nla.det(A)",
    "import scipy, numpy.linalg as la\nla.det(A)",
    "from numpy import linalg\nlinalg.det(A)",
    "from numpy import linalg as la\nla.det(A)",
    "from numpy.linalg import det",
    "from numpy.linalg import det as d\nd(A)",
    "from numpy.linalg import *\ndet(A)",
    "from numpy import *\nlinalg.det(A)",
    "import numpy as np\nf = np.linalg.det",
    "import numpy as np\nla = np.linalg\nla.det(A)",
    "import numpy as np\nla: object = np.linalg\nla.det(A)",
    "import numpy as np\na = b = np.linalg\nb.det(A)",
    "import numpy as np\na, (b, c) = 1, (np.linalg, 2)\nb.det(A)",
    "import numpy as np\nif (la := np.linalg):\n    la.det(A)",
    "import numpy as np\n[la := np.linalg for i in x]\nla.det(A)",
    "import numpy as np\n(np if c else None).linalg.det(A)",
    "import numpy as np\n(None or np).linalg.det(A)",
    "import numpy as np\ndef f(A):\n    la = np.linalg\n    def g():\n        return la.det(A)\n    return g()",
    "import numpy as np\ndef f(A, *, la=np.linalg):\n    return la.det(A)",
    "import numpy as np\ndef f(A, b=1, la=np.linalg):\n    return la.det(A)",
    "import numpy as np\nf = lambda A, la=np.linalg: la.det(A)",
    "import numpy as np\nfor la in (np.linalg, 1):\n    la.det(A)",
    "import numpy as np\n[la.det(A) for la in [np.linalg]]",
    "import numpy as np\n{1: np.linalg.det}",
    "import numpy as np\nlist(map(np.linalg.det, As))",
    "import numpy as np\nclass T:\n    def f(self, A):\n        return np.linalg.det(A)",
    "import numpy as np\nclass T:\n    la = np.linalg\n    x = la.det(A)",
    "import numpy as np\n@np.linalg.det\ndef g(): ...",
    "import numpy as np\ndef g(h=np.linalg.det): ...",
    "import numpy as np\nf'{np.linalg.det(A)}'",
    "import numpy as np\nnp.linalg.det.__call__(A)",
    "import numpy as np\n(\n    np\n    .linalg\n    .det(A)\n)",
    "import numpy as np\nnp.linalg.det(A).real",
    "import numpy as np\nabs(np.linalg.det(A)).T.x",
    "def f(A):\n    import numpy as np\n    return np.linalg.det(A)",
    "def f(A):\n    global np\n    import numpy as np\ndef g(A):\n    return np.linalg.det(A)",
    "def f(A):\n    la = 1\n    def g():\n        nonlocal la\n        import numpy.linalg as la\n    return la.det(A)",
    "try:\n    import numpy.linalg as la\nexcept ImportError:\n    la = None\nla.det(A)",
    "import numpy as np\ngetattr(np.linalg, 'det')(A)",
    "import numpy as np\ngetattr(getattr(np, 'linalg'), 'det', None)(A)",
    "import numpy as np\ng = getattr\ng(np.linalg, 'det')(A)",
    "import numpy as np\nnp.linalg.__dict__['det'](A)",
    "import numpy as np\nvars(np.linalg)['det'](A)",
    "import numpy as np\nvars(np)['linalg'].det(A)",
    "import numpy as np\nvars(np.linalg).get('det')(A)",
    "import importlib\nimportlib.import_module('numpy').linalg.det(A)",
    "from importlib import import_module as load\nnp = load('numpy.linalg')\nnp.det(A)",
    "__import__('numpy').linalg.det(A)",
    "import builtins\nbuiltins.__import__('numpy.linalg').linalg.det(A)",
    "import sys\nsys.modules['numpy'].linalg.det(A)",
    "import sys\nsys.modules.get('numpy.linalg').det(A)",
    "from operator import attrgetter\nimport numpy as np\nattrgetter('linalg.det')(np)(A)",
]


@pytest.mark.parametrize("source", DET)
def test_a_function_is_found_however_it_is_reached(source: str) -> None:
    assert "numpy.linalg.det" in said(source, "numpy.linalg.det").replace("np.", "numpy.")


NOT_DET = [
    "",
    "import numpy as np\nnp.linalg.solve(A, b)",
    "import numpy.linalg",
    "from numpy import linalg",
    "from numpy.linalg import *",
    "import numpy as np\n# np.linalg.det(A)\nx = 1",
    "'np.linalg.det'",
    'import numpy as np\n"""np.linalg.det(A)"""',
    "det = 1\ndet + 1",
    "def det(A): ...\ndet(A)",
    "import numpy as np\nnp.linalg.determinant(A)",
    "import numpy as np\nnp.det(A)",
    "import scipy.linalg as la\nla.det(A)",
    "from scipy.linalg import det\ndet(A)",
    "import sympy as np\nnp.linalg.det(A)",
    "class M:\n    def det(self):\n        return 1\nM().det()",
    "class M:\n    def det(self):\n        return self.det()",
    "import numpy as np\nnp.array(A).det()",
    "A.linalg.det()",
    "numpy.linalg.det(A)",  # a NameError
    "import numpy as np\ndef f(np):\n    return np.linalg.det(1)",
    "import numpy as np\nnp.linalg.det = None",
    "import numpy as np\ndel np.linalg.det",
    "import numpy as np\ndef f(A):\n    np = A\n    return np.linalg.det()",
    "import numpy as np\ndef f(A):\n    for np in A:\n        np.linalg.det()",
    "import numpy as np\n[np.linalg.det() for np in A]",
    "import numpy as np\ndef f(A):\n    with A as np:\n        np.linalg.det()",
    "import numpy as np\ndef f(A):\n    try: ...\n    except E as np:\n        np.linalg.det()",
    "import numpy as np\ndef f(A):\n    match A:\n        case [*np]:\n            np.linalg.det()",
    "import numpy as np\ndef f(A):\n    match A:\n        case {**np}:\n            np.linalg.det()",
    "import numpy as np\ndef f(A):\n    match A:\n        case 1 as np:\n            np.linalg.det()",
    "class T:\n    import numpy.linalg as la\n    def f(self, A):\n        return la.det(A)",  # a NameError
    "from . import numpy\nnumpy.linalg.det(A)",
    "from .numpy.linalg import det\ndet(A)",
    "import numpy as np\ngetattr(np.linalg, name)(A)",
    "import numpy as np\ngetattr(np.linalg, 'd' + 'et')(A)",
    "import numpy as np\ndef getattr(x, y): ...\ngetattr(np.linalg, 'det')(A)",
    "import numpy as np\n{'det': 1}['det']",
    "a = b\nb = a\na.linalg.det(A)",
    "a = a.b\na.det",
]


@pytest.mark.parametrize("source", NOT_DET)
def test_what_is_not_that_function_is_not_taken_for_it(source: str) -> None:
    assert said(source, "numpy.linalg.det") == ""


# -- the other forms


@pytest.mark.parametrize(
    ("use", "source"),
    [
        ("numpy.linalg.eig*", "import numpy as np\nnp.linalg.eigvalsh(A)"),
        ("numpy.linalg.eig*", "from numpy.linalg import eig"),
        ("numpy.*.det", "import numpy as np\nnp.linalg.det(A)"),
        ("numpy.linalg.*", "import numpy as np\nnp.linalg.norm(A)"),
        ("numpy.random.Generator.normal", "import numpy as np\nnp.random.Generator.normal(rng)"),
        ("scipy.linalg", "import scipy.linalg"),
        ("scipy.linalg", "import scipy.linalg.blas as b"),
        ("scipy.linalg", "from scipy import linalg"),
        ("scipy.linalg", "from scipy.linalg import lu"),
        ("scipy.linalg", "from scipy.linalg import *"),
        ("scipy.linalg", "import scipy\nscipy.linalg.lu(A)"),
        ("scipy.linalg", "import importlib\nimportlib.import_module('scipy.linalg')"),
        ("scipy.linalg", "__import__('scipy.linalg')"),
        ("scipy", "import scipy.linalg"),
        ("numpy", "import numpy as np"),
        ("sorted", "sorted(x)"),
        ("sorted", "f = sorted"),
        ("sorted", "list(map(sorted, x))"),
        ("sorted", "import builtins as b\nb.sorted(x)"),
        ("sum", "def f(x):\n    return sum(x)"),
        ("sum", "class T:\n    def sum(self):\n        return sum(self.x)"),
        ("sum", "def g():\n    sum = 0\ndef f(x):\n    return sum(x)"),
        (".dot", "A.dot(x)"),
        (".dot", "np.dot(A, x)"),
        (".dot", "f(A)[0].dot(x)"),
        (".dot", "from numpy import dot"),
        (".dot", "import numpy\nd = getattr(numpy, 'dot')"),
        (".dot", "getattr(A, 'dot')(x)"),
        (".dot", "A.dot.x"),
        (".dot", "A.dot.x = 3"),
        (".dot", "from operator import methodcaller\nmethodcaller('dot', x)(A)"),
        (".T", "A.T"),
        (".eig*", "la.eigvals(A)"),
        (".exponential", "def f(rate, n, rng):\n    return rng.exponential(1 / rate, n)"),
        ("@", "A @ x"),
        ("@", "A @= x"),
        ("@", "A.__matmul__(x)"),
        ("@", "x.__rmatmul__(A)"),
        ("@", "import operator\noperator.matmul(A, x)"),
        ("@", "from functools import reduce\nfrom operator import matmul as m\nreduce(m, As)"),
        ("**", "x ** 2"),
        ("//", "7 // 2"),
        ("%", "n % 2"),
        ("%", "n %= 2"),
        ("/", "1 / x"),
        ("*", "2 * x"),
        ("+", "1 + x"),
        ("-", "1 - x"),
        ("for", "for i in x: ..."),
        ("for", "async def f():\n    async for i in x: ..."),
        *(("for", text) for text in ["[i for i in x]", "{i for i in x}", "{i: i for i in x}", "sum(i for i in x)"]),
        ("while", "while True: ..."),
        ("lambda", "f = lambda x: x"),
    ],
)
def test_a_form_is_found(use: str, source: str) -> None:
    assert said(source, use)


@pytest.mark.parametrize(
    ("use", "source"),
    [
        ("numpy.linalg.eig*", "import numpy as np\nnp.linalg.solve(A, b)"),
        ("numpy.linalg.eig*", "import numpy as np\nnp.eig(A)"),
        ("numpy.*.det", "import numpy as np\nnp.linalg.linalg.det(A)"),
        ("scipy.linalg", "import scipy"),
        ("scipy.linalg", "import scipy.linalgebra"),
        ("scipy.linalg", "import scipy.special\nscipy.special.erf(x)"),
        ("scipy.linalg", "'scipy.linalg'"),
        ("sorted", "x.sorted()"),
        ("sorted", "'sorted'"),
        ("sum", "import numpy as np\nnp.sum(x) + x.sum()"),
        ("sum", "def sum(x): ...\nsum(x)"),
        ("sum", "sum = 0\nsum + 1"),
        ("sum", "def f(sum):\n    return sum"),
        ("sum", "def f(x):\n    sum = 0\n    for y in x:\n        sum += y\n    return sum"),
        ("sum", "from mine import sum\nsum(x)"),
        ("sum", "class sum: ...\nsum(x)"),
        (".dot", "dot = 1\ndot"),
        (".dot", "def dot(x, y): ...\ndot(x, y)"),
        (".dot", "class M:\n    def dot(self): ..."),
        (".dot", "A.dot = 3"),
        (".dot", "A.dots"),
        (".dot", "'A.dot'"),
        (".sorted", "sorted(x)"),
        ("@", "@decorator\ndef f(): ..."),
        ("@", "class M:\n    def __matmul__(self, other): ..."),
        ("@", "A * x"),
        ("%", "'%d' % n"),
        ("%", "f'{x} %s' % n"),
        ("+", "'a' + x"),
        ("+", "x += 'a'"),
        ("*", "'-' * 10"),
        ("**", "f(*x, **y)"),
        ("-", "-x"),
        ("for", "while True: ..."),
        ("while", "for i in x: ..."),
        ("lambda", "def f(): ..."),
        ("lambda", "'lambda x: x'"),
    ],
)
def test_what_only_looks_like_a_form_is_not_found(use: str, source: str) -> None:
    assert said(source, use) == ""


# -- what is said


@pytest.mark.parametrize(
    ("use", "source", "what"),
    [
        ("numpy.linalg.det", "import numpy as np\nnp.linalg.det(A)", "line 2 uses `np.linalg.det`"),
        ("numpy.linalg.det", "import numpy\nnumpy.linalg.det(A)", "line 2 uses `numpy.linalg.det`"),
        ("numpy.linalg.det", "from numpy import linalg\n\nlinalg.det(A)", "line 3 uses `linalg.det` (`numpy.linalg.det`)"),
        ("numpy.linalg.det", "from numpy.linalg import det as d\nd(A)", "line 1 imports `numpy.linalg.det`"),
        ("scipy.linalg", "import numpy\nimport scipy.linalg as la", "line 2 imports `scipy.linalg`"),
        ("scipy.linalg", "from scipy.linalg import lu", "line 1 imports `scipy.linalg.lu`"),
        ("numpy.linalg.det", "import numpy as np\ngetattr(np.linalg, 'det')", "line 2 uses `getattr(np.linalg, 'det')` (`numpy.linalg.det`)"),
        ("numpy.linalg.det", f"import numpy as {'n' * 50}\n{'n' * 50}.linalg.det(A)", "line 2 uses `numpy.linalg.det`"),
        ("numpy.linalg.det", "import numpy as np\n(np.\n linalg.\n det(A))", "line 4 uses `numpy.linalg.det`"),
        ("sorted", "sorted(x)", "line 1 uses `sorted`"),
        (".dot", "\n\né = A.dot(x)", "line 3 uses `A.dot`"),
        (".dot", f"{'n' * 50}.dot(x)", "line 1 uses `.dot`"),
        ("@", "y = (A\n     @ x)", "line 2 uses the operator `@`"),
        ("for", "x = [i for i in y]", "line 1 has a comprehension with `for`"),
        ("for", "for i in y: ...", "line 1 has a `for` loop"),
        ("while", "while y: ...", "line 1 has a `while` loop"),
        ("lambda", "lambda: 0", "line 1 has a `lambda`"),
    ],
)  # fmt: skip
def test_the_sentence_says_what_was_found_and_where(use: str, source: str, what: str) -> None:
    assert said(source, use).startswith(f"{what}, which this exercise asks you to do without; ")


def test_the_sentence_says_what_to_do_instead() -> None:
    use = Use(use="numpy.linalg.det", instead="eliminate and multiply the pivots")
    sentence = (
        "line 2 uses `np.linalg.det`, which this exercise asks you to do without; eliminate and multiply the pivots"
    )
    assert fault({ANSWER: "import numpy as np\nnp.linalg.det(A)"}, [use], []) == sentence


@pytest.mark.parametrize(
    ("use", "source", "instead"),
    [
        ("sorted", "sorted(x)", "write that step yourself"),
        ("for", "[i for i in x]", "let NumPy work on whole arrays"),
        ("while", "while x: ...", "let NumPy work on whole arrays"),
        ("lambda", "lambda: 0", "define a function with `def`"),
    ],
)
def test_without_an_author_s_words_there_are_general_ones(use: str, source: str, instead: str) -> None:
    assert said(source, use).endswith(f"; {instead}")


def test_the_first_by_line_is_told_whatever_the_order_of_the_list() -> None:
    assert said("x = 1\nsorted(x) @ y\nsum(x)", "sum", "@", "sorted").startswith("line 2 uses `sorted`")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_python_counts_them(end: str) -> None:
    source = end.join(["x = 'a\x0cb\u2028c'", "y = A.dot(x)"])
    assert fault({ANSWER: source}, [Use(use=".dot")], []).startswith("line 2 uses `A.dot`")  # type: ignore[union-attr]


# -- modules beside the answer


def test_a_module_beside_the_answer_is_searched_after_it() -> None:
    helper = "import numpy as np\nx = sum([])\ndef det(A):\n    return np.linalg.det(A)"
    answer = "import helper\nhelper.det(A)\n\nsum(x)"
    assert said(answer, "numpy.linalg.det", helper=helper).startswith("line 4 of helper.py uses `np.linalg.det`, which")
    assert said(answer, "numpy.linalg.det", "sum", helper=helper).startswith("line 4 uses `sum`, which")


@pytest.mark.parametrize(
    "source",
    [
        "import helper\nhelper.np.linalg.det(A)",
        "import helper as h\nh.la.det(A)",
        "from helper import np\nnp.linalg.det(A)",
        "from helper import la as l\nl.det(A)",
        "from helper import *\nla.det(A)",
        "from other import la\nla.det(A)",
        "import other\nother.helper.la.det(A)",
        "from other import helper\nhelper.la.det(A)",
        "\n__import__('helper').la.det(A)",
    ],
)
def test_names_are_followed_through_the_students_own_modules(source: str) -> None:
    found = said(
        source,
        "numpy.linalg.det",
        helper="import numpy as np\nla = np.linalg",
        other="import helper\nfrom helper import *",
    )
    assert found.startswith("line 2 uses `")  # fmt: skip


@pytest.mark.parametrize(
    ("use", "source"),
    [
        ("numpy.linalg.det", "from helper import det\ndet(A)"),
        (".det", "import helper\nhelper.det(A)"),
        (".det", "from helper import det\ndet(A)"),
        ("sum", "from helper import *\nsum(x)"),
        ("sum", "from helper import sum\nsum(x)"),
    ],
)
def test_what_the_students_own_modules_define_is_their_own(use: str, source: str) -> None:
    assert said(source, use, helper="def det(A): ...\ndef sum(x): ...") == ""


def test_modules_that_import_one_another_are_followed_to_an_end() -> None:
    assert said("from a import x\nx.det", "numpy.linalg.det", a="from b import x", b="from a import x") == ""
    assert said("import a\na.a.a.x.det", "numpy.linalg.det", a="import a\nfrom a import x") == ""


def test_a_module_beside_the_answer_that_is_no_python_is_passed_over() -> None:
    assert said("import helper\nsum(x)", "sum", helper="def").startswith("line 2 uses `sum`")


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a, b.c as d\nfrom e.f import g", {"a", "b", "e"}),
        ("def f():\n    import a", {"a"}),
        ("import importlib\nimportlib.import_module('a.b')\n__import__('c')", {"importlib", "a", "c"}),
        ("from . import a\nfrom .b import c", set()),
        ("'import a'", set()),
        ("import", set()),
    ],
)
def test_the_modules_that_a_source_imports(source: str, names: set[str]) -> None:
    assert imported(source) == names


# -- what must be there


@pytest.mark.parametrize(
    ("use", "source"),
    [
        ("@", "A @ x"),
        ("numpy.linalg.qr", "import numpy as np\nnp.linalg.qr(A)"),
        ("numpy.linalg.qr", "from numpy.linalg import qr\nqr(A)"),
        ("numpy", "import numpy as np\nnp.sum(x)"),
        (".cumsum", "x.cumsum()"),
        ("while", "while x: ..."),
        ("for", "sum(i for i in x)"),
    ],
)
def test_what_is_required_and_there_is_no_fault(use: str, source: str) -> None:
    assert lacks(source, use) == ""


@pytest.mark.parametrize(
    ("use", "source", "wanted"),
    [
        ("@", "A.dot(x)", "the operator `@`"),
        ("@", "# A @ x\n'A @ x'", "the operator `@`"),
        ("numpy.linalg.qr", "import numpy as np", "`numpy.linalg.qr`"),
        ("numpy.linalg.qr", "from numpy.linalg import qr", "`numpy.linalg.qr`"),
        (".cumsum", "cumsum(x)", "`.cumsum`"),
        ("while", "for i in x: ...", "a `while` loop"),
        ("lambda", "def f(): ...", "a `lambda`"),
    ],
)
def test_what_is_required_and_not_there_is_told(use: str, source: str, wanted: str) -> None:
    assert lacks(source, use) == f"this exercise asks you to use {wanted}, and your answer does not"


def test_what_is_required_may_be_in_a_module_beside_the_answer() -> None:
    sources = {ANSWER: "from helper import g", "helper.py": "def g(A, x):\n    return A @ x"}
    assert fault(sources, [], [Use(use="@")]) is None


def test_every_required_thing_must_be_there_and_the_author_may_say_how() -> None:
    require = [Use(use="@"), Use(use="while", instead="iterate until nothing changes")]
    assert fault({ANSWER: "A @ x"}, [], require) == (
        "this exercise asks you to use a `while` loop, and your answer does not; iterate until nothing changes"
    )


def test_of_both_what_is_forbidden_is_told_first() -> None:
    assert fault({ANSWER: "sum(x)"}, [Use(use="sum")], [Use(use="@")]).startswith("line 1 uses")  # type: ignore[union-attr]


# -- answers that are not searched


@pytest.mark.parametrize(
    "source", ["sum(x", "sum(x)\n\0", "sum(x)\n  y", "sum(x)" + "-" * 50_000 + "1", "x = '" + "a" * 2**18 + "'\nsum(x)"]
)
def test_what_is_no_python_is_left_to_who_loads_it(source: str) -> None:
    assert said(source, "sum") == lacks(source, "@") == ""


UNWRITTEN = [
    "import numpy as np\n\ndef f(A):\n    '''About.'''\n    raise NotImplementedError('write')",
    "import numpy as np\n\ndef f(A):\n    raise NotImplementedError",
    "import numpy as np\n\nclass f:\n    def __init__(self):\n        raise NotImplementedError\n    def g(self):\n        '''About.'''\n        raise NotImplementedError('write')",
]


@pytest.mark.parametrize("source", UNWRITTEN)
def test_a_stub_is_not_searched(source: str) -> None:
    assert said(source, "numpy") == lacks(source, "@") == ""


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\n\ndef g(A):\n    raise NotImplementedError",
        "import numpy as np\n\ndef f(A):\n    A = 1\n    raise NotImplementedError",
        "import numpy as np\n\ndef f(A):\n    raise ValueError",
        "import numpy as np\n\ndef f(A):\n    'Nothing yet.'",
        "import numpy as np\n\nclass f:\n    x = 1",
        "import numpy as np\n\nclass f:\n    def g(self):\n        raise NotImplementedError\n    def h(self): ...",
    ],
)
def test_what_was_begun_is_searched(source: str) -> None:
    assert said(source, "numpy").startswith("line 1 imports `numpy`")
    assert lacks(source, "@")


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\na0 = np\n" + "".join(f"a{i + 1} = a{i}.x if c else a{i}.y\n" for i in range(500)) + "a500.det",
        "import numpy as np\n" + "".join(f"a{i} = a{i + 1}\n" for i in range(2000)) + "a2000 = np\na0.det",
        "".join(f"from m{i} import *\n" for i in range(500)) + "".join(f"x{i}\n" for i in range(500)),
        "import numpy as np\na = np\n" + "a = a.b\n" * 1000 + "a.det",
        "import numpy as np\nx = " + "getattr(" * 80 + "np" + ", 'a')" * 80,
        "import numpy as np\nx = np" + ".a" * 800,
    ],
)  # fmt: skip
def test_an_odd_source_is_searched_quickly(source: str) -> None:
    began = time.process_time()
    assert said(source, "numpy.linalg.det") == ""
    assert time.process_time() - began < 1.5


def test_a_warning_about_a_students_source_is_not_let_out() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert said("x = '\\d'\ny = 1 is 1\nsum(x)", "sum")


# -- while an answer runs


def test_only_paths_are_looked_after_while_an_answer_runs() -> None:
    texts = ["numpy.linalg.eig*", "scipy.linalg", "numpy", "sum", "builtins.sum", ".dot", "@", "for"]
    uses = [Use(use="numpy.linalg.det", instead="eliminate"), *(Use(use=text) for text in texts)]
    assert guarded(uses) == (("numpy.linalg.det", "eliminate"), *((text, "") for text in texts[:3]))


def test_what_was_called_is_told_as_what_was_found() -> None:
    forbidden = [("numpy.linalg.qr", "no"), ("numpy.linalg.eig*", "iterate")]
    assert called("numpy.linalg.eigh exercise_01.py 7", ANSWER, forbidden) == (
        "line 7 calls `numpy.linalg.eigh`, which this exercise asks you to do without; iterate"
    )
    assert called("numpy.linalg.eigh helper.py 7", ANSWER, forbidden).startswith("line 7 of helper.py calls")


@pytest.mark.parametrize(
    "text", ["", "x", "numpy.linalg.det  ", "a b c", "a\nb.py 7", "a b.py " + "7" * 5000, "a b.py ²"]
)
def test_a_worker_that_says_anything_else_is_not_repeated(text: str) -> None:
    sentence = "the answer calls something, which this exercise asks you to do without; write that step yourself"
    assert called(text, ANSWER, [("numpy.linalg.det", "")]) == sentence


@pytest.mark.parametrize(
    ("path", "pattern", "leads"),
    [
        ("numpy.linalg.det", "numpy.linalg.det", True),
        ("numpy.linalg.det", "numpy.linalg", True),
        ("numpy.linalg.det.__doc__", "numpy.linalg.det", True),
        ("numpy.linalg", "numpy.linalg.det", False),
        ("numpy.linalg.dets", "numpy.linalg.det", False),
        ("numpy.linalg.eigh", "numpy.*.eig*", True),
        ("numpy.eigh", "numpy.*.eig*", False),
    ],
)
def test_where_a_path_leads(path: str, pattern: str, leads: bool) -> None:
    assert leads_to(path, pattern) is leads
