"""`forbid:` and `require:` in a description: their forms, their faults, and a stay on disk."""

import json
from collections.abc import Callable

import pytest

from grader.errors import Problem
from grader.spec.exercise import Exercise
from grader.spec.store import freeze, thaw
from grader.uses import Use

Edited = Callable[[str, str], Exercise]
Fault = Callable[[str, str], Problem]
Faults = Callable[[str], tuple[Problem, ...]]

AT = "inputs:\n"


def test_an_exercise_forbids_and_requires_nothing_by_default(edited: Edited) -> None:
    exercise = edited("points: 3", "points: 4")
    assert exercise.forbid == exercise.require == ()


def test_an_entry_is_a_text_or_a_mapping(edited: Edited) -> None:
    text = 'forbid: [numpy.linalg.det, {use: .dot, instead: "write it out: one sum"}, {use: "@"}]\nrequire: [for]\n'
    exercise = edited(AT, text + AT)
    assert exercise.forbid == (
        Use(use="numpy.linalg.det"),
        Use(use=".dot", instead="write it out: one sum"),
        Use(use="@"),
    )
    assert exercise.require == (Use(use="for"),)


def test_entries_survive_a_stay_on_disk(edited: Edited) -> None:
    exercise = edited(AT, f"forbid: [numpy.linalg.eig*, {{use: sorted, instead: sort}}]\nrequire: ['**']\n{AT}")
    kept = thaw(json.loads(json.dumps(freeze(exercise))))
    assert isinstance(kept, Exercise)
    assert (kept.forbid, kept.require) == (exercise.forbid, exercise.require)
    assert repr(kept) == repr(exercise)


@pytest.mark.parametrize(
    "use",
    [
        *("numpy.linalg.det", "numpy.linalg.eig*", "numpy.*.det", "numpy.linalg.*", "scipy.linalg", "numpy", "math.fsum"),
        *("sympy", "random", "sorted", "sum", "range", "print", "set", "builtins.sum", ".dot", ".T", ".eig*", ".*sort"),
        *("+", "-", "*", "/", "//", "%", "**", "@", "for", "while", "lambda"),
    ],
)  # fmt: skip
def test_these_are_the_forms(use: str) -> None:
    assert Use(use=use).use == use


@pytest.mark.parametrize(
    ("use", "message"),
    [
        ("det", "'det' is no built-in function and no module; write the whole path, such as `numpy.linalg.det`, or `.det` for an attribute of anything"),
        ("np.linalg.det", "write the whole path, `numpy.linalg.det`, for 'np.linalg.det'; the names of a student's imports are followed"),
        ("linalg.det", "write the whole path, `numpy.linalg.det`, for 'linalg.det'"),
        ("rng.normal", "'rng' in 'rng.normal' is no module; write `.normal` for an attribute of anything"),
        ("A.T", "'A' in 'A.T' is no module; write `.T`"),
        ("import", "the word 'import' is not looked for; the words are for, while, lambda"),
        ("None", "the word 'None' is not looked for"),
        ("sorted()", "'sorted()' is written without its parentheses"),
        (".dot()", "'.dot()' is written without its parentheses"),
        ("numpy.linalg.det()", "'numpy.linalg.det()' is written without its parentheses"),
        *((text, f"{text!r} is nothing that can be looked for; there are a dotted path such as `numpy.linalg.det`, a built-in function, `.name`") for text in
          ["", ".", ".*", "eig*", "numpy.", "numpy..det", ".a.b", "numpy linalg", "@@", "==", "3", "numpy.linalg:det", "for x in", "num*.det", "a-b"]),
    ],
)  # fmt: skip
def test_what_has_no_form_is_a_fault_at_its_place(fault: Fault, use: str, message: str) -> None:
    problem = fault(AT, f"forbid: [for, §'{use}']\n{AT}")
    assert problem.where == "forbid[1]"
    assert problem.message.startswith(message)


def test_the_fault_of_a_mapping_is_at_its_place(fault: Fault) -> None:
    problem = fault(AT, f"require:\n  - for\n  - §{{use: det, instead: x}}\n{AT}")
    assert problem.where == "require[1]"
    assert problem.message.startswith("'det' is no built-in function")


def test_all_faults_are_told_at_once(faults_of: Faults, minimal: str) -> None:
    problems = faults_of(minimal.replace(AT, f"forbid: [§det, for, §np.dot]\nrequire: [§if]\n{AT}"))
    assert [problem.where for problem in problems] == ["forbid[0]", "forbid[2]", "require[0]"]


def test_an_unknown_key_of_an_entry_is_a_fault(fault: Fault) -> None:
    problem = fault(AT, f"forbid: [{{use: for, §insted: x}}]\n{AT}")
    assert (problem.where, problem.message) == ("forbid[0].insted", "unknown key 'insted'")
    assert problem.hint == "did you mean 'instead'?"


def test_an_entry_needs_what_is_used(fault: Fault) -> None:
    problem = fault(AT, f"forbid: [§{{instead: x}}]\n{AT}")
    assert (problem.where, problem.message) == ("forbid[0].use", "this key is missing")


@pytest.mark.parametrize(("entry", "found"), [("3", "3"), ("[for]", "['for']"), ("~", "nothing"), ("true", "True")])
def test_an_entry_is_nothing_else(fault: Fault, entry: str, found: str) -> None:
    problem = fault(AT, f"forbid: [§{entry}]\n{AT}")
    assert problem.where == "forbid[0]"
    assert problem.message == (
        f"a text such as `numpy.linalg.det`, or a mapping with `use:`, was expected, found {found}"
    )


@pytest.mark.parametrize(("key", "value"), [("use", "3"), ("instead", "3"), ("instead", "~"), ("use", "[for]")])
def test_both_keys_of_an_entry_are_texts(fault: Fault, key: str, value: str) -> None:
    first = "" if key == "use" else "use: for, "
    problem = fault(AT, f"forbid: [{{{first}{key}: §{value}}}]\n{AT}")
    assert problem.where == f"forbid[0].{key}"
    assert problem.message.startswith("a text was expected, found ")


@pytest.mark.parametrize("value", ["numpy.linalg.det", "{use: for}"])
def test_the_entries_stand_in_a_list(fault: Fault, value: str) -> None:
    assert fault(AT, f"forbid: §{value}\n{AT}").message.startswith("a list was expected, found ")


@pytest.mark.parametrize("entry", ["§@", "§%"])
def test_an_operator_that_yaml_keeps_for_itself_must_stand_in_quotes(fault: Fault, entry: str) -> None:
    problem = fault(AT, f"forbid: [{entry}]\n{AT}")
    assert problem.message.startswith("this is not YAML")
    assert problem.hint.endswith("must stand in quotes")
