"""Finds the kinds of checks, inputs, executors and reports by name.

A kind is one module in the folder of its family, and the module's name is the kind's. It is imported when it is
asked for and not before: importing all of them costs as much as NumPy. Other packages add kinds through an entry
point in the group `grader.<family>`, looked up only for a name that is not ours.
"""

from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Final

FAMILIES: Final = ("checks", "generators", "executors", "reports", "gradebook_reports")


class UnknownKind(LookupError):
    """There is no kind of this name.

    Attributes
    ----------
    suggestion : str or None
        the nearest name that exists.
    """

    def __init__(self, family: str, name: str) -> None:
        self.suggestion = next(iter(get_close_matches(name, names(family), n=1)), None)
        super().__init__(f"there is no {family.removesuffix('s')} named {name!r}")


@lru_cache
def names(family: str) -> tuple[str, ...]:
    """Return the names of our own kinds in a family, sorted."""
    folder = Path(__file__).parent / family
    return tuple(sorted(file.stem for file in folder.glob("*.py") if not file.stem.startswith("_")))


def installed(family: str) -> tuple[str, ...]:
    """Return the names of the kinds that other packages add to a family, sorted."""
    from importlib.metadata import entry_points  # only a list of everything asks for it; it costs 10 ms

    return tuple(sorted({point.name for point in entry_points(group=f"grader.{family}")} - {*names(family)}))


@lru_cache
def load(family: str, name: str) -> type:
    """Return the class of a kind.

    Raises
    ------
    UnknownKind
        with the nearest name, if there is none.
    """
    # A name is asked of the import system rather than of the folder, which costs a listing.
    if name.isidentifier() and not name.startswith("_"):
        try:
            module = import_module(f"grader.{family}.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"grader.{family}.{name}":
                raise
        else:
            return _only_kind(vars(module), module.__name__)
    from importlib.metadata import entry_points  # looked for only when the name is not ours; it costs 10 ms

    for point in entry_points(group=f"grader.{family}", name=name):
        kind = point.load()
        if isinstance(kind, type):
            return _named(kind, name)
    raise UnknownKind(family, name)


def _named(kind: type, name: str) -> type:
    # What is kept of a description names a kind by its own name, so that must be the one under which it is found.
    own = kind.__dict__.get("kind")
    if own != name:
        raise TypeError(f"{kind.__module__}.{kind.__name__} is installed as {name!r}, but its `kind` is {own!r}")
    return kind


def _only_kind(members: dict[str, object], module: str) -> type:
    kinds = [item for item in members.values() if isinstance(item, type) and item.__dict__.get("kind")]
    kinds = [item for item in kinds if item.__module__ == module]
    if len(kinds) != 1:
        raise TypeError(f"{module} must define exactly one kind, and defines {len(kinds)}")
    return kinds[0]
