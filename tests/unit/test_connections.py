"""Frames over a socket: one deadline however the bytes come, and no waiting to send."""

import os
import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from grader.sandbox import wire
from grader.sandbox.wire import Ended, Frame, WireError
from grader.workers import FIRST_CAP, TimeIsUp

if os.name != "posix":
    pytest.skip("sockets between processes are POSIX's", allow_module_level=True)

from grader.connections import Connection, ready


class Ends(NamedTuple):
    """A connection, and the socket at its other end."""

    mine: Connection
    theirs: socket.socket


@pytest.fixture
def ends() -> Iterator[Ends]:
    mine, theirs = socket.socketpair()
    connection = Connection(mine)
    yield Ends(connection, theirs)
    connection.close()
    theirs.close()


def soon() -> float:
    return time.monotonic() + 20


def head(header: int, payload: int) -> bytes:
    return b"GRD1" + struct.pack("<IQ", header, payload)


def heard(ends: Ends) -> Frame:
    """Return the next frame that reached the other end."""
    return wire.read(ends.theirs.recv, lambda: 2**40)


def test_a_frame_is_received(ends: Ends) -> None:
    ends.theirs.sendall(wire.pack("hello", {"protocol": 1}, [b"abc"]))
    assert ends.mine.receive(soon()) == Frame("hello", {"protocol": 1}, b"abc")


def test_frames_that_come_in_one_piece_are_told_apart(ends: Ends) -> None:
    ends.theirs.sendall(b"".join(wire.pack("x", {"number": number}, [b"ab"]) for number in range(5)))
    assert [ends.mine.receive(soon()).whole("number") for _ in range(5)] == list(range(5))


def test_a_frame_that_comes_byte_by_byte_is_put_together(ends: Ends) -> None:
    def drip() -> None:
        for byte in wire.pack("x", {"a": 1}, [b"abc"]):
            ends.theirs.send(bytes([byte]))

    thread = threading.Thread(target=drip)
    thread.start()
    assert ends.mine.receive(soon()) == Frame("x", {"a": 1}, b"abc")
    thread.join()


