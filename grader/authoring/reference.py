"""The reference of inputs and checks, made from the kinds themselves: `python -m grader.authoring.reference`."""

import sys
from collections.abc import Iterator

from grader import registry
from grader.authoring.docstrings import entries, paragraphs
from grader.authoring.examples import examples
from grader.sandbox.expressions import CONSTANTS, FUNCTIONS

_FAMILIES = {
    "generators": (
        "Inputs",
        (
            "Written under `inputs:` as `name: {kind: {…}}`. A number or a nested list of numbers in the place of a kind is "
            "a literal. Kinds with edge regimes show one in each of the first cases; `exclude: [regime, …]` leaves some "
            "out. In the examples, `holds` is true of every value that is drawn."
        ),
    ),
    "checks": (
        "Checks",
        (
            "Comparisons are written under `compare:`, as `kind` or `{kind: {…}}`; `raises`, `sentinel` and `calls` are keys "
            "of their own. An answer is judged in this order: type, shape, finiteness, values. In the examples, "
            "`reference` is the author's function, `right` another one that is accepted and `wrong` one that is not."
        ),
    ),
}
_ARRAY_FIELDS = (
    "Kinds that give arrays also take `dtype` (`float64`, `float32`, `int64`, `complex128`: what the entries become) "
    "and `container` (`array`, or `list` for nested lists)."
)


def reference() -> str:
    """Return the whole page as Markdown."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Reference of inputs and checks"
    yield ""
    yield "Made from the kinds' own docstrings by `just reference`; do not edit. Every example is run by the tests."
    for family, (title, text) in _FAMILIES.items():
        yield from ["", f"## {title}", "", text]
        if family == "generators":
            yield from ["", _ARRAY_FIELDS]
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
    """Yield a docstring as Markdown: its text, its parameters as a list, and its examples."""
    for place, paragraph in enumerate(paragraphs(kind)):
        yield from [""] * bool(place) + [paragraph]
    bare = getattr(kind, "bare", "")
    if bare:
        yield from ["", f"`{bare}` can be written alone, without a mapping."]
    for place, entry in enumerate(entries(kind)):
        names = " and ".join(f"`{name}`" for name in entry.names)
        yield from [""] * (not place) + [f"- {names} ({entry.form}): {entry.text}"]
    regimes = getattr(kind, "regimes", ())
    if regimes:
        yield from ["", f"Edge regimes: {', '.join(f'`{regime}`' for regime in regimes)}."]
    for example in examples(kind):
        yield from ["", *([example.title, ""] if example.title else []), "```yaml", example.text.rstrip(), "```"]


if __name__ == "__main__":
    sys.stdout.write(reference())
