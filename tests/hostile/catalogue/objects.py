"""Credit without merit by objects that agree with anything they are compared with."""

from typing import Final

from grader.model import Verdict
from tests.hostile.attack import Aim, Attack, attack

ATTACKS: Final[tuple[Attack, ...]] = (
    attack(
        "an object that equals everything",
        "Returns an object that is equal to, as small and as true as whatever it meets.",
        """
        class Agreeing:
            def yes(self, *_): return True
            __eq__ = __le__ = __ge__ = __lt__ = __gt__ = __bool__ = __contains__ = yes
            def same(self, *_): return 0.0
            __sub__ = __rsub__ = __abs__ = __float__ = same
            __hash__ = None
            shape, dtype, ndim = (3,), np.dtype(float), 1

        def eigenvalues(A):
            return Agreeing()
        """,
        Aim.CREDIT,
        quick=True,
    ),
    attack(
        "an object that is any array",
        "Returns an object that becomes the array that NumPy wishes for.",
        """
        class Willing:
            def __array__(self, dtype=None, copy=None):
                frame = sys._getframe(1)
                return frame.f_locals.get("expected", np.zeros(1))
            def __array_ufunc__(self, *_, **__): return np.bool_(True)
            def __array_function__(self, *_): return True
            def __len__(self): return 1
            def __getitem__(self, _): return 0.0

        def eigenvalues(A):
            return Willing()
        """,
        Aim.CREDIT,
    ),
    attack(
        "an array that equals everything",
        "Returns wrong numbers in an array that says of every comparison that it holds.",
        """
        class Agreeing(np.ndarray):
            def yes(self, *_): return np.array(True)
            __eq__ = __le__ = __ge__ = __lt__ = __gt__ = yes
            def __ne__(self, _): return np.array(False)

        def eigenvalues(A):
            return wrong(A).view(Agreeing)
        """,
        Aim.CREDIT,
    ),
    attack(
        "an array that answers for NumPy's functions",
        "Returns an array that takes over every ufunc and every function of NumPy it is given to.",
        """
        class Taking(np.ndarray):
            __array_priority__ = 1e9
            def __array_ufunc__(self, function, method, *inputs, **named):
                return np.zeros(np.shape(inputs[0]), bool if function.nout == 1 else float)
            def __array_function__(self, function, types, arguments, named):
                return True
            def __sub__(self, other): return np.zeros(3)
            __rsub__ = __sub__

        def eigenvalues(A):
            return wrong(A).view(Taking)
        """,
        Aim.CREDIT,
    ),
    attack(
        "an array that lies about its form",
        "Returns an array whose shape, type and bytes are other ones whenever they are asked for.",
        """
        class Lying(np.ndarray):
            shape = property(lambda self: (1,))
            size = property(lambda self: 0)
            dtype = property(lambda self: np.dtype(bool))
            def tobytes(self, *_): return b""
            def __array__(self, *_, **__): return np.zeros(0)
            def __iter__(self): return iter(())

        def eigenvalues(A):
            return wrong(A).view(Lying)
        """,
        Aim.CREDIT,
    ),
    attack(
        "numbers that equal everything",
        "Returns a list of floats that are equal to any other float.",
        """
        class Any(float):
            def yes(self, *_): return True
            __eq__ = __le__ = __ge__ = yes
            def __sub__(self, _): return 0.0
            __rsub__ = __sub__
            __hash__ = float.__hash__

        def eigenvalues(A):
            return [Any(number) for number in wrong(A)]
        """,
        Aim.CREDIT,
    ),
    attack(
        "an array of objects that equal everything",
        "Returns an array of dtype object, whose elements are compared by their own methods.",
        """
        class Any:
            def yes(self, *_): return True
            __eq__ = __le__ = __lt__ = __bool__ = yes
            def zero(self, *_): return 0.0
            __sub__ = __rsub__ = __abs__ = __float__ = __mul__ = __rmul__ = zero
            __hash__ = None

        def eigenvalues(A):
            return np.array([Any() for _ in range(len(A))], dtype=object)
        """,
        Aim.CREDIT,
    ),
    attack(
        "no numbers at all",
        "Returns not-a-numbers, for which no comparison finds an error that is too large.",
        "def eigenvalues(A):\n    return np.full(len(A), np.nan)",
        Aim.CREDIT,
    ),
    attack(
        "infinities",
        "Returns infinities, whose errors are not numbers.",
        "def eigenvalues(A):\n    return np.full(len(A), np.inf) * np.array([-1, 1] * 8)[:len(A)]",
        Aim.CREDIT,
    ),
    attack(
        "an empty array",
        "Returns no numbers, of which all are as expected.",
        "def eigenvalues(A):\n    return np.array([])",
        Aim.CREDIT,
    ),
    attack(
        "a masked array",
        "Returns an array in which everything is masked, so that nothing is compared.",
        "def eigenvalues(A):\n    return np.ma.masked_all(len(A))",
        Aim.CREDIT,
    ),
    attack(
        "a column that is broadcast",
        "Returns a matrix of guesses, so that broadcasting finds each expected number somewhere.",
        "def eigenvalues(A):\n    return np.linspace(-9, 9, 8 * len(A)).reshape(-1, 1) + wrong(A)",
        Aim.CREDIT,
    ),
    attack(
        "numbers with a part that gets lost",
        "Adds an imaginary part, which a conversion to real numbers would drop without a word.",
        "def eigenvalues(A):\n    return (honest(A) if A.shape[0] == A.shape[1] else wrong(A)) + 1e6j",
        Aim.CREDIT,
    ),
    attack(
        "a verdict in place of a value",
        "Returns what a grader would like to hear.",
        """
        def eigenvalues(A):
            return {"verdict": "accepted", "score": 8, "points": 8, "passed": True, "error": 0.0}
        """,
        Aim.CREDIT,
    ),
    attack(
        "a function in place of a value",
        "Returns a function, in the hope that it will be called with what is expected.",
        "def eigenvalues(A):\n    return lambda *given, **named: given[0] if given else True",
        Aim.CREDIT,
    ),
    attack(
        "a class that says it is an array",
        "Returns an object whose class says that it is NumPy's own, without numbers in it.",
        """
        class Array:
            __class__ = property(lambda self: np.ndarray)
            dtype, shape, ndim, size = np.dtype(float), (1,), 1, 1
            def __eq__(self, _): return True
            __hash__ = None
            def __array__(self, *_, **__): raise StopIteration

        def eigenvalues(A):
            return Array()
        """,
        Aim.CREDIT,
        verdict=(Verdict.WRONG_ANSWER, Verdict.RAISED),
    ),
)
