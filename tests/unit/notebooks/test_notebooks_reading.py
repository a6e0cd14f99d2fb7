"""Notebooks of all ages and states, read from their bytes."""

import contextlib
import json
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.notebooks import Cell, Kind, NotANotebook, reading, slimming
from grader.notebooks.reading import read
from grader.notebooks.slimming import without_outputs
from tests.unit.notebooks.files import code, notebook, text


def test_cells_come_with_their_texts_and_what_is_written_on_them() -> None:
    known = {"grade_id": "a-1", "solution": True}
    found = read(notebook(text("# Hello"), code(["x = 1\r\n", "y = 2"], nbgrader=known, grader={"exercise": "e"})))
    assert found.notes == ()
    assert found.cells == (
        Cell(Kind.MARKDOWN, "# Hello"),
        Cell(Kind.CODE, "x = 1\ny = 2", "a-1", known, {"exercise": "e"}),
    )


def test_format_3_has_worksheets_inputs_and_headings() -> None:
    cells = [
        {"cell_type": "heading", "level": 1, "source": "Title", "metadata": {}},
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python", "outputs": [], "collapsed": False},
    ]
    raw = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}
    found = read(json.dumps(raw).encode())
    assert [(cell.kind, cell.source) for cell in found.cells] == [
        (Kind.MARKDOWN, "Title"),
        (Kind.CODE, "x = 1\ny = 2"),
    ]


def test_format_4_without_ids_and_with_a_mark_at_the_beginning_is_read() -> None:
    data = json.dumps({"cells": [code("x = 1")], "metadata": {}, "nbformat": 4, "nbformat_minor": 0})
    assert read(b"\xef\xbb\xbf" + data.encode()).cells[0].source == "x = 1"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"print('hello')", "not JSON"),
        (b"\xff\xfe{}", "not text in UTF-8"),
        (b"[]", "it has no cells"),
        (b'{"nbformat": 4}', "it has no cells"),
        (b'{"cells": [], "nbformat": 2}', "too old"),
        (b'{"cells": [], "nbformat": "x"}', "too old"),
        (b'{"cells": ' + b"[" * 100_000, "nested deeper"),
        (b'{"cells": [' + b"9" * 5_000 + b"]}", "not JSON"),
        (b'{"cells": [' + b"{}," * 1_100 + b'{}], "nbformat": 4}', "at most 1000"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)
def test_what_is_no_notebook_is_refused_with_a_reason(data: bytes, why: str) -> None:
    with pytest.raises(NotANotebook, match=why):
        read(data)


def test_odd_parts_are_passed_over_with_a_note() -> None:
    cells = [7, {"cell_type": "video", "source": "x"}, {"cell_type": "code", "source": {"a": 1}, "metadata": []}]
    found = read(json.dumps({"cells": cells, "metadata": [], "nbformat": 5}).encode())
    assert [(cell.kind, cell.source) for cell in found.cells] == [(Kind.MARKDOWN, "x"), (Kind.CODE, "")]
    assert [note.split(",")[0] for note in found.notes] == [
        "its format is 5",
        "cell 1 is no cell",
        "cell 2 is of an unknown type and was read as text",
        "cell 3 has no text and was read as empty",
    ]


@pytest.mark.parametrize("name", [7, None, "a b", "x" * 200, ["a"], "../x"])
def test_an_odd_name_is_none(name: object) -> None:
    assert read(notebook(code("x", nbgrader={"grade_id": name}))).cells[0].grade_id == ""


def test_half_a_letter_is_replaced() -> None:
    found = read(b'{"cells": [{"cell_type": "code", "source": "x = \'\\ud800\'"}], "nbformat": 4}')
    assert found.cells[0].source == "x = '?'"


def test_pictures_that_were_pasted_stay() -> None:
    cell = text("![x](attachment:x.png)") | {"attachments": {"x.png": {"image/png": "AAAA"}}}
    assert read(notebook(cell)).cells[0].attachments == {"x.png": {"image/png": "AAAA"}}


def printed(size: int) -> bytes:
    rows = ['a row, as [it] is printed by {somebody} with a \\ and a "quote"\n'] * (size // 64)
    loud = code("x = 1") | {"outputs": [{"output_type": "stream", "name": "stdout", "text": rows}]}
    return notebook(loud, 'y = "\\"outputs\\": [1]"')


def test_fifty_megabytes_of_output_take_little_time_and_memory() -> None:
    data = printed(50 * 2**20)
    assert len(data) > 50 * 2**20
    began = time.monotonic()
    found = read(data)
    assert time.monotonic() - began < 20  # about one second where nothing else runs
    assert [cell.source for cell in found.cells] == ["x = 1", 'y = "\\"outputs\\": [1]"']
    assert "MiB of outputs were passed over" in found.notes[0]
    few = printed(8 * 2**20)
    tracemalloc.start()
    read(few)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def test_outputs_of_brackets_alone_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slimming, "BRACKETS_CAP", 1_000)
    with pytest.raises(slimming.TooMany):
        without_outputs(b'{"outputs": [' + b"[" * 2_000)


@pytest.mark.parametrize("part", [b"[],", b"1,", b'"",', b"{},"])
def test_few_bytes_that_would_be_many_objects_are_refused(part: bytes) -> None:
    data = b'{"metadata": {"a": [' + part * 1_100_000 + b'0]}, "cells": [], "nbformat": 4}'
    with pytest.raises(NotANotebook, match="more parts"):
        read(data)


def test_a_file_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FILE_CAP", 10)
    with pytest.raises(NotANotebook, match="clear its outputs"):
        read(notebook("x = 1"))


def test_what_stays_large_without_outputs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LEAST_CAP", 2**18)
    with pytest.raises(NotANotebook, match="take large pictures"):
        read(notebook("x" * 2**19))


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("outputs"), inner),
    max_leaves=20,
)


@given(plain, plain, st.text(), st.sampled_from([None, 1]))
def test_cutting_outputs_out_changes_nothing_else(
    outputs: object, other: object, source: str, indent: int | None
) -> None:
    cell = {"cell_type": "code", "source": source, "outputs": [outputs], "metadata": {"x": _without(other)}}
    raw = {"cells": [cell, dict(cell)], "nbformat": 4}
    data = json.dumps(raw, indent=indent, ensure_ascii=False).encode("utf-8", "replace")
    expected = json.loads(data)
    for item in expected["cells"]:
        item["outputs"] = []
    assert json.loads(without_outputs(data)) == expected


def _without(value: object) -> object:
    """Return a value without anything that is called outputs, which would be cut out, too."""
    if isinstance(value, dict):
        return {name: _without(item) for name, item in value.items() if name != "outputs"}
    return [_without(item) for item in value] if isinstance(value, list) else value


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_stumble(data: bytes) -> None:
    for whole in (data, b'{"cells": [' + data + b'], "nbformat": 4}', b'{"outputs": [' + data):
        without_outputs(whole)
        with contextlib.suppress(NotANotebook):
            assert read(whole).cells is not None
