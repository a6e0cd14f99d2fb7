"""Elementary functions of one variable, each with its derivative and an antiderivative, in the expression language."""

from collections.abc import Mapping
from typing import Final

ELEMENTARY: Final[Mapping[str, tuple[str, str, str]]] = {
    "identity": ("1.0 * x", "1.0 * x**0", "x**2 / 2"),
    "square": ("x**2", "2 * x", "x**3 / 3"),
    "cube": ("x**3", "3 * x**2", "x**4 / 4"),
    "abs": ("abs(x)", "sign(x)", "x * abs(x) / 2"),
    "relu": ("maximum(x, 0.0)", "where(x > 0, 1.0, 0.0)", "maximum(x, 0.0)**2 / 2"),
    "sqrt": ("sqrt(x)", "0.5 / sqrt(x)", "2 / 3 * x * sqrt(x)"),
    "reciprocal": ("1 / x", "-1 / x**2", "log(x)"),
    "exp": ("exp(x)", "exp(x)", "expm1(x)"),
    "log": ("log(x)", "1 / x", "x * log(x) - x + 1"),
    "sin": ("sin(x)", "cos(x)", "1 - cos(x)"),
    "cos": ("cos(x)", "-sin(x)", "sin(x)"),
    "sinh": ("sinh(x)", "cosh(x)", "cosh(x) - 1"),
    "cosh": ("cosh(x)", "sinh(x)", "sinh(x)"),
    "tanh": ("tanh(x)", "1 - tanh(x)**2", "abs(x) + log1p(exp(-2 * abs(x))) - log(2)"),
    "arctan": ("arctan(x)", "1 / (1 + x**2)", "x * arctan(x) - log1p(x**2) / 2"),
    "logistic": (
        "(1 + tanh(x / 2)) / 2",
        "(1 - tanh(x / 2)**2) / 4",
        "maximum(x, 0.0) + log1p(exp(-abs(x))) - log(2)",
    ),
    "runge": ("1 / (1 + 25 * x**2)", "-50 * x / (1 + 25 * x**2)**2", "arctan(5 * x) / 5"),
}
"""Name -> value, derivative, antiderivative. The last is 0 at 0, or at 1 where the function ends at 0."""
