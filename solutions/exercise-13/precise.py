"""The normal equations in exact fractions, where the columns are independent; dependent ones are left out."""

from fractions import Fraction


def projection(A, b):
    columns = [[Fraction(a) for a in column] for column in A.T.tolist()]
    right = [Fraction(entry) for entry in b.tolist()]
    rows = [
        [*(_dot(one, other) for other in columns), _dot(one, right)] for one in columns
    ]  # the Gram matrix, and beside it what the columns say of b
    coefficients = _solved(rows)
    return [sum(c * column[i] for c, column in zip(coefficients, columns, strict=True)) for i in range(len(right))]


def _dot(u, v):
    return sum(a * b for a, b in zip(u, v, strict=True))


def _solved(rows):
    n = len(rows)
    for k in range(n):
        p = next((i for i in range(k, n) if rows[i][k]), None)
        if p is None or abs(float(rows[p][k])) < 1e-6 * abs(float(rows[0][0])):
            raise NotImplementedError
        rows[k], rows[p] = rows[p], rows[k]
        rows[k] = [entry / rows[k][k] for entry in rows[k]]
        for i in range(n):
            if i != k:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[n] for row in rows]
