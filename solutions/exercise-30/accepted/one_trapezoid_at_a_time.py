"""One trapezoid after the other, f called with single numbers, nothing but plain Python."""


def trapezoid(f, a, b, n):
    h = (b - a) / n
    area = 0.0
    left = f(a)
    for i in range(1, n + 1):
        right = f(a + i * h)
        area += h * (left + right) / 2
        left = right
    return float(area)
