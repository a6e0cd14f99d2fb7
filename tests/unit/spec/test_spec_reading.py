"""Validation of a description: every fault at its place, in words, with the nearest right name."""

import re
from collections.abc import Callable
from copy import deepcopy

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks.allclose import AllClose
from grader.checks.objective import Objective
from grader.checks.raises import Raises
from grader.course import Course
from grader.errors import Problem, SpecError
from grader.generators.choice import Choice
from grader.generators.computed import Computed
from grader.generators.integer import Integer
from grader.generators.literal import Literal
from grader.generators.vector import Vector
from grader.spec.course import CourseFile, Section, Topic
from grader.spec.exercise import Exercise
from grader.spec.files import load_exercise

Read = Callable[[str], Exercise]
Edited = Callable[[str, str], Exercise]
Fault = Callable[[str, str], Problem]
Faults = Callable[[str], tuple[Problem, ...]]

DIFFICULTY = "difficulty: 2"
A = "A: {symmetric: {size: n}}"
COMPARE = "compare: {allclose: {rtol: 1e-9}}"
POINTS = "points: 3"
PARAMETER = "A: {array: [n, n], about: a matrix}"


@pytest.fixture
def fault_messages(edited: Edited) -> Callable[[str, str], str]:
    """Return all that is said of the minimal description after one replacement."""

    def fault_messages(old: str, new: str) -> str:
        with pytest.raises(SpecError) as caught:
            edited(old, new)
        return str(caught.value)

    return fault_messages


def test_a_right_description_is_read(read: Read, minimal: str) -> None:
    exercise = read(minimal)
    assert (exercise.title, exercise.difficulty, exercise.statement) == ("Eigenvalues", 2, "Find them.")
    assert exercise.function.parameters["A"].array == ("n", "n")
    assert [check.name for check in exercise.checks] == ["random matrices"]
    assert exercise.hints == ()
    assert exercise.no_mutation is True


# -- unknown and missing keys


@pytest.mark.parametrize(
    ("old", "new", "where", "meant"),
    [
        (DIFFICULTY, f"{DIFFICULTY}\n§hintz: [a]", "hintz", "hints"),
        (DIFFICULTY, f"{DIFFICULTY}\n§no_mutations: true", "no_mutations", "no_mutation"),
        ("  about: Return them.", "  about: Return them.\n  §parametrs: {}", "function.parametrs", "parameters"),
        (PARAMETER, "A: {array: [n, n], §abot: a}", "function.parameters.A.abot", "about"),
        (POINTS, f"{POINTS}\n    §feedbak: none", "checks[0].feedbak", "feedback"),
        (A, "A: {symmetric: {size: n, §decimal: 2}}", "inputs.A.symmetric.decimal", "decimals"),
        (COMPARE, "compare: {allclose: {§rtoll: 1}}", "checks[0].compare.allclose.rtoll", "rtol"),
        (COMPARE, "raises: {exception: ValueError, §mach: a}", "checks[0].raises.mach", "match"),
    ],
)
def test_a_misspelt_key_is_refused_with_the_key_that_was_meant(
    fault: Fault, old: str, new: str, where: str, meant: str
) -> None:
    problem = fault(old, new)
    assert problem.where == where
    assert problem.message == f"unknown key {where.rpartition('.')[2]!r}"
    assert problem.hint == f"did you mean {meant!r}?"


@pytest.mark.parametrize(
    ("rule", "misspelt", "meant"),
    [
        ("raises: {§exeption: ValueError}", "exeption", "exception"),
        ("compare: {objective: {§valu: sum(answer)}}", "valu", "value"),
        ("compare: {determinant: {§matrx: A}}", "matrx", "matrix"),
    ],
)
def test_a_misspelt_key_is_not_taken_for_the_bare_form_of_a_kind(
    fault_messages: Callable[[str, str], str], rule: str, misspelt: str, meant: str
) -> None:
    said = fault_messages(COMPARE, rule.replace("§", ""))
    assert f"unknown key {misspelt!r}" in said
    assert f"did you mean {meant!r}?" in said


