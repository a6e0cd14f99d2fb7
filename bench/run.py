"""What is claimed about speed, measured here and now as ratios of medians of whole processes.

Every command runs in turn with `python -c "import numpy"`, so that a machine whose speed drifts slows both alike.
`--quick` takes few runs; it shows that the measurement works, and its figures are rough.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
NUMPY = [sys.executable, "-c", "import numpy"]
GRADE = [str(Path(sys.executable).with_name("grade"))]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def seconds(command: list[str], folder: Path, expected: int = 0) -> float:
    """Return the wall time of one run, which must end with the expected status."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, check=False)
    took = time.perf_counter() - began
    if done.returncode != expected:
        sys.exit(f"{command} ended with {done.returncode}:\n{done.stdout.decode()}{done.stderr.decode()}")
    return took


@dataclass(frozen=True)
class Bench:
    """Measures commands in a copy of the course.

    Attributes
    ----------
    course : path
        where the commands run.
    quick : bool
        whether few runs are enough.
    """

    course: Path
    quick: bool

    def compare(
        self,
        title: str,
        command: list[str],
        runs: tuple[int, int],
        *,
        before: Callable[[], None] | None = None,
        expected: int = 0,
    ) -> None:
        """Run a command and the import of NumPy in turn, and print the ratio of the medians.

        Parameters
        ----------
        title : str
            what is measured.
        command : list of str
            the command.
        runs : tuple of int
            how many, when quick and otherwise.
        before : callable, optional
            what to do before each run.
        expected : int
            the status with which the command must end.
        """
        own, numpy = [], []
        for _ in range(runs[0] if self.quick else runs[1]):
            if before:
                before()
            own.append(seconds(command, self.course, expected))
            numpy.append(seconds(NUMPY, self.course))
        ratios = [a / b for a, b in zip(own, numpy, strict=True)]
        ratio = statistics.median(own) / statistics.median(numpy)
        print(
            f"{title:<58}{1000 * statistics.median(own):7.0f} ms{ratio:7.2f} x import numpy"
            f"   (pairs from {min(ratios):.2f} to {max(ratios):.2f}, {len(own)} runs)"
        )


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as name:
        course = Path(name) / "course"
        for part in ("exercises", "solutions"):
            shutil.copytree(ROOT / part, course / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "course.yaml", course)

        def forget() -> None:
            """Make the next run a very first one: nothing cached in the course, and no byte code of ours."""
            for folder in (course / ".grade", *(ROOT / "grader").rglob("__pycache__")):
                shutil.rmtree(folder, ignore_errors=True)

        def forget_ladders() -> None:
            """Make the next failure the first one."""
            for file in (course / ".grade" / "cache").glob("*.ladder"):
                file.unlink()

        wrong = course / "wrong"
        wrong.mkdir()
        shutil.copy(course / "solutions" / "exercise-04" / "mistakes" / "diagonal.py", wrong / "exercise_04.py")
        right = [*GRADE, "exercise-04", "--answers", "solutions"]
        failing = [*GRADE, "exercise-04", "--answers", "wrong"]
        everything = [*GRADE, "--answers", "solutions"]
        bench = Bench(course, quick)
        seconds(everything, course)  # byte code and caches
        bench.compare("grade exercise-04, right answer, warm", right, (5, 41))
        bench.compare("grade exercise-04, right answer, the very first time", right, (3, 15), before=forget)
        seconds(failing, course, 1)
        title = "grade exercise-04, wrong answer"
        bench.compare(f"{title}, its ladder known", failing, (3, 15), expected=1)
        bench.compare(f"{title}, its ladder made", failing, (3, 15), before=forget_ladders, expected=1)
        seconds(everything, course)
        bench.compare("grade, all thirteen references, warm", everything, (2, 9))
        bench.compare("grade, all thirteen references, the very first time", everything, (1, 5), before=forget)


if __name__ == "__main__":
    main()
