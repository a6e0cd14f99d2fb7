"""LaTeX of a statement as text for a terminal: Greek letters, signs, raised and lowered characters.

The signs and small characters come from `unicodeit`; what has a structure (fractions, roots, named functions) is
written out here on one line.
"""

import re
from collections.abc import Callable
from typing import Final

_MATH: Final = re.compile(r"(?<!\\)\$\$(.+?)\$\$|(?<!\\)\$(.+?)(?<!\\)\$", re.DOTALL)
_CODE: Final = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_GROUP: Final = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
_NAMED: Final = [
    "arg",
    "arccos",
    "arcsin",
    "arctan",
    "cos",
    "cosh",
    "cov",
    "det",
    "dim",
    "exp",
    "inf",
    "ker",
    "lim",
    "ln",
    "log",
    "max",
    "min",
    "sin",
    "sinh",
    "sup",
    "tan",
    "tanh",
    "tr",
    "Pr",
]
_SPACES: Final = re.compile(r"\\(?:qquad|quad|[,;: ])")
_BARE: Final = re.compile(
    rf"(\\(?:[dt]?frac(?![A-Za-z])(?:{_GROUP})?|(?:sqrt|hat|bar|tilde|vec|dot|ddot)(?![A-Za-z])))\s*(\w|\\[A-Za-z]+)"
)
"""An argument that is written without braces."""
_SEEN: Final = {r"\{": ("\ue000", "{"), r"\}": ("\ue001", "}")}
"""Braces that are to be seen: what stands for them while those that group are read, and what they are."""
_UPRIGHT: Final = re.compile(rf"\\(?:text|mathrm|operatorname|mathbf|boldsymbol){_GROUP}")
_SIZES: Final = re.compile(r"\\(?:left|right|bigl|bigr|Bigl|Bigr|big|Big|displaystyle|limits)\b\s?")


def readable(statement: str) -> str:
    """Return a statement whose formulas can be read in a terminal; code is left as it is."""
    parts = _CODE.split(statement)
    return "".join(part if place % 2 else _MATH.sub(_formula, part) for place, part in enumerate(parts))


def _formula(match: re.Match[str]) -> str:
    if match[1] is not None:
        return f"\n    {to_unicode(match[1].strip())}\n" if "\n" not in match[1].strip() else _display(match[1])
    return to_unicode(match[2].strip())


def _display(text: str) -> str:
    return "\n" + "\n".join(f"    {to_unicode(row.strip())}" for row in text.strip().splitlines()) + "\n"


def to_unicode(text: str) -> str:
    """Return one formula on one line."""
    from unicodeit import replace  # its tables are long, and only `grade show` needs them

    for written, (sign, _) in _SEEN.items():
        text = text.replace(written, sign)
    text = _SIZES.sub("", text).replace(r"\!", "")
    text = _until_stable(text, lambda part: _BARE.sub(r"\1{\3}", part))
    text = _UPRIGHT.sub(r"\1", text)
    text = _until_stable(text, _structure)
    text = _SPACES.sub(" ", text)
    text = re.sub(r"\\(" + "|".join(_NAMED) + r")(?![A-Za-z])", r"\1", text)
    text = text.replace(r"\dots", "…").replace(r"\ldots", "…").replace(r"\%", "%")
    text = str(replace(text))
    text = re.sub(r"[\^_]" + _GROUP, lambda match: match[0][0] + _bracketed(match[1]), text)
    text = text.replace("{", "").replace("}", "")
    for sign, brace in _SEEN.values():
        text = text.replace(sign, brace)
    return re.sub(r"[ \t]+", " ", text).strip()


def _structure(text: str) -> str:
    text = re.sub(r"\\[dt]?frac" + _GROUP + _GROUP, lambda m: f"{_bracketed(m[1])} / {_bracketed(m[2])}", text)
    return re.sub(r"\\sqrt" + _GROUP, lambda m: f"√{_bracketed(m[1])}", text)


def _bracketed(text: str) -> str:
    """Return a part in brackets if it is more than one sign or word."""
    simple = re.fullmatch(r"\\?[A-Za-z0-9.]+([_^](\{[^{}]*\}|\w))*|.", text.strip())
    return text.strip() if simple else f"({text.strip()})"


def _until_stable(text: str, change: Callable[[str], str]) -> str:
    while (changed := change(text)) != text:
        text = changed
    return text