def test_the_deadline_is_that_of_the_frame_however_its_bytes_drip_in(ends: Ends) -> None:
    over = threading.Event()

    def drip() -> None:
        header = b'{"kind":"x"}'
        ends.theirs.sendall(head(len(header), 10_000) + header)
        while not over.wait(0.01):
            ends.theirs.send(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    began = time.monotonic()
    with pytest.raises(TimeIsUp):
        ends.mine.receive(began + 0.2)
    assert 0.2 <= time.monotonic() - began < 2.0
    over.set()
    thread.join()


def test_nothing_is_read_after_the_deadline_whatever_has_come(ends: Ends) -> None:
    ends.theirs.sendall(wire.pack("x", {}))
    with pytest.raises(TimeIsUp):
        ends.mine.receive(time.monotonic() - 1)


def test_the_end_of_the_stream_is_noticed(ends: Ends) -> None:
    assert not ends.mine.over
    ends.theirs.close()
    with pytest.raises(Ended):
        ends.mine.receive(soon())
    assert ends.mine.over


def test_what_came_before_the_end_of_the_stream_counts(ends: Ends) -> None:
    ends.theirs.sendall(wire.pack("x", {}))
    ends.theirs.close()
    assert ends.mine.receive(soon()) == Frame("x", {})
    with pytest.raises(Ended):
        ends.mine.receive(soon())


def test_a_stream_that_was_left_with_something_unread_has_ended(ends: Ends) -> None:
    ends.mine.send("call", {}, soon())
    ends.theirs.close()  # the kernel calls this a reset
    with pytest.raises(Ended):
        ends.mine.receive(soon())
    assert ends.mine.over


def test_an_end_in_the_middle_of_a_frame_is_a_fault(ends: Ends) -> None:
    ends.theirs.sendall(head(100, 0) + b"{")
    ends.theirs.close()
    with pytest.raises(WireError, match="ended in a frame"):
        ends.mine.receive(soon())


def test_a_first_frame_cannot_be_long(ends: Ends) -> None:
    ends.theirs.sendall(head(2, FIRST_CAP + 1) + b"{}")
    with pytest.raises(WireError, match="longer than the limit"):
        ends.mine.receive(soon())


def test_the_cap_that_was_set_holds_for_the_next_frame(ends: Ends) -> None:
    ends.mine.payload_cap = FIRST_CAP + 1
    frame = wire.pack("x", {}, [bytes(FIRST_CAP + 1)])
    thread = threading.Thread(target=ends.theirs.sendall, args=(frame,))
    thread.start()
    assert len(ends.mine.receive(soon()).payload) == FIRST_CAP + 1
    thread.join()


def test_a_frame_is_sent_at_once(ends: Ends) -> None:
    ends.mine.send("call", {"ticket": 3}, soon(), [b"ab", memoryview(b"c")])
    assert heard(ends) == Frame("call", {"ticket": 3}, b"abc")


def test_nothing_is_waited_for_when_the_other_end_does_not_read(ends: Ends) -> None:
    began = time.monotonic()
    for _ in range(8):
        ends.mine.send("call", {}, began + 0.1, [bytes(2**20)])
    assert time.monotonic() - began < 5.0
    with pytest.raises(TimeIsUp):
        ends.mine.receive(time.monotonic() + 0.1)


def test_replies_are_not_piled_up_for_a_process_that_asks_and_does_not_read(ends: Ends) -> None:
    ends.mine.send("call", {}, soon(), [bytes(2**20)])
    ends.mine.send("value", {}, soon(), [bytes(2**20)])
    ends.mine.send("call", {}, soon())
    with pytest.raises(WireError, match="asked again"):
        ends.mine.send("value", {}, soon())


def test_a_process_that_has_read_the_reply_may_ask_again(ends: Ends) -> None:
    ends.mine.send("value", {}, soon(), [bytes(2**20)])

    def read_then_ask() -> None:
        heard(ends)
        ends.theirs.sendall(wire.pack("wants", {}))

    thread = threading.Thread(target=read_then_ask)
    thread.start()
    assert ends.mine.receive(soon()).kind == "wants"
    thread.join()
    ends.mine.send("value", {}, soon(), [b"a"])
    assert heard(ends) == Frame("value", {}, b"a")


def test_what_could_not_be_sent_at_once_goes_while_a_frame_is_awaited(ends: Ends) -> None:
    for number in range(4):
        ends.mine.send("call", {"number": number}, soon(), [bytes([number]) * 2**20])
    found: list[Frame] = []

    def read_then_answer() -> None:
        found.extend(heard(ends) for _ in range(4))
        ends.theirs.sendall(wire.pack("done", {}))

    thread = threading.Thread(target=read_then_answer)
    thread.start()
    assert ends.mine.receive(soon()).kind == "done"
    thread.join()
    assert [frame.whole("number") for frame in found] == [0, 1, 2, 3]
    assert [set(frame.payload) for frame in found] == [{0}, {1}, {2}, {3}]


def test_large_frames_both_ways_do_not_wait_for_each_other(ends: Ends) -> None:
    ends.mine.payload_cap = 2**24
    for _ in range(4):
        ends.mine.send("call", {}, soon(), [bytes(2**22)])

    def echo() -> None:  # as a worker does, it writes its answer whole before it reads the next request
        for _ in range(4):
            ends.theirs.sendall(wire.pack("returned", {}, [bytes(heard(ends).payload)]))

    thread = threading.Thread(target=echo)
    thread.start()
    assert [len(ends.mine.receive(soon()).payload) for _ in range(4)] == [2**22] * 4
    thread.join()


def test_that_the_other_end_is_gone_shows_when_a_frame_is_awaited(ends: Ends) -> None:
    ends.theirs.close()
    for _ in range(3):
        ends.mine.send("call", {}, soon(), [bytes(2**16)])
    with pytest.raises(Ended):
        ends.mine.receive(soon())


def test_waiting_without_a_frame_costs_no_processor_time(ends: Ends) -> None:
    before = time.process_time()
    with pytest.raises(TimeIsUp):
        ends.mine.receive(time.monotonic() + 0.3)
    assert time.process_time() - before < 0.1


def test_whether_something_is_there_is_told_before_the_deadline(ends: Ends) -> None:
    assert ready(ends.theirs, select.POLLIN, time.monotonic() + 0.01) == 0
    ends.mine.send("x", {}, soon())
    assert ready(ends.theirs, select.POLLIN, soon()) & select.POLLIN
    assert ready(ends.theirs.fileno(), select.POLLIN, 0.0) & select.POLLIN
