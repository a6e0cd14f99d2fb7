"""The same determinants in exact fractions, expanded along the first row."""

from fractions import Fraction


def cramer(A, b):
    rows = [[Fraction(entry) for entry in row] for row in A.tolist()]
    right = [Fraction(entry) for entry in b.tolist()]
    volume = _det(rows)
    if not volume:
        raise NotImplementedError("the matrix is singular")
    return [_det([[*row[:i], y, *row[i + 1 :]] for row, y in zip(rows, right, strict=True)]) / volume for i in range(len(b))]


def _det(rows):
    if not rows:
        return Fraction(1)
    first, *rest = rows
    return sum((-1) ** j * entry * _det([row[:j] + row[j + 1 :] for row in rest]) for j, entry in enumerate(first))
