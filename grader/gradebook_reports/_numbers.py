"""How numbers of a gradebook are written for people and tables."""

from fractions import Fraction
from typing import Final

_DECIMALS: Final = 6


def decimal(value: Fraction) -> str:
    """Return a number exactly where six decimals are enough for that, and else rounded to six."""
    return f"{float(round(value, _DECIMALS)):.{_DECIMALS}f}".rstrip("0").rstrip(".")


def percent(share: Fraction) -> str:
    """Return a share in percent, without a sign of its own."""
    return decimal(100 * share)
