"""Every hostile submission at every level: it reaches nothing where that is promised, and a classmate loses nothing.

What was reached is seen from outside: `arena` has decoys for everything that a submission may want, and watches them.
"""

import sys
import textwrap
from collections.abc import Iterator

import pytest

from tests.hostile.arena import Arena
from tests.hostile.attack import LEVELS, Aim, Attack, Level
from tests.hostile.catalogue import ATTACKS
from tests.hostile.levels import WHOLE, missing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what processes do is watched through Linux's /proc")


@pytest.fixture(scope="module", params=LEVELS)
def arena(request: pytest.FixtureRequest) -> Iterator[tuple[Level, Arena]]:
    level: Level = request.param
    if reason := missing(level):
        pytest.skip(reason)
    with Arena(WHOLE[level].executor, forks=WHOLE[level].forks) as made:
        yield level, made


def entries() -> list[object]:
    return [pytest.param(attack, id=attack.name, marks=[] if attack.quick else pytest.mark.slow) for attack in ATTACKS]


@pytest.mark.parametrize("attack", entries())
def test_an_attack_reaches_no_more_than_its_level_lets_it(arena: tuple[Level, Arena], attack: Attack) -> None:
    level, here = arena
    allowed, verdicts = attack.allowed(level)
    observed = here.attempt(attack)
    assert {aim: evidence for aim, evidence in observed.harm.items() if aim not in allowed} == {}
    assert observed.verdict in verdicts
    assert Aim.HOLD not in observed.harm


def test_there_are_attacks_enough_and_no_two_have_one_name() -> None:
    assert len(ATTACKS) >= 60
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


PLANTED = "planted = 'canary-planted-' + format(255, '016x')\n"


@pytest.mark.parametrize(
    "name",
    [
        "frames up to the first",
        "every object that the collector knows",
        "every module that is loaded",
        "its own memory from end to end",
    ],
)
def test_the_searches_find_what_there_is(arena: tuple[Level, Arena], name: str) -> None:
    found = next(attack for attack in ATTACKS if attack.name == name)
    said = arena[1].said_of(PLANTED + textwrap.dedent(found.source))
    assert "canary-planted-00000000000000ff" in said
