r"""Formulas in LaTeX as text: a small reader that writes what has a structure on one line.

`\frac{a + b}{2 \sigma^2}` becomes `(a + b) / (2 σ²)`. Signs and small characters come from `unicodeit`'s tables; a command
that stands in none of them is left as it is, so that it is seen.
"""

from grader.latex._reader import to_text

__all__ = ["to_text"]
