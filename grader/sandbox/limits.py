"""Limits that the operating system keeps for us where it can."""

import sys

if sys.platform != "win32":
    import resource


def apply(*, memory: int, processor_seconds: int) -> None:
    """Limit this process.

    Parameters
    ----------
    memory : int
        largest address space in bytes (Linux; elsewhere the system does not keep this limit).
    processor_seconds : int
        processor time after which the system ends the process, should nobody else.
    """
    if sys.platform == "win32":
        return
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_CPU, processor_seconds)
    if sys.platform == "linux":
        _lower(resource.RLIMIT_AS, memory)


if sys.platform != "win32":

    def _lower(which: int, value: int) -> None:
        _, hard = resource.getrlimit(which)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (allowed, allowed))
