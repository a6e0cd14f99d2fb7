"""What an operator should know before a batch begins."""

from dataclasses import replace
from datetime import UTC, datetime

from grader.batch.remarking import remarks
from grader.gradebook.records import Run

FIRST = Run(
    id=1,
    state="finished",
    started=datetime(2027, 3, 1, 8, 30, tzinfo=UTC),
    finished=None,
    origin="secret",
    isolation="sealed",
    machine="here",
    versions={"grader": "0.1.0+ab", "numpy": "2.1.0"},
    options={},
)


def test_there_is_nothing_to_say_of_the_first_batch() -> None:
    assert list(remarks([FIRST], 1)) == []


def test_there_is_nothing_to_say_where_nothing_has_changed() -> None:
    assert list(remarks([FIRST, replace(FIRST, id=2, machine="there", options={"jobs": 2})], 2)) == []


def test_whatever_makes_earlier_results_useless_is_named() -> None:
    other = replace(FIRST, id=3, origin="given", isolation="process", versions={"grader": "0.1.0+ab", "numpy": "2.2.0"})
    (text,) = remarks([FIRST, replace(FIRST, id=2), other], 3)
    what, _, differences = text.partition(", which has ")
    assert what == "results of the last batch do not count for this one"
    assert differences.split(", ") == [
        "a given seed instead of the gradebook's own seed",
        "isolation process instead of sealed",
        "numpy 2.2.0 instead of 2.1.0",
    ]


def test_it_is_the_last_batch_that_counts() -> None:
    runs = [replace(FIRST, isolation="process"), replace(FIRST, id=2), replace(FIRST, id=3)]
    assert list(remarks(runs, 3)) == []


def test_a_batch_that_has_not_ended_is_named() -> None:
    runs = [FIRST, replace(FIRST, id=2, state="running", machine="there"), replace(FIRST, id=3, state="running")]
    assert list(remarks(runs, 3)) == [
        "another batch on there, begun 2027-03-01 08:30 UTC, has not ended; it may be grading the same submissions"
    ]
