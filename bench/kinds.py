"""The time for 20 cases of each kind: inputs drawn, and answers compared, in this process and without a worker.

The cases are those of the examples in the kinds' own docstrings. Beside every time stands its ratio to a solve of a
5 by 5 system in NumPy, done 20 times in the same run, so that figures of different machines can be compared.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from grader import registry
from grader.author_code import runner
from grader.authoring.examples import FUNCTION, Example, examples, exercise_of, function_of
from grader.cases import Source, draw_cases, stream
from grader.checks import Conditions, judged
from grader.model import Tolerance
from grader.spec.exercise import Exercise

CASES = 20


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """Return the median time of a piece of work."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def solves() -> None:
    """Solve twenty systems."""
    A, b = np.eye(5) + 0.1, np.ones(5)
    for _ in range(CASES):
        np.linalg.solve(A, b)


def drawing(example: Example, runs: int) -> float:
    """Return the time to draw 20 cases of an input's example."""
    names = ", ".join(example.data["inputs"])
    exercise = exercise_of({**example.data, "reference": f"lambda {names}: 0", "compare": "exact"}, CASES)
    with tempfile.TemporaryDirectory() as folder:
        example.write_files(Path(folder))
        source = Source("bench", exercise, folder)
        return milliseconds(lambda: draw_cases(source, exercise.checks[0], 0), runs)


def comparing(example: Example, runs: int) -> tuple[float, float]:
    """Return the times to prepare and to judge 20 cases of a check's example; the answers are at hand already."""
    data = example.data
    exercise = exercise_of(data, CASES)
    (check,) = exercise.checks
    cases = draw_cases(Source("bench", exercise), check, 0)
    reference, right = runner(function_of(data["reference"])), runner(function_of(data["right"]))
    conditions = Conditions(Tolerance(), exercise.tests(), partial(_key, exercise), FUNCTION)
    expected = [check.rule.prepare(case, reference, conditions) for case in cases]
    answers = [judged(check.rule, case, known, right)[1] for case, known in zip(cases, expected, strict=True)]

    def judge() -> None:
        for case, known, given in zip(cases, expected, answers, strict=True):
            check.rule.judge(case, known, given)

    prepare = milliseconds(
        lambda: [check.rule.prepare(case, reference, conditions) for case in cases], max(1, runs // 5)
    )
    return prepare, milliseconds(judge, runs)


def _key(exercise: Exercise, number: int, purpose: str) -> int:
    return stream(0, exercise.title, "bench", number, purpose)


def main() -> None:
    """Measure all kinds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    unit = milliseconds(solves, 10 * runs)
    print(f"{CASES} solves of a 5 by 5 system: {unit:.3f} ms\n")
    print(f"{'input':<24}{'drawing':>12}{'ratio':>9}")
    for name in registry.names("generators"):
        took = drawing(examples(registry.load("generators", name))[0], runs)
        print(f"{name:<24}{took:9.2f} ms{took / unit:9.1f}")
    print(f"\n{'check':<24}{'preparing':>12}{'judging':>12}{'ratio':>9}")
    for name in registry.names("checks"):
        prepare, judge = comparing(examples(registry.load("checks", name))[0], runs)
        print(f"{name:<24}{prepare:9.2f} ms{judge:9.2f} ms{judge / unit:9.1f}")


if __name__ == "__main__":
    main()
