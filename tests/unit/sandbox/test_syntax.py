"""Threads that parse at the same time do not disturb each other, and faults come through."""

import ast
import gc
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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


def parsed(_: int) -> set[int]:
    lengths = set()
    for _ in range(10):
        Lingering()
        lengths.add(len(parse_module(NESTED).body))
    return lengths


def parse_with_threads() -> None:
    """Parse in many threads, while garbage is collected and threads are changed as often as can be."""
    sys.setswitchinterval(1e-6)
    gc.set_threshold(50)
    with ThreadPoolExecutor(4) as pool:
        counted = [length for lengths in pool.map(parsed, range(8)) for length in lengths]
    sys.stdout.write(" ".join(map(str, counted)))


def test_many_threads_parse_at_once() -> None:
    # In a process of its own: here, threads that other tests have left may parse by themselves.
    file = Path(__file__)
    program = f"import {file.stem} as here; here.parse_with_threads()"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=file.parent, check=False, capture_output=True, text=True)
    assert done.stdout.split() == ["30"] * 8, done.stderr


def test_a_fault_names_its_file_and_leaves_the_parser_free() -> None:
    with pytest.raises(SyntaxError) as found:
        parse_module("x = (", "answer.py")
    assert found.value.filename == "answer.py"
    with pytest.raises(SyntaxError):
        parse_expression("x = 1")
    assert isinstance(parse_expression("1 + 1").body, ast.BinOp)
