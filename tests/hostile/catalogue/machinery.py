"""The worker turned against itself: destructors, import hooks, timers, and the worker's own modules."""

from typing import Final

from grader.model import Verdict
from tests.hostile.attack import Aim, Attack, attack

ATTACKS: Final[tuple[Attack, ...]] = (
    attack(
        "a destructor that answers",
        "Sends an answer from a destructor, which runs in the middle of the worker's own code.",
        """
        class Parting:
            def __del__(self):
                print("gone" * 100)
                tried(answer, 1.0)

        def eigenvalues(A):
            for _ in range(20):
                odd = Parting()
                odd.me = odd
            import gc
            gc.set_threshold(1)
            return wrong(A)
        """,
        Aim.CREDIT,
        verdict=(Verdict.WRONG_ANSWER, Verdict.CRASHED),
    ),
    attack(
        "hooks on every import",
        "Takes over the import of modules, for the worker too, and gives out modules of its own.",
        """
        import builtins, types

        class Hook:
            def find_spec(self, name, path=None, target=None):
                raise SystemExit(name)

        sys.meta_path[:] = [Hook()]
        sys.path_hooks.clear()
        builtins.__import__ = lambda name, *_, **__: types.ModuleType(name)
        for name in [name for name in sys.modules if name.startswith(("grader", "json", "encodings"))]:
            sys.modules[name] = types.ModuleType(name)
        eigenvalues = wrong
        """,
        Aim.CREDIT,
        verdict=(Verdict.WRONG_ANSWER, Verdict.CRASHED, Verdict.RAISED),
    ),
    attack(
        "a worker that answers by itself",
        "Replaces the worker's loop in memory by one that answers every request as it likes.",
        """
        channel = the_channel()
        read_frame, send_frame = type(channel).read, type(channel).send

        def send(self, kind, fields, buffers=None):
            if kind in ("returned", "raised"):
                kind, fields = "returned", {"ticket": fields["ticket"], "value": 7.0, "changed": [], "threads": 0}
                buffers = []
            return send_frame(self, kind, fields, buffers)

        type(channel).send = send
        eigenvalues = wrong
        """,
        Aim.CREDIT,
        quick=True,
    ),
    attack(
        "a timer in the worker's own code",
        "Sets a timer whose exception is raised when the worker sends its answer.",
        """
        def ring(*_):
            raise KeyboardInterrupt("too late")

        def eigenvalues(A):
            signal.signal(signal.SIGALRM, ring)
            signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)
            return wrong(A)
        """,
        Aim.CREDIT,
        verdict=(Verdict.WRONG_ANSWER, Verdict.CRASHED, Verdict.RAISED),
    ),
    attack(
        "interrupts without end",
        "Lets a thread interrupt the main thread again and again.",
        """
        import _thread

        def interrupt():
            while True:
                _thread.interrupt_main()

        def eigenvalues(A):
            threading.Thread(target=interrupt, daemon=True).start()
            time.sleep(0.05)
            return wrong(A)
        """,
        Aim.CREDIT,
        verdict=(Verdict.WRONG_ANSWER, Verdict.CRASHED, Verdict.RAISED, Verdict.TIME_LIMIT),
    ),
    attack(
        "standard output taken away",
        "Replaces, closes and detaches the streams, and closes all descriptors.",
        """
        def eigenvalues(A):
            sys.stdout.detach()
            sys.stdout = sys.stderr = sys.stdin = None
            os.closerange(0, 256)
            return wrong(A)
        """,
        Aim.HOLD,
        verdict=(Verdict.CRASHED, Verdict.RAISED),
    ),
    attack(
        "every descriptor written to",
        "Writes to all descriptors but its own pipe, in case one leads to the grader, to what forked it or to a classmate.",
        """
        mine = {the_channel()._source, the_channel()._sink}
        for number in range(3, 256):
            if number not in mine:
                for data in (b"F", b"K1", b"S1", head(20) + b'{"kind":"returned"}'):
                    tried(os.write, number, data)
        eigenvalues = honest
        """,
        Aim.HOLD,
        honest=True,
    ),
    attack(
        "memory that is not its own to change",
        "Overwrites small numbers and the methods of types in Python's own memory.",
        """
        def eigenvalues(A):
            ctypes.memmove(id(0) + 24, id(1) + 24, 4)
            return wrong(A)
        """,
        Aim.CREDIT,
        verdict=(Verdict.WRONG_ANSWER, Verdict.CRASHED, Verdict.RAISED, Verdict.TIME_LIMIT, Verdict.MEMORY_LIMIT),
    ),
)
