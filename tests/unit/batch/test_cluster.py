"""Dask's workers: those started here lose nothing when they die; those of others are asked whether they are fit."""

import contextlib
import importlib.util
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest
from distributed import Client, LocalCluster
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker, Scheduler
from distributed.security import Security

from grader.batch import cluster, rooms
from grader.batch.cluster import DaskCrew
from grader.batch.crew import graded, prepared
from grader.batch.desk import Job
from grader.batch.rooms import Errand
from grader.errors import JudgeError, UsageError
from tests.unit.batch.crews import (
    ENDLESS,
    KILLER,
    RIGHT,
    SEED,
    WRONG,
    are_alive,
    batch,
    descendants,
    has_come,
    job,
    settings,
    verdicts,
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[LocalCluster]:
    """Yield a cluster that was there before the batch: a worker with two threads, in this process."""
    with LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        local_directory=str(tmp_path / "scratch"),
    ) as found:
        yield found


def scheduler(cluster: LocalCluster) -> Scheduler:
    """Return what a cluster of this process is run by."""
    assert isinstance(cluster.scheduler, Scheduler)
    return cluster.scheduler


def fails(errand: Errand, item: Job) -> None:
    raise RuntimeError("as a fault of ours would")


def test_without_dask_it_is_said_what_to_install(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda name: None if name == "distributed" else importlib.util)
    with pytest.raises(UsageError, match=r"pip install 'mathematics-for-deep-learning-grader\[dask\]'"):
        DaskCrew(settings(course), 2)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://127.0.0.1:9", "tls://127.0.0.1:9"])