def test_a_key_that_is_near_to_none_is_refused_with_those_of_its_kind(fault: Fault) -> None:
    problem = fault(COMPARE, "compare: {allclose: {§zzz: 1}}")
    assert problem.hint == "known here: rtol, atol, scale, nonfinite, equal_nan, single"


def test_a_key_that_is_a_number_is_refused(fault: Fault) -> None:
    assert fault(DIFFICULTY, f"{DIFFICULTY}\n§5: x").message == "unknown key '5'"


@pytest.mark.parametrize("name", ["int", "str", "float", "tuple", "a[0]", "dict"])
def test_a_key_named_like_a_type_is_refused_at_its_own_place(fault: Fault, name: str) -> None:
    problem = fault(DIFFICULTY, f"{DIFFICULTY}\n§{name}: x")
    assert problem.message == f"unknown key {name!r}"


@pytest.mark.parametrize(
    ("old", "new", "where", "key"),
    [
        ("title: Eigenvalues\n", "§", "", "title"),
        (f"{DIFFICULTY}\n", "", "", "difficulty"),
        ("statement: Find them.\n", "", "", "statement"),
        ("  name: eigenvalues\n  about", "  §about", "function", "name"),
        ("  name: eigenvalues\n  about: Return them.\n", "  §name: eigenvalues\n", "function", "about"),
        ("name: random matrices\n    ", "§", "checks[0]", "name"),
        (f"name: random matrices\n    {POINTS}", "§name: random matrices", "checks[0]", "points"),
        (A, "A: {vector: §{center: 2}}", "inputs.A.vector", "size"),
        (A, "A: {vector: §{}}", "inputs.A.vector", "size"),
        (A, "A: {vector: §}", "inputs.A.vector", "size"),
        (COMPARE, "compare: {backward_error: §{matrix: A}}", "checks[0].compare.backward_error", "rhs"),
        (COMPARE, "raises: §{}", "checks[0].raises", "exception"),
    ],
)
def test_a_missing_key_is_a_fault_of_the_part_that_lacks_it(
    faults_of: Faults, minimal: str, *, old: str, new: str, where: str, key: str
) -> None:
    text = minimal.replace(old, new)
    (problem,) = faults_of(text if "§" in text else f"§{text}")
    assert problem.where == f"{where}.{key}".removeprefix(".")
    assert problem.message == "this key is missing"


def test_all_missing_keys_of_one_part_are_reported(faults_of: Faults, minimal: str) -> None:
    text = minimal.replace(f"title: Eigenvalues\n{DIFFICULTY}\n", "§§")
    assert sorted(problem.where for problem in faults_of(text)) == ["difficulty", "title"]


def test_all_missing_keys_of_a_kind_are_reported(faults_of: Faults, minimal: str) -> None:
    text = minimal.replace(COMPARE, "compare: {backward_error: §§{}}")
    wheres = sorted(problem.where for problem in faults_of(text))
    assert wheres == ["checks[0].compare.backward_error.matrix", "checks[0].compare.backward_error.rhs"]


def test_what_a_kind_lacks_that_is_written_as_its_name_alone_is_said_where_the_name_stands(fault: Fault) -> None:
    problem = fault(A, "A: §vector")
    assert (problem.where, problem.message) == ("inputs.A", "size: this key is missing")


def test_all_that_a_kind_lacks_that_is_written_as_its_name_alone_is_said(
    fault_messages: Callable[[str, str], str],
) -> None:
    said = fault_messages(COMPARE, "compare: backward_error")
    assert "matrix" in said
    assert "rhs" in said


@pytest.mark.parametrize("content", ["", "# nothing\n", "null\n", "[]\n", "- a\n", "5\n", "text\n"])
def test_a_file_that_is_no_mapping_is_refused(read: Read, content: str) -> None:
    with pytest.raises(SpecError, match=r"a mapping \(`name: value`\) was expected"):
        read(content)


# -- wrong types


