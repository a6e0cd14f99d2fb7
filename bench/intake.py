"""What taking in submissions costs: seconds of processor time, beside walking and reading the same files, and memory.

    python -m bench.intake [--quick]

For every layout in `bench/layouts.py` submissions are made, taken in by a fresh process, and read. The time stands
beside what the same process needs to walk the folder and read every file in it, or the whole zip; the memory is what
the process holds at its peak above what it held before.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.layouts import LAYOUTS
from bench.submissions import Course, Wanted, write


def measured(path: Path, exercises: list[str]) -> None:
    """Take in and read what lies at a path, and print the seconds of processor time and the memory for the process that asked."""
    from grader.batch.intake import read, take_in

    began = time.process_time()
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    total = sum(len(file.read_bytes()) for file in files if file.is_file())
    walked = time.process_time() - began
    before = _peak()
    began = time.process_time()
    intake = take_in([path], exercises)
    listed = time.process_time() - began
    held = _peak() - before
    began = time.process_time()
    for found in intake.submissions:
        read(found)
    print(len(intake.submissions), total, walked, listed, time.process_time() - began, held, _peak() - before)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _row(title: str, path: Path, exercises: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "bench.intake", "--of", str(path), *exercises]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    count, _, *numbers = map(float, done.stdout.split())
    walked, listed, read, held, peak = numbers
    each = 1e6 / max(count, 1)
    print(
        f"{title:<34}{count:8.0f}{walked:9.2f}{listed:9.2f}{read:9.2f}{(listed + read) / walked:9.1f}"
        f"{(listed + read) * each:10.0f}{held:8.0f}{peak:8.0f}"
    )


def main() -> None:
    """Measure every layout, and a folder of ten thousand files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--of", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("exercises", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.of:
        measured(given.of, given.exercises)
        return
    course = Course()
    students = 100 if given.quick else 1000
    titles = ("submissions", "walk", "list", "read", "ratio", "µs each", "MiB", "peak")
    print(f"{f'{students} students':<34}{titles[0]:>8}{''.join(f'{title:>9}' for title in titles[1:])}")
    with tempfile.TemporaryDirectory() as name:
        for layout in sorted(LAYOUTS):
            where, _ = write(Path(name) / layout, Wanted(students=students), layout, course)
            _row(layout, where, course.exercises)
        if not given.quick:
            where, _ = write(Path(name) / "many", Wanted(students=4 * students), course=course)
            _row(f"folders, {4 * students} students", where, course.exercises)
        many = Path(name) / "files"
        (many / "anna" / "data").mkdir(parents=True)
        (many / "ben").mkdir()
        for number in range(10_000):
            (many / "anna" / "data" / f"{number}.csv").write_text("1,2\n")
        (many / "anna" / "exercise_04.py").write_text("def eigenvalues(A): ...\n")
        _row("10,000 other files of one student", many, course.exercises)


if __name__ == "__main__":
    main()
