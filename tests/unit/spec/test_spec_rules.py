"""What must hold between the parts of a description."""

from collections.abc import Callable

import pytest

from grader.errors import Problem
from grader.spec.exercise import Exercise

Read = Callable[[str], Exercise]
Edited = Callable[[str, str], Exercise]
Fault = Callable[[str, str], Problem]
Faults = Callable[[str], tuple[Problem, ...]]

N = "n: {integer: {low: 1, high: 8}}"
A = "A: {symmetric: {size: n}}"
COMPARE = "compare: {allclose: {rtol: 1e-9}}"
RETURNS = "returns: {array: [n], about: in ascending order}"


# -- names


@pytest.mark.parametrize("name", ["lambda", "None", "_hidden", "1st", "a-b", "a b", "eigen.values", "''"])
def test_a_function_must_have_a_name_that_python_takes(fault: Fault, name: str) -> None:
    problem = fault("name: eigenvalues", f"name: §{name}")
    assert problem.where == "function.name"
    assert problem.message == f"{name.strip(chr(39))!r} is not a name that a function or an argument can have"


@pytest.mark.parametrize("name", ["for", "None", "_x", "2n", "n-1"])
def test_an_input_must_have_a_name_that_python_takes(fault: Fault, name: str) -> None:
    problem = fault(N, f"{name}: §3\n  {N}")
    assert problem.where == f"inputs.{name}"
    assert problem.message == f"{name!r} is not a name that a function or an argument can have"


def test_a_parameter_must_have_a_name_that_python_takes(faults_of: Faults, minimal: str) -> None:
    text = minimal.replace("    A: {array: [n, n]", "    A: {type: int}\n    if: §{array: [n, n]")
    first, _ = faults_of(text.replace("  - name", "  - §name"))
    assert first.where == "function.parameters.if"
    assert first.message == "'if' is not a name that a function or an argument can have"


@pytest.mark.parametrize("name", ["match", "case", "type", "é", "A_1"])
def test_other_names_are_fine(edited: Edited, name: str) -> None:
    assert name in edited(N, f"{name}: 3\n  {N}").inputs


@pytest.mark.parametrize("name", ["for", "_x", "a b"])
def test_a_helper_of_a_check_must_have_a_name_that_python_takes(fault: Fault, name: str) -> None:
    problem = fault(COMPARE, f"inputs: {{{name}: §3}}\n    {COMPARE}")
    assert problem.message == f"{name!r} is not a name that a function or an argument can have"


# -- one rule a check


def test_a_check_without_a_rule_is_refused(fault: Fault) -> None:
    problem = fault("- name: random matrices\n    points: 3\n    " + COMPARE, "- §name: random matrices\n    points: 3")
    assert problem.where == "checks[0]"
    assert problem.message == "exactly one of compare, raises, sentinel and calls is needed, found none"


@pytest.mark.parametrize("rule", ["compare:", "compare: null", "raises: ~"])
def test_an_empty_rule_is_none(faults_of: Faults, minimal: str, rule: str) -> None:
    (problem,) = faults_of(minimal.replace(COMPARE, rule).replace("- name", "- §name"))
    assert problem.message.endswith("is needed, found none")


def test_a_check_with_two_rules_is_refused(faults_of: Faults, minimal: str) -> None:
    text = minimal.replace(COMPARE, f"{COMPARE}\n    raises: ValueError").replace("- name", "- §name")
    (problem,) = faults_of(text)
    assert problem.message == "exactly one of compare, raises, sentinel and calls is needed, found compare and raises"


# -- names of checks


def test_two_checks_of_one_name_are_refused_at_the_second(fault: Fault) -> None:
    problem = fault(COMPARE, f"{COMPARE}\n  - name: §random matrices\n    points: 1\n    compare: exact")
    assert problem.where == "checks[1].name"
    assert "'random matrices' is taken" in problem.message


