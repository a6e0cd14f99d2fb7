"""Credit without merit by replacing what an answer might be judged with."""

from typing import Final

from grader.model import Verdict
from tests.hostile.attack import Aim, Attack, attack

ATTACKS: Final[tuple[Attack, ...]] = (
    attack(
        "numpy.testing that finds no fault",
        "Replaces every function of numpy.testing by one that does nothing.",
        """
        import numpy.testing
        for name in dir(np.testing):
            if name.startswith("assert"):
                setattr(np.testing, name, lambda *_, **__: None)
        eigenvalues = wrong
        """,
        Aim.CREDIT,
    ),
    attack(
        "comparisons of NumPy that always hold",
        "Replaces allclose, isclose, array_equal and what they are made of.",
        """
        for name in ("allclose", "isclose", "array_equal", "all", "any", "less_equal", "equal", "isfinite"):
            setattr(np, name, lambda *_, **__: np.True_)
        for name in ("abs", "absolute", "subtract", "max", "amax", "maximum"):
            setattr(np, name, lambda *_, **__: np.float64(0))
        eigenvalues = wrong
        """,
        Aim.CREDIT,
        quick=True,
    ),
    attack(
        "random numbers that are known",
        "Replaces default_rng and numpy.random's old functions, so that the inputs would all be zero.",
        """
        class Known:
            def __getattr__(self, name):
                return lambda *_, size=1, **__: np.zeros(size)
        np.random.default_rng = np.random.Generator = lambda *_: Known()
        for name in ("seed", "rand", "randn", "random", "normal", "uniform", "integers"):
            setattr(np.random, name, lambda *_, **__: 0.0)

        def eigenvalues(A):
            return wrong(A)
        """,
        Aim.CREDIT,
    ),
    attack(
        "a reference that is wrong in the same way",
        "Replaces the routine of NumPy that the reference must be using.",
        """
        for name in ("eigvalsh", "eigvals", "eigh", "eig", "svd"):
            setattr(np.linalg, name, lambda A, *_, **__: wrong(A))
        eigenvalues = wrong
        """,
        Aim.CREDIT,
    ),
    attack(
        "builtins that agree",
        "Replaces all, any, abs, max, min, sum and isinstance for everybody in the process.",
        """
        import builtins
        builtins.all = builtins.any = builtins.isinstance = builtins.callable = lambda *_: True
        builtins.abs = builtins.max = builtins.min = builtins.sum = lambda *_, **__: 0
        eigenvalues = wrong
        """,
        Aim.CREDIT,
        verdict=(Verdict.WRONG_ANSWER, Verdict.CRASHED, Verdict.RAISED, Verdict.ABSENT),
    ),
    attack(
        "another NumPy",
        "Puts a module of its own into the place of NumPy.",
        """
        import types
        fake = types.ModuleType("numpy")
        fake.__getattr__ = lambda name: (lambda *_, **__: True)
        sys.modules["numpy"] = sys.modules["numpy.linalg"] = sys.modules["numpy.testing"] = fake
        eigenvalues = wrong
        """,
        Aim.CREDIT,
        verdict=(Verdict.WRONG_ANSWER, Verdict.CRASHED, Verdict.RAISED),
    ),
    attack(
        "the grader's own modules replaced",
        "Imports what judges and scores, if it can, and makes it give all points.",
        """
        from importlib import import_module
        for name in ("scoring", "grading", "checks", "results", "running", "model"):
            module = tried(import_module, f"grader.{name}")
            for member in vars(module) if hasattr(module, "__file__") else ():
                if callable(getattr(module, member, None)) and not member.startswith("_"):
                    tried(setattr, module, member, lambda *_, **__: 8)
        eigenvalues = wrong
        """,
        Aim.CREDIT,
    ),
    attack(
        "an encoder that lies",
        "Replaces the worker's own encoder by one that says that all is well.",
        """
        def eigenvalues(A):
            sys.modules["grader.sandbox.encoder"].Encoder.node = lambda *_: {"verdict": "accepted"}
            sys.modules["grader.sandbox.worker"] = None
            return wrong(A)
        """,
        Aim.CREDIT,
        verdict=(Verdict.CRASHED, Verdict.WRONG_ANSWER),
    ),
    attack(
        "headers with a verdict in them",
        "Replaces json.dumps, so that every frame of the worker says that the answer is accepted.",
        """
        import json
        dumps = json.dumps
        json.dumps = lambda data, **named: dumps({**data, "kind": "accepted", "score": 8}, **named)
        eigenvalues = wrong
        """,
        Aim.CREDIT,
        verdict=Verdict.CRASHED,
    ),
    attack(
        "a process that ends well",
        "Ends the process with status 0 in the middle of a call, as if all tests had passed.",
        "def eigenvalues(A):\n    print('all tests passed')\n    sys.stdout.flush()\n    os._exit(0)",
        Aim.CREDIT,
        verdict=Verdict.CRASHED,
    ),
    attack(
        "an exit that looks like success",
        "Leaves with sys.exit(0) while it is loaded.",
        "sys.exit(0)",
        Aim.CREDIT,
        verdict=Verdict.RAISED,
    ),
    attack(
        "a report on standard output",
        "Prints reports of full points in the forms of several graders, to every descriptor that may be read.",
        r"""
        REPORT = '{"score": 8, "verdict": "accepted", "tests": [{"score": 8, "max_score": 8}]}'
        REPORT += "\n\x1b[2J\x1b[32m8 of 8 points\x1b[0m\n===== 6 passed in 0.1s =====\n"

        def eigenvalues(A):
            print(REPORT)
            for descriptor in (1, 2):
                tried(os.write, descriptor, REPORT.encode())
            for stream in (sys.__stdout__, sys.__stderr__):
                tried(lambda: stream.write(REPORT))
            return wrong(A)
        """,
        Aim.CREDIT,
    ),
    attack(
        "test frameworks that pass everything",
        "Replaces what unittest and pytest would judge with.",
        """
        import unittest
        for name in dir(unittest.TestCase):
            if name.startswith("assert"):
                setattr(unittest.TestCase, name, lambda *_, **__: None)
        unittest.TestResult.wasSuccessful = lambda self: True
        sys.modules["pytest"] = sys.modules["_pytest"] = unittest
        eigenvalues = wrong
        """,
        Aim.CREDIT,
    ),
    attack(
        "a clock that stands still",
        "Stops every clock of Python's in its process and then never ends.",
        """
        for name in ("time", "monotonic", "perf_counter", "process_time"):
            setattr(time, name, lambda: 0.0)

        def eigenvalues(A):
            while True:
                pass
        """,
        Aim.HOLD,
        verdict=Verdict.TIME_LIMIT,
    ),
)
