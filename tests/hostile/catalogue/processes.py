"""Processes and threads of its own: fork bombs, daemons, other programs, and other doors to the same system calls."""

from typing import Final

from grader.model import Verdict
from tests.hostile.attack import Aim, Attack, Level, attack

# All of these are bounded: where they are not stopped they must do no harm to the machine that tests them.

ATTACKS: Final[tuple[Attack, ...]] = (
    attack(
        "a fork bomb",
        "Forks as often as it can.",
        """
        for _ in range(24):
            if tried(os.fork) == 0:
                time.sleep(0.5)
                os._exit(0)
        time.sleep(0.2)
        eigenvalues = honest
        """,
        Aim.SPREAD,
        stopped_from=Level.CONFINED,
        honest=True,
        quick=True,
    ),
    attack(
        "a fork bomb through other doors",
        "Forks with every system call that makes a process, by number, past whatever watches the usual ones.",
        """
        doors = [("fork",), ("vfork",), ("clone", 17, 0, 0, 0, 0)]
        record = ctypes.create_string_buffer(struct.pack("<11Q", 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0))
        doors.append(("clone3", ctypes.addressof(record), 88))
        for name, *arguments in (door for door in doors for _ in range(8) if door[0] != "vfork"):
            if tried(kernel, name, *arguments) == 0:
                time.sleep(0.5)
                os._exit(0)
        time.sleep(0.2)
        eigenvalues = honest
        """,
        Aim.SPREAD,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a fork by the numbers of another architecture",
        "Makes system calls in the convention of 32-bit programs, whose numbers mean other things.",
        """
        import mmap, platform

        def by_interrupt():
            # mov eax, 2; int 0x80; ret: fork() for 32-bit programs
            page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
            page.write(bytes.fromhex("b802000000cd80c3"))
            address = ctypes.addressof(ctypes.c_char.from_buffer(page))
            return ctypes.CFUNCTYPE(ctypes.c_int)(address)()

        def with_flag():
            return ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 + 57))

        if platform.machine() == "x86_64":
            for door in [with_flag] * 12 + [by_interrupt] * 12:
                if tried(door) == 0:
                    time.sleep(0.5)
                    os._exit(0)
            time.sleep(0.2)
        eigenvalues = honest
        """,
        Aim.SPREAD,
        stopped_from=Level.CONFINED,
        honest=True,
        verdict=(Verdict.CRASHED, Verdict.ACCEPTED, Verdict.RAISED),
        below=Verdict.ACCEPTED,
    ),
    attack(
        "threads",
        "Starts as many threads as it can.",
        """
        threading.stack_size(2**18)
        for _ in range(12):
            tried(threading.Thread(target=time.sleep, args=(0.5,), daemon=True).start)
        time.sleep(0.2)
        eigenvalues = honest
        """,
        Aim.SPREAD,
        stopped_from=Level.CONFINED,
        honest=True,
        quick=True,
    ),
    attack(
        "a daemon",
        "Forks twice and leaves its session, so that a process stays when its own is killed.",
        """
        def leave():
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.closerange(0, 64)
                    time.sleep(20)
                os._exit(0)
            os.wait()

        tried(leave)
        eigenvalues = honest
        """,
        Aim.OUTLIVE,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a program that stays",
        "Starts another program in a session of its own.",
        """
        import subprocess
        tried(lambda: subprocess.Popen([sys.executable, "-ISc", "import time; time.sleep(20)"], start_new_session=True))
        tried(lambda: os.posix_spawn("/bin/sleep", ["sleep", "20"], {}, setsid=True))
        eigenvalues = honest
        """,
        Aim.OUTLIVE,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a shell command",
        "Runs commands that leave a file.",
        """
        import subprocess
        for command in (f"touch /tmp/{MARK}", f"echo x > {OWN}/{MARK}", f"mkdir {HOME}/{MARK}"):
            tried(os.system, command)
            tried(subprocess.run, command, shell=True)
        eigenvalues = honest
        """,
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "another program in the worker's place",
        "Replaces its process by another program, which keeps the pipe and says that all is well.",
        """
        def eigenvalues(A):
            channel = the_channel()
            os.dup2(channel._sink, 1)
            os.execv(sys.executable, [sys.executable, "-ISc", f"print('all tests passed'); open('/tmp/{MARK}', 'w')"])
        """,
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
        verdict=(Verdict.RAISED, Verdict.CRASHED),
        below=Verdict.CRASHED,
    ),
    attack(
        "a program made in memory",
        "Writes a program into a file that exists in memory only, and runs it.",
        """
        def eigenvalues(A):
            descriptor = os.memfd_create("program", 0)
            os.write(descriptor, b"#!/bin/sh\\ntouch /tmp/" + MARK.encode() + b"\\n")
            os.execve(descriptor, ["program"], {})
        """,
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
        verdict=(Verdict.RAISED, Verdict.CRASHED),
        below=Verdict.CRASHED,
    ),
    attack(
        "a pool of workers",
        "Uses multiprocessing, which starts a process for each core and more to look after them.",
        """
        import multiprocessing
        def start():
            context = multiprocessing.get_context("fork")
            for _ in range(24):
                context.Process(target=time.sleep, args=(0.5,), daemon=True).start()
        tried(start)
        time.sleep(0.2)
        eigenvalues = honest
        """,
        Aim.SPREAD,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
)
