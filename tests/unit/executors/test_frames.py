"""Frames of a worker as answers and failures."""

import tracemalloc

import numpy as np
import pytest

from grader.executors import _frames
from grader.executors._frames import Printed, Tally, TooMuchOutput
from grader.model import Answer, Failure, Verdict
from grader.sandbox.values import FunctionText, ItemsOnce
from grader.sandbox.wire import Frame, WireError


def counted(text: str) -> FunctionText:
    return FunctionText(("x",), text, counted=True)


def loaded(**changed: object) -> Frame:
    fields: dict[str, object] = {"found": True, "names": ["f"], "parameters": "(x)", "fewest": 1, "most": 1}
    return Frame("loaded", fields | changed)


def returned(payload: bytes = b"", **changed: object) -> Frame:
    return Frame("returned", {"value": 1, "changed": [], "threads": 0} | changed, payload)


def raised(**changed: object) -> Frame:
    fields: dict[str, object] = {"type": "KeyError", "message": "'a'", "lineage": ["KeyError", "object"], "trace": "t"}
    return Frame("raised", fields | changed)


def test_what_is_printed_is_joined() -> None:
    printed = Printed(100)
    for piece in ("a\n", "é"):
        printed.add(piece.encode())
    assert printed.text() == "a\né"


def test_a_letter_may_be_printed_in_two_pieces() -> None:
    printed = Printed(100)
    for piece in (b"\xc3", b"\xa9"):
        printed.add(piece)
    assert printed.text() == "é"


def test_what_is_no_text_is_replaced() -> None:
    printed = Printed(100)
    printed.add(b"a\xffb")
    assert printed.text() == "a\N{REPLACEMENT CHARACTER}b"


def test_as_much_as_the_cap_may_be_printed() -> None:
    printed = Printed(10)
    printed.add(b"x" * 10)
    assert printed.text() == "x" * 10


def test_more_than_the_cap_is_too_much() -> None:
    printed = Printed(10)
    printed.add(b"x" * 10)
    with pytest.raises(TooMuchOutput):
        printed.add(b"x")


def test_only_the_beginning_of_long_output_is_shown() -> None:
    printed = Printed(10_000)
    printed.add(b"x" * 5_000)
    assert printed.text() == "x" * 4_000 + "\n… (5000 bytes in all)"


def test_any_number_of_parts_takes_no_more_memory_than_is_shown() -> None:
    printed = Printed(2**20)
    tracemalloc.start()
    for _ in range(20_000):
        printed.add(b"")
        printed.add(b"ab")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40_000
    assert printed.text() == "ab" * 2_000 + "\n… (40000 bytes in all)"


@pytest.mark.parametrize("letter", ["a", "é", "\u1234", "😀"])
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_four_thousand_letters_are_shown_whatever_their_length(letter: str, step: int) -> None:
    printed = Printed(2**20)
    data = letter.encode() * 5_000
    for at in range(0, len(data), step):
        printed.add(data[at : at + step])
    assert printed.text() == letter * 4_000 + f"\n… ({len(data)} bytes in all)"


def test_counted_functions_are_found_in_the_order_of_the_worker() -> None:
    values = [1, counted("a"), [counted("b"), (counted("c"),)], {"k": counted("d")}, ItemsOnce((counted("e"),))]
    assert [function.text for function in Tally(0, values).functions] == ["a", "b", "c", "d", "e"]


def test_functions_that_are_not_counted_are_left_out() -> None:
    assert Tally(0, [FunctionText(("x",), "x"), np.zeros(2), None, "text"]).functions == []


def test_a_loaded_answer_is_described() -> None:
    found = _frames.loaded(loaded(), "hello")
    assert (found.found, found.names, found.parameters, found.fewest, found.most) == (True, ("f",), "(x)", 1, 1)
    assert (found.failure, found.printed) == (None, "hello")


def test_a_function_may_take_any_number_of_arguments() -> None:
    assert _frames.loaded(loaded(most=None), "").most is None


@pytest.mark.parametrize("found", [False, None, 1, "yes"])
def test_a_function_is_found_only_if_that_is_said(found: object) -> None:
    assert not _frames.loaded(loaded(found=found), "").found


@pytest.mark.parametrize(
    "frame",
    [
        Frame("returned", {}),
        Frame("loaded", {}),
        loaded(names="f"),
        loaded(names=[1]),
        loaded(parameters=None),
        loaded(fewest=-1),
        loaded(fewest="1"),
        loaded(most=1.5),
        loaded(most=[]),
    ],
    ids=str,
)
def test_a_frame_that_describes_no_loaded_answer_is_refused(frame: Frame) -> None:
    with pytest.raises(WireError):
        _frames.loaded(frame, "")


