"""Frames: what is packed can be read, and nothing else can."""

import json
import struct
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sandbox import wire
from grader.sandbox.wire import HEADER_CAP, UNIT, Ended, Frame, WireError

LAW = settings(derandomize=True, deadline=None, database=None, max_examples=200)
SLOW_LAW = settings(LAW, max_examples=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
FIELDS = st.dictionaries(st.text().filter(lambda name: name != "kind"), JSON)


def reader(data: bytes, step: int = 2**20) -> Callable[[int], bytes]:
    """Return a source that gives at most `step` bytes at a time."""
    at = 0

    def read_some(size: int) -> bytes:
        nonlocal at
        piece = data[at : at + min(size, step)]
        at += len(piece)
        return piece

    return read_some


def read(data: bytes, payload_cap: int = 1000, step: int = 2**20) -> Frame:
    return wire.read(reader(data, step), lambda: payload_cap)


def head(header: int, payload: int, magic: bytes = b"GRD1") -> bytes:
    return magic + struct.pack("<IQ", header, payload)


def framed(header: bytes, payload: bytes = b"") -> bytes:
    return head(len(header), len(payload)) + header + payload


def test_a_frame_begins_with_its_magic_and_both_lengths() -> None:
    assert wire.pack("ok", {}, [b"abc", b"de"]) == head(13, 5) + b'{"kind":"ok"}' + b"abcde"


@SLOW_LAW
@given(st.text(), FIELDS, st.lists(st.binary(max_size=20)), st.integers(1, 7))
def test_what_is_packed_is_read_however_it_arrives(
    kind: str, fields: dict[str, object], buffers: list[bytes], step: int
) -> None:
    assert read(wire.pack(kind, fields, buffers), step=step) == Frame(kind, fields, b"".join(buffers))


def test_frames_are_read_one_after_the_other() -> None:
    source = reader(wire.pack("a", {}, [b"1"]) + wire.pack("b", {}, [b"2"]))
    assert [wire.read(source, lambda: 10).payload for _ in range(2)] == [b"1", b"2"]


@LAW
@given(st.binary(max_size=200))
def test_bytes_that_are_no_frame_are_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        read(data)


@LAW
@given(st.binary(max_size=100))
def test_a_header_of_any_bytes_is_read_or_refused(header: bytes) -> None:
    try:
        frame = read(framed(header))
    except WireError:
        return
    assert json.loads(header)["kind"] == frame.kind


@SLOW_LAW
@given(FIELDS, st.binary(max_size=20), st.data())
def test_a_frame_that_stops_in_the_middle_is_refused(
    fields: dict[str, object], payload: bytes, data: st.DataObject
) -> None:
    whole = wire.pack("x", fields, [payload])
    kept = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(WireError, match="the stream ended in a frame"):
        read(whole[:kept])


def test_a_stream_that_ends_between_two_frames_has_ended() -> None:
    with pytest.raises(Ended):
        read(b"")


def test_a_stream_that_ends_inside_a_frame_has_not_merely_ended() -> None:
    with pytest.raises(WireError) as caught:
        read(head(5, 0)[:3])
    assert not isinstance(caught.value, Ended)


def test_other_bytes_than_the_magic_are_refused() -> None:
    with pytest.raises(WireError, match="not a frame"):
        read(head(13, 0, magic=b"GRD2") + b'{"kind":"ok"}')


def test_a_header_longer_than_the_cap_is_refused_before_it_is_read() -> None:
    asked: list[int] = []
    source = reader(head(17, 0) + b" " * 17)

    def counting(size: int) -> bytes:
        asked.append(size)
        return source(size)

    with pytest.raises(WireError, match="longer than the limit"):
        wire.read(counting, lambda: 1000, header_cap=16)
    assert sum(asked) == 16


def test_a_header_as_long_as_the_cap_is_read() -> None:
    data = framed(b'{"kind":"ok"}')
    assert wire.read(reader(data), lambda: 0, header_cap=13).kind == "ok"


def test_a_payload_longer_than_the_cap_is_refused() -> None:
    with pytest.raises(WireError, match="longer than the limit"):
        read(wire.pack("ok", {}, [b"x" * 11]), payload_cap=10)


def test_a_payload_as_long_as_the_cap_is_read() -> None:
    assert read(wire.pack("ok", {}, [b"x" * 10]), payload_cap=10).payload == b"x" * 10


@pytest.mark.parametrize("size", [2**31, 2**32 - 1])
def test_a_frame_that_claims_a_giant_header_is_refused(size: int) -> None:
    with pytest.raises(WireError, match="longer than the limit"):
        read(head(size, 0))


def test_a_frame_that_claims_a_giant_payload_is_refused() -> None:
    with pytest.raises(WireError, match="longer than the limit"):
        read(head(13, 2**64 - 1))


def test_the_cap_of_a_payload_is_asked_for_when_a_frame_has_begun() -> None:
    caps = iter([5, 10])
    source = reader(wire.pack("a", {}, [b"x" * 5]) + wire.pack("b", {}, [b"x" * 10]))
    assert [len(wire.read(source, lambda: next(caps)).payload) for _ in range(2)] == [5, 10]


@pytest.mark.parametrize(
    "header",
    [b"", b"{", b"[]", b"null", b'"kind"', b"{}", b'{"kind":1}', b'{"kind":null}', b"\xff\xfe", b"{'kind':'ok'}"],
)
def test_a_header_without_a_kind_is_refused(header: bytes) -> None:
    with pytest.raises(WireError):
        read(framed(header))


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_a_header_nested_without_end_is_refused(opening: bytes) -> None:
    with pytest.raises(WireError, match="not JSON"):
        read(framed(b'{"kind":"ok","x":' + opening * 50_000))


def test_a_number_too_long_to_be_read_is_refused() -> None:
    with pytest.raises(WireError, match="not JSON"):
        read(framed(b'{"kind":"ok","x":' + b"9" * 5000 + b"}"))


@pytest.mark.parametrize("number", [b"9" * 1251, b"-" + b"9" * 1250])
def test_a_number_too_long_to_be_an_answer_is_not_even_read(number: bytes) -> None:
    with pytest.raises(WireError, match="not JSON"):
        read(framed(b'{"kind":"ok","x":' + number + b"}"))


def test_the_longest_number_of_an_answer_is_read() -> None:
    assert read(wire.pack("ok", {"x": -(2**4096)})).fields["x"] == -(2**4096)


@pytest.mark.parametrize("text", ["é", "\ud800", "😀"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_a_header_in_other_letters_than_ascii_is_refused(text: str, encoding: str) -> None:
    header = f'{{"kind":"ok","x":"{text}"}}'.encode(encoding, errors="surrogatepass")
    with pytest.raises(WireError, match="not JSON"):
        read(framed(header))


def test_any_text_can_be_sent_all_the_same() -> None:
    assert read(wire.pack("é\ud800", {"x": "😀"})) == Frame("é\ud800", {"x": "😀"})


HEAVY = {
    # what is repeated -> what stands before and after all of it
    "lists": (b"[],", b"[", b"0]"),
    "lists of one": (b"[0],", b"[", b"0]"),
    "nested lists": (b"[" * 30 + b"]" * 30 + b",", b"[", b"0]"),
    "dicts": (b"{},", b"[", b"0]"),
    "dicts of one": (b'{"":0},', b"[", b"0]"),
    "nested dicts": (b'{"":' * 30 + b"0" + b"}" * 30 + b",", b"[", b"0]"),
    "numbers": (b"1,", b"[", b"0]"),
    "larger numbers": (b"999,", b"[", b"0]"),
    "fractions": (b"1.5,", b"[", b"0]"),
    "texts": (b'"ab",', b"[", b"0]"),
    "wide texts": (b'"\\u1234",', b"[", b"0]"),
    "one wide text": (b"aaaaaa", b'"\\ud83d\\ude00', b'"'),
    "pairs of half letters": (b"\\ud83d\\ude00", b'"', b'"'),
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_header_takes_no_more_memory_than_its_weight_and_its_length_say(name: str) -> None:
    item, before, after = HEAVY[name]
    header = b'{"kind":"ok","x":' + before + item * (100_000 // len(item)) + after + b"}"
    data = framed(header)
    wire.read(reader(data), lambda: 0, header_cap=2**40)
    tracemalloc.start()
    frame = wire.read(reader(data), lambda: 0, header_cap=2**40)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert frame.kind == "ok"
    assert peak <= UNIT * wire.weight(header.decode()) + 8 * len(header) + 20_000


def test_the_memory_of_fields_is_within_what_their_weight_says() -> None:
    header = b'{"kind":"ok",' + b",".join(b'"%x":0' % number for number in range(10_000)) + b"}"
    tracemalloc.start()
    frame = wire.read(reader(framed(header)), lambda: 0, header_cap=2**40)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(frame.fields) == 10_000
    assert peak <= UNIT * wire.weight(header.decode()) + 8 * len(header) + 20_000


@pytest.mark.parametrize("name", HEAVY)
def test_a_header_that_is_too_heavy_is_refused_before_it_is_parsed(name: str) -> None:
    item, before, after = HEAVY[name]
    weight = HEADER_CAP // 8 + 100
    header = before + item * (weight // max(1, wire.weight(item.decode()))) + after
    if len(header) > HEADER_CAP or wire.weight(header.decode()) < weight - 100:
        header = before + item * (HEADER_CAP // len(item) + 1) + after
    tracemalloc.start()
    with pytest.raises(WireError, match=r"too many items|longer than the limit"):
        wire.read(reader(framed(header)), lambda: 0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= 5 * HEADER_CAP


def test_a_header_that_weighs_what_is_allowed_is_read() -> None:
    start, end = b'{"kind":"ok","x":[', b"0]}"
    cap = 64_000
    left = cap // 8 + 64 - wire.weight((start + end).decode())
    assert wire.read(reader(framed(start + b"0," * left + end)), lambda: 0, cap).kind == "ok"
    with pytest.raises(WireError, match="too many items"):
        wire.read(reader(framed(start + b"0," * (left + 1) + end)), lambda: 0, cap)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_frame_that_drips_in_takes_no_more_memory_than_its_length(step: int) -> None:
    size = 10_000
    data = wire.pack("ok", {"x": "a" * size}, [bytes(size)])
    tracemalloc.start()
    frame = wire.read(reader(data, step), lambda: size)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert bytes(frame.payload) == bytes(size)
    assert peak < 6 * size


def test_memory_is_taken_as_bytes_come_and_not_as_they_are_announced() -> None:
    data = head(13, 2**34) + b'{"kind":"ok"}' + bytes(100)
    tracemalloc.start()
    with pytest.raises(WireError, match="ended in a frame"):
        read(data, payload_cap=2**40)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20


def test_a_text_is_cut_at_its_cap() -> None:
    assert Frame("x", {"name": "abcdef"}).text("name", cap=3) == "abc"


@pytest.mark.parametrize("value", [None, 1, b"", ["a"], {}, True])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(WireError, match="text in 'name'"):
        Frame("x", {"name": value}).text("name")


def test_a_text_that_is_missing_is_refused() -> None:
    with pytest.raises(WireError, match="text in 'name'"):
        Frame("x", {}).text("name")


def test_texts_are_cut_in_number_and_in_length() -> None:
    assert Frame("x", {"names": ["a" * 1001, "b", "c"]}).texts("names", cap=2) == ("a" * 1000, "b")


@pytest.mark.parametrize("value", [None, "abc", [1], ["a", None], {"a": 1}])
def test_what_is_no_list_of_texts_is_refused(value: object) -> None:
    with pytest.raises(WireError, match="list of texts in 'names'"):
        Frame("x", {"names": value}).texts("names")


@pytest.mark.parametrize("value", [0, 1, 2**64 - 1])
def test_a_whole_number_is_read(value: int) -> None:
    assert Frame("x", {"ticket": value}).whole("ticket") == value


@pytest.mark.parametrize("value", [-1, 2**64, 1.0, True, False, "1", None, [1], float("nan")])
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(WireError, match="whole number in 'ticket'"):
        Frame("x", {"ticket": value}).whole("ticket")


def test_half_a_surrogate_pair_survives_the_way() -> None:
    assert read(wire.pack("x", {"text": "\ud800"})).text("text") == "\ud800"
