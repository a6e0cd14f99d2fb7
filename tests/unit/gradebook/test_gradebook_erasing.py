"""A student taken out for good: gone from the tables, and from every byte of the files."""

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import GradebookError
from grader.gradebook.book import Gradebook
from grader.gradebook.records import Adjustment, Conditions, Graded, HandedIn
from grader.roster import Student

Make = Callable[..., Graded]
Hand = Callable[..., HandedIn]

TRACES = (b"zzyzx-student", b"Zzyzx Name", b"zzyzx@mail", b"zzyzx-platform", b"zzyzx-why", b"Look at the sign.")
"""What is known of one student, and of nobody else."""


@pytest.fixture
def filled(file: str, conditions: Conditions, graded: Make, handed_in: Hand, later: Callable[..., datetime]) -> str:
    """Return a gradebook in which one student has left many traces, between those of others."""
    with Gradebook(file, create=True) as book:
        run = book.begin_run(conditions)
        for part in range(5):
            names = [f"s{part}-{number}" for number in range(40)]
            book.record_submissions(run, [handed_in(name) for name in names])
            book.add(run, [graded(name) for name in names])
            if part in (1, 3):
                name = "zzyzx-student"
                book.remember_students([Student(name, "Zzyzx Name", "zzyzx@mail", {"canvas_id": "zzyzx-platform"})])
                book.record_submissions(run, [handed_in(name, f"exercise-0{part}")])
                book.add(run, [graded(name, f"k{part}", exercise=f"exercise-0{part}", score=0)])
                book.adjust(Adjustment(name, "exercise-01", Fraction(1), "zzyzx-why", "me", later()))
    return file


def traces(file: str) -> list[bytes]:
    """Return what of the student is found in the gradebook's files."""
    content = b"".join(path.read_bytes() for path in Path(file).parent.iterdir())
    return [trace for trace in TRACES if trace in content]


def test_nothing_of_the_student_is_left_in_the_bytes_of_the_files(filled: str) -> None:
    assert traces(filled) == list(TRACES)
    with Gradebook(filled) as book:
        assert book.erase("zzyzx-student", "me")["results"] == 2
        assert traces(filled) == []
    assert traces(filled) == []


def test_while_another_program_reads_the_person_is_told_to_try_again(filled: str) -> None:
    with Gradebook(filled) as reader, Gradebook(filled, wait=0.2) as book:
        with reader._database.reading() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM student")
            with pytest.raises(
                GradebookError, match="what was deleted may still be in the bytes of the file; erase again"
            ):
                book.erase("zzyzx-student", "me")
            assert "zzyzx-student" not in [student.id for student in book.students()]
        assert book.erase("zzyzx-student", "me") == {}
        assert traces(filled) == []


def test_that_somebody_was_erased_is_on_record_and_not_who(filled: str) -> None:
    with Gradebook(filled) as book:
        book.erase("zzyzx-student", "the registrar")
        with book._database.reading() as connection:
            ((who, counts),) = connection.exec_driver_sql("SELECT who, counts FROM erasure").all()
    assert who == "the registrar"
    assert '"results":2' in counts