def test_a_scheduler_that_does_not_answer_is_named(course: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWER_SECONDS", 0.5)
    with pytest.raises(UsageError, match=f"no scheduler of Dask's can be reached at {address}: "):
        DaskCrew(settings(course), 2, address)


def test_a_scheduler_without_workers_is_told_from_one_that_is_busy(
    course: Path, theirs: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs.scale(0)
    monkeypatch.setattr(cluster, "_WORKER_SECONDS", 0.5)
    assert has_come(lambda: not scheduler(theirs).workers)
    with pytest.raises(UsageError, match=r"has had no worker for 0\.5 s: start workers"):
        DaskCrew(settings(course), 2, theirs.scheduler_address)


def test_workers_of_another_scheduler_are_all_used_and_left_as_they_were(
    course: Path, theirs: LocalCluster, cache: Path
) -> None:
    with DaskCrew(settings(course), 7, theirs.scheduler_address) as crew:
        assert crew.size == 2
        assert prepared(crew, ["exercise-01", "exercise-02"]) == {}
        jobs = [job(f"s{n}", WRONG if n % 2 else RIGHT, f"exercise-0{1 + n // 4}") for n in range(8)]
        found = verdicts(graded(crew, iter(jobs)))
        assert list(rooms._ROOMS) == [crew._errand.batch]
    assert found == {f"s{n}": "wrong_answer" if n % 2 else "accepted" for n in range(8)}
    assert rooms._ROOMS == {}
    assert len(scheduler(theirs).workers) == 1
    assert has_come(lambda: not scheduler(theirs).tasks)
    assert not any(str(SEED).encode() in path.read_bytes() for path in cache.rglob("*") if path.is_file())


def test_the_course_and_the_prepared_data_are_made_once_and_results_are_kept_by_nobody(
    course: Path, theirs: LocalCluster
) -> None:
    with DaskCrew(settings(course), 2, theirs.scheduler_address) as crew:
        verdicts(graded(crew, iter([job(f"s{n}") for n in range(6)])))
        counts = {name: prefix.state_counts["memory"] for name, prefix in scheduler(theirs).task_prefixes.items()}
        assert has_come(lambda: len(scheduler(theirs).tasks) == 2)
    assert (counts["carry"], counts["prepare"], counts["grade"]) == (1, 1, 6)


def test_an_exercise_with_a_fault_is_named(course: Path, theirs: LocalCluster) -> None:
    (course / "solutions" / "exercise-01" / "solution.py").unlink()
    with DaskCrew(settings(course), 2, theirs.scheduler_address) as crew:
        faults = prepared(crew, ["exercise-01", "exercise-02"])
        assert list(faults) == ["exercise-01"]
        assert "no reference solution" in faults["exercise-01"]
        done = crew.grade(job("s1")).result()
        assert (done.result, done.fault) == (None, faults["exercise-01"])


def test_workers_with_other_versions_are_refused_before_anything_is_graded(
    course: Path, theirs: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "versions", lambda: {"grader": "9.9"})
    with pytest.raises(JudgeError, match=r"1 of 1 workers cannot grade:\ninproc://.* it has grader 0.* and not 9\.9"):
        DaskCrew(settings(course), 2, theirs.scheduler_address)


def test_a_worker_below_the_level_is_refused(
    course: Path, theirs: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(JudgeError, match="`sealed` cannot be had here"):
        DaskCrew(settings(course, "sealed"), 2, theirs.scheduler_address)


def test_a_worker_that_comes_late_and_is_not_fit_ends_the_batch(
    course: Path, theirs: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with DaskCrew(settings(course), 2, theirs.scheduler_address) as crew:
        monkeypatch.setattr(rooms, "versions", lambda: {"grader": "0.0"})
        with pytest.raises(JudgeError, match=r"the worker on .*: it has grader 0\.0 and not"):
            verdicts(graded(crew, iter([job("s1"), job("s2")])))


def test_workers_that_come_later_are_counted(
    course: Path, theirs: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_COUNT_SECONDS", 0.0)
    with DaskCrew(settings(course), 2, theirs.scheduler_address) as crew:
        theirs.scale(2)
        theirs.wait_for_workers(2)
        crew.grade(job("s1")).result()
        assert crew.size == 4


def test_what_happened_is_told_by_the_error(course: Path, theirs: LocalCluster) -> None:
    with DaskCrew(settings(course), 2, theirs.scheduler_address) as crew:
        worker = next(iter(scheduler(theirs).workers.values()))
        assert crew.deaths(KilledWorker("a task", worker, 3)) == 4
        assert crew.deaths(RuntimeError()) == 0
        for error in (CancelledError(), CommClosedError()):
            with pytest.raises(
                JudgeError, match="the connection to Dask's scheduler is lost; the same command goes on"
            ):
                crew.deaths(error)
        with pytest.raises(JudgeError, match="a worker has no grader, or another version"):
            crew.deaths(ModuleNotFoundError("No module named 'grader'"))


def test_a_scheduler_that_goes_away_ends_the_batch_and_says_how_to_go_on(
    course: Path, theirs: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_ANSWER_SECONDS", 1)
    lost = "the connection to Dask's scheduler is lost"
    with DaskCrew(settings(course), 2, theirs.scheduler_address) as crew:

        def jobs() -> Iterator[Job]:
            for n in range(8):
                if n == 5:
                    theirs.close()
                yield job(f"s{n}")

        with pytest.raises(JudgeError, match=lost):
            verdicts(graded(crew, jobs()))
        assert has_come(lambda: crew._client.status == "closed")
        for ask in (lambda: crew.grade(job("s1")), lambda: crew.prepare("exercise-01")):
            with pytest.raises(JudgeError, match=lost):
                ask()
    rooms.leave(crew._errand.batch)


def test_what_is_lost_with_a_worker_is_sent_again(course: Path, theirs: LocalCluster) -> None:
    with DaskCrew(settings(course), 2, theirs.scheduler_address) as crew:
        assert crew.grade(job("s1")).result().result is not None
        for held in (crew._sent(), crew._ready("exercise-01")):
            crew._client.cancel([held])
        assert crew.grade(job("s1")).result().result is not None


@linux
@pytest.mark.slow
def test_workers_started_here_lose_nothing_when_they_die_and_tell_nobody_anything(course: Path) -> None:
    with DaskCrew(settings(course), 2) as crew:
        workers = crew._client.run(os.getpid)
        assert len(workers) == 2
        assert_only_ours_can_talk_to(crew, set(workers.values()))

        def jobs() -> Iterator[Job]:
            for n in range(16):
                if n == 6:
                    os.kill(min(workers.values()), signal.SIGKILL)
                yield job(f"s{n:02}", WRONG if n % 2 else RIGHT)

        assert prepared(crew, ["exercise-01"]) == {}
        found = verdicts(graded(crew, jobs()))
        assert found == {f"s{n:02}": "wrong_answer" if n % 2 else "accepted" for n in range(16)}

        # One that always kills its worker is reported, and the job beside it is graded.
        found = verdicts(graded(crew, iter([job("s1"), job("s2", KILLER), job("s3")])))
        assert found == {
            "s1": "accepted",
            "s2": "the process in which this was graded died 3 times",
            "s3": "accepted",
        }
        with pytest.raises(RuntimeError, match="as a fault of ours would"):
            crew._pool.submit(fails, crew._errand, job("s1234", "a private answer")).result()
        assert_nothing_is_logged(crew)
        everyone = descendants()
    left = are_alive(everyone)
    assert all(b"resource_tracker" in Path(f"/proc/{number}/cmdline").read_bytes() for number in left)


def assert_only_ours_can_talk_to(crew: DaskCrew, workers: set[int]) -> None:
    """Check that ports are open on the loopback alone, and that who has no certificate hears nothing."""
    address = str(crew._client.scheduler_info(n_workers=0)["address"])
    assert address.startswith("tls://127.0.0.1:")
    listening = {inode for pid in {os.getpid(), *workers} for inode in sockets(pid)}
    rows = [
        line.split()
        for file in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(file).read_text(encoding="ascii").splitlines()[1:]
    ]
    open_to = {row[1].split(":")[0] for row in rows if row[3] == "0A" and row[9] in listening}
    assert open_to == {"0100007F"}
    strangers = {address.replace("tls", "tcp"): None, address: Security.temporary()}
    for where, certificate in strangers.items():
        with pytest.raises(OSError, match=r"."):
            Client(where, security=certificate, timeout=2)


def sockets(pid: int) -> Iterator[str]:
    """Yield the inodes of a process's sockets."""
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed since
            target = str(file.readlink())
            if target.startswith("socket:["):
                yield target[8:-1]


def assert_nothing_is_logged(crew: DaskCrew) -> None:
    """Check that neither logs nor the names of tasks carry the seed, students or their answers."""
    client = crew._client
    logged = repr([client.get_worker_logs(), client.get_scheduler_logs(), client.story(), client.get_events()])
    assert "as a fault of ours would" in logged
    for secret in (str(SEED), f"{SEED:x}", "s1234", "a private answer", "return 2 * x"):
        assert secret not in logged


@linux
@pytest.mark.slow
@pytest.mark.parametrize("how", ["killed", "interrupted"])
def test_nothing_is_left_of_a_batch_whose_end_comes_early(course: Path, how: str) -> None:
    with batch("dask", course, "confined", [RIGHT, *[ENDLESS] * 5]) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        assert running.stdout.readline().startswith("s")  # whose result comes first is not certain
        ours = descendants(running.pid)
        if how == "killed":
            os.kill(running.pid, signal.SIGKILL)
        else:
            os.killpg(running.pid, signal.SIGINT)
        _, errors = running.communicate(timeout=30)
        if how == "interrupted":
            assert errors.count("Traceback") == 1
            assert errors.rstrip().endswith("KeyboardInterrupt")
        assert has_come(lambda: not are_alive(ours))
