"""Ways to run a submission: one file each, named by the isolation it gives."""

from grader.executors._beside import module_beside
from grader.executors._contract import Closing, Executor, Loaded, Session

__all__ = ["Closing", "Executor", "Loaded", "Session", "module_beside"]