@pytest.mark.parametrize(
    ("old", "new", "where", "message"),
    [
        ("title: Eigenvalues", "title: §5", "title", "a text was expected, found 5"),
        ("title: Eigenvalues", "title:§", "title", "a text was expected, found null"),
        ("title: Eigenvalues", "title: §true", "title", "a text was expected"),
        ("title: Eigenvalues", 'title: §""', "title", "this must not be empty"),
        ("Find them.", "§[a]", "statement", "a text was expected, found ['a']"),
        (DIFFICULTY, "difficulty: §9", "difficulty", "a number between 1 and 5 was expected, found 9"),
        (DIFFICULTY, "difficulty: §0", "difficulty", "a number between 1 and 5 was expected, found 0"),
        (DIFFICULTY, "difficulty: §hard", "difficulty", "a whole number was expected, found 'hard'"),
        (DIFFICULTY, "difficulty: §2.5", "difficulty", "a whole number was expected, found 2.5"),
        (DIFFICULTY, "difficulty: §[2]", "difficulty", "a whole number was expected, found [2]"),
        (DIFFICULTY, "difficulty: §null", "difficulty", "a whole number was expected, found null"),
        (DIFFICULTY, "difficulty: §true", "difficulty", "a whole number was expected"),
        (DIFFICULTY, 'difficulty: §"2"', "difficulty", "a whole number was expected, found '2'"),
        (DIFFICULTY, f"{DIFFICULTY}\nhints: §one", "hints", "a list was expected, found 'one'"),
        (DIFFICULTY, f"{DIFFICULTY}\nhints: [a, §1]", "hints[1]", "a text was expected, found 1"),
        (DIFFICULTY, f"{DIFFICULTY}\nno_mutation: §maybe", "no_mutation", "true or false was expected, found 'maybe'"),
        (DIFFICULTY, f"{DIFFICULTY}\nno_mutation: §no", "no_mutation", "true or false was expected, found 'no'"),
        (DIFFICULTY, f"{DIFFICULTY}\nno_mutation: §0", "no_mutation", "true or false was expected, found 0"),
        (POINTS, 'points: §"3"', "checks[0].points", "a number of points was expected, found '3'"),
        (POINTS, "points: §three", "checks[0].points", "a number of points was expected, found 'three'"),
        (POINTS, "points: §true", "checks[0].points", "a number of points was expected"),
        (POINTS, "points:§", "checks[0].points", "a number of points was expected"),
        (POINTS, "points: §-1", "checks[0].points", "points lie between 0 and a thousand million, found -1"),
        (POINTS, "points: §.inf", "checks[0].points", "points lie between 0 and a thousand million, found inf"),
        (POINTS, "points: §.nan", "checks[0].points", "points lie between 0 and a thousand million, found nan"),
        (POINTS, f"{POINTS}\n    cases: §0", "checks[0].cases", "a number between 1 and 10000 was expected, found 0"),
        (POINTS, f"{POINTS}\n    cases: §many", "checks[0].cases", "a whole number was expected, found 'many'"),
        (POINTS, f'{POINTS}\n    cases: §"5"', "checks[0].cases", "a whole number was expected, found '5'"),
        (POINTS, f"{POINTS}\n    cases: §true", "checks[0].cases", "a whole number was expected"),
        (POINTS, f"{POINTS}\n    needs: §one", "checks[0].needs", "a list was expected, found 'one'"),
        (POINTS, f"{POINTS}\n    credit: §al", "checks[0].credit", "'all' or 'proportional', found 'al'"),
        (POINTS, f"{POINTS}\n    visibility: §hiden", "checks[0].visibility", "'public' or 'hidden', found 'hiden'"),
        ("name: random matrices", 'name: §""', "checks[0].name", "this must not be empty"),
        (PARAMETER, "A: {array: §n}", "function.parameters.A.array", "a list was expected, found 'n'"),
        (PARAMETER, "A: §matrix", "function.parameters.A", "a mapping (`name: value`) was expected, found 'matrix'"),
        (COMPARE, "compare: {allclose: §3}", "checks[0].compare.allclose", "a mapping (`name: value`) was expected, found 3"),
        (COMPARE, "compare: {allclose: {rtol: §-1}}", "checks[0].compare.allclose.rtol", "a number of at least 0 was expected, found -1.0"),
        (COMPARE, "compare: {allclose: {rtol: §.nan}}", "checks[0].compare.allclose.rtol", "a number of at least 0 was expected, found nan"),
        (COMPARE, "compare: {allclose: {rtol: §small}}", "checks[0].compare.allclose.rtol", "a number was expected, found 'small'"),
        (COMPARE, 'compare: {allclose: {rtol: §"1e-9"}}', "checks[0].compare.allclose.rtol", "a number was expected, found '1e-9'"),
        (COMPARE, "compare: {allclose: {rtol: §true}}", "checks[0].compare.allclose.rtol", "a number was expected"),
        (A, "A: {symmetric: {size: n, decimals: §16}}", "inputs.A.symmetric.decimals", "a number between 0 and 15 was expected, found 16"),
        (A, "A: {matrix: {shape: §n}}", "inputs.A.matrix.shape", "a list was expected, found 'n'"),
        (A, "A: {choice: §[]}", "inputs.A.choice", "there is nothing to choose from"),
        (A, "A: {symmetric: §{size: n, eigenvalues: [1]}}", "inputs.A.symmetric", "exactly one of size and eigenvalues is needed"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_type_is_refused_in_words(
    fault: Fault, old: str, new: str, where: str, message: str
) -> None:
    problem = fault(old, new)
    assert problem.where == where
    assert problem.message.startswith(message)


def test_a_description_without_checks_is_refused(faults_of: Faults, minimal: str) -> None:
    (problem,) = faults_of(minimal[: minimal.index("checks:")] + "checks: §[]\n")
    assert (problem.where, problem.message) == ("checks", "this must not be empty")


def test_checks_that_are_no_list_are_refused(faults_of: Faults, minimal: str) -> None:
    (problem,) = faults_of(minimal.replace("  - name", "    §name"))
    assert (problem.where, problem.message.partition(",")[0]) == ("checks", "a list was expected")


@pytest.mark.parametrize("inputs", ["[1, 2]", "text", "5"])
def test_inputs_that_are_no_mapping_are_refused(faults_of: Faults, minimal: str, inputs: str) -> None:
    start, end = minimal.index("inputs:"), minimal.index("checks:")
    (problem,) = faults_of(f"{minimal[:start]}inputs: §{inputs}\n{minimal[end:]}")
    assert problem.where == "inputs"
    assert problem.message.startswith("a mapping (`name: value`) was expected, found ")


def test_a_fault_in_an_entry_of_several_types_is_reported_once(fault: Fault) -> None:
    assert fault(PARAMETER, "A: {array: [n, §1.5]}").where == "function.parameters.A.array[1]"


@pytest.mark.parametrize("shape", ["[n]", "[n, n, n]", "[]"])
def test_a_list_of_the_wrong_length_is_refused_in_our_words(
    fault_messages: Callable[[str, str], str], shape: str
) -> None:
    said = fault_messages(A, f"A: {{matrix: {{shape: {shape}}}}}")
    assert "inputs.A.matrix.shape" in said
    assert "validation" not in said


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ("about: a", "none"),
        ("array: [n], type: float", "array and type"),
        ("type: float, tuple: {a: {type: int}}", "type and tuple"),
        ("tuple: {a: {type: int}}, dict: {a: {type: int}}", "tuple and dict"),
    ],
)
def test_a_value_is_described_in_exactly_one_way(fault: Fault, parts: str, found: str) -> None:
    problem = fault(PARAMETER, f"A: §{{{parts}}}")
    assert problem.where == "function.parameters.A"
    assert problem.message == f"exactly one of array, type, tuple and dict is needed, found {found}"


def test_a_type_that_does_not_exist_is_refused(fault: Fault) -> None:
    problem = fault(PARAMETER, "A: {type: §flaot}")
    assert problem.where == "function.parameters.A.type"
    assert "'float'" in problem.message
    assert problem.message.endswith("found 'flaot'")


def test_a_long_value_is_shown_shortened(fault: Fault) -> None:
    message = fault(DIFFICULTY, f"difficulty: §{'x' * 500}").message
    assert message.endswith("…")
    assert len(message) < 120


# -- kinds


@pytest.mark.parametrize(
    ("old", "new", "where", "word", "meant"),
    [
        (A, "A: §{symetric: {size: n}}", "inputs.A", "generator", "symmetric"),
        (A, "A: §vectr", "inputs.A", "generator", "vector"),
        (COMPARE, "compare: §{alclose: {rtol: 1}}", "checks[0].compare", "check", "allclose"),
        (COMPARE, "compare: §exakt", "checks[0].compare", "check", "exact"),
        (COMPARE, "compare: {returns: {a: §alclose}}", "checks[0].compare.returns.a", "check", "allclose"),
        (POINTS, f"{POINTS}\n    inputs: {{A: §{{matrx: 1}}}}", "checks[0].inputs.A", "generator", "matrix"),
    ],
)
def test_a_misspelt_kind_is_refused_with_the_kind_that_was_meant(
    fault: Fault, *, old: str, new: str, where: str, word: str, meant: str
) -> None:
    problem = fault(old, new)
    assert problem.where == where
    assert problem.message.startswith(f"there is no {word} named ")
    assert problem.message.endswith(f"; did you mean {meant!r}?")
    assert problem.hint.startswith("there are: ")


@pytest.mark.parametrize("name", ["zzz", "a b", "_contract", "../allclose", "os.path", "é", "''", "import"])
def test_what_is_no_kind_at_all_is_refused_with_those_that_are(fault: Fault, name: str) -> None:
    problem = fault(COMPARE, f"compare: §{name}")
    assert problem.message.startswith("there is no check named ")
    assert "allclose" in problem.hint


@pytest.mark.parametrize("raw", ["[allclose]", "5", "{allclose: {}, exact: {}}", "{}", "true"])
def test_a_kind_in_another_form_than_a_name_or_one_entry_is_refused(fault: Fault, raw: str) -> None:
    message = fault(COMPARE, f"compare: §{raw}").message
    assert message.startswith("a check was expected, as `name` or `{name: …}`, found ")


@pytest.mark.parametrize("raw", ["raises", "{raises: ValueError}"])
def test_a_check_with_a_key_of_its_own_is_no_comparison(fault: Fault, raw: str) -> None:
    problem = fault(COMPARE, f"compare: §{raw}")
    assert (problem.where, problem.message) == ("checks[0].compare", "'raises' cannot stand here")
    assert problem.hint == "it is a key of its own, beside `compare:`: `raises: …`"


@pytest.mark.parametrize("raw", ["distribution", "{distribution: {cdf: x, size: n}}"])
def test_a_check_of_many_draws_cannot_stand_inside_another(fault: Fault, raw: str) -> None:
    problem = fault(COMPARE, f"compare: {{returns: {{a: exact, b: §{raw}}}}}")
    assert (problem.where, problem.message) == ("checks[0].compare.returns.b", "'distribution' cannot stand here")
    assert problem.hint == "only a comparison of one value can stand inside another check"


def test_a_check_with_a_key_of_its_own_cannot_stand_inside_another(fault: Fault) -> None:
    assert fault(COMPARE, "compare: {returns: {a: §raises}}").where == "checks[0].compare.returns.a"


def test_a_fault_deep_inside_a_comparison_has_its_exact_place(fault: Fault) -> None:
    problem = fault(COMPARE, "compare:\n      returns:\n        fields: {a: exact, b: {allclose: {atol: §-2}}}")
    assert problem.where == "checks[0].compare.returns.fields.b.allclose.atol"


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("raises: §ValueEror", "'ValueEror' is not one of Python's exceptions, such as ValueError"),
        ("raises: §print", "'print' is not one of Python's exceptions, such as ValueError"),
        ("raises: §KeyboardInterrupt", "'KeyboardInterrupt' is not one of Python's exceptions, such as ValueError"),
        ("raises: §5", "a text was expected, found 5"),
        ("raises: §[ValueError]", "a text was expected, found ['ValueError']"),
    ],
)
def test_a_wrong_exception_is_refused_where_it_stands(fault: Fault, new: str, message: str) -> None:
    problem = fault(COMPARE, new)
    assert problem.message == message
    assert problem.where.startswith("checks[0].raises")


