"""`json`: a report for programs, in the format `grader/report/1`."""

import json
import platform
from importlib.metadata import version
from typing import ClassVar

import numpy as np

import grader
from grader.plain_results import exercise_data, rounded
from grader.reports._contract import Renderer
from grader.results import Report, TopicScore

FORMAT = "grader/report/1"


class JsonReport(Renderer):
    """One JSON object; numbers that are not finite are the texts `nan`, `inf` and `-inf`."""

    kind: ClassVar[str] = "json"

    def render(self, report: Report) -> str:
        """Return the object with an indent of two."""
        data = {
            "format": FORMAT,
            "course": report.course,
            "seed": report.seed,
            "isolation": report.isolation,
            "exercises": [exercise_data(exercise, rounded) for exercise in report.exercises],
            "topics": [_topic(topic) for topic in report.topics],
            "versions": {
                "grader": grader.__version__,
                "python": platform.python_version(),
                "numpy": np.__version__,
                "scipy": version("scipy"),
            },
            "errors": list(report.errors),
        }
        text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        # Halves of a character, which a student's text may hold, are not UTF-8; their escapes are JSON all the same.
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _topic(topic: TopicScore) -> dict[str, object]:
    return {
        "id": topic.id,
        "title": topic.title,
        "score": rounded(topic.score),
        "points": rounded(topic.points),
        "course_points": rounded(topic.course_points),
    }