@pytest.mark.parametrize(
    ("needs", "where", "hint"),
    [
        ("[§random matrixes]", "checks[1].needs[0]", "did you mean 'random matrices'?"),
        ("[§xyz]", "checks[1].needs[0]", "a check can need only checks that stand above it"),
        ("[random matrices, §second]", "checks[1].needs[1]", "a check can need only checks that stand above it"),
        ("[§third]", "checks[1].needs[0]", "a check can need only checks that stand above it"),
    ],
    ids=["misspelt", "unknown", "itself", "below"],
)
def test_a_check_can_need_only_checks_above_it(fault: Fault, needs: str, where: str, hint: str) -> None:
    second = f"  - name: second\n    points: 1\n    compare: exact\n    needs: {needs}"
    third = "  - {name: third, points: 1, compare: exact}"
    problem = fault(COMPARE, f"{COMPARE}\n{second}\n{third}")
    assert (problem.where, problem.hint) == (where, hint)
    assert problem.message.startswith("there is no check named ")
    assert problem.message.endswith(" above this one")


def test_a_check_may_need_all_checks_above_it(edited: Edited) -> None:
    more = "\n  - {name: b, points: 1, compare: exact}\n  - {name: c, points: 1, compare: exact, needs: [b, random matrices]}"
    assert edited(COMPARE, COMPARE + more).checks[2].needs == ("b", "random matrices")


# -- inputs


def test_a_parameter_without_an_input_is_refused(faults_of: Faults, minimal: str) -> None:
    text = minimal.replace("    A: {array", "    k: {type: int}\n    A: {array").replace("- name", "- §name")
    (problem,) = faults_of(text)
    assert problem.where == "checks[0]"
    assert problem.message == "the parameter 'k' has no input"
    assert problem.hint == "add `k:` under `inputs:`"


def test_a_parameter_without_an_input_is_refused_in_every_check_that_lacks_it(faults_of: Faults, minimal: str) -> None:
    text = minimal.replace("    A: {array", "    k: {type: int}\n    A: {array").replace("- name", "- §name")
    more = "  - {name: b, points: 1, compare: exact, inputs: {k: 1}}\n  - §{name: c, points: 1, compare: exact}\n"
    assert [problem.where for problem in faults_of(text + more)] == ["checks[0]", "checks[2]"]


def test_an_input_of_the_check_serves_a_parameter(edited: Edited) -> None:
    exercise = edited(f"  {A}\nchecks:\n  - name: random matrices", "checks:\n  - name: one\n    inputs: {A: [[1]]}")
    assert list(exercise.inputs) == ["n"]
    assert list(exercise.checks[0].inputs) == ["A"]


def test_a_check_without_any_input_is_refused(faults_of: Faults, minimal: str) -> None:
    text = minimal.replace("parameters:\n    A: {array: [n, n], about: a matrix}", "parameters: {}")
    (problem,) = faults_of(text.replace("- name", "- §name"))
    assert (problem.where, problem.message) == ("checks[0].inputs", "this check has no inputs at all")


@pytest.mark.parametrize(
    ("old", "new", "where", "name", "hint"),
    [
        (A, "A: {symmetric: {size: §m}}", "inputs.A.symmetric.size", "m", "known here: n"),
        (A, "A: {symmetric: {size: §A}}", "inputs.A.symmetric.size", "A", "known here: n"),
        (A, "A: {symmetric: {size: §nn}}", "inputs.A.symmetric.size", "nn", "did you mean 'n'?"),
        (A, "A: {symmetric: {size: §later}}\n  later: 3", "inputs.A.symmetric.size", "later", "drawn in order"),
        (N, "n: {integer: {low: §A}}", "inputs.n.integer.low", "A", "known here: nothing"),
        (A, "A: {computed: §2 * m}", "inputs.A.computed.formula", "m", "known here: n"),
        (A, "A: {expression: {text: §x + y}}", "inputs.A.expression.text", "y", "known here: n, x"),
        (A, "A: {expression: {text: §x + t, parameters: [t]}}", "inputs.A.expression.text", "x", "known here: n, t"),
    ],
)
def test_a_formula_of_an_input_knows_only_the_inputs_above_it(
    fault: Fault, *, old: str, new: str, where: str, name: str, hint: str
) -> None:
    problem = fault(old, new)
    assert problem.where == where
    assert problem.message.startswith(f"the name {name!r} in ")
    assert problem.message.endswith(" is not known here")
    assert hint in problem.hint


