"""The reference beside a computation of higher precision, where the author gives one: `solutions/exercise-NN/precise.py`.

It has the same function, and gives its answer in exact fractions (`fractions`), decimals or numbers of mpmath; they are
rounded to floats here. What it cannot do it leaves out by raising `NotImplementedError`.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final

import numpy as np

from grader.author_code import load_function, runner
from grader.authoring.verification._contract import Facts, Line, Part, Proof, Status
from grader.authoring.verification.easing import has_tolerance
from grader.authoring.verification.judging import remembering
from grader.authoring.verification.subject import Subject
from grader.authoring.verification.tolerance import CLOSE, DECADES, Lines
from grader.cases import draw_ladder
from grader.checks import Reference

_CAP: Final = 12
"""Cases of each check, and rungs of its ladder, that are computed precisely."""
_LEFT_OUT: Final = "NotImplementedError"


class Precision(Proof):
    """The reference agrees with what it should give in exact arithmetic, with room to the tolerance."""

    name: ClassVar[str] = "precision"
    claims: ClassVar[tuple[str, ...]] = ("precision",)

    def parts(self, subject: Subject, seeds: Sequence[int]) -> Sequence[Part]:
        """Return one part, if there is a precise computation."""
        return [Part(self.name, (seeds[0],))] if subject.precise_file.is_file() else []

    def examine(self, subject: Subject, part: Part) -> Facts:
        """Judge the reference with the precise answers as what is expected."""
        precise = remembering(_precise(subject))
        lines, reference = Lines(subject, precise), remembering(subject.run(subject.reference_file))
        cases = 0
        reaches: dict[str, float] = {}
        faults: list[str] = []
        for check, drawn in subject.cases(part.seeds[0]):
            if not has_tolerance(check) or check.rule.kind == "property":
                continue
            for case in [*drawn[:_CAP], *draw_ladder(subject.source, check)[:_CAP]]:
                failure = precise(case.call()).failure
                if failure and failure.type == _LEFT_OUT:
                    continue
                reach = lines.reach(check, case, reference, part.seeds[0])
                if failure or reach is None or reach > 0:
                    said = failure.message if failure else _apart(reference, precise, case)
                    faults.append(f"“{check.name}”, case {case.number}: {said}")
                else:
                    reaches[check.name] = max(reach, reaches.get(check.name, reach))
                cases += 1
        return {"cases": cases, "reaches": reaches, "faults": faults}

    def conclude(self, subject: Subject, facts: Sequence[Facts]) -> Iterator[Line]:
        """Yield one line."""
        (found,) = facts
        if found["faults"]:
            text = f"the reference and precise.py disagree in {len(found['faults'])} of {found['cases']} cases"
            yield Line("precision", Status.REFUTED, text, tuple(found["faults"][:5]), found)
        elif not found["cases"]:
            yield Line("precision", Status.WARNING, "precise.py computes none of the cases", data=found)
        else:
            worst = max(found["reaches"].values())
            share = "less than 1e-9" if worst <= DECADES[0] else f"{10.0**worst:.1g}"
            text = f"its error is {share} of the tolerance at most, in {found['cases']} cases computed precisely"
            near = tuple(
                f"in “{check}” it is more than a tenth" for check, decade in found["reaches"].items() if decade > CLOSE
            )
            yield Line("precision", Status.WARNING if near else Status.PROVED, text, near, found)


def _precise(subject: Subject) -> Reference:
    function = load_function(subject.precise_file, subject.exercise.function.name)

    def rounded_function(*arguments: object) -> object:
        return rounded(function(*arguments))

    return runner(rounded_function)


def rounded(value: Any) -> Any:
    """Return a precise value as floats: lists of numbers become arrays, tuples and dicts stay what they are."""
    match value:
        case None | bool() | int() | float() | complex() | str():
            return value
        case Fraction() | Decimal():
            return float(value)
        case tuple():
            return tuple(map(rounded, value))
        case dict():
            return {key: rounded(item) for key, item in value.items()}
        case list():
            items = list(map(rounded, value))
            array = np.array(items)
            return array if array.dtype.kind in "iufc" else items
        case np.ndarray() if value.dtype != object:
            return value
    for convert in _CONVERSIONS:
        try:
            return convert(value)
        except (TypeError, ValueError, AttributeError):
            continue
    return value


def _listed(value: Any) -> Any:
    return rounded(value.tolist())


_CONVERSIONS: Final[tuple[Callable[[Any], Any], ...]] = (_listed, float, complex)
"""For arrays of objects and matrices, then real numbers, then complex ones, of whatever library."""


def _apart(reference: Reference, precise: Reference, case: Any) -> str:
    from grader.notation import show

    return f"{show(reference(case.call()).value)[:150]}, precisely {show(precise(case.call()).value)[:150]}"
