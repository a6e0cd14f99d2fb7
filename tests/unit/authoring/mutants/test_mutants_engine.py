"""Mutants as a whole: each is Python, differs from the original in one place and from every other mutant."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.mutants import mutants
from grader.authoring.mutants._rendering import Original, differing

ROOT = Path(__file__).parents[4]
REFERENCES = sorted((ROOT / "solutions").glob("*/solution.py"))


@pytest.mark.parametrize("file", REFERENCES, ids=lambda file: file.parent.name)
def test_the_mutants_of_a_reference_are_python_and_all_different(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    found = mutants(source)
    trees = [ast.dump(ast.parse(mutant.source)) for mutant in found]
    assert len(found) >= 9
    assert len({*trees, ast.dump(ast.parse(source))}) == len(found) + 1
    assert len({mutant.name for mutant in found}) == len(found)
    assert [mutant.line for mutant in found] == sorted(mutant.line for mutant in found)


@pytest.mark.parametrize("file", REFERENCES, ids=lambda file: file.parent.name)
def test_a_mutant_differs_in_the_lines_that_it_shows_and_in_no_other(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    for mutant in mutants(source):
        shown = [row for row in mutant.diff.splitlines() if row[0] in "+-"]
        assert [row[1:].strip() for row in shown if row[0] == "-"] == [r.strip() for r in mutant.before.splitlines()]
        assert [row[1:].strip() for row in shown if row[0] == "+"] == [r.strip() for r in mutant.after.splitlines()]
        assert mutant.before in " ".join(source.split()) or "\n" in mutant.before


def test_the_same_text_gives_the_same_mutants() -> None:
    source = REFERENCES[0].read_text(encoding="utf-8")
    assert mutants(source) == mutants(source)


def test_what_is_not_changed_keeps_its_text() -> None:
    source = 'def f(x):\n    # keep   me\n    return g( x ) + h(x,   "ä")  # and me\n'
    (found,) = [mutant.source for mutant in mutants(source) if mutant.family == "sign"]
    assert found == 'def f(x):\n    # keep   me\n    return g( x ) - h(x,   "ä")  # and me\n'


def test_signs_before_a_change_that_are_longer_than_a_byte_do_not_shift_it() -> None:
    source = "def f(σ, μ):\n    return σ * σ + μ\n"
    assert {m.after for m in mutants(source) if m.family == "sign"} == {"return σ * σ - μ"}


def test_an_expression_over_several_lines_stays_where_it_is() -> None:
    source = "def f(x):\n    return (\n        x\n        + 2  # two\n    )\n"
    found = [mutant.source for mutant in mutants(source) if mutant.family == "term"]
    assert len(found) == 2
    assert all(ast.parse(text) for text in found)


def test_text_that_is_no_python_is_refused() -> None:
    with pytest.raises(SyntaxError):
        mutants("def f(:\n")


def test_lines_that_differ_are_found_at_both_ends() -> None:
    assert differing("a\n  b\nc\n", "a\n  d\nc\n") == ("b", "d")
    assert differing("a\nb\nc", "a\nc") == ("b", "")


NAMES = st.sampled_from(["a", "b", "c"])
LEAVES = st.one_of(NAMES.map(lambda name: ast.Name(name, ast.Load())), st.integers(0, 9).map(ast.Constant))
OPERATORS = st.sampled_from([ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult])


def deeper(inner: "st.SearchStrategy[ast.expr]") -> "st.SearchStrategy[ast.expr]":
    return st.one_of(
        st.builds(lambda left, op, right: ast.BinOp(left, op(), right), inner, OPERATORS, inner),
        st.builds(lambda operand: ast.UnaryOp(ast.USub(), operand), inner),
        st.builds(lambda value: ast.Attribute(value, "T", ast.Load()), inner),
        st.builds(lambda value, index: ast.Subscript(value, index, ast.Load()), inner, inner),
        st.builds(lambda args: ast.Call(ast.Name("f", ast.Load()), args, []), st.lists(inner, max_size=3)),
        st.builds(lambda left, right: ast.Compare(left, [ast.Lt()], [right]), inner, inner),
        st.builds(ast.IfExp, inner, inner, inner),
    )


EXPRESSIONS = st.recursive(LEAVES, deeper, max_leaves=12)


@given(EXPRESSIONS, st.data())
def test_any_expression_can_take_the_place_of_any_other(expression: ast.expr, data: st.DataObject) -> None:
    original = Original(ast.unparse(ast.fix_missing_locations(ast.Expr(expression))))
    nodes = [node for node in ast.walk(original.tree) if isinstance(node, ast.expr)]
    old, kept = data.draw(st.sampled_from(nodes)), data.draw(st.sampled_from(nodes))
    new = data.draw(st.sampled_from([ast.UnaryOp(ast.USub(), kept), ast.BinOp(kept, ast.Mult(), kept), kept]))
    if not any(inner is old for inner in ast.walk(kept)) or kept is old:
        assert original.replaced(old, new) is not None
