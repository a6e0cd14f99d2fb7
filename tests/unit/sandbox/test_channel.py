"""The worker's end of the wire: what it sends, what it asks for, and what it refuses."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from grader.sandbox import wire
from grader.sandbox.channel import Channel, Printed, text_stream
from grader.sandbox.values import FunctionText
from grader.sandbox.wire import Frame

TEXT = FunctionText(("x",), "x", counted=True)


class Ends(NamedTuple):
    """A channel, and the grader's side of it."""

    channel: Channel
    receive: Callable[[], Frame]
    reply: Callable[[bytes], int]


@pytest.fixture
def ends() -> Iterator[Ends]:
    (source, to_worker), (from_worker, sink) = os.pipe(), os.pipe()
    yield Ends(
        Channel(source, sink),
        lambda: wire.read(lambda size: os.read(from_worker, size), lambda: 2**20),
        lambda data: os.write(to_worker, data),
    )
    for descriptor in (source, to_worker, from_worker, sink):
        os.close(descriptor)


def test_a_frame_is_sent_whole(ends: Ends) -> None:
    ends.channel.send("hello", {"protocol": 1}, [b"ab", memoryview(b"cd")])
    assert ends.receive() == Frame("hello", {"protocol": 1}, b"abcd")


def test_a_frame_larger_than_the_pipe_is_sent_whole(ends: Ends) -> None:
    found: list[Frame] = []
    listener = threading.Thread(target=lambda: found.append(ends.receive()))
    listener.start()
    ends.channel.send("big", {}, [b"x" * 2**19])
    listener.join()
    assert len(found[0].payload) == 2**19


def test_a_request_is_read(ends: Ends) -> None:
    ends.reply(wire.pack("call", {"ticket": 3}))
    assert ends.channel.read() == Frame("call", {"ticket": 3})


def test_nothing_is_asked_for_while_no_answer_runs(ends: Ends) -> None:
    with pytest.raises(RuntimeError, match="is over"):
        ends.channel.ask({"module": "helper"})


def test_what_an_answer_asks_for_carries_its_ticket(ends: Ends) -> None:
    ends.channel.ticket = 77
    ends.reply(wire.pack("no module", {}))
    assert ends.channel.ask({"module": "helper"}).kind == "no module"
    assert ends.receive() == Frame("wants", {"ticket": 77, "module": "helper"})


def test_requests_that_come_ahead_of_a_reply_wait_for_their_turn(ends: Ends) -> None:
    ends.channel.ticket = 77
    for ticket in (78, 79):
        ends.reply(wire.pack("call", {"ticket": ticket}))
    ends.reply(wire.pack("no module", {}))
    ends.reply(wire.pack("call", {"ticket": 80}))
    assert ends.channel.ask({"module": "helper"}).kind == "no module"
    assert [ends.channel.read().whole("ticket") for _ in range(3)] == [78, 79, 80]


def test_a_reply_is_found_however_often_something_is_asked_for(ends: Ends) -> None:
    ends.channel.ticket = 77
    for ticket in (78, 79):
        ends.reply(wire.pack("call", {"ticket": ticket}))
        ends.reply(wire.pack("value", {"value": ticket}))
        assert ends.channel.ask({"function": 0, "arguments": []}).whole("value") == ticket
    assert [ends.channel.read().whole("ticket") for _ in range(2)] == [78, 79]


def test_a_counted_function_asks_the_grader_for_its_value(ends: Ends) -> None:
    ends.channel.ticket = 1
    ends.reply(wire.pack("value", {"value": 0.25}))
    assert ends.channel.counted(5)(TEXT)(0.5) == 0.25
    assert ends.receive().fields == {"ticket": 1, "function": 5, "arguments": [0.5]}


def test_counted_functions_are_numbered_one_after_the_other(ends: Ends) -> None:
    ends.channel.ticket = 1
    stand_in = ends.channel.counted(0)
    functions = [stand_in(TEXT), stand_in(TEXT)]
    for function in reversed(functions):
        ends.reply(wire.pack("value", {"value": 0}))
        function(1)
    assert [ends.receive().whole("function") for _ in functions] == [1, 0]


def test_a_counted_function_that_refuses_raises_in_the_answer(ends: Ends) -> None:
    ends.channel.ticket = 1
    ends.reply(wire.pack("refused", {"message": "TypeError: no"}))
    with pytest.raises(ValueError, match="TypeError: no"):
        ends.channel.counted(0)(TEXT)("text")


def test_a_counted_function_is_over_when_its_call_is(ends: Ends) -> None:
    with pytest.raises(RuntimeError, match="is over"):
        ends.channel.counted(0)(TEXT)(1.0)


def test_what_is_printed_is_sent_in_chunks(ends: Ends) -> None:
    assert Printed(ends.channel).write(b"x" * 10_000) == 8192
    assert ends.receive() == Frame("printed", {}, b"x" * 8192)


def test_a_line_is_sent_as_soon_as_it_is_printed(ends: Ends) -> None:
    stream = text_stream(ends.channel)
    stream.write("first\n")
    assert ends.receive() == Frame("printed", {}, b"first\n")


def test_a_line_that_has_not_ended_is_sent_when_it_is_flushed(ends: Ends) -> None:
    stream = text_stream(ends.channel)
    stream.write("part")
    stream.flush()
    assert ends.receive().payload == b"part"


def test_what_is_no_text_in_utf8_is_printed_all_the_same(ends: Ends) -> None:
    text_stream(ends.channel).write("\ud800 é\n")
    assert ends.receive().payload == b"\\ud800 \xc3\xa9\n"


def test_a_frame_is_plain_json_and_buffers(ends: Ends) -> None:
    ends.channel.send("x", {"a": [1, None, "é"]})
    frame = ends.receive()
    assert json.dumps(frame.fields) == '{"a": [1, null, "\\u00e9"]}'
