"""The exercises of a notebook as one job, and back."""

from grader.batch.desk import Done, Job
from grader.interop.grouping import each_of, together


def job(exercise: str, factor: float = 1.0, also: tuple[str, ...] = ()) -> Job:
    return Job(student="ada", exercise=exercise, source="x", time_factor=factor, also=also)


def test_exercises_with_the_same_limits_are_one_job() -> None:
    assert list(together([job("a"), job("b", 1.5), job("c")])) == [job("a", also=("c",)), job("b", 1.5)]
    assert list(together([])) == []


def test_what_came_of_a_job_is_told_for_each_exercise() -> None:
    second = Done("ada", "c", None, fault="y")
    assert list(each_of(Done("ada", "a", None, fault="x", also=(second,)))) == [
        Done("ada", "a", None, fault="x"),
        second,
    ]
    assert list(each_of((job("a", also=("c",)), "it died"))) == [(job("a"), "it died"), (job("c"), "it died")]
