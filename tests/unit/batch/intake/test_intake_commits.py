"""The time of a clone's last commit, read without running git."""

import os
import shutil
import subprocess
import zlib
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from grader.batch.intake.commits import last_commit

WHEN = datetime(2027, 2, 28, 23, 30, 7, tzinfo=timezone(timedelta(hours=-5)))
ID = "0123456789" * 4


def git(folder: Path, *arguments: str) -> None:
    time = WHEN.isoformat()
    ours = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_COMMITTER_DATE": time}
    person = ["-c", "user.name=A > B", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *person, *arguments], cwd=folder, env=os.environ | ours, check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a repository with a few commits, the last of them at `WHEN`."""
    if shutil.which("git") is None:
        pytest.skip("there is no git to make a repository with")
    git(tmp_path, "init", "-q")
    for number in range(5):
        (tmp_path / "file").write_text(str(number))
        git(tmp_path, "add", "file")
        git(tmp_path, "commit", "-q", "-m", f"number {number} " + "and much else " * 50)
    return tmp_path


def test_a_loose_commit(clone: Path) -> None:
    time = last_commit(clone)
    assert time == WHEN
    assert time is not None
    assert time.utcoffset() == WHEN.utcoffset()


def test_a_packed_commit(clone: Path) -> None:
    git(clone, "gc", "-q", "--aggressive")
    assert not list((clone / ".git" / "objects").glob("[0-9a-f][0-9a-f]"))
    assert last_commit(clone) == WHEN


@pytest.mark.parametrize("option", ["--delta-base-offset", "--no-reuse-delta"])
def test_a_commit_packed_as_a_difference(clone: Path, option: str) -> None:
    """Git keeps the newest whole; the ones before it are differences, so HEAD is moved to each of them."""
    git(clone, "repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50")
    log = subprocess.run(
        ["git", "rev-list", "HEAD"], cwd=clone, check=True, capture_output=True, text=True
    ).stdout.split()
    pack = next((clone / ".git" / "objects" / "pack").glob("*.pack"))
    if option == "--no-reuse-delta":
        objects = subprocess.run(
            ["git", "rev-list", "--objects", "HEAD"], cwd=clone, check=True, capture_output=True
        ).stdout
        names = b"\n".join(line[:40] for line in objects.splitlines()) + b"\n"
        subprocess.run(
            ["git", "pack-objects", "--window=50", "--no-reuse-delta", "--no-reuse-object", "pack"],
            cwd=pack.parent,
            input=names,
            check=True,
            capture_output=True,
        )
        for file in pack.parent.glob(f"{pack.stem}.*"):
            file.unlink()
        pack = next(pack.parent.glob("pack-*.pack"))
    listed = subprocess.run(
        ["git", "verify-pack", "-v", str(pack)], cwd=clone, check=True, capture_output=True, text=True
    )
    differences = [line for line in listed.stdout.splitlines() if " commit " in line and len(line.split()) == 7]
    assert differences, "git made no differences of commits here"
    for commit in log:
        (clone / ".git" / "HEAD").write_text(commit + "\n")
        assert last_commit(clone) == WHEN, commit


def test_a_branch_among_packed_references(clone: Path) -> None:
    git(clone, "pack-refs", "--all")
    assert not (clone / ".git" / "refs" / "heads" / "main").exists()
    assert last_commit(clone) == WHEN


def test_a_repositorys_configuration_starts_nothing(clone: Path) -> None:
    mark = clone / "mark"
    with (clone / ".git" / "config").open("a") as config:
        config.write(f'[core]\n\tfsmonitor = "touch {mark}"\n\tpager = "touch {mark}"\n')
    (clone / ".git" / "hooks" / "post-checkout").write_text(f"#!/bin/sh\ntouch {mark}\n")
    assert last_commit(clone) == WHEN
    assert not mark.exists()


def _repository(folder: Path, head: str, commit: bytes | None = None) -> Path:
    (folder / ".git" / "objects" / ID[:2]).mkdir(parents=True)
    (folder / ".git" / "objects" / "pack").mkdir()
    (folder / ".git" / "HEAD").write_text(head)
    if commit is not None:
        (folder / ".git" / "objects" / ID[:2] / ID[2:]).write_bytes(commit)
    return folder


@pytest.mark.parametrize("head", ["", "ref: refs/heads/main", "ref: ../../secret", "ref: /etc/passwd", "x" * 5000, ID])
def test_a_head_that_leads_nowhere_has_no_time(tmp_path: Path, head: str) -> None:
    assert last_commit(_repository(tmp_path, head)) is None


@pytest.mark.parametrize(
    "commit",
    [
        b"",
        b"no zlib",
        zlib.compress(b"blob 3\0abc"),
        zlib.compress(b"commit 3\0abc"),
        zlib.compress(b"commit 9\0committer a <b> 999999999999 +0000\n"),
        zlib.compress(b"commit 9\0committer a <b> 1 +9999\n"),
        zlib.compress(b"commit 9\0\n\ncommitter a <b> 1 +0000\n"),
        zlib.compress(b"commit 9\0" + b"\0" * 2**24),
    ],
    ids=range(8),
)
def test_a_commit_that_is_none_has_no_time(tmp_path: Path, commit: bytes) -> None:
    assert last_commit(_repository(tmp_path, ID, commit)) is None


@pytest.mark.parametrize("size", [0, 5, 100, 1032, 1100])
def test_a_pack_that_was_cut_off_has_no_time(clone: Path, size: int) -> None:
    git(clone, "gc", "-q")
    for index in (clone / ".git" / "objects" / "pack").glob("*.idx"):
        index.chmod(0o644)
        os.truncate(index, size)
    assert last_commit(clone) is None


@pytest.mark.parametrize("place", [".git/HEAD", ".git", ".git/objects/pack"])
def test_links_are_not_followed(clone: Path, tmp_path_factory: pytest.TempPathFactory, place: str) -> None:
    git(clone, "gc", "-q")
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "moved"
    (clone / place).rename(elsewhere)
    (clone / place).symlink_to(elsewhere)
    assert last_commit(clone) is None


def test_differences_that_lead_round_in_circles_end(tmp_path: Path) -> None:
    """A difference from itself is refused, and so is a chain without end."""
    name = bytes.fromhex(ID)
    pack = b"PACK\0\0\0\2\0\0\0\1" + bytes([0x70]) + name + zlib.compress(b"\1\1")
    counts = b"".join((int(byte >= name[0])).to_bytes(4) for byte in range(256))
    index = b"\xfftOc\0\0\0\2" + counts + name + b"\0" * 4 + (12).to_bytes(4)
    folder = _repository(tmp_path, ID)
    (folder / ".git" / "objects" / "pack" / "a.pack").write_bytes(pack)
    (folder / ".git" / "objects" / "pack" / "a.idx").write_bytes(index)
    assert last_commit(folder) is None