def test_a_wrong_regular_expression_is_refused(fault: Fault) -> None:
    problem = fault(COMPARE, "raises: §{exception: ValueError, match: '('}")
    assert problem.message.startswith("'(' is not a regular expression: ")


@pytest.mark.parametrize("kind", ["symmetric: §{size: n, exclude: [zeroes]}", "vector: §{size: n, exclude: [zeroes]}"])
def test_a_misspelt_regime_is_refused_with_those_that_exist(fault: Fault, kind: str) -> None:
    message = fault(A, f"A: {{{kind}}}").message
    assert message.startswith("there is no regime 'zeroes' here; ")
    assert "zeros, repeated" in message


@pytest.mark.parametrize(
    ("kind", "read_as"),
    [
        ("n", Vector),
        ("{vector: {size: 3}}", Vector),
        ("{integer: {}}", Integer),
        ("{integer: }", Integer),
        ("integer", Integer),
        ("3", Literal),
        ("null", Literal),
        ("{computed: 2 * n}", Computed),
        ("{choice: [1, 2]}", Choice),
        ("{choice: {options: [1, 2]}}", Choice),
    ],
)
def test_an_input_is_a_kind_by_name_with_parameters_or_a_value(edited: Edited, kind: str, read_as: type) -> None:
    text = "{vector: {size: n}}" if kind == "n" else kind
    assert type(edited(A, f"A: {text}").inputs["A"]) is read_as


