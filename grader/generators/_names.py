"""Names of the arguments of functions that are handed to answers."""

from collections.abc import Sequence
from keyword import iskeyword

from grader.sandbox.expressions import parse


def require_names(names: Sequence[str]) -> None:
    """Refuse arguments that are not names, or not different.

    Raises
    ------
    ValueError
        with the first that is wrong.
    """
    for name in names:
        parse(name)
        if not name.isidentifier() or iskeyword(name):
            raise ValueError(f"the parameter {name!r} is not a name")
        if names.count(name) > 1:
            raise ValueError(f"there are several parameters {name!r}")
