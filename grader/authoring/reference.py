"""The reference of inputs and checks, made from the kinds themselves: `python -m grader.authoring.reference`."""

import inspect
import re
import sys
from collections.abc import Iterator

from grader import registry
from grader.sandbox.expressions import CONSTANTS, FUNCTIONS

_FAMILIES = {
    "generators": (
        "Inputs",
        (
            "Written under `inputs:` as `name: {kind: {…}}`. A number or a nested list of numbers in the place of a kind is "
            "a literal. Kinds with edge regimes take `exclude: [regime, …]`; the regimes take the first cases, one each."
        ),
    ),
    "checks": (
        "Checks",
        (
            "Comparisons are written under `compare:`, as `kind` or `{kind: {…}}`; `raises` is a key of its own. An answer "
            "is judged in this order: type, shape, finiteness, values."
        ),
    ),
}
_FIELD = re.compile(r"^(\w+(?:, \w+)*) : (.+)$")


def reference() -> str:
    """Return the whole page as Markdown."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Reference of inputs and checks"
    yield ""
    yield "Made from the kinds' own docstrings by `just reference`; do not edit."
    for family, (title, text) in _FAMILIES.items():
        yield from ["", f"## {title}", "", text]
        for name in registry.names(family):
            yield from ["", f"### `{name}`", "", *_kind(registry.load(family, name))]
    yield from ["", "## Expressions", ""]
    yield (
        "Sizes, bounds, scales and functions are expressions: numbers, names of inputs, `+ - * / // % ** @`, "
        "comparisons, `and`, `or`, `not`, `a if c else b`, indexing such as `A[0, :]`, lists, and these functions and "
        "constants of NumPy by name:"
    )
    yield from ["", " ".join(f"`{name}`" for name in [*FUNCTIONS, *CONSTANTS])]


def _kind(kind: type) -> Iterator[str]:
    """Yield a docstring as Markdown: its text, and its parameters as a list."""
    text, _, attributes = (inspect.getdoc(kind) or "").partition("\nAttributes\n----------\n")
    yield re.sub(r"``(.+?)``", r"`\1`", " ".join(text.split("\n\n")[0].split()))
    for paragraph in text.strip().split("\n\n")[1:]:
        yield from ["", re.sub(r"``(.+?)``", r"`\1`", " ".join(paragraph.split()))]
    bare = getattr(kind, "bare", "")
    if bare:
        yield from ["", f"`{bare}` can be written alone, without a mapping."]
    items: list[str] = []
    for line in attributes.splitlines():
        match = _FIELD.match(line)
        if match:
            names = " and ".join(f"`{name}`" for name in match[1].split(", "))
            items.append(f"- {names} ({match[2]}):")
        elif line.strip():
            items[-1] += f" {line.strip()}"
    if items:
        yield from ["", *items]


if __name__ == "__main__":
    sys.stdout.write(reference())