@pytest.mark.parametrize(
    ("written", "array"),
    [
        ("[[1, 2], [3, 4]]", np.array([[1, 2], [3, 4]])),
        ("[1, 2.5]", np.array([1.0, 2.5])),
        ("[]", np.array([])),
        ("[.inf, -1e-3]", np.array([np.inf, -0.001])),
    ],
)
def test_a_list_of_numbers_in_the_place_of_a_kind_is_an_array(
    edited: Edited, written: str, array: np.ndarray[tuple[int, ...], np.dtype[np.generic]]
) -> None:
    kind = edited(A, f"A: {written}").inputs["A"]
    assert isinstance(kind, Literal)
    assert isinstance(kind.value, np.ndarray)
    np.testing.assert_array_equal(kind.value, array, strict=True)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("[a, 1]", ["a", 1]),
        ("[[1, 2], [3]]", [[1, 2], [3]]),
        ("[true, false]", [True, False]),
        ("[null, 1]", [None, 1]),
        ("{literal: [1, 2]}", [1, 2]),
        ("{literal: {value: [1]}}", [1]),
        ("{literal: {a: 1}}", {"a": 1}),
        ("{literal: text}", "text"),
        ("{literal: {value: {}}}", {}),
        ("true", True),
        ("1e3", 1000.0),
    ],
)
def test_any_other_value_is_kept_as_it_is(edited: Edited, written: str, value: object) -> None:
    kind = edited(A, f"A: {written}").inputs["A"]
    assert isinstance(kind, Literal)
    assert repr(kind.value) == repr(value)


