"""Mutants of the reference are run: a check that no mutant fails is no check."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

from grader.authoring.mutants import Mutant, mutants
from grader.authoring.verification import workers
from grader.authoring.verification._contract import Facts, Line, Part, Proof, Status
from grader.authoring.verification.easing import eased
from grader.authoring.verification.excuses import Excuse, excuses
from grader.authoring.verification.judging import Timed, first_fault, remembering
from grader.authoring.verification.probing import BY_VALUE, Difference, Probing
from grader.authoring.verification.programs import Programs, Run
from grader.authoring.verification.subject import Subject
from grader.checks import Reference, judged
from grader.errors import JudgeError
from grader.model import FAILED_BY_SYSTEM, Outcome
from grader.prepared import Prepared
from grader.preparing import Authored, compute
from grader.spec.exercise import CheckItem

SEEDS: Final = 3
"""A mutant is tried on the public seed and so many less one others."""
WANTED: Final = 20
"""So many mutants an exercise should have, where its reference allows it."""
EXCUSED_AT_MOST: Final = 0.1
NEAR: Final = (100.0, 10.0)
"""Tolerances times which a wrong answer should still be refused."""
_A_PART: Final = 40
_STANDINGS: Final = {
    "drawn": "some inputs of “{check}” show it and are seldom drawn: give them a check of their own",
    "small": "small inputs of the kinds of “{check}” would show it: let its sizes begin lower",
    "crowded out": "inputs with {regime} would show it; “{check}” has more regimes than cases: raise its `cases`",
    "excluded": "inputs with {regime} would show it; they are excluded in “{check}”",
}
_UNSEEN: Final = (
    "inputs of “{check}” show it, and it accepts the answer: its tolerance is too wide, or it looks elsewhere"
)
_SLOWEST: Final = 1.0
_AGAIN: Final = 50
"""A mutant's call ends after so many times the reference's slowest, a second at least, or the course's limit."""


