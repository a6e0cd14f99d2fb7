"""LaTeX as MathML, which browsers draw and read aloud by themselves."""

from functools import cache

import math_core
from markupsafe import Markup


class FormulaError(ValueError):
    """A formula that cannot be set; its text says what is wrong, and where."""


@cache
def _converter() -> math_core.LatexToMathML:
    return math_core.LatexToMathML(fancy_error=False)


def mathml(latex: str, *, display: bool) -> Markup:
    """Return a formula as MathML.

    Parameters
    ----------
    latex : str
        without the dollars around it.
    display : bool
        whether it stands on a line of its own.

    Raises
    ------
    FormulaError
        if it has a command that is not known, or makes no sense; nothing is ever left as LaTeX.
    """
    try:
        return Markup(_converter().convert_with_local_state(latex, displaystyle=display))  # noqa: S704 - it escapes texts
    except math_core.LatexError as error:
        place, _, message = str(error).partition(": ")
        where = f" at {latex[int(place) :][:20]!r}" if place.isdecimal() and latex[int(place) :] else ""
        raise FormulaError(f"{message.rstrip('.') or error}{where}") from None