def test_lists_among_choices_are_arrays(edited: Edited) -> None:
    kind = edited(A, "A: {choice: [[1, 2], 3, text]}").inputs["A"]
    assert isinstance(kind, Choice)
    np.testing.assert_array_equal(np.asarray(kind.options[0]), [1, 2])
    assert kind.options[1:] == (3, "text")


def test_the_bare_form_of_a_check_means_its_main_parameter(edited: Edited) -> None:
    assert edited(COMPARE, "raises: ValueError").checks[0].rule == Raises(exception="ValueError")


def test_the_bare_form_of_a_comparison_means_its_main_parameter(edited: Edited) -> None:
    rule = edited(COMPARE, "compare: {objective: sum(answer)}").checks[0].rule
    assert isinstance(rule, Objective)
    assert rule.value.text == "sum(answer)"


# -- formulas


@pytest.mark.parametrize(
    ("formula", "message", "column"),
    [
        ("A.T", "attributes are not allowed: write sum(x), not x.sum()", 1),
        ("1 + n.real", "attributes are not allowed: write sum(x), not x.sum()", 5),
        ("2 * * n", "'2 * * n' is not an expression", 5),
        ("n +* 1", "'n +* 1' is not an expression", 4),
        ("1 + (n, lambda: n)[0]", "lambda is not part of the expression language", 9),
        ("2 * __import__", "the name '__import__' is not allowed: names start with a letter", 5),
        ("n[0](1)", "only functions called by name are allowed", 1),
        ("sum(n, out=1)", "the argument 'out' is not allowed (only axis and ddof are)", 1),
        ("1 + 'a'", "only numbers can be written in an expression", 5),
    ],
)
def test_a_wrong_formula_is_refused_with_its_place_and_the_column_inside(
    fault: Fault, formula: str, message: str, column: int
) -> None:
    problem = fault(A, f'A: {{symmetric: {{size: §"{formula}"}}}}')
    assert problem.where == "inputs.A.symmetric.size"
    assert problem.message == f"{message} (column {column} of the expression)"


