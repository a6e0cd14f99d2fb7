"""How the pieces of a formula are put together on one line: brackets, small characters, spaces."""

import re
from typing import Final, TypeAlias

from grader.latex._names import ACCENTS, FENCES, LINES, small

Item: TypeAlias = tuple[str, str]
"""A piece of the text, and what it is: `fraction`, `word` for a function's name, `space`, or empty."""

_MARK: Final = r"(?:[²³¹⁰-₟ᴬ-ᶿ\u0300-\u036f\u20d7′'*]|[_^](?:\w|\([^()]*\)))*"
"""What may follow a sign without making it more than one: accents, small characters, other scripts."""
_SIMPLE: Final = re.compile(rf"[√∂]?(?:\d[\d.]*|[^\W\d]+?){_MARK}|[(\[‖|][^()\[\]‖|]*[)\]‖|]{_MARK}|.?")
_SUM: Final = re.compile(r"(?<=.)[+±∓−-]|[=<>≤≥∑∏∫]|(?<= )/(?= )")
_FACTOR: Final = re.compile(r"[\w∑∏∫√(\[{‖∂∇⟨]")
_INNERMOST: Final = re.compile(r"[(\[][^()\[\]]*[)\]]")
_AS_WORDS: Final = re.compile(r"(if|for|when|where|otherwise|else)\b")
_RELATIONS: Final = re.compile(r"(?<! )([=<>∣∈∉≤≥≠≈∼≡∝⊆⊂→⟹⇔]) | ([=<>∣∈∉≤≥≠≈∼≡∝⊆⊂→⟹⇔])(?! )")
"""A relation with a space on one side only."""


def tidied(row: str) -> str:
    """Return a row with single spaces, and as many before a relation as after it."""
    row = re.sub(r"[ \t]+", " ", row)
    return _RELATIONS.sub(lambda match: f" {match[1] or match[2]} ", row).strip()


def joined(items: list[Item]) -> str:
    """Return pieces in a row: a fraction before a factor in brackets, a function's name apart from letters."""
    text = ""
    for place, (piece, kind) in enumerate(items):
        rest = items[place + 1 :]
        after = next((other for other, what in rest if other and (what != "space" or other == "\n")), "")
        if kind == "fraction" and _FACTOR.match(after):
            piece = f"({piece})"  # noqa: PLW2901 - the same piece, with brackets
        if kind == "word" and text[-1:].isalnum():
            text += " "
        text += piece
        following = rest[0][0] if rest else ""
        if kind == "word" and (following[:1].isalnum() or (following[:1] == "(" and text[-1:] == ")")):
            text += " "
    return text


def raised(mark: str, text: str) -> str:
    """Return a text raised or lowered, in small characters where there are such for all of it."""
    text = text.strip()
    if mark == "^":
        text = text.replace("⊤", "T").replace("⋆", "*")
    chars = [small(mark, char) for char in text.replace(" ", "").replace("−", "-")]
    if chars and all(chars):
        return "".join(chars)
    if mark == "^" and text in ("*", "′", "†"):
        return text
    return mark + (text if len(text) == 1 else f"({text})")


def accented(name: str, mark: str, text: str) -> str:
    """Return a text with an accent over its one sign; over several only a line can go, and others become words."""
    if len(text) > 1 and name in LINES:
        return "".join(char if char == " " else char + mark for char in text)
    simple = len(text) == 1 or (len(text) > 1 and not text[1:2].isalnum() and _SIMPLE.fullmatch(text))
    return text[:1] + mark + text[1:] if simple else f"{ACCENTS.get(name, name)}({text})"


def bracketed(text: str) -> str:
    """Return a part in brackets if it is more than one sign, word or bracket."""
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def fraction(upper: str, lower: str) -> str:
    """Return a fraction on one line; `a + b` above needs brackets, and `2 n` below."""
    upper = f"({upper})" if _SUM.search(_outside(upper)) else upper
    return f"{upper} / {bracketed(lower)}"


def _outside(text: str) -> str:
    """Return a text without what stands in brackets."""
    while (changed := _INNERMOST.sub("", text)) != text:
        text = changed
    return text


def table(name: str, rows: list[list[str]]) -> str:
    """Return a matrix or a distinction of cases on one line, and what is only aligned in as many lines as it has."""
    if name == "cases":
        lines = [(" " if _AS_WORDS.match(row[-1]) else ", ").join(cell.rstrip(",") for cell in row) for row in rows]
        return "{ " + "; ".join(lines) + " }"
    if name in FENCES:
        left, right = FENCES[name]
        return left + "; ".join(", ".join(row) for row in rows) + right
    return "\n".join(" ".join(row) for row in rows)
