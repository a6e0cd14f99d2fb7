"""Drives the proofs of some exercises: parts to workers, facts to lines, a result for each exercise."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Any, Final

from grader.authoring.verification import keeping
from grader.authoring.verification._contract import Facts, Line, Proof, Status, Verified
from grader.authoring.verification.pool import Pool
from grader.authoring.verification.proofs import CLAIMS, STAGES
from grader.authoring.verification.solutions import seeds
from grader.authoring.verification.subject import Subject
from grader.course import Course
from grader.errors import AuthoringError, SpecError
from grader.sandbox.records import dataclass

JOBS: Final = 2

Progress = Callable[[str, int, int], None]
"""Called with an exercise, how many of its parts are done, and how many are known."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to verify.

    Attributes
    ----------
    jobs : int
        worker processes.
    others : int or None
        seeds beside the public one; by default as many as `solutions` says.
    fresh : bool
        whether what is kept from earlier runs is left aside.
    """

    jobs: int = JOBS
    others: int | None = None
    fresh: bool = False


def verify(
    course: Course, names: Sequence[str], options: Options, progress: Progress = lambda *_: None
) -> Iterator[Verified]:
    """Yield a result for each exercise, as soon as it is there; about in their order."""
    with Pool(course.folder, options.jobs) as pool:
        drivers = ThreadPoolExecutor(options.jobs + 1)  # a stage of one exercise overlaps the next exercise's first
        try:
            drive = _Driver(course, pool, options, progress)
            waiting = [drivers.submit(drive.one, urgency, name) for urgency, name in enumerate(names)]
            for future in as_completed(waiting):
                yield future.result()
        finally:
            drivers.shutdown(wait=False, cancel_futures=True)  # after Ctrl-C nobody waits


class _Driver:
    def __init__(self, course: Course, pool: Pool, options: Options, progress: Progress) -> None:
        self._course, self._pool, self._options, self._progress = course, pool, options, progress

    def one(self, urgency: int, name: str) -> Verified:
        """Return what is found out of one exercise."""
        began = time.perf_counter()
        try:
            subject = Subject(self._course, name)
        except SpecError as error:
            problems = tuple(map(str, error.problems))
            lines = [
                Line("description", Status.REFUTED, "is not valid", problems),
                *_open("the description is not valid"),
            ]
            return Verified(name, name, tuple(lines), time.perf_counter() - began)
        except AuthoringError as error:
            lines = [Line("description", Status.REFUTED, str(error)), *_open("the description cannot be read")]
            return Verified(name, name, tuple(lines), time.perf_counter() - began)
        wanted = seeds(subject, self._options.others)
        known = keeping.key(self._course, name, wanted)
        kept = None if self._options.fresh else keeping.read(self._course, name, known)
        if kept is not None:
            return kept
        lines, work = self._prove(urgency, subject, wanted)
        seconds = time.perf_counter() - began
        verified = Verified(name, subject.exercise.title, tuple(sorted(lines, key=_place)), seconds, work)
        keeping.keep(self._course, verified, known)
        return verified

    def _prove(self, urgency: int, subject: Subject, wanted: Sequence[int]) -> tuple[list[Line], float]:
        """Return the lines of all proofs, and for how long the workers were busy."""
        lines: list[Line] = []
        work = 0.0
        for stage in STAGES:
            parts = {proof: proof.parts(subject, wanted) for proof in stage}
            futures = {
                proof: [self._pool.submit(urgency, subject.name, part) for part in mine]
                for proof, mine in parts.items()
            }
            self._tell(subject.name, [future for mine in futures.values() for future in mine])
            reason = ""
            for proof, mine in futures.items():
                answers = [future.result() for future in mine]
                work += sum(answer.get("seconds", 0.0) for answer in answers)
                found, blocked = _concluded(subject, proof, answers)
                lines += found
                reason = reason or blocked
            if reason:
                told = {line.claim for line in lines}
                lines += [line for line in _open(reason) if line.claim not in told]
                break
        return _one_each(lines), work

    def _tell(self, name: str, futures: Sequence["Future[dict[str, Any]]"]) -> None:
        for future in futures:
            future.add_done_callback(lambda _: self._progress(name, sum(item.done() for item in futures), len(futures)))


def _concluded(subject: Subject, proof: Proof, answers: Sequence[dict[str, Any]]) -> tuple[list[Line], str]:
    """Return the lines of a proof, and why nothing after it can be tried."""
    if not answers:
        return [], ""
    faults = list(dict.fromkeys(answer["fault"] for answer in answers if "fault" in answer))
    if faults:
        details = tuple(row for fault in faults[:3] for row in fault.splitlines())
        lines = [Line(claim, Status.REFUTED, "could not be examined", details) for claim in proof.claims]
        return lines, "something before could not be examined" if proof not in STAGES[-1] else ""
    facts: list[Facts] = [answer["facts"] for answer in answers]
    try:
        return list(proof.conclude(subject, facts)), proof.blocks(facts)
    except SpecError as error:  # a file that only the conclusion reads
        problems = tuple(map(str, error.problems))
        return [
            Line(claim, Status.REFUTED, "a file beside the solution is wrong", problems) for claim in proof.claims[:1]
        ], ""


def _one_each(lines: Sequence[Line]) -> list[Line]:
    """Return one line a claim: of several the one that is refuted, and that of the earlier stage."""
    found: dict[str, Line] = {}
    for line in lines:
        known = found.get(line.claim)
        if known is None or (line.status is Status.REFUTED and known.status is not Status.REFUTED):
            found[line.claim] = line
    return list(found.values())


def _open(reason: str) -> Iterator[Line]:
    """Yield a line for each claim that was not tried; those that only some exercises make are left out."""
    for claim in CLAIMS:
        if claim not in ("description", "precision", "statistics", "nearest wrong answer"):
            yield Line(claim, Status.OPEN, f"not tried: {reason}")


def _place(line: Line) -> int:
    return CLAIMS.index(line.claim)
