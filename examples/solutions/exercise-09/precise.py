"""The same equations in exact fractions, with every row made to add up to exactly 1."""

from fractions import Fraction


def stationary(P):
    rows = [[Fraction(entry) for entry in row] for row in P.tolist()]
    rows = [[entry / sum(row) for entry in row] for row in rows]
    n = len(rows)
    table = [[rows[j][i] - (i == j) for j in range(n)] + [Fraction(0)] for i in range(n)]
    table[-1] = [Fraction(1)] * (n + 1)
    for k in range(n):
        pivot = next(i for i in range(k, n) if table[i][k])
        table[k], table[pivot] = table[pivot], table[k]
        table[k] = [entry / table[k][k] for entry in table[k]]
        for i in range(n):
            if i != k:
                table[i] = [x - table[i][k] * y for x, y in zip(table[i], table[k], strict=True)]
    return [row[-1] for row in table]
