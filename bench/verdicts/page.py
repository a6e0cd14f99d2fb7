"""The page of the results, in Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from bench.verdicts.records import Group
from bench.verdicts.running import Tally

_HEAD = """\
# Verdicts

For every comparison, and the other kinds of checks, this page says how many answers with a known verdict were judged as
they should be. Each line stands for {trials} trials, each with new random inputs on which the answer is well determined.
Every answer takes the way of a student's: the reference prepares the check, the answer's values are put into the form in
which they come from a worker, and the check judges them, with its default tolerance where nothing else is said.

- **right**: answers by another algorithm than the reference's, such as a QR factorisation by reflections beside NumPy's,
  or a determinant by fractions. All of them must be accepted, and the reference itself, too.
- **forgiven**: what the kind promises to forgive (sign, order, scale, basis, the type of the container, ties of
  rounding), and errors of half the size that is allowed. All of them must be accepted.
- **10 x the tolerance**: answers whose error is ten times the allowed one in the measure that the kind itself uses. All
  of them must be refused, and the error that the check reports must be 9 to 11 times the one that it allows.
- **wrong otherwise**: other wrong answers. All of them must be refused for what they return.

`python -m bench.verdicts --write docs/verdicts.md` makes this page; with `--kind NAME` it runs one kind, with `--trials N`
another number of trials.
A trial's inputs depend on its number alone: `--start N --trials 1` repeats number N. `tests/unit/test_verdicts.py`
repeats some trials of every line, and holds that the page is what the command writes where all go as these.

How often the statistical kinds refuse a sampler that is slightly wrong is their power, and no 100 % can be promised; the
numbers are in [statistics.md](authors/statistics.md). Here stands what is certain of them, or all but certain.
"""


def page(found: Sequence[Tally], left_out: Mapping[str, str], trials: int) -> str:
    """Return the page.

    Parameters
    ----------
    found : sequence of Tally
        in the order in which they are shown.
    left_out : mapping of str to str
        kinds without trials, and why they have none.
    trials : int
        how many each line stands for.
    """
    kinds = sorted({tally.trial.kind for tally in found})
    by_kind = {kind: [tally for tally in found if tally.trial.kind == kind] for kind in kinds}
    lines = [_HEAD.format(trials=_number(trials)), *_summary(by_kind), *_faults(found)]
    lines += [f"- `{kind}` has no trials: {reason}" for kind, reason in left_out.items()]
    for kind, tallies in by_kind.items():
        lines += ["", f"## {kind}", *_details(tallies)]
    return "\n".join(lines) + "\n"


def _summary(by_kind: Mapping[str, Sequence[Tally]]) -> Iterator[str]:
    yield "| kind | right, accepted | forgiven, accepted | 10 x the tolerance, refused | wrong otherwise, refused |"
    yield "|---|---|---|---|---|"
    for kind, tallies in by_kind.items():
        cells = [_share([tally for tally in tallies if tally.group is group]) for group in Group]
        yield f"| [{kind}](#{kind}) | {' | '.join(cells)} |"
    cells = [
        _share([tally for tallies in by_kind.values() for tally in tallies if tally.group is group]) for group in Group
    ]
    yield f"| all | {' | '.join(cells)} |"


def _share(tallies: Sequence[Tally]) -> str:
    asked, right = sum(tally.asked for tally in tallies), sum(tally.right for tally in tallies)
    if not asked:
        return "–"
    return f"{_number(right)} of {_number(asked)}"


def _number(value: int) -> str:
    return f"{value:,}"


def _faults(found: Sequence[Tally]) -> Iterator[str]:
    yield ""
    faults = [(tally, *fault) for tally in found for fault in tally.faults]
    if not faults:
        yield "No verdict was another than it has to be."
        return
    yield "Verdicts that are other than they have to be (the first three of each line):"
    yield ""
    for tally, number, said in faults:
        yield f"- `{tally.trial.kind}`, {tally.trial.what}, {tally.group}: {tally.answer}, trial {number}: {said}"


def _details(tallies: Sequence[Tally]) -> Iterator[str]:
    for _, group in groupby(tallies, key=lambda tally: id(tally.trial)):
        rows = list(group)
        yield f"\n{rows[0].trial.what[0].upper()}{rows[0].trial.what[1:]}.\n"
        yield "| answer | | as it must be |"
        yield "|---|---|---|"
        for tally in rows:
            verdict = "accepted" if tally.group.accepted else "refused"
            yield f"| {tally.answer} | {tally.group} | {verdict} {_share([tally])} |"
