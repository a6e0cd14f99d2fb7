"""What an operator should know before a batch begins: why it grades again what was graded, and who else is at it."""

from collections.abc import Iterator, Sequence

from grader.gradebook.records import Run

_SEEDS = {"secret": "the gradebook's own seed", "given": "a given seed", "course": "the course's seed"}


def remarks(runs: Sequence[Run], number: int) -> Iterator[str]:
    """Yield what there is to say of a run that begins.

    Parameters
    ----------
    runs : sequence of Run
        all that are on record, oldest first, this one among them.
    number : int
        which of them it is.
    """
    this = next(run for run in runs if run.id == number)
    before = [run for run in runs if run.id < number]
    if before and (differs := list(_differences(before[-1], this))):
        yield f"results of the last batch do not count for this one, which has {', '.join(differs)}"
    for run in before:
        if run.state == "running":
            since = f"{run.started:%Y-%m-%d %H:%M} UTC"
            yield f"another batch on {run.machine}, begun {since}, has not ended; it may be grading the same submissions"


def _differences(before: Run, this: Run) -> Iterator[str]:
    if before.origin != this.origin:
        yield f"{_SEEDS[this.origin]} instead of {_SEEDS[before.origin]}"
    if before.isolation != this.isolation:
        yield f"isolation {this.isolation} instead of {before.isolation}"
    for name, version in this.versions.items():
        if before.versions.get(name) != version:
            yield f"{name} {version} instead of {before.versions.get(name, 'another')}"