def test_an_answer_is_read() -> None:
    assert _frames.answer(returned(value={"tuple": [1, 2]}, changed=[0], threads=3), "p") == Answer(
        (1, 2), None, (0,), 3, "p"
    )


@pytest.mark.parametrize(
    "frame",
    [
        Frame("raised", {}),
        Frame("loaded", {"value": 1}),
        returned(value=[]),
        returned(value={"random": 1}),
        returned(b"x"),
        returned(value={"array": ["<f8", [1]]}),
        returned(changed=None),
        returned(changed=["0"]),
        returned(changed=[0.0]),
        returned(changed=[True]),
        returned(changed={"0": 1}),
        returned(threads=-1),
        returned(threads=None),
        returned(threads="many"),
    ],
    ids=str,
)
def test_a_frame_that_holds_no_answer_is_refused(frame: Frame) -> None:
    with pytest.raises(WireError):
        _frames.answer(frame, "")


def test_the_list_of_changed_arguments_is_cut() -> None:
    assert len(_frames.answer(returned(changed=[0] * 1000), "").changed) == 100


def test_an_answer_that_does_not_say_its_value_is_none() -> None:
    assert _frames.answer(Frame("returned", {"changed": [], "threads": 0}), "").value is None


def test_an_exception_is_a_failure_with_its_type() -> None:
    assert _frames.failure(raised()) == Failure(
        Verdict.RAISED, "raised KeyError: 'a'", "KeyError", ("KeyError", "object"), "t"
    )


def test_an_exception_without_a_message_has_no_colon() -> None:
    assert _frames.failure(raised(message="")).message == "raised KeyError"


def test_an_exit_is_a_failure_that_says_what_to_do_instead() -> None:
    found = _frames.failure(raised(type="SystemExit", lineage=["SystemExit", "BaseException"]))
    assert found.verdict is Verdict.RAISED
    assert "`return`" in found.message


@pytest.mark.parametrize("kind", ["MemoryError", "numpy._core._exceptions._ArrayMemoryError"])
def test_an_exception_for_want_of_memory_is_the_memory_limit(kind: str) -> None:
    found = _frames.failure(raised(type=kind, lineage=[kind, "MemoryError", "Exception"]))
    assert found.verdict is Verdict.MEMORY_LIMIT


@pytest.mark.parametrize("name", ["type", "message", "lineage", "trace"])
@pytest.mark.parametrize("value", [None, 1, [1], {"a": 1}])
def test_a_frame_that_describes_no_exception_is_refused(name: str, value: object) -> None:
    with pytest.raises(WireError):
        _frames.failure(raised(**{name: value}))


@pytest.mark.parametrize(("name", "length"), [("type", 200), ("trace", 10_000)])
def test_what_is_said_of_an_exception_is_cut(name: str, length: int) -> None:
    assert len(getattr(_frames.failure(raised(**{name: "x" * 50_000})), name)) == length


def test_half_a_letter_in_what_a_worker_says_is_escaped() -> None:
    failure = _frames.failure(raised(type="\ud800", message="\udfff", lineage=["\ud800"], trace="\ud800"))
    assert (failure.message, failure.lineage, failure.trace) == ("raised \\ud800: \\udfff", ("\\ud800",), "\\ud800")
    assert _frames.loaded(loaded(names=["\ud800"], parameters="(\ud800)"), "").parameters == "(\\ud800)"


def test_a_counted_function_cannot_be_made_to_fill_the_memory() -> None:
    function = FunctionText(("x", "y"), "x * y", counted=True)
    with pytest.raises(ValueError, match="too large"):
        _frames.evaluated(function, [np.ones((100_000, 1)), np.ones((1, 100_000))])
    for arguments in (["text", 60_000], [[None], 60_000]):
        with pytest.raises(TypeError, match="numbers and arrays"):
            _frames.evaluated(function, arguments)


def test_a_counted_function_takes_a_matrix_and_a_vector() -> None:
    found = _frames.evaluated(FunctionText(("A", "x"), "A @ x", counted=True), [np.ones((3, 2)), [1.0, 2.0]])
    np.testing.assert_array_equal(np.asarray(found), [3.0, 3.0, 3.0])


def test_a_counted_function_takes_a_small_integer_as_an_index() -> None:
    assert _frames.evaluated(FunctionText(("i",), "a[i]", {"a": np.arange(5)}, counted=True), [3]) == 3
