"""Threads that parse at the same time do not disturb each other, and faults come through."""

import ast
import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.sandbox.syntax import parse_expression, parse_module

NESTED = ("x = " + "(" * 30 + "1" + ")+2" * 30 + "\n") * 30


class Lingering:
    """Is part of a cycle, and lets other threads run when it is collected."""

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        for _ in range(50):
            pass


@pytest.fixture
def restless() -> Iterator[None]:
    """Collect garbage and change threads as often as can be."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(50)
    yield
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)


def parsed(_: int) -> set[int]:
    lengths = set()
    for _ in range(10):
        Lingering()
        lengths.add(len(parse_module(NESTED).body))
    return lengths


def test_many_threads_parse_at_once(restless: None) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(parsed, range(8))) == [{30}] * 8


def test_a_fault_names_its_file_and_leaves_the_parser_free() -> None:
    with pytest.raises(SyntaxError) as found:
        parse_module("x = (", "answer.py")
    assert found.value.filename == "answer.py"
    with pytest.raises(SyntaxError):
        parse_expression("x = 1")
    assert isinstance(parse_expression("1 + 1").body, ast.BinOp)
