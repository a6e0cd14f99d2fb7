"""What would help where a level cannot be had: one line for each thing that stands in the way."""

import sys
from pathlib import Path

import pytest

from grader.executors import _remedies
from grader.executors._remedies import remedy

BWRAP = "the process that starts workers did not start: bwrap: No permissions to create a new namespace"
SETTINGS = {
    "kernel/apparmor_restrict_unprivileged_userns": ("1", "0", "kernel.apparmor_restrict_unprivileged_userns=0"),
    "kernel/unprivileged_userns_clone": ("0", "1", "kernel.unprivileged_userns_clone=1"),
    "user/max_user_namespaces": ("0", "15000", "user.max_user_namespaces=10000"),
}


@pytest.fixture(autouse=True)
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which the settings of a Linux kernel are looked for."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(_remedies, "Path", lambda _, name: tmp_path / name)
    return tmp_path


def write(kernel: Path, name: str, value: str) -> None:
    (kernel / name).parent.mkdir(exist_ok=True)
    (kernel / name).write_text(f"{value}\n", encoding="ascii")


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_that_forbids_namespaces_is_named(kernel: Path, name: str) -> None:
    for other, (_, good, _) in SETTINGS.items():
        write(kernel, other, good)
    bad, _, advice = SETTINGS[name]
    write(kernel, name, bad)
    assert f"`sysctl {advice}`" in remedy("sealed", BWRAP)


def test_the_first_setting_that_is_in_the_way_is_named(kernel: Path) -> None:
    for name, (bad, _, _) in SETTINGS.items():
        write(kernel, name, bad)
    assert "AppArmor profile" in remedy("sealed", BWRAP)


@pytest.mark.parametrize("there", [True, False], ids=["good", "missing"])
def test_where_no_setting_is_in_the_way_a_container_is(kernel: Path, there: bool) -> None:
    for name, (_, good, _) in SETTINGS.items():
        if there:
            write(kernel, name, good)
    assert "--security-opt seccomp=unconfined" in remedy("sealed", BWRAP)


def test_where_files_are_not_hidden_landlock_is_missing() -> None:
    assert "kernel from 5.13" in remedy("confined", "not stopped: reading other files")


@pytest.mark.parametrize("level", ["confined", "sealed"])
def test_other_systems_are_no_help(monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "use Linux" in remedy(level, "")


@pytest.mark.parametrize(
    ("level", "error"),
    [
        ("sealed", "bubblewrap is not installed: `apt install bubblewrap`"),
        ("sealed", "the process that starts workers did not start: ModuleNotFoundError: No module named 'numpy'"),
        ("confined", "the process that starts workers did not start: ModuleNotFoundError: No module named 'numpy'"),
    ],
)
def test_nothing_is_advised_that_would_not_help(level: str, error: str) -> None:
    assert remedy(level, error) == ""


@pytest.mark.parametrize("level", ["confined", "sealed"])
def test_a_remedy_ends_a_message(level: str) -> None:
    found = remedy(level, f"{BWRAP}; not stopped: reading other files")
    assert found.startswith("; ")
    assert "\n" not in found
