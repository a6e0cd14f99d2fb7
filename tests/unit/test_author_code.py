"""What the author wrote is run here, and what it does wrong is told to the author."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from grader.author_code import feedback_of, load_function, normal_form, runner
from grader.errors import AuthoringError
from grader.model import Answer, Call, Verdict
from grader.sandbox.values import FunctionText, ItemsOnce, Noted, Opaque, RandomState, Value


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Return what writes an author's file."""

    def write(text: str) -> Path:
        file = tmp_path / "solution.py"
        file.write_text(text, encoding="utf-8")
        return file

    return write


# Loading.


def test_a_function_is_found_by_its_name(written: Callable[[str], Path]) -> None:
    function = load_function(
        written("import math\n\ndef f(x):\n    return g(x) + 1\n\ndef g(x):\n    return 2 * x\n"), "f"
    )
    assert function(3) == 7


def test_a_module_knows_where_it_lies(written: Callable[[str], Path]) -> None:
    file = written("def f():\n    return __file__\n")
    assert load_function(file, "f")() == str(file)


def test_a_module_is_not_run_as_a_script(written: Callable[[str], Path]) -> None:
    assert (
        load_function(written("def f():\n    return 1\nif __name__ == '__main__':\n    raise ValueError\n"), "f")() == 1
    )


def test_a_module_may_define_dataclasses_with_postponed_annotations(written: Callable[[str], Path]) -> None:
    text = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n\n"
        "@dataclass\nclass Point:\n    x: float\n\ndef f(x):\n    return Point(x).x\n"
    )
    assert load_function(written(text), "f")(3.0) == 3.0


