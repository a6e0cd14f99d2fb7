"""The same path in exact fractions."""

from fractions import Fraction


def jacobi(A, b, x0, steps):
    rows = [[Fraction(entry) for entry in row] for row in A.tolist()]
    right = [Fraction(entry) for entry in b.tolist()]
    path = [[Fraction(entry) for entry in x0.tolist()]]
    for _ in range(steps):
        x = path[-1]
        sums = [sum(a * y for j, (a, y) in enumerate(zip(row, x, strict=True)) if j != i) for i, row in enumerate(rows)]
        path.append([(right[i] - sums[i]) / rows[i][i] for i in range(len(x))])
    return path
