"""How long `grade author verify` takes, exercise by exercise on two cores, and what it found of mutants.

Each exercise of the course is verified by itself, with nothing kept from earlier runs; then all of them once more,
unchanged. Beside every time stands its ratio to importing NumPy in a process of its own, measured in turn.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
GRADE = [str(Path(sys.executable).with_name("grade")), "author", "verify"]
NUMPY = [sys.executable, "-c", "import numpy"]


def seconds(command: list[str], folder: Path) -> float:
    """Return the wall time of one command, which may find something wrong but not fail."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    took = time.perf_counter() - began
    if done.returncode not in (0, 3):
        sys.exit(f"{command} ended with {done.returncode}:\n{done.stdout.decode()}{done.stderr.decode()}")
    return took


def copied(folder: Path) -> Path:
    """Return a copy of the course."""
    course = folder / "course"
    for part in ("exercises", "solutions"):
        shutil.copytree(ROOT / part, course / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "course.yaml", course)
    return course


def row(name: str, took: float, numpy: float, found: dict[str, Any]) -> str:
    """Return one line of the table."""
    mutants: dict[str, Any] = next((line["data"] for line in found["lines"] if line["claim"] == "mutants"), {})
    counts = [len(mutants.get("mutants", []))] + [
        mutants.get(key, 0) for key in ("killed", "equivalent", "excused", "survived")
    ]
    columns = "".join(f"{count:>11}" for count in counts)
    holds = "proved" if found["holds"] else "REFUTED"
    return f"{name:<14}{took:7.1f} s{took / numpy:9.0f} x{found['work_seconds']:9.1f} s{columns}  {holds}"


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two exercises and few seeds; it shows that this works")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as name:
        course = copied(Path(name))
        names = sorted(folder.name for folder in (course / "exercises").iterdir())
        names, options = (names[:2], ["--seeds", "4"]) if quick else (names, [])
        out = course / "out.json"
        heads = "".join(f"{head:>11}" for head in ("mutants", "killed", "equivalent", "excused", "survived"))
        print(f"{'exercise':<14}{'time':>9}{'numpy':>11}{'work':>11}{heads}")
        times = []
        for exercise in names:
            numpy = statistics.median(seconds(NUMPY, course) for _ in range(3))
            took = seconds([*GRADE, exercise, *options, "--format", "json", "--out", str(out)], course)
            (found,) = json.loads(out.read_text(encoding="utf-8"))["exercises"]
            print(row(exercise, took, numpy, found), flush=True)
            times.append(took)
        again = seconds([*GRADE, *names, *options, "--format", "json", "--out", str(out)], course)
        print(f"\nmedian {statistics.median(times):.1f} s; all {len(names)} once more, unchanged: {again:.1f} s")


if __name__ == "__main__":
    main()