def test_the_column_of_a_refused_operator_lies_where_the_operator_is_used(fault: Fault) -> None:
    message = fault(A, "A: {symmetric: {size: §n + (n & 1)}}").message
    assert re.search(r"\(column [678] of the expression\)$", message)


@pytest.mark.parametrize("formula", ["{n", "n}", "{n}}", "%s {"])
def test_braces_in_a_wrong_formula_are_shown_as_they_are(fault: Fault, formula: str) -> None:
    message = fault(A, f'A: {{symmetric: {{size: §"{formula}"}}}}').message
    assert message.startswith(f"{formula!r} is not an expression")


@pytest.mark.parametrize("raw", ["true", "null", "[1]", "{a: 1}"])
def test_a_formula_is_a_text_or_a_number(fault: Fault, raw: str) -> None:
    message = fault(A, f"A: {{matrix: {{shape: [n, §{raw}]}}}}").message
    assert message.startswith("an expression or a number was expected, found ")


@pytest.mark.parametrize(("raw", "text"), [("3", "3"), ("0.5", "0.5"), ("1e-9", "1e-09"), ("n + 1", "n + 1")])
def test_a_formula_may_be_a_number(edited: Edited, raw: str, text: str) -> None:
    kind = edited(A, f"A: {{vector: {{size: 3, center: {raw}}}}}").inputs["A"]
    assert isinstance(kind, Vector)
    assert kind.center.text == text


@pytest.mark.parametrize("word", ["array", "elementwise", "unit"])
def test_a_scale_is_one_of_three_words(edited: Edited, word: str) -> None:
    assert edited(COMPARE, f"compare: {{allclose: {{scale: {word}}}}}").checks[0].rule == AllClose(
        scale=word,  # type: ignore[arg-type] # one of the three
    )


@pytest.mark.parametrize(
    ("scale", "message"),
    [
        ("A.T", "attributes are not allowed"),
        ("norm(A,", "'norm(A,' is not an expression"),
        ("[1]", "an expression or a number was expected"),
    ],
)
def test_a_wrong_scale_is_reported_once(fault: Fault, scale: str, message: str) -> None:
    quoted = scale if scale == "[1]" else f'"{scale}"'
    problem = fault(COMPARE, f"compare: {{allclose: {{scale: §{quoted}}}}}")
    assert problem.where == "checks[0].compare.allclose.scale"
    assert problem.message.startswith(message)


# -- everything at once


