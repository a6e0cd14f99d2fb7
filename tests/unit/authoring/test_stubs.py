"""The stub made from a description: Python that says what to do, whatever the description's texts hold."""

import ast
import warnings
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.stubs import kind_of, stub
from grader.checks.exact import Exact
from grader.generators.literal import Literal
from grader.spec.exercise import CheckItem, Exercise, Function, ValueDescription
from grader.spec.files import load_course, load_exercise

ROOT = Path(__file__).parents[3]

ARRAY = ValueDescription(array=("m", "n"), about="the matrix")
NUMBER = ValueDescription(type="float", about="the step")


def described(
    parameters: dict[str, ValueDescription],
    returns: ValueDescription,
    about: str = "Return it.",
    title: str = "A title",
) -> Exercise:
    function = Function(name="solve", about=about, parameters=parameters, returns=returns)
    checks = (CheckItem(name="c", points=Fraction(1), compare=Exact()),)
    return Exercise(
        title=title, difficulty=1, statement="S", function=function, inputs={"x": Literal(value=1)}, checks=checks
    )


def parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return ast.parse(text)


def function_of(text: str) -> ast.FunctionDef:
    (function,) = [node for node in parsed(text).body if isinstance(node, ast.FunctionDef)]
    return function


def test_a_stub_is_made_of_what_the_description_says() -> None:
    exercise = described({"A": ARRAY, "h": NUMBER}, ValueDescription(array=("n",), about="the sums"))
    assert stub("exercise-04", exercise) == (
        '"""A title.\n'
        "\n"
        "grade show exercise-04    the statement\n"
        "grade exercise-04         check this answer\n"
        "grade hint exercise-04    the next hint\n"
        '"""\n'
        "\n"
        "import numpy as np\n"
        "\n"
        "\n"
        "def solve(A, h):\n"
        '    """Return it.\n'
        "\n"
        "    Parameters\n"
        "    ----------\n"
        "    A : array of shape (m, n)\n"
        "        the matrix\n"
        "    h : float\n"
        "        the step\n"
        "\n"
        "    Returns\n"
        "    -------\n"
        "    array of shape (n,)\n"
        "        the sums\n"
        '    """\n'
        '    raise NotImplementedError("write your answer here, in place of this line")\n'
    )


@pytest.mark.parametrize("kind", ["tuple", "dict"])
def test_several_returned_values_are_listed_by_name(kind: str) -> None:
    parts = {"Q": ARRAY, "h": NUMBER}
    returns = ValueDescription(tuple=parts) if kind == "tuple" else ValueDescription(dict=parts)
    document = ast.get_docstring(function_of(stub("exercise-04", described({"A": ARRAY}, returns))))
    assert document is not None
    assert document.endswith("Returns\n-------\nQ : array of shape (m, n)\n    the matrix\nh : float\n    the step")


def test_what_is_said_of_several_values_together_stands_below_them() -> None:
    returns = ValueDescription(tuple={"Q": ARRAY}, about="both of them")
    document = ast.get_docstring(function_of(stub("exercise-04", described({"A": ARRAY}, returns))))
    assert document is not None
    assert document.endswith("    the matrix\n\nboth of them")


def test_the_body_says_what_to_do_when_it_is_called() -> None:
    module: dict[str, object] = {}
    exec(stub("exercise-04", described({"A": ARRAY}, NUMBER)), module)
    function = module["solve"]
    assert callable(function)
    with pytest.raises(NotImplementedError, match="write your answer here"):
        function(1)


def test_long_texts_are_wrapped() -> None:
    long = ValueDescription(type="float", about="word " * 60)
    text = stub("exercise-04", described({"x": long}, long))
    assert max(map(len, text.splitlines())) <= 100
    assert text.count("word") == 120


def test_no_line_of_a_stub_ends_with_spaces() -> None:
    text = stub("exercise-04", described({"A": ARRAY}, ValueDescription(type="float")))
    assert all(line == line.rstrip() for line in text.splitlines())
    assert text.endswith("\n")


def test_a_function_without_parameters_has_a_stub() -> None:
    assert [argument.arg for argument in function_of(stub("exercise-04", described({}, NUMBER))).args.args] == []


@pytest.mark.parametrize(
    "text",
    [
        r"the matrix \alpha A",
        r"\nabla f",
        r"ends with a backslash \ ".rstrip(),
        'ends with a "quote"',
        '"""',
        "two\nlines",
        "It's so",
        "größer als λ",
        r"\N",
        r"\x",
    ],
)
@pytest.mark.parametrize("place", ["title", "about", "parameter", "returns"])
def test_texts_of_all_kinds_make_a_stub_that_is_python_and_says_them(text: str, place: str) -> None:
    value = ValueDescription(type="float", about=text if place == "parameter" else "")
    returned = ValueDescription(type="float", about=text if place == "returns" else "")
    about, title = (text if place == name else "T" for name in ("about", "title"))
    made = stub("exercise-04", described({"x": value}, returned, about, title))
    document = ast.get_docstring(parsed(made) if place == "title" else function_of(made))
    assert document is not None
    assert " ".join(text.split()) in " ".join(document.split())


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"]), max_size=40))
def test_every_text_makes_a_stub_that_is_python(text: str) -> None:
    value = ValueDescription(type="float", about=text)
    made = stub("exercise-04", described({"x": value, "y": value}, value, text, text))
    function = function_of(made)
    assert (function.name, [argument.arg for argument in function.args.args]) == ("solve", ["x", "y"])
    assert isinstance(function.body[-1], ast.Raise)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (ValueDescription(array=()), "float or array of any shape"),
        (ValueDescription(array=("n",)), "array of shape (n,)"),
        (ValueDescription(array=(3, "n")), "array of shape (3, n)"),
        (ValueDescription(type="float"), "float"),
        (ValueDescription(type="callable"), "callable"),
        (ValueDescription(type="generator"), "numpy.random.Generator"),
        (ValueDescription(type="any"), "object"),
        (ValueDescription(tuple={"mean": NUMBER, "variance": NUMBER}), "tuple (mean, variance)"),
        (ValueDescription(dict={"mean": NUMBER, "variance": NUMBER}), "dict with the keys mean, variance"),
    ],
)
def test_every_kind_of_value_has_words(value: ValueDescription, words: str) -> None:
    assert kind_of(value) == words


@pytest.mark.parametrize("name", load_course(ROOT).exercises)
def test_the_stubs_of_this_repository_are_those_of_their_descriptions(name: str) -> None:
    course = load_course(ROOT)
    assert course.answer_file(name).read_text(encoding="utf-8") == stub(name, load_exercise(course, name))
