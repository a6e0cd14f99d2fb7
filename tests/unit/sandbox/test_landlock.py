"""Landlock's rules: every right that the kernel knows is handled, and nothing is allowed but to read."""

import ctypes
import os
import struct
import sys
from pathlib import Path
from typing import Final

import pytest

from grader.sandbox import kernel, landlock

if sys.platform != "linux":
    pytest.skip("Landlock is for Linux", allow_module_level=True)

import fcntl

OFFERED: Final = pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no Landlock")
CREATE, ADD = 444, 445


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the kernel is given: the rights of the rules, then each rule."""
    records: list[bytes] = []

    def call(number: int, first: int = 0, second: int = 0, third: int = 0, fourth: int = 0) -> int:
        if number == CREATE:
            records.append(ctypes.string_at(first, second))
            return os.open(os.devnull, os.O_RDONLY)
        assert (number, second, fourth) == (ADD, 1, 0)
        records.append(ctypes.string_at(third, 12))
        return 0

    monkeypatch.setattr(kernel, "call", call)
    return records


@pytest.mark.parametrize(
    ("version", "rights"),
    [
        (1, (2**13 - 1,)),
        (2, (2**14 - 1,)),
        (3, (2**15 - 1,)),
        (4, (2**15 - 1, 3)),
        (5, (2**16 - 1, 3)),
        (6, (2**16 - 1, 3, 3)),
        (7, (2**16 - 1, 3, 3)),
        (8, (2**16 - 1, 3, 3)),
        (9, (2**17 - 1, 3, 3)),
        (10, (2**17 - 1, 15, 3)),
        (99, (2**17 - 1, 15, 3)),
    ],
)
def test_every_right_that_a_version_knows_is_handled(asked: list[bytes], version: int, rights: tuple[int, ...]) -> None:
    os.close(landlock.ruleset([], version))
    assert asked == [struct.pack(f"={len(rights)}Q", *rights)]


def test_folders_may_be_listed_and_files_read(asked: list[bytes], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    os.close(landlock.ruleset([str(tmp_path), str(tmp_path / "file")], 1))
    assert [struct.unpack("=Qi", record)[0] for record in asked[1:]] == [4 | 8, 4]


def test_what_is_not_there_is_left_out(asked: list[bytes], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    os.close(landlock.ruleset([str(tmp_path / "nothing"), str(tmp_path / "file" / "beneath")], 1))
    assert len(asked) == 1


def test_a_path_that_leads_nowhere_is_an_error_and_leaves_nothing_open(asked: list[bytes], tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    before = len(list(Path("/dev/fd").iterdir()))
    with pytest.raises(OSError, match="circle"):
        landlock.ruleset([str(tmp_path / "circle")], 1)
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_the_descriptor_is_out_of_the_way_and_is_not_inherited(asked: list[bytes]) -> None:
    rules = landlock.ruleset([], 1)
    assert rules >= 48
    assert fcntl.fcntl(rules, fcntl.F_GETFD) == fcntl.FD_CLOEXEC
    os.close(rules)


@OFFERED
@pytest.mark.parametrize("version", range(1, landlock.version() + 1))
def test_the_kernel_takes_the_rules_of_each_version_that_it_knows(version: int, tmp_path: Path) -> None:
    os.close(landlock.ruleset([str(tmp_path), os.devnull], version))


@pytest.mark.parametrize(("version", "flags"), [(6, 0), (7, 1)])
def test_nothing_is_logged_where_that_can_be_said(monkeypatch: pytest.MonkeyPatch, version: int, flags: int) -> None:
    calls: list[tuple[int, ...]] = []
    monkeypatch.setattr(kernel, "call", lambda *words: calls.append(words))
    landlock.restrict(50, version)
    assert calls == [(446, 50, flags)]


def test_a_kernel_that_refuses_to_answer_offers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*words: int) -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(kernel, "call", refuse)
    assert landlock.version() == 0


def test_a_refusal_of_the_kernel_is_an_error() -> None:
    with pytest.raises(OSError, match=r"Bad file descriptor|not implemented|not supported"):
        landlock.restrict(-1, 1)
