"""Prepared data: what serves to judge any submission to an exercise for one seed, and its form as one frame of bytes."""

from collections.abc import Callable, Mapping
from typing import cast

from grader.checks import Expected
from grader.model import Answer, Case, Failure, Verdict
from grader.sandbox import wire
from grader.sandbox.decoder import Decoder
from grader.sandbox.encoder import Encoder
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value
from grader.sandbox.wire import WireError

_KIND = "prepared"


@dataclass(frozen=True)
class Mistake:
    """A known wrong way: what to say to who took it, and its answers to all calls of every case."""

    name: str
    feedback: str
    answers: Mapping[str, tuple[tuple[Answer, ...], ...]]


@dataclass(frozen=True)
class PreparedCheck:
    """The cases of a check in the order of their use, each with what is expected."""

    cases: tuple[Case, ...]
    expected: tuple[Expected, ...]


@dataclass(frozen=True)
class Prepared:
    """All that is needed to judge any submission to one exercise, for one seed."""

    checks: Mapping[str, PreparedCheck]
    mistakes: tuple[Mistake, ...]


def pack(prepared: Prepared, basis: list[object]) -> bytes:
    """Return prepared data as bytes, together with all that decides them, as JSON data."""
    buffers: list[memoryview | bytes] = []

    def node(value: Value) -> wire.Node:
        encoder = Encoder()  # one for each value, whose nesting and length it limits
        found = encoder.node(value)
        buffers.extend(encoder.buffers)
        return found

    content = _content(prepared, node)
    return wire.pack(_KIND, {"basis": basis, "content": content}, buffers)


def unpack(read_some: Callable[[int], bytes], basis: list[object], arguments: tuple[str, ...]) -> Prepared | None:
    """Return the prepared data in a stream of bytes; None if they are damaged, or something else decided them.

    Parameters
    ----------
    read_some : callable
        returns up to the given number of bytes.
    basis : list
        all that decides the data, as JSON data.
    arguments : tuple of str
        the inputs that the student's function is called with.
    """
    try:
        frame = wire.read(read_some, lambda: 2**40, 2**40)
        if frame.kind != _KIND or frame.fields.get("basis") != basis:
            return None
        return _from_content(frame.fields["content"], Decoder(frame.payload, trusted=True).value, arguments)
    except (WireError, LookupError, TypeError, ValueError, AttributeError):
        return None


def _content(prepared: Prepared, node: Callable[[Value], wire.Node]) -> wire.Node:
    """Return prepared data as JSON data, with a node for every value in it."""

    def mapping(values: Mapping[str, Value]) -> wire.Node:
        return {name: node(value) for name, value in values.items()}

    def plain(answer: Answer) -> wire.Node:
        failure = answer.failure
        if failure is None:
            return [node(answer.value)]
        return [str(failure.verdict), failure.message, failure.type, list(failure.lineage)]

    checks: wire.Node = {
        name: [
            [case.number, mapping(case.inputs), case.regime, node(expected.value), mapping(expected.facts)]
            for case, expected in zip(check.cases, check.expected, strict=True)
        ]
        for name, check in prepared.checks.items()
    }
    mistakes: wire.Node = [
        [
            mistake.name,
            mistake.feedback,
            {name: [[plain(answer) for answer in case] for case in cases] for name, cases in mistake.answers.items()},
        ]
        for mistake in prepared.mistakes
    ]
    return [checks, mistakes]


def _from_content(content: wire.Node, value: Callable[[wire.Node], Value], arguments: tuple[str, ...]) -> Prepared:
    """Return the prepared data; values are read in the order in which they were written, that of their buffers."""

    def mapping(nodes: wire.Node) -> dict[str, Value]:
        return {name: value(node) for name, node in cast(dict[str, wire.Node], nodes).items()}

    def answer(parts: list[wire.Node]) -> Answer:
        if len(parts) == 1:
            return Answer(value(parts[0]))
        verdict, message, kind, lineage = cast(tuple[str, str, str, list[str]], parts)
        return Answer(failure=Failure(Verdict(verdict), message, kind, tuple(lineage)))

    rows_of, mistakes_data = cast(tuple[dict[str, list[list[wire.Node]]], list[wire.Node]], content)
    checks = {}
    for name, rows in rows_of.items():
        cases, expected = [], []
        for number, inputs, regime, outcome, facts in rows:
            cases.append(Case(cast(int, number), mapping(inputs), arguments, cast(str, regime)))
            expected.append(Expected(value(outcome), mapping(facts)))
        checks[name] = PreparedCheck(tuple(cases), tuple(expected))
    mistakes = []
    for name, feedback, answers in cast(list[tuple[str, str, dict[str, list[list[list[wire.Node]]]]]], mistakes_data):
        per_check = {check: tuple(tuple(map(answer, case)) for case in cases) for check, cases in answers.items()}
        mistakes.append(Mistake(name, feedback, per_check))
    return Prepared(checks, tuple(mistakes))
