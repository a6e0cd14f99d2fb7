"""What all comparisons of linear algebra have in common: no answer makes them fail, and they can be kept and read."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest

from grader.author_code import normal_form
from grader.checks import Comparison, Conditions
from grader.checks._linear import directions, lengths, norm, number
from grader.checks.allclose import AllClose
from grader.checks.eigenpairs import Eigenpairs
from grader.checks.factorization import Factorization
from grader.checks.orthonormal import Orthonormal
from grader.checks.returns import Returns
from grader.checks.same_subspace import SameSubspace
from grader.checks.unordered import Unordered
from grader.checks.up_to_scale import UpToScale
from grader.checks.up_to_sign import UpToSign
from grader.errors import JudgeError, SpecError
from grader.fields import Described, OfKind
from grader.model import Answer, Case, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass
from grader.sandbox.values import Handle, Noted, Opaque, Value
from grader.spec.loader import load
from grader.spec.reading import validate
from grader.spec.store import freeze, thaw

A = np.array([[2.0, 1.0], [1.0, 2.0]])
W, V = np.linalg.eigh(A)
CASE = Case(0, {"A": A, "s": np.array([3.0, 1.0])}, ("A",))
CONDITIONS = Conditions(Tolerance(), 0, lambda *_: 0)
CHOLESKY = Factorization(of=parse("A"), factors={"L": "lower_triangular"}, product=parse("L @ transpose(L)"))
SPECTRAL = Factorization(
    of=parse("A"), factors={"w": "diagonal", "V": ("orthogonal", "any")}, product=parse("V @ diag(w) @ inv(V)")
)
KINDS: list[tuple[Comparison, Value]] = [
    (UpToSign(gaps=parse("s"), first=parse(2)), V),
    (UpToSign(axis="rows"), V + 0j),
    (UpToScale(axis="columns", unit=True), V),
    (UpToScale(), V + 0j),
    (Unordered(), W),
    (Unordered(items="rows", scale=parse("norm(A)")), V),
    (Orthonormal(), V),
    (Orthonormal(axis="rows"), V + 0j),
    (SameSubspace(leading=True), V[:, :1]),
    (SameSubspace(spanning=True), V[:, :1] + 0j),
    (CHOLESKY, np.linalg.cholesky(A)),
    (SPECTRAL, (W, V)),
    (SPECTRAL, {"w": W, "V": V + 0j}),
    (Eigenpairs(of=parse("A"), orthonormal=True), (W, V)),
    (Eigenpairs(of=parse("A"), unit=False), (W + 0j, V + 0j)),
    (Eigenpairs(of=parse("A")), {"values": W, "vectors": V}),
]
HUGE, TINY = 1.7e308, 5e-324
IDENTITY = np.eye(2).view(np.matrix)
PIECES: list[Value] = [
    None,
    True,
    3,
    10**400,
    2.5,
    np.nan,
    -np.inf,
    1j,
    "text",
    [],
    (),
    {},
    [[]],
    [[], []],
    [[1, 2], [3]],
    [[1, 2], [3, "x"]],
    [[1, 10**400], [3, 4]],
    [[None, None], [None, None]],
    {"values": 1, "vectors": 2},
    {"w": None, "V": [[1, 2], [3, 4]]},
    {"L": [[1, 0], [0, 1]]},
    {1: 2, "values": 3},
    np.array(1.0),
    np.ones(2),
    np.zeros(2),
    np.ones((2, 2)),
    np.zeros((2, 2)),
    np.ones((2, 1)),
    np.ones((1, 2)),
    np.ones((3, 3)),
    np.ones((2, 2, 2)),
    np.ones((0, 2)),
    np.ones((2, 0)),
    np.ones((2, 50)),
    np.zeros((2, 50)),
    np.full((2, 2), True),
    np.full((2, 2), np.nan),
    np.array([[1.0, np.inf], [0.0, 1.0]]),
    np.array([HUGE, HUGE]),
    np.full((2, 2), complex(HUGE, HUGE)),
    np.full(2, complex(-HUGE, HUGE)),
    np.full((2, 2), complex(TINY, TINY)),
    np.array([[complex(HUGE, -HUGE), 0], [TINY * 1j, TINY]]),
    np.array([[HUGE, HUGE], [-HUGE / 2, HUGE]]),
    np.array([[TINY, 0.0], [TINY, TINY]]),
    np.array([[HUGE, TINY], [HUGE, HUGE]]),
    np.array([[200, 100], [10, 200]], dtype=np.uint8),
    np.array([[1.0, 2.0], [3.0, 5.0]], dtype=np.float32),
    [[1, 2], [3, 5]],
    IDENTITY,
    iter([1, 2]),
    lambda x: x,
    object(),
]
HOSTILE = [*PIECES, *[(np.array([HUGE, -HUGE]), piece) for piece in PIECES], *[[W, piece] for piece in PIECES]]
HOSTILE += [{"values": W, "vectors": piece} for piece in PIECES] + [(piece, V) for piece in PIECES]
ids = [f"{place}-{check.kind}" for place, (check, _) in enumerate(KINDS)]


@pytest.mark.parametrize(("check", "expected"), KINDS, ids=ids)
def test_no_answer_makes_a_comparison_fail_and_only_right_ones_are_accepted(check: Comparison, expected: Value) -> None:
    prepared = check.prepare(CASE, lambda call: Answer(expected), CONDITIONS)
    for value in HOSTILE:
        answer = Answer(normal_form(value, lambda _: 7))
        outcome = check.judge(CASE, prepared, [answer, answer])
        right = value is IDENTITY and check.kind == "orthonormal"
        assert outcome.verdict is (Verdict.ACCEPTED if right else Verdict.WRONG_ANSWER), value
        assert right or outcome.message, value
        for size in (outcome.error, outcome.allowed):
            assert size is None or np.isfinite(size), value
    for value in (Handle(1), Opaque("x", "a sparse matrix"), Noted(None, "longdouble"), {"values": Handle(1)}):
        assert not check.judge(CASE, prepared, [Answer(value)]).accepted


@pytest.mark.parametrize(("check", "expected"), KINDS, ids=ids)
def test_a_mistake_of_any_form_can_be_compared_with_an_answer(check: Comparison, expected: Value) -> None:
    prepared = check.prepare(CASE, lambda call: Answer(expected), CONDITIONS)
    for value in HOSTILE:
        mistake = Answer(normal_form(value, lambda _: 7))
        for mine in (expected, value):
            try:
                found = check.resembles(CASE, prepared, [Answer(normal_form(mine, lambda _: 7))], [mistake])
            except JudgeError:
                continue
            assert isinstance(found, bool)


@pytest.mark.parametrize(("check", "expected"), KINDS, ids=ids)
def test_other_references_are_judge_errors_or_fit(check: Comparison, expected: Value) -> None:
    for value in HOSTILE:
        reference = Answer(normal_form(value, lambda _: 7))
        try:
            prepared = check.prepare(CASE, lambda call, reference=reference: reference, CONDITIONS)  # type: ignore[misc]
        except JudgeError:
            continue
        assert check.judge(CASE, prepared, [reference]).accepted


@pytest.mark.parametrize(("check", "expected"), KINDS, ids=ids)
def test_a_comparison_is_kept_as_json_and_its_facts_are_plain(check: Comparison, expected: Value) -> None:
    assert thaw(json.loads(json.dumps(freeze(check)))) == check
    facts = check.prepare(CASE, lambda call: Answer(expected), CONDITIONS).facts
    assert json.dumps(dict(facts))


@pytest.mark.parametrize(("check", "expected"), KINDS, ids=ids)
def test_a_comparison_may_stand_inside_another(check: Comparison, expected: Value) -> None:
    outer = Returns(fields={"inner": check, "number": AllClose()})
    prepared = outer.prepare(CASE, lambda call: Answer((expected, 1.0)), CONDITIONS)
    assert outer.judge(CASE, prepared, [Answer((expected, 1.0))]).accepted
    assert outer.judge(CASE, prepared, [Answer((None, 1.0))]).message.startswith("inner: ")


def test_a_warm_run_loads_no_scipy_for_them() -> None:
    modules = ", ".join(f"grader.checks.{check.kind}" for check, _ in KINDS)
    code = f"import sys, {modules}\nprint(any(name.startswith(('scipy', 'pydantic')) for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


# Lengths and directions of any size.


@pytest.mark.parametrize("size", [1.0, 1e-310, 1e-200, 1e200, 1e307])
@pytest.mark.parametrize("factor", [1.0, 0.6 + 0.8j])
def test_lengths_and_directions_survive_any_size(size: float, factor: Any) -> None:
    M = np.array([[3.0, 0.0], [4.0, 0.0]]) * factor * size
    assert lengths(M, 0) == pytest.approx(np.array([[5.0, 0.0]]) * size, rel=1e-10)
    assert lengths(M, 1) == pytest.approx(np.array([[3.0], [4.0]]) * size, rel=1e-10)
    assert norm(M) == pytest.approx(5.0 * size, rel=1e-10)
    assert directions(M, 0) == pytest.approx(np.array([[0.6, 0.0], [0.8, 0.0]]) * factor, rel=1e-10)
    assert directions(M) == pytest.approx(np.array([[0.6, 0.0], [0.8, 0.0]]) * factor, rel=1e-10)


def test_lengths_without_entries_are_zero() -> None:
    assert norm(np.zeros((0, 3))) == 0.0
    assert lengths(np.zeros((0, 3)), 0).tolist() == [[0.0, 0.0, 0.0]]
    assert directions(np.zeros((3, 0)), 0).shape == (3, 0)


def test_numbers_are_shown_shortly() -> None:
    assert [number(value) for value in (2.0, np.float64(1 / 3), 2 + 0j, 1.5 - 2j)] == ["2", "0.333333", "2", "1.5-2j"]


# What an author writes.


@dataclass(frozen=True, kw_only=True)
class Written(Described):
    compare: Annotated[Comparison, OfKind("checks")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{factorization: {of: A, factors: {Q: orthogonl}}}", r"factors\.Q: 'any', 'orthogonal'.*found 'orthogonl'"),
        ("{factorization: {of: A, factors: {Q: [any, upper]}}}", r"factors\.Q\[1\]: 'any'.*found 'upper'"),
        ("{factorization: {of: A, factors: {}}}", "must not be empty"),
        ("{factorization: {factors: {Q: any}}}", "missing"),
        ("{up_to_sign: {first: 3}}", "needs `gaps`"),
        ("{up_to_sign: {axis: column}}", "'columns', 'rows' or 'all'"),
        ("{same_subspace: {leading: true, spanning: true}}", "`leading`"),
        ("{eigenpairs: {of: A, unit: false, orthonormal: true}}", "`unit` cannot be false"),
        ("{orthonormal: {max: -1}}", "between 0 and 0.5"),
        ("{up_to_scale: {rtol: 1}}", "between 0 and 0.5"),
        ("{unordered: {items: row}}", "'entries', 'rows' or 'columns'"),
    ],
)
def test_faults_in_a_description_are_said_with_their_place(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "check.yaml"
    file.write_text(f"compare: {text}\n", encoding="utf-8")
    with pytest.raises(SpecError, match=message):
        validate(load(file), Written, [])


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("up_to_sign", UpToSign()),
        ("{up_to_sign: {gaps: s, first: k}}", UpToSign(gaps=parse("s"), first=parse("k"))),
        ("{orthonormal: 1.0e-8}", Orthonormal(max=1e-8)),
        ("{eigenpairs: A}", Eigenpairs(of=parse("A"))),
        ("{unordered: {scale: norm(A)}}", Unordered(scale=parse("norm(A)"))),
        (
            "{factorization: {of: A, factors: {L: lower_triangular}, product: L @ transpose(L)}}",
            CHOLESKY,
        ),
        (
            "{factorization: {of: A, factors: {Q: [any, orthogonal], R: any}}}",
            Factorization(of=parse("A"), factors={"Q": ("any", "orthogonal"), "R": "any"}),
        ),
    ],
)
def test_descriptions_are_read(text: str, check: Comparison, tmp_path: Path) -> None:
    file = tmp_path / "check.yaml"
    file.write_text(f"compare: {text}\n", encoding="utf-8")
    assert validate(load(file), Written, []).compare == check
