"""Reads a formula from left to right, and writes it as text while it goes."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from grader.latex import _names as names
from grader.latex._wording import Item, accented, bracketed, fraction, joined, raised, table, tidied

_TOKEN: Final = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)
_NEXT_ROW: Final = r"\\"


def to_text(latex: str) -> str:
    """Return a formula as text, in as many lines as it is written in outside of all braces."""
    reader = _Reader(_TOKEN.findall(latex))
    parts = []
    while not reader.at_end():
        parts.append(reader.row())
        parts.append(reader.take() if not reader.at_end() else "")  # what closes nothing
    rows = [tidied(row) for row in "".join(part for part in parts if part not in ("}", "&")).split("\n")]
    return "\n".join(row for row in rows if row)


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._place, self._depth = tokens, 0, 0

    def at_end(self) -> bool:
        """Return whether all is read."""
        return self._place >= len(self._tokens)

    def _peek(self) -> str:
        return "" if self.at_end() else self._tokens[self._place]

    def take(self) -> str:
        """Return the next token, which counts as read; empty at the end."""
        token = self._peek()
        self._place += 1
        return token

    def row(self, *stops: str) -> str:
        """Return the text up to a closing brace, the next column or row, or one of the stops, which are left unread."""
        items: list[Item] = []
        while not self.at_end() and self._peek() not in ("}", "&", r"\end", *stops):
            if self._peek() == _NEXT_ROW:
                if self._depth:
                    break
                self.take()
                items.append(("\n", "space"))
            elif self._peek() in ("^", "_"):
                text, kind = items.pop() if items and items[-1][1] != "space" else ("", "")
                items.append((self._scripts(text, kind), kind if kind == "word" else ""))
            else:
                if self._peek() in names.CLOSING and items and items[-1] == (" ", "space"):
                    items.pop()
                items.append(self._item())
        return joined(items)

    def _scripts(self, base: str, kind: str) -> str:
        base = f"({base})" if kind == "fraction" else base
        while self._peek() in ("^", "_"):
            base += raised(self.take(), self.argument())
        return base

    def argument(self) -> str:
        """Return what a command is given: a group, or the next single thing."""
        self.pass_spaces()
        if self._peek() in ("", "}", "&"):
            return ""
        return self._group() if self._peek() == "{" else self._item()[0]

    def _group(self) -> str:
        self.take()
        self._depth += 1
        text = self.row()
        while self._peek() == "&":  # a column where there are none
            text += self.take() + self.row()
        if self._peek() == "}":
            self.take()
        self._depth -= 1
        return text.strip()

    def _item(self) -> Item:
        if self._peek() == "{":
            return (self._group(), "")
        char = self.take()
        if char.isspace():
            return ("\n" if "\n" in char and not self._depth else " ", "space")
        if len(char) > 1:
            return self._command(char[1:])
        return (" ", "space") if char == "~" else ("−" if char == "-" else char, "")

    def _command(self, name: str) -> Item:
        bare = name.removesuffix("*")
        if names.SPACES.fullmatch(name):
            return (" ", "space")
        if names.SILENT.fullmatch(bare):
            return self._silent(bare)
        if names.NAMED.fullmatch(bare):
            return (names.PARTED.get(bare, bare), "word")
        if names.UPRIGHT.fullmatch(name):
            text = self.argument()
            is_word = name.startswith(("text", "operatorname"))
            return (text.replace("−", "-") if is_word else text, "word" if bare == "operatorname" else "")
        if name == "begin":
            return (self._environment(), "")
        if bare in _BUILT:
            return _BUILT[bare](self)
        return (self._sign(bare), "")

    def _silent(self, name: str) -> Item:
        """Pass over a command, and over the dot after it where that stands for a bracket that is not seen."""
        if name in ("left", "right") and self._peek() == ".":
            self.take()
        if name != "!":
            self.pass_spaces()
        return ("", "space")

    def pass_spaces(self) -> None:
        """Go on to what is no space."""
        while self._peek().isspace():
            self.take()

    def _sign(self, name: str) -> str:
        accent = names.accent(name)
        if accent:
            return accented(name, accent, self.argument())
        if name in names.ALPHABETS:
            return "".join(names.letter(name, char) for char in self.argument())
        if name in names.OPENING:
            self.pass_spaces()
        return names.sign(name)

    def option(self) -> str:
        """Return what stands in square brackets, or nothing."""
        if self._peek() != "[":
            return ""
        self.take()
        text = self.row("]")
        self.take()
        return text

    def _environment(self) -> str:
        name = self.argument()
        if name == "array":
            self.argument()  # how its columns are aligned
        rows = self.rows(r"\end")
        self.argument()
        return table(name.removesuffix("*"), rows)

    def rows(self, stop: str) -> list[list[str]]:
        """Return the cells of a table row by row, up to a token that is read as well."""
        self._depth += 1
        rows: list[list[str]] = [[]]
        while not self.at_end():
            rows[-1].append(self.row().strip())
            found = self.take()
            if found == _NEXT_ROW:
                rows.append([])
            elif found == stop:
                break
        self._depth -= 1
        return [row for row in rows if any(row)]


def _fraction(reader: _Reader) -> Item:
    return (fraction(reader.argument(), reader.argument()), "fraction")


def _root(reader: _Reader) -> Item:
    index = reader.option()
    sign = names.ROOTS.get(index) or (raised("^", index) if index else "") + "√"
    return (sign + bracketed(reader.argument()), "")


def _choose(reader: _Reader) -> Item:
    return (f"({reader.argument()} choose {reader.argument()})", "")


def _above(mark: str) -> Callable[[_Reader], Item]:
    def build(reader: _Reader) -> Item:
        small, base = reader.argument(), reader.argument()
        return (base + raised(mark, small), "")

    return build


def _arrow(sign: str) -> Callable[[_Reader], Item]:
    return lambda reader: (sign + raised("^", reader.argument()), "")


def _rows(reader: _Reader) -> Item:
    """Return rows that stand below a sign, one after the other."""
    reader.pass_spaces()
    reader.take()
    return (", ".join(" ".join(row) for row in reader.rows("}")), "")


def _partial(reader: _Reader) -> Item:
    """Return the sign of a partial derivative, without the space that only ends the command."""
    reader.pass_spaces()
    return ("∂", "")


def _denied(reader: _Reader) -> Item:
    return (unicodedata.normalize("NFC", reader.argument() + "\u0338"), "")


_BUILT: Final[Mapping[str, Callable[[_Reader], Item]]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), _fraction),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _choose),
    **dict.fromkeys(("overset", "stackrel"), _above("^")),
    **dict.fromkeys(("underbrace", "overbrace"), lambda reader: (bracketed(reader.argument()), "")),
    "sqrt": _root,
    "underset": _above("_"),
    "xrightarrow": _arrow("→"),
    "xleftarrow": _arrow("←"),
    "substack": _rows,
    "partial": _partial,
    "not": _denied,
}
