"""Credit without merit by what an answer is given: inputs changed in place, and answers known in advance."""

from typing import Final

from grader.model import Verdict
from tests.hostile.attack import Aim, Attack, attack

ATTACKS: Final[tuple[Attack, ...]] = (
    attack(
        "inputs made easy",
        "Turns its argument into a diagonal matrix of its own choice and returns the diagonal, in case the reference is called with the same array.",
        """
        def eigenvalues(A):
            answer = np.arange(1, len(A) + 1) * (1 + abs(A[0, 0]))
            A[...] = 0
            np.fill_diagonal(A, answer)
            return answer
        """,
        Aim.CREDIT,
    ),
    attack(
        "inputs made small by force",
        "Shrinks its argument in memory, though it may be read-only, so that every error is within the tolerance.",
        """
        def eigenvalues(A):
            answer = wrong(A) * 1e-3
            ctypes.memset(A.ctypes.data, 0, A.nbytes)
            return answer
        """,
        Aim.CREDIT,
    ),
    attack(
        "inputs that blow up the tolerance",
        "Makes its argument gigantic, because the tolerance grows with it.",
        """
        def eigenvalues(A):
            answer = wrong(A)
            A *= 1e30
            return answer
        """,
        Aim.CREDIT,
    ),
    attack(
        "an answer table for the public seed",
        "Carries the right answers to the cases that students see, and looks them up.",
        """
        def eigenvalues(A):
            return np.array(TABLE[A.tobytes().hex()])
        """,
        Aim.CREDIT,
        verdict=Verdict.RAISED,
        quick=True,
    ),
    attack(
        "an answer table by number",
        "Carries the right answers to the public cases in the order in which they are asked.",
        """
        ROWS = iter(TABLE.values())
        def eigenvalues(A):
            return np.array(next(ROWS))
        """,
        Aim.CREDIT,
        verdict=(Verdict.WRONG_ANSWER, Verdict.RAISED),
    ),
    attack(
        "inputs drawn again from small seeds",
        "Draws matrices from the public seed and its neighbours, to find out which random numbers come next.",
        """
        def eigenvalues(A):
            for seed in (PUBLIC_SEED, *range(200)):
                drawn = np.random.default_rng(seed).normal(size=A.shape)
                if np.allclose(drawn, A) or np.allclose((drawn + drawn.T) / 2 if drawn.shape[0] == drawn.shape[-1] else 0, A):
                    return honest(A)
            return wrong(A)
        """,
        Aim.CREDIT,
    ),
    attack(
        "learnt from the calls before",
        "Returns what an earlier call with the same matrix would have shown, and keeps its own state between calls.",
        """
        seen = {}
        def eigenvalues(A):
            seen.setdefault(A.tobytes(), len(seen))
            return np.full(len(A), float(seen[A.tobytes()]) + 0.5) + wrong(A)
        """,
        Aim.CREDIT,
    ),
    attack(
        "a little of everything",
        "Returns numbers in the middle of what can be expected, in case the tolerance is generous.",
        """
        def eigenvalues(A):
            return np.sort(np.diag(A)) + 0.1 * np.tanh(wrong(A))
        """,
        Aim.CREDIT,
    ),
)
