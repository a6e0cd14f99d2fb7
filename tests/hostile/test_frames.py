"""Whatever bytes a child sends: read or refused, in bounded time and memory, and never anything else."""

import importlib.util
import json
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.executors import _frames
from grader.sandbox import wire
from grader.sandbox.wire import UNIT, Frame, WireError
from tests.hostile.attack import Level
from tests.hostile.costly import TICKET, WEIGHT_CAP, answers, bound
from tests.hostile.frames import ODD, TAGS, changed, examine, framed, head, read, returned, right, source
from tests.hostile.levels import missing

LAW = settings(derandomize=True, deadline=None, database=None, max_examples=300)
ROOT = Path(__file__).parents[2]
MIB = 2**20
HEADER_MEMORY = UNIT * (WEIGHT_CAP + 64) + 8 * wire.HEADER_CAP
ANSWER_CAP = 16 * MIB
RUNS = 200_000
"""Of the fuzzer in the tests; `just fuzz` takes a million."""
"""What the grader may hold for a child beyond four times the largest answer."""

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of functions evaluated with what was sent

RIGHT = right()
PARTS = [
    (frame[16 : 16 + size], frame[16 + size :]) for frame in RIGHT for size in [int.from_bytes(frame[4:8], "little")]
]
nodes = st.recursive(
    st.sampled_from(ODD) | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(TAGS), inner, max_size=2),
    max_leaves=10,
)
fields = st.dictionaries(
    st.sampled_from(["value", "changed", "threads", "ticket", "function", "arguments", "names", "lineage", "most"]),
    nodes,
)


def examine_all(data: bytes) -> list[Frame]:
    frames = [*read(data)]
    for frame in frames:
        examine(frame, data)
    return frames


@pytest.mark.parametrize("number", range(len(RIGHT)))
def test_a_frame_that_is_right_is_read_whole(number: int) -> None:
    assert len(examine_all(RIGHT[number])) == 1
    assert len(examine_all(RIGHT[number] * 3)) == 3


@LAW
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    examine_all(data)


@LAW
@given(st.binary(max_size=300), st.binary(max_size=50))
def test_any_header_and_payload_are_read_or_refused(header: bytes, payload: bytes) -> None:
    examine_all(framed(header, payload))


@LAW
@given(st.sampled_from(["returned", "wants", "loaded", "raised", "printed", "x"]), fields, st.binary(max_size=40))
def test_any_fields_are_read_or_refused(kind: str, found: dict[str, object], payload: bytes) -> None:
    examine_all(framed(json.dumps({"kind": kind, **found}).encode(), payload))


@LAW
@given(st.sampled_from(PARTS), st.integers(0, 2**32))
def test_a_frame_that_lies_in_a_few_places_is_read_or_refused(parts: tuple[bytes, bytes], seed: int) -> None:
    examine_all(framed(*changed(*parts, Random(seed))))


@LAW
@given(st.sampled_from(PARTS), st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1))
def test_lengths_that_lie_are_refused_or_split_the_stream_elsewhere(
    parts: tuple[bytes, bytes], header: int, payload: int
) -> None:
    body = b"".join(parts)
    for sizes in ((header, len(parts[1])), (len(parts[0]), payload), (header % (len(body) + 2), payload % 64)):
        examine_all(head(*sizes) + body + RIGHT[0])


@LAW
@given(st.sampled_from(RIGHT), st.data())
def test_a_frame_with_a_few_other_bytes_is_read_or_refused(frame: bytes, data: st.DataObject) -> None:
    mutable = bytearray(frame)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(mutable)))
        mutable[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    examine_all(bytes(mutable))


@LAW
@given(st.sampled_from(RIGHT), st.integers(1, 5))
def test_a_frame_means_the_same_however_it_arrives(frame: bytes, step: int) -> None:
    read_some = source(frame)
    assert wire.read(lambda size: read_some(min(size, step)), lambda: 2**12) == next(read(frame))


COSTLY = answers(ANSWER_CAP)


@pytest.mark.parametrize("name", COSTLY)
def test_the_costliest_answer_takes_little_time(name: str) -> None:
    data = _costly(name)
    began = time.process_time()
    found = _taken(data)
    assert time.process_time() - began < 3.0
    del found


@pytest.mark.slow
@pytest.mark.parametrize("name", COSTLY)
def test_the_costliest_answer_takes_little_memory(name: str) -> None:
    data = _costly(name)
    tracemalloc.start()
    found = _taken(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= HEADER_MEMORY + 2 * ANSWER_CAP + 32 * MIB
    del found


def _costly(name: str) -> bytes:
    header, size = COSTLY[name]
    return framed(header.replace(TICKET, b"%d" % (2**64 - 1)), bytes(size))


def _taken(data: bytes) -> object:
    try:
        return _frames.answer(wire.read(source(data), lambda: ANSWER_CAP), "")
    except WireError as error:
        return error


def test_a_list_of_a_text_and_numbers_does_not_fill_the_memory_as_an_array() -> None:
    header, _ = COSTLY["a long text beside numbers"]
    found = _frames.answer(wire.read(source(framed(header.replace(TICKET, b"1"))), lambda: 0), "").value
    assert isinstance(found, list)
    assert 2 * MIB < np.asarray(found).nbytes < 64 * MIB
    longer = returned(["x" * 100_000, *[None] * 65_000])
    assert np.asarray(_frames.answer(next(read(longer)), "").value, dtype="U").nbytes < 64 * MIB


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the system does not tell what a process held")
@pytest.mark.parametrize("level", Level)
def test_the_grader_stays_small_while_all_children_send_the_largest_frames(level: Level) -> None:
    if reason := missing(level):
        pytest.skip(reason)
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.holding", level], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    per_child = {name: size / found["children"] for name, size in found["sizes"].items()}
    assert len(per_child) > 10
    assert max(per_child.values()) <= bound(ANSWER_CAP), per_child


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this system")
def test_fuzzed_frames_neither_crash_nor_hang_nor_bloat_the_reader(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.fuzz_frames", f"-runs={RUNS}", f"-artifact_prefix={tmp_path}/"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-5000:]
    assert f"Done {RUNS} runs" in done.stderr
