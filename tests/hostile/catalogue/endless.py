"""Answers that never come: loops, sleep, waiting for input, whatever is done about signals and exceptions."""

from typing import Final

from grader.model import Verdict
from tests.hostile.attack import Aim, Attack, attack

_TIME: Final = Verdict.TIME_LIMIT

ATTACKS: Final[tuple[Attack, ...]] = (
    attack(
        "a loop without end",
        "Never returns.",
        "def eigenvalues(A):\n    while True:\n        pass",
        Aim.HOLD,
        verdict=_TIME,
    ),
    attack(
        "a loop that swallows everything",
        "Blocks and ignores all signals, catches every exception, and goes on.",
        """
        def eigenvalues(A):
            for number in range(1, 65):
                tried(signal.signal, number, signal.SIG_IGN)
            tried(signal.pthread_sigmask, signal.SIG_BLOCK, range(1, 65))
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
        """,
        Aim.HOLD,
        verdict=_TIME,
        quick=True,
    ),
    attack(
        "a loop while it is loaded",
        "Never comes to the end of its module.",
        "while True:\n    time.sleep(0.001)",
        Aim.HOLD,
        verdict=_TIME,
    ),
    attack("sleep", "Sleeps for an hour.", "def eigenvalues(A):\n    time.sleep(3600)", Aim.HOLD, verdict=_TIME),
    attack(
        "a loop in C",
        "Stays inside one long instruction, in which Python handles no signal.",
        "def eigenvalues(A):\n    return re.match('(a+)+$', 'a' * 64 + 'b') or sum(range(10**18))",
        Aim.HOLD,
        verdict=_TIME,
    ),
    attack(
        "a process that stops itself",
        "Stops itself and its group with SIGSTOP.",
        """
        def eigenvalues(A):
            tried(os.killpg, 0, signal.SIGSTOP)
            tried(os.kill, os.getpid(), signal.SIGSTOP)
            time.sleep(3600)
        """,
        Aim.HOLD,
        verdict=_TIME,
    ),
    attack(
        "a loop in a group of its own",
        "Leaves the process group that would be killed, and never ends.",
        """
        tried(os.setpgid, 0, 0)
        tried(os.setsid)

        def eigenvalues(A):
            while True:
                pass
        """,
        Aim.HOLD,
        verdict=_TIME,
    ),
    attack(
        "a lock that is never given back",
        "Waits for a lock that it holds.",
        "def eigenvalues(A):\n    lock = threading.Lock()\n    lock.acquire()\n    lock.acquire()",
        Aim.HOLD,
        verdict=_TIME,
    ),
    attack(
        "an exception that never ends",
        "Raises an exception whose text takes for ever to make.",
        """
        class Endless(Exception):
            def __str__(self):
                while True:
                    pass

        def eigenvalues(A):
            raise Endless
        """,
        Aim.HOLD,
        verdict=_TIME,
    ),
    attack(
        "a list that never ends",
        "Returns a list whose iterator has always one more item, and waits before each.",
        """
        class Endless(list):
            def __iter__(self):
                while True:
                    time.sleep(0.001)
                    yield 7.0

        def eigenvalues(A):
            return Endless([7.0])
        """,
        Aim.HOLD,
        verdict=_TIME,
    ),
    attack(
        "a question to the person at the keyboard",
        "Asks with input() and waits for an answer.",
        "def eigenvalues(A):\n    return float(input('eigenvalues? '))",
        Aim.HOLD,
        verdict=Verdict.RAISED,
    ),
    attack(
        "bytes from the terminal",
        "Reads from standard input and from the terminal by their descriptors.",
        """
        def eigenvalues(A):
            tried(os.read, 0, 1000)
            tried(sys.stdin.read)
            tried(read, "/dev/tty")
            return wrong(A)
        """,
        Aim.HOLD,
    ),
)
