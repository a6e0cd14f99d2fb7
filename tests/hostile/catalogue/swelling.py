"""More than there is: memory, disk, output, depth, and faults that end the process."""

from typing import Final

from grader.model import Verdict
from tests.hostile.attack import Aim, Attack, Level, attack

ATTACKS: Final[tuple[Attack, ...]] = (
    attack(
        "memory without end",
        "Fills its memory until there is no more.",
        "def eigenvalues(A):\n    held = []\n    while True:\n        held.append(np.ones(2**22))",
        Aim.HOLD,
        verdict=(Verdict.MEMORY_LIMIT, Verdict.TIME_LIMIT),  # a slow machine has not filled it before the time is up
        quick=True,
    ),
    attack(
        "memory all at once",
        "Asks for a terabyte.",
        "def eigenvalues(A):\n    return bytearray(2**40)",
        Aim.HOLD,
        verdict=Verdict.MEMORY_LIMIT,
    ),
    attack(
        "memory in spite of errors",
        "Goes on asking for memory after it was refused, and raises its own limits first.",
        """
        import resource

        def eigenvalues(A):
            for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
                tried(resource.setrlimit, kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            held, size = [], 2**24
            while True:
                found = tried(bytearray, size)
                held += [found] if isinstance(found, bytearray) else []
                time.sleep(0.001)
        """,
        Aim.HOLD,
        verdict=(Verdict.TIME_LIMIT, Verdict.MEMORY_LIMIT, Verdict.CRASHED),
    ),
    attack(
        "memory that belongs to no process",
        "Fills files that exist in memory only.",
        """
        def eigenvalues(A):
            descriptor = os.memfd_create("swelling")
            for _ in range(64):
                os.write(descriptor, bytes(2**20))
            return wrong(A)
        """,
        Aim.HOLD,
        verdict=(Verdict.WRONG_ANSWER, Verdict.RAISED),
    ),
    attack(
        "output without end",
        "Prints for ever.",
        "def eigenvalues(A):\n    while True:\n        print('x' * 10_000)",
        Aim.HOLD,
        verdict=Verdict.OUTPUT_LIMIT,
        quick=True,
    ),
    attack(
        "output in one piece",
        "Sends half a gigabyte of output as one piece.",
        "def eigenvalues(A):\n    forge('printed', bytes(2**29))\n    time.sleep(60)",
        Aim.HOLD,
        verdict=(Verdict.CRASHED, Verdict.OUTPUT_LIMIT, Verdict.MEMORY_LIMIT),
    ),
    attack(
        "output from a thread that stays",
        "Leaves a thread that goes on printing after the call has returned.",
        """
        def noise():
            while True:
                print("x" * 1000)

        def eigenvalues(A):
            threading.Thread(target=noise, daemon=True).start()
            time.sleep(60)
        """,
        Aim.HOLD,
        verdict=(Verdict.OUTPUT_LIMIT, Verdict.RAISED),  # raised where threads are refused
    ),
    attack(
        "the largest answers allowed",
        "Returns as many numbers as it may, at every call.",
        "def eigenvalues(A):\n    return np.ones(2**20 - 8)",
        Aim.HOLD,
    ),
    attack(
        "an answer that is too large",
        "Returns more numbers than it may.",
        "def eigenvalues(A):\n    return np.ones(2**21)",
        Aim.HOLD,
        verdict=Verdict.CRASHED,
    ),
    attack(
        "a recursion without end",
        "Calls itself until Python stops it.",
        "def eigenvalues(A):\n    return eigenvalues(A)",
        Aim.HOLD,
        verdict=Verdict.RAISED,
    ),
    attack(
        "a recursion without a limit",
        "Takes Python's limit away and calls itself, through C, until the stack is full.",
        """
        sys.setrecursionlimit(10**9)

        class Deep:
            def __repr__(self):
                return repr(self)

        def eigenvalues(A):
            return repr(Deep())
        """,
        Aim.HOLD,
        verdict=(Verdict.CRASHED, Verdict.RAISED, Verdict.MEMORY_LIMIT, Verdict.TIME_LIMIT),
    ),
    attack(
        "a fault in memory",
        "Reads from address zero.",
        "def eigenvalues(A):\n    ctypes.string_at(0)",
        Aim.HOLD,
        verdict=Verdict.CRASHED,
    ),
    attack(
        "an abort",
        "Aborts, with its memory in a core file if the system writes one.",
        """
        import resource

        def eigenvalues(A):
            tried(resource.setrlimit, resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            os.abort()
        """,
        Aim.HOLD,
        verdict=Verdict.CRASHED,
    ),
    attack(
        "a disk filled up",
        "Writes a large file into every folder that it can write to.",
        """
        def eigenvalues(A):
            for folder in (OWN, HOME, "/tmp", "/var/tmp", "/dev/shm", "."):
                tried(lambda: open(os.path.join(folder, MARK + "-large"), "wb").write(bytes(2**20)))
            return wrong(A)
        """,
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
    ),
    attack(
        "every descriptor there is",
        "Opens files until no more can be opened, and keeps them.",
        """
        held = []
        def eigenvalues(A):
            while len(held) < 10**5 and not isinstance(found := tried(os.open, "/dev/null", 0), OSError):
                held.append(found)
            return wrong(A)
        """,
        Aim.HOLD,
        verdict=(Verdict.WRONG_ANSWER, Verdict.CRASHED),
    ),
)
