"""`json`: the gradebook for programs, in the format `grader/gradebook-report/1`."""

import json
from typing import ClassVar

from grader.gradebook.scores import ExerciseScore, Overview, StudentScores
from grader.gradebook_reports._contract import GradebookRenderer
from grader.plain_results import check_data, rounded

FORMAT = "grader/gradebook-report/1"


class JsonOverview(GradebookRenderer):
    """One JSON object; scores that are not known are null."""

    kind: ClassVar[str] = "json"

    def render(self, scores: Overview, *, details: bool) -> str:
        """Return the object with an indent of one."""
        file = scores.course.file
        data = {
            "format": FORMAT,
            "course": file.title,
            "timezone": file.timezone,
            "topics": [
                {"id": topic.id, "title": topic.title, "weight": rounded(topic.weight)} for topic in scores.topics
            ],
            "exercises": [
                {
                    "id": name,
                    "topic": topic.id,
                    "section": section.title,
                    "due": section.due,
                    "points": rounded(scores.points[name]),
                    "dropped": [{"check": item.check, "why": item.why} for item in scores.course.dropped(name)],
                }
                for topic in scores.topics
                for section in topic.sections
                for name in section.exercises
            ],
            "students": [_student(student, details=details) for student in scores.students],
        }
        text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        # Halves of a character, which a student's text may hold, are not UTF-8; their escapes are JSON all the same.
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _student(one: StudentScores, *, details: bool) -> dict[str, object]:
    return {
        "student": one.student.id,
        "name": one.student.name,
        "email": one.student.email,
        "ids": dict(one.student.ids),
        "on_roster": one.on_roster,
        "percent": rounded(None if one.share is None else 100 * one.share),
        "topics": [
            {"id": item.id, "score": rounded(item.score), "points": rounded(item.points)} for item in one.topics
        ],
        "exercises": [_exercise(item, details=details) for item in one.exercises],
    }


def _exercise(item: ExerciseScore, *, details: bool) -> dict[str, object]:
    made, handed_in = item.adjustment, item.handed_in
    data: dict[str, object] = {
        "id": item.exercise,
        "verdict": item.verdict,
        "score": rounded(item.score),
        "points": rounded(item.points),
        "earned": rounded(item.earned),
        "due": item.due,
        "handed_in": handed_in.at.isoformat() if handed_in and handed_in.at else None,
        "source": handed_in.source if handed_in else None,
        "isolation": item.isolation or None,
        "days_late": item.days_late,
        "penalty": rounded(item.penalty),
        "dropped": list(item.dropped),
        "adjustment": made
        and {"points": rounded(made.points), "why": made.why, "who": made.who, "at": made.at.isoformat()},
    }
    if details:
        data["checks"] = [check_data(check, rounded) for check in item.result.checks] if item.result else []
        data["errors"] = list(item.result.errors) if item.result else []
    return data
