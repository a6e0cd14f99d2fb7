"""What the author's own solutions do on many seeds: the reference, the accepted ones and the mistakes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any, ClassVar, Final

import numpy as np

from grader.authoring.verification._contract import Facts, Line, Part, Proof, Status
from grader.authoring.verification.inside import identity
from grader.authoring.verification.judging import Timed, fault_of, judge_all, remembering, scores, with_needs
from grader.authoring.verification.likeness import marked
from grader.authoring.verification.mistaken import judge_mistakes
from grader.authoring.verification.subject import REFERENCE, Subject
from grader.checks import Check, Reference
from grader.errors import JudgeError
from grader.model import Answer
from grader.prepared import Prepared
from grader.preparing import Authored, compute
from grader.sandbox.values import Value

OTHER_SEEDS: Final = 200
"""Seeds beside the public one; each draws all cases of all checks anew."""
STATISTICAL_SEEDS: Final = 20
"""The same for exercises that judge random answers: there a seed takes thousands of calls."""
POWER: Final = 0.9
"""Share of the seeds on which a mistake must be found where answers are random; elsewhere all of them."""
SHARE_OF_TIME: Final = 10
"""The reference must take at most one in so many parts of the time limits."""
_BLOCK: Final = 10
_WHOLE_BLOCKS: Final = 2
"""On the seeds of so many blocks, the reference is judged after it is prepared, and mistakes in all checks; later a mistake
is judged by no more checks than are needed to recognise it."""
_MISTAKES: Final = "mistakes/"
_EXAMPLES: Final = 3


def seeds(subject: Subject, others: int | None = None) -> tuple[int, ...]:
    """Return the seeds to be tried, the public one first."""
    wanted = others if others is not None else STATISTICAL_SEEDS if subject.is_statistical else OTHER_SEEDS
    found = [seed for seed in range(1, wanted + 2) if seed != subject.public_seed]
    return (subject.public_seed, *found[:wanted])


class Solutions(Proof):
    """Right solutions get full points, mistakes lose some and get their own feedback, on every seed."""

    name: ClassVar[str] = "solutions"
    claims: ClassVar[tuple[str, ...]] = ("reference", "accepted", "mistakes")

    def parts(self, subject: Subject, seeds: Sequence[int]) -> Sequence[Part]:
        """Return blocks of seeds."""
        size = _BLOCK // 4 if subject.is_statistical else _BLOCK
        blocks = [tuple(seeds[i : i + size]) for i in range(0, len(seeds), size)]
        return [Part(self.name, block, index, len(blocks)) for index, block in enumerate(blocks)]

    def examine(self, subject: Subject, part: Part) -> Facts:
        """Judge every solution on every seed."""
        whole = subject.is_statistical or part.index < _WHOLE_BLOCKS
        runs = {name: Timed(subject.run(file)) for name, file in subject.programs().items()}
        facts: Facts = {name: _blank() for name in runs}
        for place, seed in enumerate(part.seeds):
            try:
                prepared = self._one_seed(subject, seed, runs, facts, whole=whole)
            except JudgeError as error:
                _lose(facts[REFERENCE], seed, "", str(error))
                continue
            for name, run in runs.items():
                for key, seconds in run.taken().items():
                    facts[name][key].append(seconds)
            _unfit(facts[REFERENCE], subject, prepared, seed)
            if place == 0:
                _repeat(facts[REFERENCE], runs[REFERENCE], prepared, seed)
                runs[REFERENCE].taken()
        return facts

    @staticmethod
    def _one_seed(subject: Subject, seed: int, runs: Mapping[str, Reference], facts: Facts, *, whole: bool) -> Prepared:
        """Judge every solution on one seed, and note what came of it."""
        exercise, checks = subject.exercise, subject.exercise.checks
        known = {name: remembering(run) for name, run in runs.items()}
        prepared = compute(subject.course, subject.name, exercise, seed, Authored(known[REFERENCE], ()))
        wrong = {name: run for name, run in known.items() if name.startswith(_MISTAKES)}
        for name in known.keys() - wrong.keys():
            lost: list[tuple[str, str]] = []
            if whole or name != REFERENCE:  # what is prepared is refused if the reference's own answer is
                seen = with_needs(checks, judge_all(exercise, prepared, known[name]))
                earned = scores(checks, seen, prepared)
                lost = [(item.name, fault_of(seen[item.name])) for item in checks if earned[item.name] != item.points]
            _note(facts[name], lost, frozenset(), seed, "")
        for name, found in judge_mistakes(subject, prepared, wrong, whole=whole).items():
            _note(facts[name], found.lost, found.diagnoses, seed, Path(name).name)
        return prepared

    def conclude(self, subject: Subject, facts: Sequence[Facts]) -> Iterator[Line]:
        """Yield a line for the reference, one for the accepted solutions and one for the mistakes."""
        merged = {name: _merged([part[name] for part in facts]) for name in facts[0]}
        yield _reference_line(subject, merged[REFERENCE])
        yield _accepted_line({name: found for name, found in merged.items() if name.startswith("accepted/")})
        mistakes = {name: found for name, found in merged.items() if name.startswith(_MISTAKES)}
        yield _mistakes_line(mistakes, POWER if subject.is_statistical else 1.0)


def _blank() -> Facts:
    lists = ("examples", "unnamed", "infinite", "unsteady", "longest", "total")
    return {"seeds": 0, "lost": 0, "named": 0, **{name: [] for name in lists}}


def _merged(parts: Sequence[Facts]) -> Facts:
    found = _blank()
    for part in parts:
        for key, value in part.items():
            found[key] += value
    return found


def _lose(facts: Facts, seed: int, check: str, message: str) -> None:
    facts["seeds"] += 1
    facts["lost"] += 1
    facts["examples"] += [[seed, check, message]] * (len(facts["examples"]) < _EXAMPLES)


def _note(facts: Facts, lost: Sequence[tuple[str, str]], diagnoses: frozenset[str], seed: int, own_name: str) -> None:
    """Note what one seed gave: points lost, and whose feedback."""
    if lost:
        _lose(facts, seed, *lost[0])
    else:
        facts["seeds"] += 1
    if diagnoses == {own_name}:
        facts["named"] += 1
    elif len(facts["unnamed"]) < _EXAMPLES:
        facts["unnamed"].append([seed, bool(lost), sorted(diagnoses - {own_name})])


def _unfit(facts: Facts, subject: Subject, prepared: Prepared, seed: int) -> None:
    """Note an expected value that is not finite and not declared so."""
    for check in subject.exercise.checks:
        if any(_declares_nonfinite(rule) for rule in _with_parts(check.rule)):
            continue
        for case, expected in zip(*_columns(prepared, check.name), strict=True):
            if not is_finite(expected.value):
                facts["infinite"].append([seed, check.name, f"case {case.number} is not finite"])
                return


def _columns(prepared: Prepared, check: str) -> tuple[Sequence[Any], Sequence[Any]]:
    return prepared.checks[check].cases, prepared.checks[check].expected


def _with_parts(rule: Check) -> Iterator[Check]:
    yield rule
    for _, part in rule.parts():
        yield from _with_parts(part)


def _declares_nonfinite(rule: Check) -> bool:
    return bool(getattr(rule, "nonfinite", ()) or getattr(rule, "equal_nan", False))


def is_finite(value: Value) -> bool:
    """Return whether all numbers in a value are finite."""
    match value:
        case list() | tuple():
            return all(map(is_finite, value))
        case dict():
            return all(map(is_finite, value.values()))
        case np.ndarray() | float() | complex() | np.generic():
            with suppress(TypeError):  # texts and the like
                return bool(np.all(np.isfinite(value)))
    return True


def _repeat(facts: Facts, run: Reference, prepared: Prepared, seed: int) -> None:
    """Note whether the reference gives the very same answers again, and in another order of calls."""
    for name, check in prepared.checks.items():
        calls = [case.call() for case in check.cases]
        first = [_bits(run(call)) for call in calls]
        again = [_bits(run(call)) for call in reversed(calls)][::-1]
        for case, one, other in zip(check.cases, first, again, strict=True):
            if one != other:
                message = f"case {case.number} has another answer when it is asked again"
                facts["unsteady"].append([seed, name, message])
                return


def _bits(answer: Answer) -> object:
    return identity(marked(answer.value)), answer.failure and answer.failure.message


def _reference_line(subject: Subject, found: Facts) -> Line:
    limits, count = subject.course.limits, found["seeds"]
    longest, total = (median(found[key] or [0.0]) for key in ("longest", "total"))
    data = {"seeds": count, "lost": found["lost"], "call_seconds": longest, "exercise_seconds": total}
    if found["lost"]:
        text = f"loses points on {found['lost']} of {count} seeds"
        return Line("reference", Status.REFUTED, text, _examples(found["examples"]), data)
    for key, text in (("infinite", "its answers are not finite"), ("unsteady", "it is not deterministic")):
        if found[key]:
            return Line("reference", Status.REFUTED, text, _examples(found[key][:_EXAMPLES]), data)
    share = (longest * SHARE_OF_TIME, total * SHARE_OF_TIME)
    time_text = f"{_seconds(longest)} a call and {_seconds(total)} in all"
    allowed = f"{_seconds(limits.call / SHARE_OF_TIME)} and {_seconds(limits.exercise / SHARE_OF_TIME)}"
    if share[0] > limits.call or share[1] > limits.exercise:
        return Line("reference", Status.REFUTED, f"takes {time_text}, and may take {allowed}", data=data)
    text = f"full points on the public seed and {count - 1} others; finite; the same when run again; {time_text}"
    return Line("reference", Status.PROVED, text, data=data)


def _accepted_line(found: Mapping[str, Facts]) -> Line:
    if not found:
        return Line("accepted", Status.WARNING, "there is no other right solution in accepted/")
    wrong = {name: facts for name, facts in found.items() if facts["lost"]}
    data = {name: {"seeds": facts["seeds"], "lost": facts["lost"]} for name, facts in found.items()}
    details = tuple(
        line
        for name, facts in wrong.items()
        for line in (f"{name} loses points on {facts['lost']} of {facts['seeds']} seeds", *_examples(facts["examples"]))
    )
    if wrong:
        return Line("accepted", Status.REFUTED, f"{_names(wrong)}: points lost", details, data)
    count = min(facts["seeds"] for facts in found.values())
    return Line("accepted", Status.PROVED, f"{_names(found)}: full points on {count} seeds", data=data)


def _mistakes_line(found: Mapping[str, Facts], power: float) -> Line:
    if not found:
        return Line("mistakes", Status.WARNING, "there is no known mistake in mistakes/")
    data = {name: {key: facts[key] for key in ("seeds", "lost", "named")} for name, facts in found.items()}
    weak = {
        name: facts
        for name, facts in found.items()
        if min(facts["lost"], facts["named"]) < power * facts["seeds"] or facts["seeds"] == 0
    }
    if weak:
        details = tuple(line for name, facts in weak.items() for line in _weakness(name, facts))
        return Line(
            "mistakes", Status.REFUTED, f"{_names(weak)}: not found, or not told its own feedback", details, data
        )
    least = min(min(facts["lost"], facts["named"]) / facts["seeds"] for facts in found.values())
    count = min(facts["seeds"] for facts in found.values())
    often = f"on all {count} seeds" if least == 1 else f"on {100 * least:.0f} % of {count} seeds at least"
    return Line("mistakes", Status.PROVED, f"{_names(found)}: points lost and own feedback {often}", data=data)


def _weakness(name: str, facts: Facts) -> Iterator[str]:
    count = facts["seeds"]
    yield f"{name}: loses points on {facts['lost']} of {count} seeds, gets its own feedback on {facts['named']}"
    for seed, lost, others in facts["unnamed"][:_EXAMPLES]:
        what = (
            "no feedback of a mistake: fewer than two cases show it, or other answers differ" if lost else "full points"
        )
        if others:
            what = f"the feedback of {', '.join(others)}"
        yield f"  seed {seed}: {what}"


def _examples(examples: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    return tuple(f"  seed {seed}, {check or 'preparing'}: {message}" for seed, check, message in examples[:_EXAMPLES])


def _names(found: Mapping[str, Facts]) -> str:
    return ", ".join(Path(name).name for name in found)


def _seconds(value: float) -> str:
    return f"{1000 * value:.2g} ms" if value < 1 else f"{value:.2g} s"
