"""Generated courses: in every layout that a course may get, every submission is found, and nothing else."""

from pathlib import Path

import pytest

from bench.layouts import LAYOUTS
from bench.submissions import Course, Mix, Wanted, write
from grader.batch.intake import read, take_in

COURSE = Course()
STUDENTS = 40


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_every_submission_is_found_in_every_layout(tmp_path: Path, layout: str) -> None:
    where, kinds = write(tmp_path / "out", Wanted(students=STUDENTS, seed=3), layout, COURSE)
    intake = take_in([where], COURSE.exercises)
    found = {(ident(read(one).source), one.exercise): one for one in intake.submissions}
    assert set(found) == {key for key, kind in kinds.items() if kind != "absent"}
    assert len(found) == len(intake.submissions)
    assert not intake.unrecognised
    if layout == "canvas":
        late = {student.id for student in COURSE.students(STUDENTS, 3) if student.late}
        assert {key for key, one in found.items() if one.late} == {key for key in found if key[0] in late}


def ident(source: str) -> str:
    """Return whose a generated answer is, from its first line."""
    return source.partition("(")[2].partition(")")[0]


def test_the_same_seed_makes_the_same_submissions(tmp_path: Path) -> None:
    trees = []
    for name, students in (("a", 5), ("b", 8)):
        where, _ = write(tmp_path / name, Wanted(students=students, seed=9), course=COURSE)
        trees.append({str(file.relative_to(where)): file.read_text() for file in where.rglob("s0000[1-5]/**/*.py")})
    assert trees[0] == trees[1]
    other, _ = write(tmp_path / "c", Wanted(students=5, seed=10), course=COURSE)
    assert trees[0] != {str(file.relative_to(other)): file.read_text() for file in other.rglob("*.py")}


def test_a_mix_is_kept_to(tmp_path: Path) -> None:
    only = dict.fromkeys(("right", "mistaken", "slow", "raising", "syntax", "crashing", "endless", "absent"), 0.0)
    _, kinds = write(tmp_path / "a", Wanted(students=5, mix=Mix(**only | {"raising": 1.0})), course=COURSE)
    assert set(kinds.values()) == {"raising"}


def test_no_two_students_hand_in_the_same_text(tmp_path: Path) -> None:
    where, kinds = write(tmp_path / "a", Wanted(students=10), course=COURSE)
    digests = {read(found).digest for found in take_in([where], COURSE.exercises).submissions}
    assert len(digests) == sum(kind != "absent" for kind in kinds.values())