def test_all_faults_of_a_file_are_reported_at_once_in_its_order(faults_of: Faults) -> None:
    problems = faults_of("""\
§title: §''
§title: again
difficulty: §hard
hints: [§1]
§statment: Find them.
function:
  §name: f
  parameters:
    A: §{about: a matrix}
  returns: {array: §n}
inputs:
  A: §{symetric: {size: n}}
  B: {symmetric: {size: §"2 *"}}
checks:
  - name: one
    points: §-1
    compare: {allclose: {rtol: §x, §atoll: 1}}
  - name: §3
    points: 1
    cases: §0
    compare: {returns: {a: §distribution, b: {allclose: {atol: §-1}}}}
""")
    said = "\n".join(map(str, problems))
    for part in ["statement: this key", "must not be empty", "a second time", "about: this key", "'statment'"]:
        assert said.count(part) == 1


def test_faults_of_the_file_and_of_its_content_are_reported_together(faults_of: Faults, minimal: str) -> None:
    text = minimal.replace(DIFFICULTY, "difficulty: §9\n§difficulty: 3")
    assert len(faults_of(text.replace("Find them.", "§!tag Find them."))) == 3


@pytest.mark.parametrize("value", ["!word 9", "!word nine"])
def test_a_tag_is_named_though_its_value_is_wrong_as_well(
    fault_messages: Callable[[str, str], str], value: str
) -> None:
    assert "the tag '!word' is not allowed" in fault_messages(DIFFICULTY, f"difficulty: {value}")


def test_an_alias_is_named_though_nothing_stands_in_its_place(fault_messages: Callable[[str, str], str]) -> None:
    assert "aliases are not allowed" in fault_messages("Find them.", "&text Find them.\nhints: [*text]")


_SAMPLE = """\
title: t
difficulty: 2
statement: s
hints: [a, b]
no_mutation: false
function:
  name: f
  about: a
  parameters: {A: {array: [n, 2]}, k: {type: int}}
  returns: {tuple: {a: {type: float}, b: {array: []}}}
inputs:
  n: {integer: {low: 1, high: 8, exclude: [lowest]}}
  A: {symmetric: {eigenvalues: [1, n]}}
  k: 3
  f: {expression: {text: x + k, parameters: [x], counted: true}}
  c: {choice: [1, [1, 2]]}
checks:
  - name: one
    points: 3
    cases: 4
    inputs: {k: {computed: n}, g: rng}
    credit: proportional
    visibility: hidden
    compare: {returns: {a: {allclose: {rtol: 1, scale: norm(A)}}, b: {objective: sum(answer)}}}
  - {name: two, points: 0.5, raises: {exception: ValueError, match: a}, needs: [one]}
  - {name: three, points: 1, compare: {distribution: {cdf: x, size: n}}}
"""


_SAMPLE_DATA = yaml.safe_load(_SAMPLE)


def _paths(data: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items: list[tuple[str | int, object]] = []
    if isinstance(data, dict):
        items = list(data.items())
    elif isinstance(data, list):
        items = list(enumerate(data))
    return [path, *(deeper for key, value in items for deeper in _paths(value, (*path, key)))]


_WORDS = st.sampled_from(
    ["n", "A", "exact", "allclose", "raises", "vector", "returns", "value", "1 +", "{", "ValueError"]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS | st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(
    path=st.sampled_from(_paths(_SAMPLE_DATA)[1:]),
    key=st.none() | _WORDS | st.sampled_from(["int", "str", "float", "", "[", "kind"]),
    value=_VALUES,
)
@settings(deadline=None, derandomize=True)
def test_whatever_stands_in_a_description_it_is_read_or_refused_with_places(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[str | int, ...], key: str | None, value: object
) -> None:
    part = data = deepcopy(_SAMPLE_DATA)
    for step in path[:-1]:
        part = part[step]
    part[path[-1] if key is None or isinstance(part, list) else key] = value
    folder = tmp_path_factory.getbasetemp()
    section = Section(title="s", exercises=("exercise-01",))
    topics = (Topic(id="t", title="t", sections=(section,)),)
    course = Course(folder, CourseFile(title="c", seed=1, topics=topics))
    file = course.description_file("exercise-01")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(data), encoding="utf-8")
    lines = file.read_text(encoding="utf-8").count("\n")
    problems: tuple[Problem, ...] = ()
    try:
        load_exercise(course, "exercise-01")
    except SpecError as error:
        problems = error.problems
    assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in problems)
