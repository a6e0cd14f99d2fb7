"""All hostile submissions, by theme. A new one is one more entry in the module of its theme."""

from collections.abc import Mapping
from typing import Final

from tests.hostile.attack import Attack
from tests.hostile.catalogue import (
    endless,
    forging,
    inputs,
    machinery,
    network,
    objects,
    others,
    patching,
    processes,
    reading,
    searching,
    swelling,
    writing,
)

THEMES: Final[Mapping[str, tuple[Attack, ...]]] = {
    "Objects that agree with anything": objects.ATTACKS,
    "What an answer might be judged with, replaced": patching.ATTACKS,
    "Inputs changed, and answers known in advance": inputs.ATTACKS,
    "Frames that no worker sends": forging.ATTACKS,
    "The worker turned against itself": machinery.ATTACKS,
    "Searching memory, processes and the environment": searching.ATTACKS,
    "Reading files of the course": reading.ATTACKS,
    "Making, changing and deleting files": writing.ATTACKS,
    "Answers that never come": endless.ATTACKS,
    "More than there is": swelling.ATTACKS,
    "Processes and threads": processes.ATTACKS,
    "Signals and other processes": others.ATTACKS,
    "The network": network.ATTACKS,
}
ATTACKS: Final[tuple[Attack, ...]] = tuple(attack for attacks in THEMES.values() for attack in attacks)
