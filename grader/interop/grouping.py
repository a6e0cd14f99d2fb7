"""The exercises of one notebook as one job, so that its cells are run once; and what came of it, exercise by exercise."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from grader.batch.desk import Done, Job


def together(jobs: Sequence[Job]) -> Iterator[Job]:
    """Yield the jobs of one notebook as few: those with the same limits are one."""
    for _, group in groupby(sorted(jobs, key=lambda job: job.time_factor), key=lambda job: job.time_factor):
        first, *others = group
        yield replace(first, also=tuple(job.exercise for job in others))


def each_of(done: Done | tuple[Job, str]) -> Iterator[Done | tuple[Job, str]]:
    """Yield what came of each exercise of a job."""
    if isinstance(done, Done):
        yield from (replace(done, also=()), *done.also)
        return
    job, error = done
    yield from ((replace(job, exercise=name, also=()), error) for name in (job.exercise, *job.also))
