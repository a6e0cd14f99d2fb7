"""What isolation costs, measured here and now: a submission of five functions, each called ten times.

Everything is a ratio against something that runs in turn with it in the same run: a bare fork, exit and wait of a process
that holds NumPy and four modules of SciPy, and a fresh interpreter that imports them. `--quick` takes few runs.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import scipy.integrate
import scipy.linalg
import scipy.optimize
import scipy.stats

from grader import registry
from grader.errors import JudgeError
from grader.executors import Executor
from grader.model import Call, Limits, Submission

IMPORTS = "import numpy, scipy.linalg, scipy.optimize, scipy.integrate, scipy.stats"
SOURCE = "import numpy as np\nimport scipy.linalg\n" + "".join(
    f"\ndef f{number}(A):\n    return np.linalg.eigvalsh(A + A.T) + {number}\n" for number in range(5)
)
SUBMISSION = Submission("answer", SOURCE + "\ndef functions():\n    return [f0, f1, f2, f3, f4]\n", "functions")
MATRICES = [np.random.default_rng(seed).standard_normal((5, 5)) for seed in range(10)]
EXPECTED = [np.linalg.eigvalsh(matrix + matrix.T) for matrix in MATRICES]
REST_SECONDS = 0.03
"""Time in which the next child becomes ready, as it does while a real batch stores a result."""


@dataclass
class Timings:
    """Seconds of what was run in turn."""

    submission: list[float] = field(default_factory=list)
    fork: list[float] = field(default_factory=list)
    interpreter: list[float] = field(default_factory=list)


def grade(executor: Executor) -> float:
    """Return the seconds from the submission to its last answer; every value is looked at."""
    began = time.perf_counter()
    with executor.open(SUBMISSION) as session:
        assert session.load().failure is None
        functions = session.call(Call(())).value
        assert isinstance(functions, list)
        for number, function in enumerate(functions):
            calls = [Call((matrix,), target=function) for matrix in MATRICES]
            session.expect(calls)
            answers = [session.call(call) for call in calls]
            took = time.perf_counter() - began
            for expected, answer in zip(EXPECTED, answers, strict=True):
                assert abs(answer.value - (expected + number)).max() < 1e-9  # type: ignore[operator]
    return took


def fork() -> float:
    """Return the seconds of a fork of this process, its exit and the wait for it."""
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return time.perf_counter() - began


def interpreter() -> float:
    """Return the seconds of a fresh interpreter that imports the same modules."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return time.perf_counter() - began


def processor_seconds() -> float:
    """Return the processor time of this process, of all that came from it and of all that these have waited for."""
    processes = {file.name: fields for file in Path("/proc").iterdir() if (fields := _fields(file))}
    mine = {str(os.getpid())}
    for _ in range(4):  # bubblewrap puts one process between
        mine |= {number for number, fields in processes.items() if fields[1] in mine}
    ticks = sum(int(tick) for number in mine for tick in processes[number][11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def _fields(folder: Path) -> list[str]:
    """Return what the system says of a process, after its name; nothing where there is none any more."""
    try:
        return folder.joinpath("stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
    except OSError:
        return []


def compare(kind: str, runs: int) -> None:
    """Print what one level costs."""
    began = time.perf_counter()
    try:
        executor = registry.load("executors", kind)(Limits())
    except JudgeError as error:
        print(f"{kind}: not measured, {error}")
        return
    with executor:
        grade(executor)
        started = time.perf_counter() - began
        timings = Timings()
        for run in range(runs):
            time.sleep(REST_SECONDS)
            timings.submission.append(grade(executor))
            timings.fork.append(fork())
            if run % 10 == 0:
                timings.interpreter.append(interpreter())
        before, count = processor_seconds(), 2 * runs
        for _ in range(count):
            grade(executor)
        used = (processor_seconds() - before) / count
    graded = statistics.median(timings.submission)
    print(
        f"{kind:<9}{_ms(graded)} a submission, {_ms(used)} of processor time;"
        f" {graded / statistics.median(timings.fork):.2f} x a bare fork and wait ({_ms(statistics.median(timings.fork))});"
        f" {statistics.median(timings.interpreter) / graded:.0f} times faster than a fresh interpreter"
        f" ({_ms(statistics.median(timings.interpreter))}); both zygotes started, once: {_ms(started)}"
    )


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms"


def series(task: tuple[str, int]) -> float:
    """Grade in a row in a process of its own and return the seconds, without those of the start."""
    kind, count = task
    with registry.load("executors", kind)(Limits()) as executor:
        grade(executor)
        began = time.perf_counter()
        for _ in range(count):
            grade(executor)
        return time.perf_counter() - began


def jobs(kind: str, count: int) -> None:
    """Print how much more two jobs get done than one."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        alone, together = [], []
        for _ in range(7):
            alone.append(count / pool.submit(series, (kind, count)).result())
            together.append(sum(count / seconds for seconds in pool.map(series, [(kind, count)] * 2)))
    one, two = statistics.median(alone), statistics.median(together)
    print(
        f"{kind:<9}two jobs get {two / one:.2f} times as much done as one: {two:.0f} and {one:.0f} submissions a second"
    )


def main() -> None:
    """Measure every level, and then two jobs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    assert all(module is not None for module in (scipy.integrate, scipy.linalg, scipy.optimize, scipy.stats))
    steps: list[Callable[[], None]] = [
        lambda: compare("sealed", 20 if quick else 200),
        lambda: compare("confined", 20 if quick else 200),
        lambda: jobs("sealed", 20 if quick else 100),
    ]
    for step in steps:
        step()


if __name__ == "__main__":
    main()