def test_a_formula_inside_a_list_is_looked_at(fault: Fault) -> None:
    problem = fault(A, "A: {matrix: {shape: [n, §m]}}")
    assert problem.where == "inputs.A.matrix.shape[1]"
    assert problem.message == "the name 'm' in 'm' is not known here"


def test_all_unknown_names_of_a_formula_are_reported(faults_of: Faults, minimal: str) -> None:
    problems = faults_of(minimal.replace("size: n", 'size: §§"p + q + n"'))
    assert [problem.message[:12] for problem in problems] == ["the name 'p'", "the name 'q'"]


@pytest.mark.parametrize(
    ("inputs", "where", "name"),
    [
        ("{A: {vector: {size: §k}}}", "checks[0].inputs.A.vector.size", "k"),
        ("{r: {integer: {high: §r}}}", "checks[0].inputs.r.integer.high", "r"),
    ],
    ids=["unknown", "itself"],
)
def test_inputs_of_a_check_use_inputs_that_exist(fault: Fault, inputs: str, where: str, name: str) -> None:
    problem = fault(COMPARE, f"inputs: {inputs}\n    {COMPARE}")
    assert problem.where == where
    assert problem.message.startswith(f"the name {name!r} in ")


def test_inputs_of_a_check_may_use_the_exercises_and_each_other_in_any_order(edited: Edited) -> None:
    inputs = "{y: {vector: {size: s}}, s: {computed: n + 1}}"
    exercise = edited(COMPARE, f"inputs: {inputs}\n    compare: {{allclose: {{scale: norm(y)}}}}")
    assert list(exercise.drawn(exercise.checks[0])) == ["n", "s", "y", "A"]


def test_inputs_that_need_each_other_are_a_fault(faults_of: Faults, minimal: str) -> None:
    inputs = "{n: §{computed: trace(A)}, r: §{computed: s}, s: §{computed: r}}"
    problems = faults_of(minimal.replace(COMPARE, f"inputs: {inputs}\n    {COMPARE}"))
    assert all("needs itself" in problem.message for problem in problems)


def test_overriding_inputs_may_use_new_ones_and_those_above(edited: Edited) -> None:
    inputs = "{r: {integer: {high: 3}}, s: {computed: r + 1}, n: {computed: r + s}, A: {symmetric: {size: n + r}}}"
    assert list(edited(COMPARE, f"inputs: {inputs}\n    {COMPARE}").checks[0].inputs) == ["r", "s", "n", "A"]


# -- rules and the inputs that they name


