"""Root without root's powers: what is left of them after `drop_capabilities`, here and in programs that are started."""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("capabilities are Linux's", allow_module_level=True)

from grader.sandbox import confinement, kernel

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has powers to give up")
KINDS = ("CapInh", "CapPrm", "CapEff", "CapAmb")
SCRIPT = """
import json, os, subprocess, sys
from grader.sandbox.confinement import drop_capabilities

def sets(text):
    lines = dict(line.split(":", 1) for line in text.splitlines())
    return {name: int(value, 16) for name, value in lines.items() if name.startswith("Cap")}

def refused(action):
    try:
        action()
    except OSError as error:
        return error.errno == 1 or error.errno == 13
    return False

drop_capabilities()
drop_capabilities()
here = sets(open("/proc/self/status").read())
there = sets(subprocess.run(["cat", "/proc/self/status"], capture_output=True, text=True, check=True).stdout)
trials = {
    "become somebody": lambda: os.setuid(61001),
    "give a file away": lambda: os.chown(sys.argv[1], 61001, 61001),
    "read what is not root's": lambda: open(sys.argv[2]).read(),
    "mount": lambda: os.chroot("/"),
}
print(json.dumps({"here": here, "there": there, "refused": [name for name, trial in trials.items() if refused(trial)]}))
"""


def left(folder: Path) -> dict[str, Any]:
    """Return what is left to a process that has given up its powers."""
    mine, theirs = folder / "mine", folder / "theirs"
    for file in (mine, theirs):
        file.write_text("x")
        file.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(theirs, 61001, 61001)
    command = [sys.executable, "-c", SCRIPT, str(mine), str(theirs)]
    root = Path(__file__).parents[3]
    found = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    said: dict[str, Any] = json.loads(found.stdout)
    return said


def test_no_power_is_left_and_a_program_gets_none_back(tmp_path: Path) -> None:
    said = left(tmp_path)
    for place in ("here", "there"):
        assert {name: said[place][name] for name in KINDS} == dict.fromkeys(KINDS, 0)


@ROOT
def test_root_without_powers_is_refused_what_others_are(tmp_path: Path) -> None:
    said = left(tmp_path)
    assert said["here"]["CapBnd"] == 0
    assert said["refused"] == ["become somebody", "give a file away", "read what is not root's", "mount"]


def test_a_machine_whose_calls_are_not_known_is_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "machine", lambda: None)
    monkeypatch.setattr(kernel, "control", lambda *_: 0)  # else this very process would lose what it may start
    with pytest.raises(OSError, match="not known for this machine"):
        confinement.drop_capabilities()


def test_a_power_that_is_left_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "machine", lambda: "x86_64")
    monkeypatch.setattr(kernel, "control", lambda *_: 0)
    monkeypatch.setattr(kernel, "call", leave_one)
    with pytest.raises(OSError, match="is left"):
        confinement.drop_capabilities()


def leave_one(number: int, header: int, powers: int) -> int:
    """Do as a kernel that keeps one power."""
    ctypes.memset(powers, 1, 1)
    return 0
