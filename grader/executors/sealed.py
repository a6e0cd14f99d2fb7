"""`sealed`: a forked worker in namespaces of its own, confined before it reads a byte of the submission. Linux only.

Bubblewrap shows it Python, NumPy and SciPy and nothing else; resource limits, Landlock and seccomp take away what is
left. It is meant for other people's submissions.
"""

from typing import ClassVar

from grader.executors._enclosure import LAYERS
from grader.executors._forking import ForkingExecutor


class SealedExecutor(ForkingExecutor):
    """Forks workers inside bubblewrap; Landlock is added where the kernel has it."""

    kind: ClassVar[str] = "sealed"
    layers: ClassVar[tuple[str, ...]] = LAYERS
