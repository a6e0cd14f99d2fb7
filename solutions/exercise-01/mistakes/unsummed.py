"""This is the table of all products aᵢⱼxⱼ, still m by n: in NumPy, `*` multiplies entry by entry and adds nothing
up. You have laid x against every row, as you should; each row of the table has yet to be summed into one
number."""


def matvec(A, x):
    if x.shape != (A.shape[1],):
        raise ValueError("x needs one entry for each column of A")
    return A * x
