"""Python's own parser, for processes with threads.

Before Python 3.11.8, two threads that parse at the same time can make each other fail with a `SystemError` about a "recursion
depth mismatch" (CPython's issue 106905): the depth is counted in one place for all. So only one of ours parses at a time.
"""

import ast
import threading
from typing import Final

_ONE_AT_A_TIME: Final = threading.RLock()
"""May be taken again by a finalizer that runs while its own thread parses."""


def parse_module(source: str, file: str = "<unknown>") -> ast.Module:
    """Return the tree of a program.

    Raises
    ------
    SyntaxError, ValueError, RecursionError, MemoryError
        if it is none.
    """
    with _ONE_AT_A_TIME:
        return ast.parse(source, file)


def parse_expression(text: str) -> ast.Expression:
    """Return the tree of an expression.

    Raises
    ------
    SyntaxError, ValueError, RecursionError, MemoryError
        if it is none.
    """
    with _ONE_AT_A_TIME:
        return ast.parse(text, mode="eval")
