"""The filter lets through what the table of calls says, on every architecture, and nothing else."""

import ctypes
import os
import struct
import sys
from collections.abc import Sequence
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.sandbox import kernel, seccomp
from grader.sandbox.seccomp import ARCHITECTURES, assemble
from grader.sandbox.system_calls import CALLS, CONDITIONS, OWN_PROCESS

ALLOWED: Final = "allowed"
REFUSED: Final = "refused"
ENDED: Final = "ended"
ANSWERS: Final = {0x7FFF0000: ALLOWED, 0x00050001: REFUSED, 0x80000000: ENDED}
PROCESS: Final = 4711
WORD: Final = 2**32 - 1

NEVER: Final = """
accept add_key bind bpf chdir chmod chown chroot clone clone3 connect creat delete_module epoll_create1 eventfd2
execve execveat fallocate fchdir fchmod fchmodat fchown fchownat finit_module fork fsetxattr ftruncate futimesat
inotify_init inotify_init1 io_setup io_uring_enter io_uring_register io_uring_setup kcmp kexec_load keyctl
landlock_restrict_self link linkat listen mbind memfd_create memfd_secret migrate_pages mkdir mkdirat mknod mknodat
mlock mount move_pages mq_open msgget name_to_handle_at open_by_handle_at openat2 perf_event_open personality
pidfd_getfd pidfd_open pidfd_send_signal pivot_root prctl process_madvise process_vm_readv process_vm_writev ptrace
pwrite64 pwritev reboot recvfrom recvmsg rename renameat renameat2 request_key rmdir rt_sigqueueinfo
rt_tgsigqueueinfo sched_setaffinity sched_setscheduler seccomp semget sendfile sendmsg sendto setgid setns setpgid
setpriority setresgid setresuid setrlimit setsid setsockopt setuid setxattr shmat shmget signalfd4 socket socketpair
splice swapon symlink symlinkat sync syslog tee timer_create timerfd_create tkill truncate umount2 unlink unlinkat
unshare userfaultfd utime utimensat utimes vfork vmsplice
""".split()  # noqa: SIM905 - a line for each would be a page


def answer(code: bytes, token: int, number: int, arguments: Sequence[int] = (0,) * 6) -> str:
    """Run a filter as the kernel would, for one call."""
    data = struct.pack("=IIQ6Q", number, token, 0, *arguments)
    line = accumulator = 0
    while True:
        operation, if_true, if_false, constant = struct.unpack_from("=HBBI", code, 8 * line)
        line += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, constant)
            case 0x15:
                line += if_true if accumulator == constant else if_false
            case 0x35:
                line += if_true if accumulator >= constant else if_false
            case 0x45:
                line += if_true if accumulator & constant else if_false
            case 0x06:
                return ANSWERS[constant]
            case _:
                raise AssertionError(f"no operation is {operation:#x}")


