"""Mistakes on one seed, in all checks or in as many as are needed to recognise them."""

from pathlib import Path

import pytest

from grader.authoring.verification.judging import remembering
from grader.authoring.verification.mistaken import Found, judge_mistakes
from grader.authoring.verification.subject import Subject
from grader.preparing import Authored, compute
from grader.spec.files import load_course

ONCE = '''"""Wrong in one of the first cases, and in all of the last check."""

import numpy as np


def sample_variance(x):
    if len(x) < 2:
        raise ValueError("two observations are needed")
    right = float(np.sum((x - np.mean(x)) ** 2) / (len(x) - 1))
    return right + 1 if len(x) == 2 else right
'''


def found(folder: Path, *, whole: bool, seed: int = 5) -> dict[str, Found]:
    subject = Subject(load_course(folder), "exercise-01")
    runs = {subject.shown(file): remembering(subject.run(file)) for file in subject.mistake_files}
    reference = Authored(subject.run(subject.reference_file), ())
    prepared = compute(subject.course, subject.name, subject.exercise, seed, reference)
    return judge_mistakes(subject, prepared, runs, whole=whole)


def test_in_all_checks_a_mistake_loses_what_a_student_would(folder: Path) -> None:
    result = found(folder, whole=True)["mistakes/divided_by_n"]
    assert [check for check, _ in result.lost] == ["random samples", "two observations"]
    assert result.diagnoses == {"divided_by_n"}


def test_otherwise_it_is_judged_until_it_can_be_recognised(folder: Path) -> None:
    result = found(folder, whole=False)["mistakes/divided_by_n"]
    assert [check for check, _ in result.lost] == ["random samples"]
    assert result.diagnoses == {"divided_by_n"}


@pytest.mark.parametrize("seed", range(4))
def test_every_mistake_is_judged_until_the_last_can_be_recognised(folder: Path, seed: int) -> None:
    (folder / "solutions" / "exercise-01" / "mistakes" / "pairs_only.py").write_text(ONCE, encoding="utf-8")
    for whole in (True, False):
        results = found(folder, whole=whole, seed=seed)
        assert {name: result.diagnoses for name, result in results.items()} == {
            "mistakes/divided_by_n": {"divided_by_n"},
            "mistakes/pairs_only": {"pairs_only"},
        }


def test_failures_in_a_check_that_is_skipped_do_not_count(folder: Path) -> None:
    """Otherwise judging would stop with one failing case that counts, and no mistake would be recognised."""
    file = folder / "exercises" / "exercise-01" / "exercise.yaml"
    text = file.read_text(encoding="utf-8")
    skipped = text.replace("    cases: 8\n", "    cases: 8\n    needs: [random samples]\n", 1)
    last = "  - name: pairs again\n    points: 1\n    cases: 6\n    inputs: {n: 2}\n    compare: allclose\n"
    file.write_text(skipped + last, encoding="utf-8")
    once = ONCE.replace("len(x) == 2 else", "len(x) == 2 and x[0] > 1.4 else")
    (folder / "solutions" / "exercise-01" / "mistakes" / "divided_by_n.py").write_text(once, encoding="utf-8")
    for seed in range(12):
        whole, narrow = (found(folder, whole=flag, seed=seed)["mistakes/divided_by_n"] for flag in (True, False))
        assert narrow.diagnoses == whole.diagnoses
