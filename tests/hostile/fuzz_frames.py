"""A coverage-guided fuzzer for all that reads what a child says; `just fuzz` runs it.

An input is either a stream of bytes as they are, or a header and a payload whose lengths are made true, so that changes
get past the head of a frame. Arguments are those of libFuzzer, such as `-runs=1000000` or a folder with inputs.
"""

import resource
import sys
import tempfile
import warnings
from pathlib import Path
from random import Random
from typing import Final

import atheris

with atheris.instrument_imports(include=["grader.sandbox", "grader.executors"]):
    from grader.executors import _frames  # noqa: F401 - first of all: what is imported earlier is not instrumented
    from grader.sandbox import decoder, encoder, wire  # noqa: F401

from tests.hostile.frames import changed, examine, framed, read, right

RUNS: Final = 1_000_000
_BETWEEN: Final = b"\xff"
"""Parts a header from its payload: it stands in no header, which is ASCII."""
_WORDS: Final = (
    *(
        "kind",
        "returned",
        "wants",
        "loaded",
        "raised",
        "ticket",
        "value",
        "changed",
        "threads",
        "arguments",
        "function",
    ),
    *("list", "tuple", "once", "dict", "array", "scalar", "packed", "float", "complex", "opaque", "noted", "handle"),
    *("random", "numpy.matrix", "longdouble", "nan", "inf", "<f8", "<i8", "|b1", "|u1", "<c16", "<f2", "|O", "true"),
    *(
        "null",
        "\\\\ud800",
        "1e999",
        "-1",
        "4294967296",
        "9223372036854775808",
        "[[]]",
        "{}",
        "lineage",
        "found",
        "names",
    ),
)


def examine_bytes(data: bytes) -> None:
    """Examine the frames that come of an input."""
    kind, rest = data[:1], data[1:]
    if kind != _BETWEEN:
        header, _, payload = rest.partition(_BETWEEN)
        rest = framed(header, payload)
    for frame in read(rest):
        examine(frame, rest)


def mutate(data: bytes, size: int, seed: int) -> bytes:
    """Change the tree of a header, or, mostly and where there is none, bytes."""
    header, between, payload = data[1:].partition(_BETWEEN)
    if seed % 3 == 0 and data[:1] != _BETWEEN:
        try:
            header, payload = changed(header, payload, Random(seed))
            made = data[:1] + header + between + payload
            if len(made) <= size:
                return made
        except (ValueError, RecursionError):
            pass
    mutated: bytes = atheris.Mutate(data, size)
    return mutated


def main(arguments: list[str]) -> None:
    """Fuzz, starting from frames that are right."""
    warnings.simplefilter("ignore")  # those of evaluated functions, which say nothing of the reader
    with tempfile.TemporaryDirectory() as folder:
        words = Path(folder) / "words"
        words.write_text("".join(f'"{word}"\n' for word in _WORDS), encoding="ascii")
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, frame in enumerate(right()):
            size = int.from_bytes(frame[4:8], "little")
            corpus.joinpath(f"{number}-stream").write_bytes(_BETWEEN + frame)
            corpus.joinpath(f"{number}-parts").write_bytes(b"." + frame[16 : 16 + size] + _BETWEEN + frame[16 + size :])
        held = (
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        )  # the most that whoever started this ever held counts
        limits = ["-max_len=2000", "-timeout=5", f"-rss_limit_mb={512 + held}", f"-dict={words}", f"-runs={RUNS}"]
        atheris.Setup([sys.argv[0], *limits, *arguments, str(corpus)], examine_bytes, custom_mutator=mutate)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