def due(architecture: str, number: int, arguments: Sequence[int]) -> str:
    """Return what the table says of a call."""
    known = ARCHITECTURES[architecture]
    if known.foreign is not None and number >= known.foreign:
        return ENDED
    for name, numbers in CALLS.items():
        if numbers[known.column] == number:
            for condition in CONDITIONS.get(name, ()):
                word = arguments[condition.word // 2] >> 32 * (condition.word % 2) & WORD
                values = [PROCESS if value == OWN_PROCESS else value for value in condition.values]
                if (values and word not in values) or word & condition.without:
                    return REFUSED
            return ALLOWED
    return REFUSED


architectures = pytest.mark.parametrize("architecture", ARCHITECTURES)
telling = sorted({PROCESS, *(value for tests in CONDITIONS.values() for one in tests for value in one.values)} - {-1})
words = st.sampled_from(telling) | st.integers(0, WORD) | st.integers(0, 31).map(lambda bit: 1 << bit)
arguments_of_calls = st.lists(
    st.builds(lambda low, high: low | high << 32, words, st.just(0) | words), min_size=6, max_size=6
)
numbers_of_calls = st.sampled_from(
    sorted({number + near for pair in CALLS.values() for number in pair if number is not None for near in (0, 1)})
)


@architectures
@given(number=numbers_of_calls | st.integers(0, WORD), arguments=arguments_of_calls)
@example(number=WORD, arguments=[0] * 6)
@example(number=0x40000000, arguments=[0] * 6)
@example(number=0x3FFFFFFF, arguments=[0] * 6)
def test_the_filter_lets_through_what_the_table_says(architecture: str, number: int, arguments: list[int]) -> None:
    code = assemble(architecture, PROCESS)
    assert answer(code, ARCHITECTURES[architecture].token, number, arguments) == due(architecture, number, arguments)


@architectures
def test_every_number_gets_the_answer_of_the_table(architecture: str) -> None:
    code, token = assemble(architecture, PROCESS), ARCHITECTURES[architecture].token
    for arguments in ([0] * 6, [PROCESS] * 6, [WORD << 32 | WORD] * 6):
        found = [answer(code, token, number, arguments) for number in range(600)]
        assert found == [due(architecture, number, arguments) for number in range(600)]


@architectures
@given(token=st.integers(0, WORD) | st.sampled_from([0x40000003, 0x40000028, 0xC000003E, 0xC00000B7]))
def test_another_architecture_ends_the_process(architecture: str, token: int) -> None:
    read = CALLS["read"][ARCHITECTURES[architecture].column]
    assert read is not None
    expected = ALLOWED if token == ARCHITECTURES[architecture].token else ENDED
    assert answer(assemble(architecture, PROCESS), token, read) == expected


@architectures
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("kill", [PROCESS, 9], ALLOWED),
        ("kill", [PROCESS + 1, 9], REFUSED),
        ("kill", [0, 9], REFUSED),
        ("kill", [WORD, 9], REFUSED),
        ("tgkill", [PROCESS, 1, 6], ALLOWED),
        ("tgkill", [PROCESS - 1, PROCESS, 6], REFUSED),
        ("prlimit64", [0, 7, 0, 1], ALLOWED),
        ("prlimit64", [0, 7, 1 << 32, 1], REFUSED),
        ("prlimit64", [0, 7, 1, 1], REFUSED),
        ("prlimit64", [PROCESS, 7, 0, 1], REFUSED),
        ("openat", [WORD, 0, 0o2000000], ALLOWED),
        ("openat", [WORD, 0, 0o2000001], REFUSED),
        ("openat", [WORD, 0, 0o2000002], REFUSED),
        ("openat", [WORD, 0, 0o100], REFUSED),
        ("openat", [WORD, 0, 0o1000], REFUSED),
        ("openat", [WORD, 0, 0o20200000], REFUSED),
        ("fcntl", [1, 3], ALLOWED),
        ("fcntl", [1, 8, PROCESS], REFUSED),
        ("ioctl", [0, 0x5401], ALLOWED),
        ("ioctl", [0, 0x5412], REFUSED),
    ],
)
def test_calls_are_judged_by_their_arguments(architecture: str, name: str, arguments: list[int], expected: str) -> None:
    known = ARCHITECTURES[architecture]
    number = CALLS[name][known.column]
    assert number is not None
    padded = [*arguments, 0, 0, 0, 0][:6]
    assert answer(assemble(architecture, PROCESS), known.token, number, padded) == expected


@architectures
def test_only_the_number_of_the_process_differs_between_processes(architecture: str) -> None:
    one, other = assemble(architecture, 0x01010101), assemble(architecture, 0x02020202)
    assert len(one) == len(other)
    assert one.replace(b"\1\1\1\1", b"\2\2\2\2") == other
    assert one.count(b"\1\1\1\1") == 2


@architectures
def test_no_number_stands_for_two_calls(architecture: str) -> None:
    column = ARCHITECTURES[architecture].column
    numbers = [pair[column] for pair in CALLS.values() if pair[column] is not None]
    assert len(set(numbers)) == len(numbers)


def test_the_table_is_in_order_and_conditions_belong_to_calls() -> None:
    assert list(CALLS) == sorted(CALLS)
    assert CONDITIONS.keys() <= CALLS.keys()


