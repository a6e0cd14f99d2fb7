"""Other processes: signals, tracing and limits, against the grader, whatever forked it, and a stranger's process."""

from typing import Final

from grader.model import Verdict
from tests.hostile.attack import Aim, Attack, Level, attack

ATTACKS: Final[tuple[Attack, ...]] = (
    attack(
        "a signal to a stranger",
        "Ends a process that has nothing to do with grading.",
        "tried(os.kill, VICTIM, signal.SIGTERM)\neigenvalues = honest",
        Aim.TOUCH,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a stranger stopped",
        "Stops a process, which then would wait for ever.",
        "tried(os.kill, VICTIM, signal.SIGSTOP)\neigenvalues = honest",
        Aim.TOUCH,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a signal by every call that sends one",
        "Signals a process with each system call that can, by number.",
        """
        tried(kernel, "kill", VICTIM, 15)
        tried(kernel, "tkill", VICTIM, 15)
        tried(kernel, "tgkill", VICTIM, VICTIM, 15)
        record = ctypes.create_string_buffer(struct.pack("<iiii", 15, 0, -1, 0), 128)
        tried(kernel, "rt_sigqueueinfo", VICTIM, 15, ctypes.addressof(record))
        handle = tried(kernel, "pidfd_open", VICTIM, 0)
        tried(kernel, "pidfd_send_signal", handle, 15, 0, 0)
        eigenvalues = honest
        """,
        Aim.TOUCH,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a signal sent by a pipe",
        "Names another process as the owner of a pipe, so that the kernel signals it when the pipe is written to.",
        """
        import fcntl

        def send():
            source, sink = os.pipe()
            fcntl.fcntl(source, fcntl.F_SETOWN, VICTIM)
            fcntl.fcntl(source, 10, 15)  # F_SETSIG: SIGTERM in the place of SIGIO
            fcntl.fcntl(source, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
            os.write(sink, b"x")

        tried(send)
        eigenvalues = honest
        """,
        Aim.TOUCH,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a signal to its parent",
        "Signals the process that started it, and the grader.",
        """
        for number in (os.getppid(), GRADER):
            if number > 0:
                tried(os.kill, number, signal.SIGUSR1)
        eigenvalues = honest
        """,
        Aim.TOUCH,
        stopped_from=Level.CONFINED,
        honest=True,
        quick=True,
    ),
    attack(
        "its whole group killed",
        "Kills its process group, to which others may belong.",
        "def eigenvalues(A):\n    os.killpg(0, signal.SIGKILL)\n    time.sleep(0.1)\n    return wrong(A)",
        Aim.TOUCH,
        verdict=(Verdict.CRASHED, Verdict.RAISED),
    ),
    attack(
        "a stranger traced",
        "Attaches to a process as a debugger does, which stops it.",
        """
        if tried(kernel, "ptrace", 16, VICTIM, 0, 0) == 0:
            time.sleep(0.2)
        eigenvalues = honest
        """,
        Aim.TOUCH,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "its parent traced",
        "Attaches to the process that started it, without stopping it, and reads its memory.",
        """
        for number in (os.getppid(), GRADER):
            tried(kernel, "ptrace", 0x4206, number, 0, 0)  # PTRACE_SEIZE
            tried(lambda: tell(os.pread(os.open(f"/proc/{number}/mem", os.O_RDONLY), 64, ADDRESS)))
        eigenvalues = honest
        """,
        (Aim.SECRET, Aim.TOUCH),
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a stranger's limits lowered",
        "Gives another process a limit of files, a priority and a processor that make it useless.",
        """
        import resource
        tried(resource.prlimit, VICTIM, resource.RLIMIT_NOFILE, (7, 7))
        tried(os.setpriority, os.PRIO_PROCESS, VICTIM, 19)
        eigenvalues = honest
        """,
        Aim.TOUCH,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "itself as a debugger's prey",
        "Asks to be traced by its parent and stops at every signal.",
        "def eigenvalues(A):\n    tried(kernel, 'ptrace', 0, 0, 0, 0)\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(60)",
        Aim.HOLD,
        verdict=(Verdict.TIME_LIMIT, Verdict.RAISED, Verdict.CRASHED),
    ),
)
