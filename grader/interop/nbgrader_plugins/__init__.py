"""Plugins for nbgrader's own commands, named by dotted path in its configuration or on its command line.

Only nbgrader imports them: they need the extra `nbgrader`.
"""

from grader.interop.nbgrader_plugins.collector import PlatformCollector
from grader.interop.nbgrader_plugins.execution import ConfinedExecute
from grader.interop.nbgrader_plugins.late import CourseLatePenalty
from grader.interop.nbgrader_plugins.topics import TopicExporter

__all__ = ["ConfinedExecute", "CourseLatePenalty", "PlatformCollector", "TopicExporter"]