# Against what others know


@pytest.fixture(scope="module")
def libseccomp() -> ctypes.CDLL:
    try:
        return ctypes.CDLL("libseccomp.so.2")
    except OSError:
        pytest.skip("libseccomp is not installed")


@architectures
def test_numbers_are_those_that_libseccomp_knows(architecture: str, libseccomp: ctypes.CDLL) -> None:
    known = ARCHITECTURES[architecture]
    ours = {name: numbers[known.column] for name, numbers in CALLS.items()}
    theirs = {name: libseccomp.seccomp_syscall_resolve_name_arch(known.token, name.encode()) for name in CALLS}
    assert ours == {name: number if number >= 0 else None for name, number in theirs.items()}


@architectures
def test_nothing_dangerous_is_let_through(architecture: str, libseccomp: ctypes.CDLL) -> None:
    assert not set(NEVER) & CALLS.keys()
    known = ARCHITECTURES[architecture]
    numbers = {name: libseccomp.seccomp_syscall_resolve_name_arch(known.token, name.encode()) for name in NEVER}
    assert -1 not in numbers.values()  # -1 is what libseccomp has never heard of
    code = assemble(architecture, PROCESS)
    assert {
        name for name, number in numbers.items() if number >= 0 and answer(code, known.token, number) != REFUSED
    } == set()


@pytest.mark.skipif(sys.platform != "linux", reason="the constants are those of Linux")
def test_constants_are_those_of_the_system() -> None:
    if sys.platform == "linux":
        import fcntl
        import termios

        without = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | (os.O_TMPFILE & ~os.O_DIRECTORY)
        assert [c.without for c in CONDITIONS["openat"]] == [without]
        commands = ("F_DUPFD", "F_GETFD", "F_SETFD", "F_GETFL", "F_SETFL", "F_DUPFD_CLOEXEC")
        assert CONDITIONS["fcntl"][0].values == tuple(getattr(fcntl, name) for name in commands)
        requests = ("TCGETS", "TIOCGWINSZ", "FIONBIO", "FIONCLEX", "FIOCLEX")
        assert CONDITIONS["ioctl"][0].values == tuple(getattr(termios, name) for name in requests)


# This machine


@pytest.mark.skipif(kernel.machine() is None, reason="this machine's calls are not known")
def test_the_program_is_the_one_for_this_machine() -> None:
    assert seccomp.program(PROCESS) == assemble(kernel.machine() or "", PROCESS)


def test_elsewhere_there_is_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "machine", lambda: None)
    assert seccomp.program(PROCESS) is None
    assert seccomp.prepare() is None


@pytest.mark.parametrize(
    ("system", "bits", "name", "expected"),
    [
        ("linux", 8, "x86_64", "x86_64"),
        ("linux", 8, "aarch64", "aarch64"),
        ("linux", 4, "x86_64", None),
        ("linux", 8, "riscv64", None),
        ("darwin", 8, "x86_64", None),
    ],
)
def test_a_machine_is_known_by_system_width_and_name(
    monkeypatch: pytest.MonkeyPatch, system: str, bits: int, name: str, expected: str | None
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(struct, "calcsize", lambda _: bits)
    monkeypatch.setattr(os, "uname", lambda: type("Uname", (), {"machine": name}), raising=False)
    assert kernel.machine() == expected


def test_known_machines_have_an_architecture() -> None:
    assert set(kernel.MACHINES) == ARCHITECTURES.keys()


@pytest.mark.parametrize(("error", "offered"), [(14, True), (22, False), (1, False)])
def test_a_kernel_without_filters_is_recognised(monkeypatch: pytest.MonkeyPatch, error: int, offered: bool) -> None:
    def refuse(option: int, first: int) -> int:
        raise OSError(error, "no")

    monkeypatch.setattr(kernel, "machine", lambda: "x86_64")
    monkeypatch.setattr(kernel, "control", refuse)
    assert (seccomp.prepare() is not None) == offered
