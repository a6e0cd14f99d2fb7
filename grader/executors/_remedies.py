"""What would help where a level cannot be had: one line for the one who looks after the machine."""

import sys
from pathlib import Path
from typing import Final

_APPARMOR: Final = (
    "allow bubblewrap its namespaces: `sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or an AppArmor profile"
    " for bwrap with `userns,`"
)
_CLONE: Final = "allow user namespaces: `sysctl kernel.unprivileged_userns_clone=1`"
_COUNT: Final = "allow user namespaces: `sysctl user.max_user_namespaces=10000`"
_CONTAINER: Final = (
    "start the container with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined`, so that bubblewrap"
    " may make namespaces"
)
_NOT_STOPPED: Final = "not stopped"
_LANDLOCK: Final = "use a kernel from 5.13 on with Landlock (`landlock` in `cat /sys/kernel/security/lsm`)"
_LINUX: Final = "use Linux, natively or in a container or virtual machine"


def remedy(level: str, error: str) -> str:
    """Return what would make a level available here, as the end of a message.

    Parameters
    ----------
    level : str
        that cannot be had.
    error : str
        what went wrong.
    """
    if sys.platform != "linux":
        return f"; {_LINUX}"
    if level == "confined":
        return f"; {_LANDLOCK}" if _NOT_STOPPED in error else ""
    return f"; {_namespaces()}" if "bwrap" in error and "not installed" not in error else ""


def _namespaces() -> str:
    settings = {
        "kernel/apparmor_restrict_unprivileged_userns": ("1", _APPARMOR),
        "kernel/unprivileged_userns_clone": ("0", _CLONE),
        "user/max_user_namespaces": ("0", _COUNT),
    }
    for name, (bad, advice) in settings.items():
        try:
            if Path("/proc/sys", name).read_text(encoding="ascii").strip() == bad:
                return advice
        except OSError:
            continue
    return _CONTAINER
