"""Stand-ins for forbidden functions: refused to a student's code, and of use to everybody else."""

import copy
import functools
import inspect
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from grader.sandbox.forbidding import ForbiddenCall, Guard, StandIn

FILE = "answer.py"
Students = Callable[..., Any]


@pytest.fixture
def library() -> Iterator[types.ModuleType]:
    """Yield a library with a module inside, such as a student could import."""
    source = (
        "class Kind: ...\nclass Called:\n    def __call__(self): ...\nobject_ = Called()\nnumber = 3\nType = list[int] | None\nalias = list[int]\n"
        "def det(A):\n    'About.'\n    return A\ndef deter(A): return A\ndef solve(A): return det(A)\ndef _own(A): return A\n"
    )
    outer, inner = types.ModuleType("library"), types.ModuleType("library.linalg")
    exec(source, inner.__dict__)
    outer.linalg = inner  # type: ignore[attr-defined]
    sys.modules |= {"library": outer, "library.linalg": inner}
    yield outer
    del sys.modules["library"], sys.modules["library.linalg"]


@pytest.fixture
def guard() -> Guard:
    return Guard(lambda: frozenset({FILE}))


@pytest.fixture
def students(library: types.ModuleType) -> Students:
    """Return what evaluates an expression as a student's file would."""

    def run(expression: str, **names: object) -> Any:
        names |= {"library": library, "linalg": library.linalg, "np": np, "__name__": "answer"}
        code = compile(f"def f():\n    return {expression}\n", FILE, "exec")
        exec(code, names)
        return names["f"]()  # type: ignore[operator]

    return run


def refused(students: Students, expression: str, **names: object) -> str:
    with pytest.raises(ForbiddenCall) as caught:
        students(expression, **names)
    return str(caught.value)


def test_a_forbidden_function_refuses_a_student_and_says_where(guard: Guard, students: Students) -> None:
    guard.forbid(("library.linalg.det",))
    assert refused(students, "linalg.det(1)") == "library.linalg.det answer.py 2"


@pytest.mark.parametrize(
    "expression",
    [
        "getattr(linalg, 'd' + 'et')(1)",
        "list(map(linalg.det, [1]))",
        "[linalg.det(x) for x in [1]]",
        "(lambda: linalg.det(1))()",
        "sorted([1], key=linalg.det)",
        "functools.partial(linalg.det, 1)()",
        "linalg.det(A=1)",
        "eval('linalg.det(1)')",
        "eval('(lambda: linalg.det(1))()', {'linalg': linalg, '__name__': 'answer'})",
    ],
)
def test_a_call_that_a_student_s_own_code_makes_is_refused(guard: Guard, students: Students, expression: str) -> None:
    guard.forbid(("library.linalg.det",))
    assert refused(students, expression, functools=functools) == "library.linalg.det answer.py 2"


def test_nobody_else_is_refused(guard: Guard, students: Students, library: types.ModuleType) -> None:
    guard.forbid(("library.linalg.det",))
    assert library.linalg.det(5) == 5
    assert students("linalg.solve(5)") == 5


def test_what_is_not_forbidden_stays_as_it_is(guard: Guard, library: types.ModuleType) -> None:
    before = dict(vars(library.linalg))
    guard.forbid(("library.linalg.det",))
    assert [name for name, value in vars(library.linalg).items() if value is not before[name]] == ["det"]


@pytest.mark.parametrize(
    ("pattern", "replaced"),
    [
        ("library.linalg.det*", ["det", "deter"]),
        ("library.*.det", ["det"]),
        ("library.linalg", ["det", "deter", "solve"]),
        ("library.linalg.*", ["det", "deter", "solve"]),
        ("library.linalg._own", ["_own"]),
        ("library.*", ["det", "deter", "solve"]),
        ("library.linalg.alias", []),
        ("library.linalg.Type", []),
        ("library.linalg.Kind", []),
        ("library.linalg.object_", []),
        ("library.linalg.number", []),
        ("library.linalg.nothing", []),
        ("library.det", []),
        ("linalg.det", []),
        ("library.linalg.det.more", []),
        ("nowhere.at.all", []),
    ],
)
def test_a_pattern_means_functions_of_a_module(
    guard: Guard, library: types.ModuleType, pattern: str, replaced: list[str]
) -> None:
    guard.forbid((pattern,))
    assert sorted(name for name, value in vars(library.linalg).items() if type(value) is StandIn) == replaced


def test_modules_that_are_imported_later_are_found_when_they_are_looked_for(
    guard: Guard, students: Students, library: types.ModuleType
) -> None:
    guard.forbid(("later.det",))
    sys.modules["later"] = types.ModuleType("later")
    vars(sys.modules["later"])["det"] = lambda A: A
    try:
        assert students("later.det(1)", later=sys.modules["later"]) == 1
        guard.renew()
        assert refused(students, "later.det(1)", later=sys.modules["later"]) == "later.det answer.py 2"
    finally:
        del sys.modules["later"]


def test_a_function_is_replaced_once(guard: Guard, library: types.ModuleType) -> None:
    guard.forbid(("library.linalg.det", "library.linalg.d*"))
    first = library.linalg.det
    guard.forbid(("library.linalg.det",))
    assert library.linalg.det is first
    assert type(first.__wrapped__) is types.FunctionType


def test_things_in_the_list_of_modules_that_are_none_are_passed_over(guard: Guard) -> None:
    odd: dict[Any, Any] = {"odd": None, "odd.one": object(), 3: np}
    sys.modules |= odd
    try:
        guard.forbid(("odd.one", "odd.one.x", "odd.x"))
    finally:
        for name in odd:
            del sys.modules[name]


def test_an_exception_is_no_way_out(guard: Guard) -> None:
    assert not issubclass(ForbiddenCall, Exception)


# -- like the function in all else


@pytest.fixture
def standing_in() -> Callable[[Callable[..., object]], Any]:
    return lambda function: StandIn(function, "path", lambda: frozenset({FILE}))


def test_a_stand_in_tells_what_the_function_tells(standing_in: Any, library: types.ModuleType) -> None:
    det, stand_in = library.linalg.det, standing_in(library.linalg.det)
    assert (stand_in.__name__, stand_in.__doc__) == ("det", "About.")
    assert inspect.signature(stand_in) == inspect.signature(det)
    assert isinstance(stand_in, types.FunctionType)
    assert (repr(stand_in), stand_in.__code__) == (repr(det), det.__code__)
    assert copy.copy(stand_in) is copy.deepcopy(stand_in) is stand_in
    assert not hasattr(stand_in, "nothing")


@pytest.mark.parametrize(
    "function",
    [np.matmul, np.add, np.dot, np.linalg.det, np.einsum, np.array, np.random.normal, np.random.default_rng, np.fft.fft, len],
)  # fmt: skip
def test_functions_of_every_make_have_stand_ins(guard: Guard, library: types.ModuleType, function: Any) -> None:
    library.linalg.det = function
    guard.forbid(("library.linalg.det",))
    stand_in = library.linalg.det
    assert type(stand_in) is StandIn
    assert isinstance(stand_in, type(function))
    assert stand_in.__name__ == function.__name__


def test_a_ufunc_s_methods_stay_at_hand(standing_in: Any) -> None:
    assert standing_in(np.add).reduce([1, 2, 3]) == 6
    assert isinstance(standing_in(np.matmul), np.ufunc)
    assert standing_in(np.matmul)(np.eye(2), np.ones(2)).tolist() == [1, 1]
