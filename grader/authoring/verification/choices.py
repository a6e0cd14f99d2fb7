"""Answers that depend on a sign, an order or a basis that nobody chose: found by letting the choice fall otherwise.

Two ways. The library routines that the reference calls are made to give another of their right answers: if a check refuses
what the reference then says, right students are failed. And the reference's own answers are transformed: unit vectors
whose opposite is refused, and sorted numbers that are refused in another order, need a word in the statement.
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, ClassVar, Final

import numpy as np

from grader.authoring.verification._contract import Facts, Line, Part, Proof, Status
from grader.authoring.verification.judging import remembering
from grader.authoring.verification.routines import BASIS, CHOICES, ORDER, SIGNS, choosing
from grader.authoring.verification.subject import Subject
from grader.checks import Conditions, Expected, Reference, judged
from grader.errors import JudgeError
from grader.model import Answer, Call, Case
from grader.spec.exercise import CheckItem

SEEDS: Final = 2
_SUGGESTIONS: Final = {
    SIGNS: "compare `up_to_sign`, or fix the sign in the statement and in the reference",
    ORDER: "compare `unordered`, or ask for an order in the statement and sort in the reference",
    BASIS: "compare `same_subspace`, or ask for something that does not depend on the basis",
}
_NOTHING: Final = "no sign, order or basis is left open"
_SIGN_WORDS: Final = re.compile(r"\b(sign|positive|negative|direction|orient|points?)", re.IGNORECASE)
_ORDER_WORDS: Final = re.compile(
    r"\b(ascend|descend|order|sort|increas|decreas|largest|smallest|cumulat|left to right)", re.IGNORECASE
)
_UNSAID: Final = ", and the statement does not say which is meant"
_FEWEST: Final = 5
_UNIT: Final = 1e-9


class Choices(Proof):
    """No check depends on an arbitrary choice without saying so."""

    name: ClassVar[str] = "choices"
    claims: ClassVar[tuple[str, ...]] = ("arbitrary choices",)

    def parts(self, subject: Subject, seeds: Sequence[int]) -> Sequence[Part]:
        """Return one part."""
        return [Part(self.name, tuple(seeds[:SEEDS]))]

    def examine(self, subject: Subject, part: Part) -> Facts:
        """Let every choice fall otherwise."""
        reference = remembering(subject.run(subject.reference_file))
        ready = [
            ready
            for seed in part.seeds
            for check, cases in subject.cases(seed)
            if not check.rule.tests() and (check.compare or check.calls)
            for ready in _ready(check, cases, reference, subject.conditions(check, seed))
        ]
        refused = []
        called: set[str] = set()
        for choice in CHOICES:
            with choosing(choice) as used:
                other = subject.run(
                    subject.reference_file
                )  # loaded anew, so that it finds the other routines by any name
                found = _first_refused(ready, other)
            called |= used
            if found and used:
                refused.append([choice, sorted(used), *found])
        return {"refused": refused, "called": sorted(called), "silent": list(_silent(subject, ready))}

    def conclude(self, subject: Subject, facts: Sequence[Facts]) -> Iterator[Line]:
        """Yield one line."""
        (found,) = facts
        claim = "arbitrary choices"
        details = []
        for choice, routines, check, message in found["refused"]:
            what = CHOICES[choice]
            details.append(f"“{check}” depends on {what} that {' and '.join(routines)} happens to give: {message}")
            details.append(f"  {_SUGGESTIONS[choice]}")
        silent = [f"“{check}” {said}" for check, said in found["silent"]]
        if details:
            text = f"the answer depends on {' and '.join(CHOICES[choice] for choice, *_ in found['refused'])}"
            yield Line(claim, Status.REFUTED, text, (*details, *silent), found)
        elif silent:
            yield Line(
                claim,
                Status.WARNING,
                "the statement leaves something open that the check decides",
                tuple(silent),
                found,
            )
        else:
            verb = "chooses" if len(found["called"]) == 1 else "choose"
            made = f"whatever {' and '.join(found['called'])} {verb}" if found["called"] else _NOTHING
            yield Line(claim, Status.PROVED, made, data=found)


def _ready(
    check: CheckItem, cases: Sequence[Case], reference: Reference, conditions: Conditions
) -> Iterator[tuple[CheckItem, Case, Expected]]:
    """Yield what judges an answer to each case; before any routine is replaced, because the reference calls them too."""
    for case in cases:
        try:
            yield check, case, check.rule.prepare(case, reference, conditions)
        except JudgeError:  # told by another proof
            continue


def _first_refused(ready: Sequence[tuple[CheckItem, Case, Expected]], other: Reference) -> list[str] | None:
    """Return the first check that refuses the other answers, and what it says."""
    known = remembering(other)
    for check, case, expected in ready:
        try:
            outcome = judged(check.rule, case, expected, known)[0]
        except JudgeError:
            continue
        if not outcome.accepted:
            return [check.name, outcome.message]
    return None


def _silent(subject: Subject, ready: Sequence[tuple[CheckItem, Case, Expected]]) -> Iterator[tuple[str, str]]:
    """Yield checks that refuse an answer which the statement does not rule out, with what is missing there."""
    returns = subject.exercise.function.returns
    text = f"{subject.exercise.statement} {returns.about if returns else ''} {subject.exercise.function.about}"
    for check in subject.exercise.checks:
        mine = [(case, expected) for item, case, expected in ready if item is check]
        arrays = [expected.value for _, expected in mine if isinstance(expected.value, np.ndarray)]
        if len(arrays) < _FEWEST or len(arrays) < len(mine):
            continue
        unit = not _SIGN_WORDS.search(text) and _are_unit(arrays)
        if unit and _all_refused(check, [(case, expected, -value) for (case, expected), value in _with(mine, arrays)]):
            yield check.name, f"refuses unit vectors of the opposite sign{_UNSAID}"
        turned = [
            (case, expected, value[::-1].copy())
            for (case, expected), value in _with(mine, arrays)
            if len(np.unique(value)) > 1
        ]
        if not _ORDER_WORDS.search(text) and _are_sorted(arrays) and _all_refused(check, turned):
            yield check.name, f"refuses the same numbers in another order{_UNSAID}"


def _with(mine: Sequence[tuple[Case, Expected]], arrays: Sequence[Any]) -> Iterator[tuple[tuple[Case, Expected], Any]]:
    return zip(mine, arrays, strict=True)


def _all_refused(check: CheckItem, answers: Sequence[tuple[Case, Expected, Any]]) -> bool:
    """Return whether a check refuses every one of some answers."""
    return bool(answers) and not any(
        judged(check.rule, case, expected, partial(_answered, value))[0].accepted for case, expected, value in answers
    )


def _answered(value: Any, _: Call) -> Answer:
    return Answer(value)


def _are_unit(values: Sequence[Any]) -> bool:
    """Return whether all vectors, or all columns of matrices, have length one; and not for want of entries."""
    lengths, longest = [], 0
    for value in values:
        if value.ndim not in (1, 2) or value.dtype.kind not in "fc" or not value.size:
            return False
        lengths += np.atleast_1d(np.linalg.norm(value, axis=0)).tolist()
        longest = max(longest, value.shape[0])
    return longest > 1 and bool(np.all(np.abs(np.array(lengths) - 1) <= _UNIT))


def _are_sorted(values: Sequence[Any]) -> bool:
    """Return whether all vectors are sorted the same way, and some are long enough for that to be no accident."""
    if any(value.ndim != 1 or value.dtype.kind not in "iuf" for value in values):
        return False
    long = [value for value in values if len(set(value.tolist())) >= 3]
    steps = [np.diff(value) for value in values]
    same_way = all(np.all(step >= 0) for step in steps) or all(np.all(step <= 0) for step in steps)
    return len(long) >= _FEWEST and same_way