def test_two_files_of_one_name_do_not_see_each_other(tmp_path: Path) -> None:
    for folder, number in (("a", 1), ("b", 2)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.py").write_text(f"N = {number}\n\ndef f():\n    return N\n", encoding="utf-8")
    first, second = (load_function(tmp_path / folder / "same.py", "f") for folder in ("a", "b"))
    assert (first(), second(), first()) == (1, 2, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def f(:\n", "cannot be run: SyntaxError"),
        ("import no_such_module_at_all\n", "cannot be run: ModuleNotFoundError"),
        ("1 / 0\n", "cannot be run: ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)\n", "cannot be run: SystemExit"),
        ("import sys\nsys.exit()\n", "cannot be run: SystemExit"),
        ("def g():\n    pass\n", "has no function 'f'"),
        ("f = 3\n", "has no function 'f'"),
        ("", "has no function 'f'"),
        ("x = '\0'\n", "cannot be run"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_to_its_author(
    written: Callable[[str], Path], text: str, words: str
) -> None:
    with pytest.raises(AuthoringError, match=words) as caught:
        load_function(written(text), "f")
    assert "solution.py" in str(caught.value)


def test_a_file_that_is_not_there_is_told_to_its_author(tmp_path: Path) -> None:
    with pytest.raises(AuthoringError, match="there is no such file"):
        load_function(tmp_path / "solution.py", "f")


def test_a_file_that_is_not_text_is_told_to_its_author(tmp_path: Path) -> None:
    file = tmp_path / "solution.py"
    file.write_bytes(b"def f():\n    return '\xff'\n")
    with pytest.raises(AuthoringError, match="cannot be run"):
        load_function(file, "f")


# Feedback.


def test_the_feedback_of_a_mistake_is_its_docstring_on_one_line(written: Callable[[str], Path]) -> None:
    file = written('"""You divide by n.\n\n    Divide by n - 1,  the degrees of freedom.\n"""\n\nraise ValueError\n')
    assert feedback_of(file) == "You divide by n. Divide by n - 1, the degrees of freedom."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def f():\n    pass\n", "has no docstring"),
        ('"""   """\n', "has no docstring"),
        ("", "has no docstring"),
        ("# a comment\nx = 'text'\n", "has no docstring"),
        ("def f(:\n", "is not Python"),
        ("x = '\0'\n", "is not Python"),
    ],
)
def test_a_mistake_without_feedback_is_told_to_its_author(
    written: Callable[[str], Path], text: str, words: str
) -> None:
    with pytest.raises(AuthoringError, match=words):
        feedback_of(written(text))


# Running.


def answered(function: Callable[..., object], *arguments: Value) -> Answer:
    return runner(function)(Call(arguments))


def test_a_call_is_answered_with_its_value() -> None:
    assert answered(lambda x, y: x - y, 5, 3) == Answer(2)


def test_arguments_arrive_as_an_answer_gets_them() -> None:
    function = FunctionText(("t",), "2 * t")
    assert answered(lambda f, items: f(next(items)), function, ItemsOnce((4.0,))) == Answer(8.0)
    drawn = answered(lambda rng: rng.random(), RandomState(7)).value
    assert drawn == np.random.default_rng(7).random()


def test_arguments_are_copies() -> None:
    array, nested = np.zeros(2), [[1], {"a": np.zeros(1)}]

    def spoil(first: np.ndarray[tuple[int], np.dtype[np.float64]], second: list[list[int]]) -> None:
        first[0] = 5
        second[0].append(2)

    answered(spoil, array, nested)
    assert not array.any()
    assert nested[0] == [1]


def test_an_exception_is_an_answer_with_its_type_and_place() -> None:
    def refuse(x: float) -> float:
        raise np.linalg.LinAlgError("singular")

    failure = answered(refuse, 1.0).failure
    assert failure is not None
    assert failure.verdict is Verdict.RAISED
    assert failure.type == "LinAlgError"
    assert failure.lineage[:2] == ("numpy.linalg.LinAlgError", "ValueError")
    assert failure.lineage[-2:] == ("BaseException", "object")
    assert "singular" in failure.message
    assert "in refuse" in failure.trace
    assert "grader/author_code.py" not in failure.trace


def test_a_function_that_leaves_the_program_has_failed_like_any_other() -> None:
    def leave() -> None:
        raise SystemExit(0)

    failure = answered(leave).failure
    assert failure is not None
    assert failure.type == "SystemExit"


def test_what_is_printed_and_warned_stays_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    def noisy() -> object:
        print("hello")  # noqa: T201 - what is looked for
        return np.log(np.zeros(1)) / np.zeros(1)

    assert answered(noisy).value == np.array([-np.inf])
    assert capfd.readouterr() == ("", "")


# Values as they look after their way to a worker and back.


@pytest.mark.parametrize(
    "value", [None, True, 3, -0.5, 2 + 1j, "text", [1, [2.0]], (1, (2,)), {"a": (1,)}, float("inf")], ids=repr
)
def test_a_plain_value_stays_what_it_is(value: object) -> None:
    assert normal_form(value) == value
    assert type(normal_form(value)) is type(value)


@pytest.mark.parametrize("dtype", ["?", "i1", "u8", "f2", "f4", "f8", "c8", "c16", ">f8"])
def test_an_array_keeps_its_numbers_and_its_type(dtype: str) -> None:
    value = normal_form(np.array([[1, 0], [1, 1]], dtype=dtype).T)
    assert isinstance(value, np.ndarray)
    assert value.dtype == np.dtype(dtype).newbyteorder("<")
    assert np.array_equal(value, np.array([[1, 1], [0, 1]], dtype=dtype))


def test_several_arrays_do_not_mix() -> None:
    value: Any = normal_form([np.arange(3), (np.ones((2, 2)), np.array(7.5))])
    first, (second, third) = value
    assert np.array_equal(first, [0, 1, 2])
    assert np.array_equal(second, np.ones((2, 2)))
    assert third == 7.5


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param(iter([1]), "a generator or iterator, which can be read only once", id="an iterator"),
        (sparse.eye_array(2), "a sparse matrix"),
        (np.ma.masked_array([1], [True]), "a masked array"),
        ({1, 2}, "an object of type builtins.set"),
        (len, "an object of type builtins.builtin_function_or_method"),
        (np.array([None]), "an array of dtype object"),
    ],
    ids=str,
)
def test_what_cannot_cross_says_what_it_is(value: object, reason: str) -> None:
    found = normal_form(value)
    assert isinstance(found, Opaque)
    assert found.reason == reason


def test_unusual_forms_are_noted() -> None:
    assert isinstance(matrix := normal_form(np.eye(2).view(np.matrix)), Noted)
    assert matrix.form == "numpy.matrix"
    assert isinstance(number := normal_form(np.longdouble(2)), Noted)
    assert (number.form, number.value) == ("longdouble", 2.0)