class Mutation(Proof):
    """Every mutant is killed, as good as the reference, or excused; and the nearest wrong answer is far from the line."""

    name: ClassVar[str] = "mutants"
    claims: ClassVar[tuple[str, ...]] = ("mutants", "nearest wrong answer")

    def parts(self, subject: Subject, seeds: Sequence[int]) -> Sequence[Part]:
        """Return equal pieces of the mutants, two at least."""
        count = max(2, -(-len(_mutants(subject)) // _A_PART))
        return [Part(self.name, tuple(seeds[:SEEDS]), index, count) for index in range(count)]

    def examine(self, subject: Subject, part: Part) -> Facts:
        """Run some of the mutants."""
        mine = _mutants(subject)[part.index :: part.of]
        trial = _Trial(subject, part.seeds)
        limits = replace(subject.course.limits, call=trial.deadline, exercise=3600.0)
        sources = {mutant.name: mutant.source for mutant in mine}
        found: list[Facts] = []
        with (
            workers.executor(limits) as executor,
            Programs(executor, sources, subject.exercise.function.name) as programs,
        ):
            found += [_described(mutant) | trial.of(mutant, programs.run(mutant.name)) for mutant in mine]
        return {"mutants": found}

    def conclude(self, subject: Subject, facts: Sequence[Facts]) -> Iterator[Line]:
        """Yield a line on the mutants and one on the nearest of the wrong answers."""
        found = sorted((item for part in facts for item in part["mutants"]), key=lambda item: item["line"])
        yield _mutants_line(found, excuses(subject))
        yield _nearest_line([item for item in found if item["status"] == "killed"])


def _mutants(subject: Subject) -> tuple[Mutant, ...]:
    return mutants(subject.reference_file.read_text(encoding="utf-8"), subject.shapes())


def _described(mutant: Mutant) -> Facts:
    return {
        "name": mutant.name,
        "family": mutant.family,
        "line": mutant.line,
        "before": mutant.before,
        "after": mutant.after,
        "diff": mutant.diff,
        "reaches": mutant.reaches,
    }


class _Trial:
    """What mutants of one exercise are tried on."""

    def __init__(self, subject: Subject, seeds: Sequence[int]) -> None:
        self._subject = subject
        reference = subject.run(subject.reference_file)
        self._reference = Timed(reference)
        self._known = remembering(self._reference)
        self._prepared = [self._compute(subject, seed) for seed in seeds]
        wide = {factor: eased(subject, factor) for factor in NEAR}
        self._wide = {factor: (other.exercise, self._compute(other, seeds[0])) for factor, other in wide.items()}
        self._probing = Probing(subject, reference)
        self.deadline = min(subject.course.limits.call, max(_SLOWEST, _AGAIN * self._reference.longest))

    def _compute(self, subject: Subject, seed: int) -> Prepared:
        authored = Authored(self._known, ())
        return compute(subject.course, subject.name, subject.exercise, seed, authored)

    def of(self, mutant: Mutant, run: Run) -> Facts:
        """Return what came of a mutant."""
        faults: list[tuple[CheckItem, Outcome] | None] = []
        for prepared in self._prepared:
            faults.append(first_fault(self._subject.exercise, prepared, run, announce=run.expect))
            if (
                faults[-1] and faults[-1][1].verdict in FAILED_BY_SYSTEM
            ):  # a loop without end takes its time on every seed
                break
        found = next((fault for fault in faults if fault), None)
        if found:
            by = {"check": found[0].name, "verdict": str(found[1].verdict), "message": found[1].message[:200]}
            return {"status": "killed", "by": by, "alive_on": faults.count(None), "near": self._near(found[1], run)}
        if mutant.reaches:
            return {
                "status": "survived",
                "advice": [f"no input reaches line {mutant.line}: add a check whose inputs do"],
            }
        differences = self._probing.differences(run)
        if not differences:
            return {"status": "equivalent"}
        return {"status": "survived", "advice": list(self._advice(differences, run))}

    def _near(self, fault: Outcome, run: Run) -> float | None:
        """Return with how many times the tolerance a mutant passes; None if with none, or if it gave no answer at all."""
        if fault.verdict in FAILED_BY_SYSTEM:
            return None
        wide = self._wide.items()
        passed = [factor for factor, ready in wide if not first_fault(*ready, run, announce=run.expect)]
        return min(passed, default=None)

    def _advice(self, differences: Sequence[Difference], run: Reference) -> Iterator[str]:
        """Yield which inputs would kill a mutant, or what keeps those from it that there are."""
        told = 0
        for standing, sentence in _STANDINGS.items():
            mine = [found for found in differences if found.probe.standing == standing]
            values = [found for found in mine if found.probe.check.rule.kind in BY_VALUE]
            for found in (values or mine)[:1]:
                case, check = found.probe.case, found.probe.check.name
                seen = standing == "drawn" and self._accepted(found, run)
                yield (_UNSEEN if seen else sentence).format(check=check, regime=case.regime)
                yield from _shown(found)
                told += 1
            if told and standing != "drawn":
                return

    def _accepted(self, found: Difference, run: Reference) -> bool:
        probe = found.probe
        try:
            conditions = self._subject.conditions(probe.check, self._subject.public_seed)
            expected = probe.check.rule.prepare(probe.case, self._reference, conditions)
            return judged(probe.check.rule, probe.case, expected, run)[0].accepted
        except JudgeError:
            return False


def _shown(found: Difference) -> Iterator[str]:
    yield f"  {found.inputs[:300]}"
    yield f"  reference: {found.expected}"
    yield f"  mutant:    {found.got}"


def _mutants_line(found: Sequence[Facts], excused: Sequence[Excuse]) -> Line:
    counts = Counter(item["status"] for item in found)
    reasons = {(excuse.before, excuse.after): excuse.why for excuse in excused}
    alive = [item for item in found if item["status"] == "survived"]
    forgiven = [item for item in alive if (item["before"], item["after"]) in reasons]
    survivors = [item for item in alive if item not in forgiven]
    needless = set(reasons) - {(item["before"], item["after"]) for item in forgiven}
    count = len(found) - counts["equivalent"]
    text = (
        f"{len(found)} mutants: {counts['killed']} killed, {counts['equivalent']} as good as the reference, "
        f"{len(forgiven)} excused, {len(survivors)} survived"
    )
    details = [line for item in survivors for line in _survivor(item)]
    details += [f"excused without need: {before!r} to {after!r}" for before, after in sorted(needless)]
    few = len(forgiven) > EXCUSED_AT_MOST * count
    if few:
        details.append(f"{len(forgiven)} of {count} are excused, and at most {100 * EXCUSED_AT_MOST:.0f} % may be")
    seldom = [item for item in found if item.get("alive_on")]
    if survivors or needless or few:
        status = Status.REFUTED
    elif seldom:
        status = Status.WARNING
        details += [f"killed on {SEEDS - item['alive_on']} of {SEEDS} seeds only: {_change(item)}" for item in seldom]
    else:
        status = Status.PROVED
        details += [f"fewer than {WANTED}: the reference has little to change"] * (len(found) < WANTED)
    data = {"killed": counts["killed"], "equivalent": counts["equivalent"], "excused": len(forgiven)}
    listed = [
        {key: item.get(key) for key in ("name", "family", "line", "before", "after", "status", "by", "near", "advice")}
        | ({"status": "excused", "why": reasons[item["before"], item["after"]]} if item in forgiven else {})
        for item in found
    ]
    return Line("mutants", status, text, tuple(details), data | {"survived": len(survivors), "mutants": listed})


def _survivor(item: Facts) -> Iterator[str]:
    yield f"survived: {item['family']}, line {item['line']}"
    yield from (f"  {row}" for row in item["diff"].splitlines() if not row.startswith("@@"))
    yield from (f"  {row}" for row in item["advice"])


def _change(item: Facts) -> str:
    return f"{item['before']!r} to {item['after']!r}"


def _nearest_line(killed: Sequence[Facts]) -> Line:
    claim = "nearest wrong answer"
    near = [item for item in killed if item["near"] is not None]
    data: Mapping[str, Any] = {"mutants": len(killed), "near": [[item["name"], item["near"]] for item in near]}
    if not near:
        text = f"each of {len(killed)} killed mutants is refused with {NEAR[0]:g} times the tolerance, too"
        return Line(claim, Status.PROVED, text, data=data)
    close = [item for item in near if item["near"] <= min(NEAR)]
    text = f"{len(near)} of {len(killed)} killed mutants would pass with {NEAR[0]:g} times the tolerance"
    details = tuple(f"with {item['near']:g} times the tolerance: {_change(item)}" for item in near[:5])
    return Line(claim, Status.WARNING if close else Status.PROVED, text, details, data)
