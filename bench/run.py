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


def compare(title: str, command: list[str], folder: Path, runs: int, before: Callable[[], None] | None = None) -> None:
    """Run a command and the import of NumPy in turn, and print the ratio of the medians."""
    own, numpy = [], []
    for _ in range(runs):
        if before:
            before()
        own.append(seconds(command, folder))
        numpy.append(seconds(NUMPY, folder))
    ratios = [a / b for a, b in zip(own, numpy, strict=True)]
    ratio = statistics.median(own) / statistics.median(numpy)
    print(
        f"{title:<58}{1000 * statistics.median(own):7.0f} ms{ratio:7.2f} x import numpy"
        f"   (pairs from {min(ratios):.2f} to {max(ratios):.2f}, {runs} runs)"
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

        right = [*GRADE, "exercise-04", "--answers", "solutions"]
        everything = [*GRADE, "--answers", "solutions"]
        seconds(everything, course)  # byte code and caches
        compare("grade exercise-04, right answer, warm", right, course, 5 if quick else 41)
        compare("grade exercise-04, right answer, the very first time", right, course, 3 if quick else 15, forget)
        seconds(everything, course)
        compare("grade, all thirteen references, warm", everything, course, 2 if quick else 9)
        compare("grade, all thirteen references, the very first time", everything, course, 1 if quick else 5, forget)


if __name__ == "__main__":
    main()
