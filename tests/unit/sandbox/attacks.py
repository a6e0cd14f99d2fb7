"""What a hostile process tries, what an honest one needs, and how processes end, as trials for the stage.

Run as a program, with a folder and a `Setting` as JSON, it prints what came of every trial. It needs no NumPy and
imports nothing late, so that it may become a user who can read none of our files.
"""

import contextlib
import ctypes
import mmap
import os
import resource
import select
import signal
import socket
import subprocess
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from grader.sandbox.confinement import Confinement, die_with_parent, drop_to
from tests.unit.sandbox.stage import MEMORY, NOBODY, PATIENCE, Scene, main, trial

LIBC: Final = ctypes.CDLL(None, use_errno=True)


def _called(name: str, *arguments: Any) -> None:
    """Call a function of the C library, which sets `errno`."""
    if LIBC[name](*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)


# What a hostile process tries


@trial
def read_a_file(scene: Scene) -> None:
    (scene.outside / "secret").read_text()


@trial
def list_a_folder(scene: Scene) -> None:
    list(scene.outside.iterdir())


@trial
def ask_whether_a_file_is_there(scene: Scene) -> None:
    (scene.outside / "secret").stat()


@trial
def make_a_file(scene: Scene) -> None:
    os.open(scene.outside / "made", os.O_WRONLY | os.O_CREAT)


@trial
def make_a_nameless_file(scene: Scene) -> None:
    os.open(scene.outside, os.O_RDWR | os.O_TMPFILE)


@trial
def append_to_a_file(scene: Scene) -> None:
    with (scene.outside / "grown").open("r+b") as file:
        file.write(b"x")


@trial
def write_to_an_open_file(scene: Scene) -> None:
    os.write(scene.open_file, b"x")


@trial
def truncate_a_file(scene: Scene) -> None:
    os.truncate(scene.outside / "cut", 0)


@trial
def remove_a_file(scene: Scene) -> None:
    (scene.outside / "removed").unlink()


@trial
def rename_a_file(scene: Scene) -> None:
    (scene.outside / "renamed").rename(scene.outside / "otherwise")


@trial
def make_a_folder(scene: Scene) -> None:
    (scene.outside / "folder").mkdir()


@trial
def make_a_symbolic_link(scene: Scene) -> None:
    (scene.outside / "link").symlink_to("/etc/passwd")


@trial
def make_a_pipe_with_a_name(scene: Scene) -> None:
    os.mkfifo(scene.outside / "pipe")


@trial
def make_a_file_open_to_all(scene: Scene) -> None:
    os.fchmod(scene.open_file, 0o777)


@trial
def set_the_time_of_a_file(scene: Scene) -> None:
    os.utime(scene.open_file, (0, 0))


@trial
def change_folder(scene: Scene) -> None:
    os.chdir("/")


@trial
def fork(scene: Scene) -> None:
    number = os.fork()
    if number == 0:
        os._exit(0)
    os.waitpid(number, 0)


@trial
def spawn(scene: Scene) -> None:
    subprocess.run(["/bin/true"], check=True)


@trial
def become_another_program(scene: Scene) -> None:
    os.execv("/bin/true", ["true"])


@trial
def start_a_thread(scene: Scene) -> None:
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()


@trial
def connect_to_a_port(scene: Scene) -> None:
    socket.socket().connect(("127.0.0.1", scene.tcp))


@trial
def listen_at_a_port(scene: Scene) -> None:
    socket.create_server(("127.0.0.1", 0))


@trial
def send_a_datagram(scene: Scene) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", scene.udp))


@trial
def connect_to_a_socket_with_a_path(scene: Scene) -> None:
    socket.socket(socket.AF_UNIX).connect(str(scene.outside / "socket"))


@trial
def connect_to_an_abstract_socket(scene: Scene) -> None:
    socket.socket(socket.AF_UNIX).connect(f"\0{scene.outside}")


