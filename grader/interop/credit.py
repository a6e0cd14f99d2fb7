"""What a test cell of nbgrader's earned: nbgrader's rules, but for those by which it gives points to what it cannot read.

nbgrader gives all points for a value that is negative, not a number, or no number at all, such as `False` or NumPy's
`np.float64(0.0)`. Here a value counts as what it is, and where it is no score there is none until a person has looked.
"""

import math
from fractions import Fraction
from typing import Final

from grader.interop.running_cells import Ran
from grader.sandbox.records import dataclass

ADVICE: Final = "end the test cell with a number between 0 and its points, or with no value at all (`;` after it)"


@dataclass(frozen=True)
class Credit:
    """What a test cell earned; None where no score can be given, with the reason."""

    score: float | None
    why: str = ""


def credit(ran: Ran, points: Fraction | float) -> Credit:
    """Return what a test cell earned.

    Parameters
    ----------
    ran : Ran
        what came of it.
    points : Fraction or float
        what it is worth.

    Returns
    -------
    Credit
        0 where it failed, or said something on standard error; the value of its last expression, if that is a number;
        all points where it has no value.
    """
    if ran.drew:
        return Credit(None, "the test itself looks at a picture, and pictures are not drawn here")
    if ran.error or ran.warned:
        return Credit(0.0)
    if not ran.shown:
        return Credit(float(points))
    if ran.number is None:
        return Credit(None, f"its value, {_short(ran.shown)}, is no number: {ADVICE}")
    if math.isnan(ran.number):
        return Credit(None, f"its value is not a number (nan): {ADVICE}")
    if ran.number > points:
        return Credit(None, f"its value, {ran.number:g}, is above the {float(points):g} of the cell: {ADVICE}")
    return Credit(max(0.0, ran.number))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:60]}…"