@pytest.mark.parametrize(
    ("compare", "where", "message", "hint"),
    [
        ("{allclose: {scale: §norm(B)}}", "allclose.scale", "the name 'B' in 'norm(B)' is not known here", "known here: A, n"),
        ("{allclose: {scale: §nrm(A)}}", "allclose.scale", "the name 'nrm' in 'nrm(A)' is not known here", ""),
        ("{objective: §sum(x)}", "objective.value", "the name 'x' in 'sum(x)' is not known here", "known here: A, answer, n"),
        ("{objective: {value: sum(answer), gradient: §anser}}", "objective.gradient", "the name 'anser' in 'anser' is not known here", "did you mean 'answer'?"),
        ("{distribution: {cdf: §x + y, size: n}}", "distribution.cdf", "the name 'y' in 'x + y' is not known here", "known here: A, Phi, answer, n, u, x, z"),
        ("{distribution: {cdf: x, size: §m}}", "distribution.size", "there is no input named 'm'", "there are: n, A"),
        ("{determinant: {matrix: §B}}", "determinant.matrix", "there is no input named 'B'", "there are: n, A"),
        ("{determinant: §AA}", "determinant.matrix", "there is no input named 'AA'", "did you mean 'A'?"),
        ("{returns: {a: exact, b: {determinant: §B}}}", "returns.b.determinant.matrix", "there is no input named 'B'", "there are: n, A"),
        ("{returns: {a: {allclose: {scale: norm(A)}}, b: {objective: §q}}}", "returns.b.objective.value", "the name 'q' in 'q' is not known here", ""),
    ],
)  # fmt: skip
def test_what_a_rule_names_must_exist(
    faults_of: Faults, minimal: str, *, compare: str, where: str, message: str, hint: str
) -> None:
    (problem,) = faults_of(minimal.replace(COMPARE, f"compare: {compare}"))
    assert problem.where == f"checks[0].compare.{where}"
    assert problem.message == message
    assert hint in problem.hint


def test_a_formula_deep_inside_a_rule_is_refused_at_its_exact_place(fault: Fault) -> None:
    problem = fault(COMPARE, "compare: {returns: {a: exact, b: {allclose: {scale: §q}}}}")
    assert problem.where == "checks[0].compare.returns.b.allclose.scale"
    assert problem.message == "the name 'q' in 'q' is not known here"


def test_a_rule_may_use_inputs_of_its_check_alone(edited: Edited) -> None:
    exercise = edited(COMPARE, "inputs: {s: 3}\n    compare: {allclose: {scale: s * norm(A)}}")
    assert list(exercise.checks[0].inputs) == ["s"]


@pytest.mark.parametrize("kind", ["tuple", "dict"])
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("{a: exact}", "the function returns a, b, but a are compared"),
        ("{a: exact, c: exact}", "the function returns a, b, but a, c are compared"),
        ("{b: exact, a: exact}", "the function returns a, b, but b, a are compared"),
        ("{a: exact, b: exact, c: exact}", "the function returns a, b, but a, b, c are compared"),
    ],
)
def test_the_parts_that_are_compared_are_those_that_are_returned(
    faults_of: Faults, minimal: str, kind: str, fields: str, message: str
) -> None:
    text = minimal.replace(RETURNS, f"returns: {{{kind}: {{a: {{type: int}}, b: {{type: int}}}}}}")
    (problem,) = faults_of(text.replace(COMPARE, f"compare: {{returns: §{fields}}}"))
    assert (problem.where, problem.message) == ("checks[0].compare.returns", message)


def test_the_right_parts_in_order_are_fine(read: Read, minimal: str) -> None:
    text = minimal.replace(RETURNS, "returns: {tuple: {a: {type: int}, b: {array: []}}}")
    rule = read(text.replace(COMPARE, "compare: {returns: {a: exact, b: allclose}}")).checks[0].rule
    assert rule.kind == "returns"


def test_all_faults_between_the_parts_are_reported_at_once(faults_of: Faults) -> None:
    problems = faults_of("""\
title: t
difficulty: 1
statement: s
function:
  name: §class
  about: a
  parameters: {A: {array: []}, k: {type: int}}
  returns: {type: float}
inputs:
  A: {vector: {size: §n}}
  n: 3
checks:
  - §name: one
    points: 1
    compare: {allclose: {scale: §q}}
  - §name: two
    points: 1
  - name: §one
    points: 1
    inputs: {k: 1, A: {vector: {size: §m}}}
    compare: {determinant: §B}
    needs: [two, §four]
""")
    assert [problem.where for problem in problems] == [
        "function.name",
        "inputs.A.vector.size",
        "checks[0]",
        "checks[0].compare.allclose.scale",
        "checks[1]",
        "checks[2].name",
        "checks[2].inputs.A.vector.size",
        "checks[2].compare.determinant.matrix",
        "checks[2].needs[1]",
    ]
