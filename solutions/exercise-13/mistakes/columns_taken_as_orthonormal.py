"""This is AAᵀb, which is the projection only if the columns of A are orthonormal. Otherwise each direction is
weighted by the squared singular value of A that belongs to it: doubling A must not move the nearest point, yet it
makes your answer four times as long. The idea is right for an orthonormal basis of the column space, so find one
first."""


def projection(A, b):
    return A @ (A.T @ b)
