"""`confined`: a forked worker that may read Python, NumPy and SciPy and do nothing to anyone. Linux only.

For machines that allow no namespaces, as many containers and CI runners do. Started by root it becomes a user whom
nobody is.
"""

from typing import ClassVar

from grader.executors._enclosure import LAYERS
from grader.executors._forking import ForkingExecutor


class ConfinedExecutor(ForkingExecutor):
    """Forks workers under resource limits, Landlock and seccomp."""

    kind: ClassVar[str] = "confined"
    layers: ClassVar[tuple[str, ...]] = LAYERS[1:]
