"""The names that commands have: functions, signs, alphabets, accents, and what only says how large or where."""

import re
from functools import cache
from typing import Final

NAMED: Final = re.compile(
    r"arg(max|min)?|arc(cos|sin|tan)|cosh?|cov|deg|det|dim|exp|gcd|inf|ker|lim(inf|sup)?|ln|log|max|min|sinh?|sup|tanh?"
    r"|tr|Pr"
)
"""Functions, which are written as they are called."""
PARTED: Final = {"argmax": "arg max", "argmin": "arg min", "liminf": "lim inf", "limsup": "lim sup"}
SPACES: Final = re.compile(r"q?quad|enspace|[,;:> ~]")
SILENT: Final = re.compile(
    r"!|left|right|middle|[bB]igg?[lrm]?|(display|text|script)style|(no)?limits|nonumber|rm|bf|it"
)
"""Commands that say how something looks, and nothing about what it is."""
UPRIGHT: Final = re.compile(r"text(rm|bf|it)?|math(rm|bf|sf|it|tt|op|rel|bin|ord)|operatorname\*?|boldsymbol|bm")
ALPHABETS: Final = frozenset({"mathbb", "mathcal", "mathscr", "mathfrak"})
ACCENTS: Final = {"widehat": "hat", "widetilde": "tilde", "overrightarrow": "vec"}
LINES: Final = frozenset({"overline", "underline", "bar"})
"""Accents that go over, or under, each of several characters."""
OPENING: Final = frozenset({"lVert", "lvert", "lfloor", "lceil", "langle"})
CLOSING: Final = frozenset({r"\rVert", r"\rvert", r"\rfloor", r"\rceil", r"\rangle"})
ROOTS: Final = {"3": "∛", "4": "∜"}
FENCES: Final = {
    "pmatrix": "()",
    "bmatrix": "[]",
    "Bmatrix": "{}",
    "vmatrix": "||",
    "Vmatrix": "‖‖",
    **dict.fromkeys(("matrix", "smallmatrix", "array"), ("", "")),
}
"""Tables in one row, and the brackets around each."""
_OWN: Final = {name: name for name in "{}%$&#_"} | {
    "|": "‖",
    "lVert": "‖",
    "rVert": "‖",
    "lvert": "|",
    "rvert": "|",
    "langle": "⟨",
    "rangle": "⟩",
    "dots": "…",
    "coloneqq": "≔",
    "perp": "⊥",
    "bmod": "mod",
}


def sign(name: str) -> str:
    """Return the sign that a command stands for; the command itself if it is not known."""
    return _OWN.get(name) or _signs().get(name) or f"\\{name}"


def letter(alphabet: str, char: str) -> str:
    """Return a letter of another alphabet, `ℝ`, or the letter as it is where there is none."""
    return _signs().get(f"{alphabet}{{{char}}}", char)


def accent(name: str) -> str:
    """Return the character that goes over the one before it; empty if a command is no accent."""
    return _accents().get(ACCENTS.get(name, name), "")


def small(mark: str, char: str) -> str:
    """Return a character raised (`^`) or lowered (`_`), or nothing where there is none so small."""
    return "" if char in "<>" else _smalls().get(mark + char, "")  # its small arrowheads are not read as relations


@cache
def _signs() -> dict[str, str]:
    from unicodeit.data import REPLACEMENTS  # long tables, and only `grade show` needs them

    return {name[1:]: sign for name, sign in reversed(REPLACEMENTS) if name.startswith("\\")}


@cache
def _smalls() -> dict[str, str]:
    from unicodeit.data import SUBSUPERSCRIPTS  # as above

    return dict(SUBSUPERSCRIPTS)


@cache
def _accents() -> dict[str, str]:
    from unicodeit.data import COMBININGMARKS  # as above

    return {name[1:]: mark for name, mark in COMBININGMARKS}
