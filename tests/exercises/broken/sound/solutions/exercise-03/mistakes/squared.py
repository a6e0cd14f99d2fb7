"""You square the uniform numbers; the inverse of a square is a root."""


def growing(n, rng):
    return rng.random(n) ** 2
