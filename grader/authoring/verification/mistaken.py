"""The known mistakes on one seed: what they lose, and whose feedback they get."""

from collections.abc import Mapping
from dataclasses import replace

from grader.author_code import feedback_of
from grader.authoring.verification.judging import fault_of, judge, mistake_of, scores, with_needs
from grader.authoring.verification.subject import Subject
from grader.checks import Reference
from grader.prepared import Prepared
from grader.recognising import NEEDED_CASES, Judged, recognise
from grader.sandbox.records import dataclass
from grader.spec.exercise import CheckItem


@dataclass(frozen=True)
class Found:
    """What came of one mistake.

    Attributes
    ----------
    lost : tuple of pairs of str
        the checks that cost points, and what each says first.
    diagnoses : frozenset of str
        the mistakes whose feedback would be given.
    """

    lost: tuple[tuple[str, str], ...]
    diagnoses: frozenset[str]


def judge_mistakes(
    subject: Subject, prepared: Prepared, runs: Mapping[str, Reference], *, whole: bool
) -> dict[str, Found]:
    """Return what comes of every mistake, as the grading of a submission would have it.

    Parameters
    ----------
    subject : Subject
        the exercise.
    prepared : Prepared
        its cases on one seed; mistakes in it are not looked at.
    runs : mapping of str to Reference
        the mistakes, by the names under which their files are shown.
    whole : bool
        whether all checks are tried. Otherwise no more than are needed for every mistake to fail so many cases that it
        can be recognised; with whole checks, so that what is recognised there is what students get.
    """
    exercise, tried = subject.exercise, list[CheckItem]()
    judged: dict[str, dict[str, Judged]] = {name: {} for name in runs}
    for check in exercise.checks:
        tried.append(check)
        for name, run in runs.items():
            judged[name][check.name] = judge(exercise, check, prepared, run)
        if not whole and all(_is_clear(tried, results) for results in judged.values()):
            break
    mistakes = tuple(
        mistake_of(file.stem, feedback_of(file), prepared, judged[subject.shown(file)], tried)
        for file in subject.mistake_files
    )
    ready = replace(prepared, mistakes=mistakes)
    return {name: _found(tried, ready, results) for name, results in judged.items()}


def _is_clear(checks: list[CheckItem], results: Mapping[str, Judged]) -> bool:
    """Return whether so many cases fail, in checks that are not skipped, that a mistake can be recognised."""
    seen = with_needs(checks, results)
    return sum(len(result.failing()) for result in seen.values()) >= NEEDED_CASES


def _found(checks: list[CheckItem], prepared: Prepared, results: Mapping[str, Judged]) -> Found:
    seen = with_needs(checks, results)
    earned = scores(checks, seen, prepared)
    lost = [check.name for check in checks if earned[check.name] != check.points]
    names = recognise(checks, prepared, seen)
    return Found(
        tuple((check, fault_of(seen[check])) for check in lost),
        frozenset(mistake.name for check, mistake in names.items() if check in lost),
    )
