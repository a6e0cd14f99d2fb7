"""Which layer stops which attack: every attack against each layer by itself, and the page of the results."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from tests.hostile.arena import Arena
from tests.hostile.attack import Aim, Attack, Level
from tests.hostile.catalogue import THEMES
from tests.hostile.levels import SINGLE, WHOLE, Column

Stopped: TypeAlias = Mapping[str, Mapping[str, bool]]
"""By the title of a column and the name of an attack: whether the attack reached nothing."""

COLUMNS: Final[tuple[Column, ...]] = (WHOLE[Level.PROCESS], *SINGLE, WHOLE[Level.CONFINED], WHOLE[Level.SEALED])

_HEAD: Final = """\
# Attacks

Every hostile submission of `tests/hostile/catalogue/`, and what stops it. Each was graded beside a good classmate's, who
got full points, and what it reached was seen from outside: decoy files, sockets and processes, words that must not
turn up in an answer, the score. `tests/hostile/test_attacks.py` holds for each level what is promised of it here, and
`tests/hostile/test_matrix.py` that this page is what `just attacks` writes. What the levels promise, and what they do
not, is in [security.md](security.md).

Made on: {machine}. What single layers stop depends on these; what the levels stop does not.

| | {titles} |
|---|{rule}|
| attacks stopped, of {count} | {totals} |
"""
_TRUSTED: Final = """\
## Stopped by the trusted side alone

Only values come back, each is checked before it is believed, the reference is computed elsewhere, and every call has a
deadline and caps. So these reach nothing at any level, `process` included.
"""
_LAYERS: Final = """\
## Stopped by layers

✓: the attack reached nothing. –: it reached some of what it was after. In the columns of a single layer (resource limits,
Landlock, seccomp, bubblewrap) the others were switched off; the trusted side is always there, and so is a user without
powers. `process` has no layers, and `confined` and `sealed` have them all but bubblewrap, and all.
"""


def needs_layers(attack: Attack) -> bool:
    """Return whether something other than the trusted side may have to stop an attack."""
    return attack.stopped_from is not Level.PROCESS or not attack.aims <= {Aim.CREDIT, Aim.HOLD}


def tried(column: Column) -> dict[str, bool]:
    """Return for every attack that needs layers whether it is stopped in a column."""
    attacks = [attack for attacks in THEMES.values() for attack in attacks if needs_layers(attack)]
    with Arena(column.executor, forks=column.forks) as arena:
        return {attack.name: not _reaches(arena, attack) for attack in attacks}


def _reaches(arena: Arena, attack: Attack) -> bool:
    """Return whether an attack reached something; what it is not after counts when it is seen twice, as load can look alike."""
    harm = arena.attempt(attack).harm
    if harm.keys() <= attack.aims:
        return bool(harm)
    return bool(arena.attempt(attack).harm)


def promised(level: Level) -> dict[str, bool]:
    """Return for every attack whether a level stops it, as its entry says and `test_attacks` holds."""
    return {attack.name: level.reaches(attack.stopped_from) for attacks in THEMES.values() for attack in attacks}


def page(stopped: Stopped, machine: str) -> str:
    """Return the page.

    Parameters
    ----------
    stopped : mapping
        for all columns.
    machine : str
        on what it was found out.
    """
    titles = [column.title for column in COLUMNS]
    count = sum(map(len, THEMES.values()))
    totals = [sum(_is_stopped(attack, stopped[title]) for attack in _all()) for title in titles]
    head = _HEAD.format(
        machine=machine,
        titles=_cells(titles),
        rule="|".join("---" for _ in titles),
        count=count,
        totals=_cells(map(str, totals)),
    )
    return "\n".join([head, _TRUSTED, *_trusted(), _LAYERS, *_layers(stopped, titles)]).rstrip("\n") + "\n"


def _all() -> Iterator[Attack]:
    for attacks in THEMES.values():
        yield from attacks


def _is_stopped(attack: Attack, column: Mapping[str, bool]) -> bool:
    return column[attack.name] if needs_layers(attack) else True


def _trusted() -> Iterator[str]:
    for theme, attacks in THEMES.items():
        rows = [attack for attack in attacks if not needs_layers(attack)]
        if rows:
            yield f"### {theme}\n\n| attack | what it tries |\n|---|---|"
            yield from (f"| {attack.name} | {attack.tries} |" for attack in rows)
            yield ""


def _layers(stopped: Stopped, titles: Sequence[str]) -> Iterator[str]:
    for theme, attacks in THEMES.items():
        rows = [attack for attack in attacks if needs_layers(attack)]
        if rows:
            yield f"### {theme}\n\n| attack | what it tries | {_cells(titles)} |\n|---|---|{'---|' * len(titles)}"
            for attack in rows:
                marks = ("✓" if stopped[title][attack.name] else "–" for title in titles)
                yield f"| {attack.name} | {attack.tries} | {_cells(marks)} |"
            yield ""


def _cells(texts: Iterable[str]) -> str:
    return " | ".join(texts)
