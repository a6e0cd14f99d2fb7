"""What a process takes upon itself before it reads a submission: limits, Landlock, a filter of system calls.

Everything is prepared once, in the process from which workers are forked; what is left to do in each of them takes a
fraction of a millisecond. None of it can be taken back. Linux only: elsewhere no layer is offered.
"""

import contextlib
import ctypes
import errno
import os
import signal
import struct
import sys
from collections.abc import Sequence
from typing import Final

from grader.sandbox import kernel, landlock, seccomp

if sys.platform == "linux":
    import resource

LAYERS: Final = ("rlimits", "landlock", "seccomp")

_DIE_WITH_PARENT: Final = 1
_DUMPABLE: Final = 4
_NO_NEW_PRIVILEGES: Final = 38
_DROP_FROM_BOUND: Final = 24
_SET_CAPABILITIES: Final = {"x86_64": 126, "aarch64": 91}
_GET_CAPABILITIES: Final = {"x86_64": 125, "aarch64": 90}
_CAPABILITIES_VERSION: Final = 0x20080522
_MOST_CAPABILITIES: Final = 64

_DESCRIPTORS: Final = 64
_GRACE_SECONDS: Final = 1


class Confinement:
    """What a child takes upon itself before it reads a submission.

    Parameters
    ----------
    readable : sequence of str
        files and folders that may be read where Landlock is offered; what is not there is left out.
    memory : int
        largest address space in bytes; what was mapped before counts.
    processor_seconds : int
        processor time after which the process gets SIGXCPU, and one second later SIGKILL.
    layers : sequence of str
        those of `LAYERS` that are wanted.

    Attributes
    ----------
    layers : tuple of str
        those of the wanted layers that this machine offers, in the order in which they are applied.
    landlock_version : int
        the version of Landlock that is used, 0 if none.
    descriptors : tuple of int
        what `apply` needs, and closes; until then they must stay open.

    Raises
    ------
    ValueError
        if a layer is not known.
    OSError
        if what the machine offers cannot be prepared.
    """

    def __init__(
        self, readable: Sequence[str], memory: int, processor_seconds: int, layers: Sequence[str] = LAYERS
    ) -> None:
        if unknown := set(layers) - set(LAYERS):
            raise ValueError(f"no layer is called {min(unknown)!r}; there are {', '.join(LAYERS)}")
        if sys.platform == "linux":
            self._limits = _lowered(memory, processor_seconds)
        self.landlock_version = landlock.version() if "landlock" in layers else 0
        self._filter = seccomp.prepare() if "seccomp" in layers else None
        steps = {
            "rlimits": self._limit if sys.platform == "linux" else None,
            "landlock": self._restrict if self.landlock_version else None,
            "seccomp": self._install if self._filter else None,
        }
        found = {layer: step for layer, step in steps.items() if layer in layers and step}
        self.layers = tuple(found)
        self._steps = {"no_new_privs": self._give_up_privileges} | found if found else {}
        rules = (landlock.ruleset(readable, self.landlock_version),) if self.landlock_version else ()
        self.descriptors: tuple[int, ...] = rules

    def apply(self) -> None:
        """Confine this process, which must have one thread.

        Raises
        ------
        OSError
            naming the layer that could not be applied; the process must then end.
        """
        for name, step in self._steps.items():
            try:
                step()
            except (OSError, ValueError) as error:  # a ValueError of `setrlimit` is what the kernel calls EPERM
                number = error.errno if isinstance(error, OSError) else errno.EPERM
                raise OSError(number, f"{name} could not be applied to this process: {error}") from error

    def _give_up_privileges(self) -> None:
        kernel.control(_NO_NEW_PRIVILEGES, 1)
        kernel.control(_DUMPABLE, 0)  # nobody with the same user's rights looks into this process

    def _limit(self) -> None:
        if sys.platform == "linux":
            for which, soft_and_hard in self._limits:
                resource.setrlimit(which, soft_and_hard)

    def _restrict(self) -> None:
        for rules in self.descriptors:
            landlock.restrict(rules, self.landlock_version)
            os.close(rules)

    def _install(self) -> None:
        assert self._filter is not None
        self._filter.install(os.getpid())


def die_with_parent(parent: int) -> None:
    """Let the kernel kill this process when its parent ends, and end at once if that has happened.

    To be called after `drop_to`: the kernel forgets it when a process changes its user.

    Parameters
    ----------
    parent : int
        the number of the parent as this process sees it.

    Raises
    ------
    OSError
        if the kernel refuses.
    """
    if sys.platform == "linux":
        kernel.control(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def drop_to(user: int) -> None:
    """Become an ordinary user, for good: no other groups, and no way back.

    Parameters
    ----------
    user : int
        the number of the user, and of the only group.

    Raises
    ------
    OSError
        if this process may not, or could still go back.
    ValueError
        if `user` is root.
    """
    if user == 0:
        raise ValueError("root is no ordinary user")
    if sys.platform == "linux":
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        for name, back in {"user": os.setresuid, "group": os.setresgid}.items():
            try:
                back(0, 0, 0)
            except PermissionError:
                continue
            raise OSError(errno.EPERM, f"the {name} could be changed back to root")
        if (os.getresuid(), os.getresgid(), os.getgroups()) != ((user,) * 3, (user,) * 3, []):
            raise OSError(errno.EPERM, f"this process could not become user {user}")


def drop_capabilities() -> None:
    """Give up every power that sets root apart from others, but the ownership of root's files.

    To be called by a process with one thread that has to stay root. A program that root starts is given powers again,
    up to a bound, which is lowered where that is allowed; a process without new privileges is given none in any case.

    Raises
    ------
    OSError
        if the kernel refuses, or a power is left.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # the first that the kernel does not know, or may not be told to drop
            for power in range(_MOST_CAPABILITIES):
                kernel.control(_DROP_FROM_BOUND, power)
        header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITIES_VERSION, 0))
        powers = ctypes.create_string_buffer(bytes(24), 24)
        place = ctypes.addressof(header), ctypes.addressof(powers)
        machine = kernel.machine()
        if machine is None:
            raise OSError(errno.ENOSYS, "how to give up root's powers is not known for this machine")
        kernel.call(_SET_CAPABILITIES[machine], *place)
        kernel.call(_GET_CAPABILITIES[machine], *place)
        if any(powers.raw):
            raise OSError(errno.EPERM, "a power of root's is left")


if sys.platform == "linux":

    def _lowered(memory: int, processor_seconds: int) -> list[tuple[int, tuple[int, int]]]:
        """Return the limits to set, soft and hard, none of them above what holds now."""
        nothing = (0, 0)
        wanted = {
            resource.RLIMIT_AS: (memory, memory),
            resource.RLIMIT_CPU: (processor_seconds, processor_seconds + _GRACE_SECONDS),
            resource.RLIMIT_NOFILE: (_DESCRIPTORS, _DESCRIPTORS),
            resource.RLIMIT_FSIZE: nothing,
            resource.RLIMIT_CORE: nothing,
            resource.RLIMIT_NPROC: nothing,
            resource.RLIMIT_MEMLOCK: nothing,
            resource.RLIMIT_MSGQUEUE: nothing,
        }
        return [(which, _at_most(resource.getrlimit(which), *limit)) for which, limit in wanted.items()]

    def _at_most(now: tuple[int, int], soft: int, hard: int) -> tuple[int, int]:
        soft_now, hard_now = (sys.maxsize if limit == resource.RLIM_INFINITY else limit for limit in now)
        return min(soft, soft_now, hard_now), min(hard, hard_now)