@trial
def make_a_pair_of_sockets(scene: Scene) -> None:
    socket.socketpair()


@trial
def signal_the_parent(scene: Scene) -> None:
    os.kill(scene.parent, 0)


@trial
def signal_a_sibling(scene: Scene) -> None:
    os.kill(scene.sibling, signal.SIGCONT)


@trial
def signal_a_thread_of_a_sibling(scene: Scene) -> None:
    _called("tgkill", scene.sibling, scene.sibling, 0)


@trial
def queue_a_signal_for_a_sibling(scene: Scene) -> None:
    _called("sigqueue", scene.sibling, 0, None)


@trial
def signal_the_group(scene: Scene) -> None:
    os.kill(0, 0)


@trial
def take_hold_of_a_process(scene: Scene) -> None:
    os.pidfd_open(scene.sibling)


@trial
def trace_a_sibling(scene: Scene) -> None:
    seize = 0x4206
    _called("ptrace", seize, scene.sibling, None, None)


@trial
def read_the_memory_of_a_sibling(scene: Scene) -> None:
    # A sibling was forked from the same process, so this child's own buffer lies at the same place there.
    source, sink = ctypes.create_string_buffer(8), ctypes.create_string_buffer(8)
    vectors = [(ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8) for buffer in (sink, source)]
    _called("process_vm_readv", scene.sibling, vectors[0], 1, vectors[1], 1, 0)


@trial
def limit_the_parent(scene: Scene) -> None:
    resource.prlimit(scene.parent, resource.RLIMIT_CORE)


@trial
def set_a_limit(scene: Scene) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard))


@trial
def make_a_file_in_memory(scene: Scene) -> None:
    os.memfd_create("memory")


@trial
def share_memory(scene: Scene) -> None:
    private, new, remove = 0, 0o1600, 0
    number = LIBC.shmget(private, 4096, new)
    if number == -1:
        raise OSError(ctypes.get_errno(), "shmget")
    LIBC.shmctl(number, remove, None)


@trial
def make_a_user_namespace(scene: Scene) -> None:
    _called("unshare", 0x10000000)


@trial
def be_less_urgent(scene: Scene) -> None:
    os.nice(1)


@trial
def lead_a_session(scene: Scene) -> None:
    os.setsid()


@trial
def take_another_name(scene: Scene) -> None:
    _called("prctl", 15, b"name", 0, 0, 0)


@trial
def open_a_hundred_files(scene: Scene) -> None:
    [os.dup(scene.open_file) for _ in range(100)]


@trial
def take_more_memory_than_allowed(scene: Scene) -> None:
    try:
        mmap.mmap(-1, MEMORY + 2**30)
    except OSError:
        bytearray(MEMORY + 2**30)


@trial
def call_as_another_architecture(scene: Scene) -> None:
    """Ask for the number of this process as a program of 32 bits does."""
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20; int 0x80; ret
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()


@trial
def call_in_the_x32_convention(scene: Scene) -> None:
    _called("syscall", ctypes.c_long(0x40000000 | 39))


# What an honest process needs


@trial
def read_what_is_readable(scene: Scene) -> None:
    assert [path.name for path in scene.readable.iterdir()] == ["given"]
    (scene.readable / "given").read_text()


@trial
def look_at_the_clocks(scene: Scene) -> None:
    time.sleep(0.001)
    time.time(), time.monotonic(), time.perf_counter(), time.process_time(), time.localtime(), os.times()


@trial
def draw_random_bytes(scene: Scene) -> None:
    os.urandom(8), os.getrandom(8)


@trial
def use_a_pipe(scene: Scene) -> None:
    source, sink = os.pipe()
    os.set_blocking(sink, False)
    os.set_inheritable(sink, True)
    os.set_inheritable(sink, False)
    assert os.write(sink, b"x" * 2**17) == 2**16
    waiting = select.poll()
    waiting.register(source, select.POLLIN)
    assert waiting.poll(0)
    assert select.select([source], [], [], 0)[0]
    copy = os.dup2(source, os.dup(source))
    assert not os.isatty(copy)
    assert len(os.read(copy, 2**20)) == 2**16
    os.closerange(copy, copy + 1)


