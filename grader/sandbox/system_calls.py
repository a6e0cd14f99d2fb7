"""The system calls that a confined process may make; the kernel refuses all others.

They are what Python, NumPy and SciPy need to compute, to load modules, to tell the time and to answer. None makes a
process, a thread, a socket or a file, and none changes what others see.
"""

import errno
from typing import Final

from grader.sandbox.records import dataclass

OWN_PROCESS: Final = -1
"""Stands for the number of the process that is confined."""


@dataclass(frozen=True)
class Condition:
    """What one 32-bit word of a call's arguments must be like.

    Attributes
    ----------
    word : int
        its place: `2 * i` is the lower half of argument `i`, and `2 * i + 1` the upper one.
    values : tuple of int
        what it may be; empty if anything.
    without : int
        bits that must not be set.
    """

    word: int
    values: tuple[int, ...] = ()
    without: int = 0


REFUSED: Final = errno.EPERM
"""The error with which a call fails that is not allowed."""

# Lower halves are enough where the kernel itself looks at 32 bits only: numbers of processes, commands, flags.
_FIRST: Final = 0
_SECOND: Final = 2
_THIRD: Final = 4

_OPENS_TO_WRITE: Final = 0x400000 | 0x3 | 0x40 | 0x200  # O_TMPFILE, O_WRONLY or O_RDWR, O_CREAT, O_TRUNC
_DESCRIPTORS_AND_FLAGS: Final = (0, 1, 2, 3, 4, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
_IS_IT_A_TERMINAL: Final = (0x5401, 0x5413)  # TCGETS, TIOCGWINSZ
_HOW_TO_BLOCK_AND_INHERIT: Final = (0x5421, 0x5450, 0x5451)  # FIONBIO, FIONCLEX, FIOCLEX

CONDITIONS: Final[dict[str, tuple[Condition, ...]]] = {
    "fcntl": (Condition(_SECOND, _DESCRIPTORS_AND_FLAGS),),
    "ioctl": (Condition(_SECOND, _IS_IT_A_TERMINAL + _HOW_TO_BLOCK_AND_INHERIT),),
    "kill": (Condition(_FIRST, (OWN_PROCESS,)),),
    "open": (Condition(_SECOND, without=_OPENS_TO_WRITE),),
    "openat": (Condition(_THIRD, without=_OPENS_TO_WRITE),),
    # One may ask for one's own limits; the third argument, a pointer of two words, would set them.
    "prlimit64": (Condition(_FIRST, (0,)), Condition(_THIRD, (0,)), Condition(_THIRD + 1, (0,))),
    "tgkill": (Condition(_FIRST, (OWN_PROCESS,)),),
}

CALLS: Final[dict[str, tuple[int | None, int | None]]] = {
    # name: number on x86_64, number on aarch64
    "access": (21, None),
    "alarm": (37, None),
    "arch_prctl": (158, None),
    "brk": (12, 214),
    "clock_getres": (229, 114),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "close": (3, 57),
    "close_range": (436, 436),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "fcntl": (72, 25),
    "fstat": (5, 80),
    "futex": (202, 98),
    "getcpu": (309, 168),
    "getcwd": (79, 17),
    "getdents64": (217, 61),
    "getegid": (108, 177),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getgroups": (115, 158),
    "getitimer": (36, 102),
    "getpgrp": (111, None),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "getrandom": (318, 278),
    "getresgid": (120, 150),
    "getresuid": (118, 148),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "gettid": (186, 178),
    "gettimeofday": (96, 169),
    "getuid": (102, 174),
    "ioctl": (16, 29),
    "kill": (62, 129),
    "lseek": (8, 62),
    "lstat": (6, None),
    "madvise": (28, 233),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "munmap": (11, 215),
    "nanosleep": (35, 101),
    "newfstatat": (262, 79),
    "open": (2, None),
    "openat": (257, 56),
    "pipe": (22, None),
    "pipe2": (293, 59),
    "poll": (7, None),
    "ppoll": (271, 73),
    "pread64": (17, 67),
    "prlimit64": (302, 261),
    "pselect6": (270, 72),
    "read": (0, 63),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "readv": (19, 65),
    "restart_syscall": (219, 128),
    "rseq": (334, 293),
    "rt_sigaction": (13, 134),
    "rt_sigpending": (127, 136),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "rt_sigtimedwait": (128, 137),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "select": (23, None),
    "set_robust_list": (273, 99),
    "set_tid_address": (218, 96),
    "setitimer": (38, 103),
    "sigaltstack": (131, 132),
    "stat": (4, None),
    "statx": (332, 291),
    "sysinfo": (99, 179),
    "tgkill": (234, 131),
    "time": (201, None),
    "times": (100, 153),
    "uname": (63, 160),
    "write": (1, 64),
    "writev": (20, 66),
}
