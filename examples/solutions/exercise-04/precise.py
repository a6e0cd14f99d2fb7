"""The same sums in exact fractions."""

from fractions import Fraction


def within_clusters(X, labels, k):
    rows = [[Fraction(entry) for entry in row] for row in X.tolist()]
    sums, variances = [], []
    for j in range(k):
        own = [row for row, label in zip(rows, labels.tolist(), strict=True) if label == j]
        columns = list(zip(*own, strict=True))
        middle = [sum(column) / len(own) for column in columns]
        sums.append(sum(((x - m) ** 2 for row in own for x, m in zip(row, middle, strict=True)), Fraction(0)))
        variances.append(sums[-1] / len(own) if own else Fraction(0))
    return sum(sums), variances