@trial
def signal_itself(scene: Scene) -> None:
    heard: list[int] = []
    signal.signal(signal.SIGUSR1, lambda number, frame: heard.append(number))
    signal.signal(signal.SIGALRM, lambda number, frame: heard.append(number))
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)
    signal.setitimer(signal.ITIMER_REAL, 0.001)
    while len(heard) < 3:
        time.sleep(0.001)


@trial
def ask_about_itself(scene: Scene) -> None:
    (
        os.getpid(), os.getppid(), os.getuid(), os.getgroups(), Path.cwd(), os.uname(), os.cpu_count(),
        os.sched_getaffinity(0), resource.getrusage(resource.RUSAGE_SELF), resource.getrlimit(resource.RLIMIT_AS),
        resource.prlimit(0, resource.RLIMIT_CPU), threading.get_native_id(),
    )  # fmt: skip


@trial
def use_memory(scene: Scene) -> None:
    blocks = [bytearray(2**20) for _ in range(64)]
    blocks[0] *= 64
    lock = threading.Lock()
    assert lock.acquire(timeout=0.1)
    assert not lock.acquire(timeout=0.001)


@trial
def import_what_is_compiled(scene: Scene) -> None:
    import_module("_lsprof")  # an extension that nothing here has imported before


# How processes end


@trial
def end_with_a_status(scene: Scene) -> None:
    os._exit(3)


@trial
def abort(scene: Scene) -> None:
    os.abort()


@trial
def read_at_address_zero(scene: Scene) -> None:
    ctypes.string_at(0)


@trial
def compute_for_ever(scene: Scene) -> None:
    while True:
        pass


@trial
def compute_for_ever_whatever_is_signalled(scene: Scene) -> None:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True:
        pass


@trial
def write_to_a_full_pipe(scene: Scene) -> None:
    _, sink = os.pipe()
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    os.write(sink, b"x" * 2**17)


# What is done to processes before they are confined


@trial
def become_an_ordinary_user_for_good(scene: Scene) -> None:
    drop_to(NOBODY)
    assert os.getresuid() == os.getresgid() == (NOBODY,) * 3
    assert os.getgroups() == []
    for back in (os.setuid, os.setgid):
        with contextlib.suppress(PermissionError):
            back(0)
            raise AssertionError("there is a way back")


@trial
def become_an_ordinary_user_who_may_go_back(scene: Scene) -> None:
    set_secure_bits, keep_capabilities_with_any_user = 28, 1 << 2
    _called("prctl", set_secure_bits, keep_capabilities_with_any_user, 0, 0, 0)
    drop_to(NOBODY)


@trial
def become_a_user_without_being_root(scene: Scene) -> None:
    drop_to(NOBODY)
    drop_to(NOBODY - 1)


@trial
def outlive_the_parent(scene: Scene) -> None:
    """Let a child end and see whether the child's child, which holds a pipe open, is gone too."""
    source, sink = os.pipe()
    parent = os.fork()
    if parent == 0:
        ready, is_ready = os.pipe()
        if os.fork() == 0:
            die_with_parent(os.getppid())
            os.write(is_ready, b"x")
            time.sleep(1000)
        os.read(ready, 1)
        os._exit(0)
    os.close(sink)
    os.waitpid(parent, 0)
    if select.select([source], [], [], PATIENCE)[0]:
        raise ChildProcessError("it is gone")


@trial
def outlive_a_parent_that_has_ended(scene: Scene) -> None:
    die_with_parent(os.getpid())


@trial
def go_on_without_rules(scene: Scene) -> None:
    confined = Confinement([], MEMORY, 1, ["landlock"])
    for descriptor in confined.descriptors:
        os.close(descriptor)
    confined.apply()


if __name__ == "__main__":
    main()
