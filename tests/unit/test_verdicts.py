"""Every kind of check judges answers as it promises, on random inputs; `docs/verdicts.md` has the counts of a thousand."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.verdicts import LEFT_OUT, TRIALS
from bench.verdicts.page import page
from bench.verdicts.records import Group, Trial
from bench.verdicts.running import Tally, tallies
from grader import registry

PAGE = Path(__file__).parents[2] / "docs" / "verdicts.md"
MANY = 1000
SOME = 20
FEW = 5


def named(trial: Trial) -> str:
    return f"{trial.kind}: {trial.what}"


def faults(found: list[Tally]) -> list[str]:
    return [f"{tally.answer} ({tally.group}), trial {fault}" for tally in found for fault in tally.faults]


def test_every_kind_has_trials_or_a_reason_for_none() -> None:
    kinds = {trial.kind for trial in TRIALS}
    assert kinds | set(LEFT_OUT) == set(registry.names("checks"))
    assert not kinds & set(LEFT_OUT)


def test_no_two_families_of_trials_have_one_name() -> None:
    assert len({named(trial) for trial in TRIALS}) == len(TRIALS)


@pytest.mark.parametrize("trial", TRIALS, ids=named)
def test_answers_are_judged_as_they_have_to_be(trial: Trial) -> None:
    found = tallies(trial, range(MANY, MANY + FEW))
    assert faults(found) == []
    assert all(tally.asked == tally.right for tally in found)


@pytest.mark.parametrize("kind", sorted({trial.kind for trial in TRIALS}))
def test_every_kind_is_held_to_both_sides(kind: str) -> None:
    found = [tally.group for trial in TRIALS if trial.kind == kind for tally in tallies(trial, range(1))]
    assert Group.RIGHT in found
    assert {Group.OFF, Group.WRONG} & set(found)


@pytest.mark.slow
def test_twenty_trials_of_each_family_go_as_the_page_says_of_a_thousand() -> None:
    found = [tally for trial in TRIALS for tally in tallies(trial, range(SOME))]
    assert faults(found) == []
    thousand = [replace(tally, asked=tally.asked * MANY // SOME, right=tally.right * MANY // SOME) for tally in found]
    assert PAGE.read_text(encoding="utf-8") == page(thousand, LEFT_OUT, MANY), "run `just verdicts`"
