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
    judging = _Judging(subject, prepared, runs)
    return {name: judging.found(name, whole=whole) for name in runs}


class _Judging:
    """What has been judged so far; nothing is judged twice, and nothing before it is asked for."""

    def __init__(self, subject: Subject, prepared: Prepared, runs: Mapping[str, Reference]) -> None:
        self._subject, self._prepared, self._runs = subject, prepared, runs
        self._judged: dict[str, dict[str, Judged]] = {name: {} for name in runs}

    def _judge(self, name: str, check: CheckItem) -> Judged:
        known = self._judged[name]
        if check.name not in known:
            known[check.name] = judge(self._subject.exercise, check, self._prepared, self._runs[name])
        return known[check.name]

    def found(self, name: str, *, whole: bool) -> Found:
        """Return what comes of one mistake."""
        tried: list[CheckItem] = []
        seen: dict[str, Judged] = {}
        for check in self._subject.exercise.checks:
            tried.append(check)
            seen = with_needs(tried, {item.name: self._judge(name, item) for item in tried})
            if not whole and sum(len(result.failing()) for result in seen.values()) >= NEEDED_CASES:
                break
        earned = scores(tried, seen, self._prepared)
        lost = [check.name for check in tried if earned[check.name] != check.points]
        names = recognise(tried, self._with_mistakes([check for check in tried if seen[check.name].failing()]), seen)
        return Found(
            tuple((check, fault_of(seen[check])) for check in lost),
            frozenset(mistake.name for check, mistake in names.items() if check in lost),
        )

    def _with_mistakes(self, checks: list[CheckItem]) -> Prepared:
        """Return the prepared data with the answers of all mistakes in some checks: nobody asks for others."""
        mistakes = []
        for file in self._subject.mistake_files:
            mine = {check.name: self._judge(self._subject.shown(file), check) for check in checks}
            mistakes.append(mistake_of(file.stem, feedback_of(file), self._prepared, mine, checks))
        return replace(self._prepared, mistakes=tuple(mistakes))
