"""The gradebook for programs: documented fields and no other."""

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from grader.gradebook.scores import Overview
from grader.gradebook_reports.json import JsonOverview


def rendered(scores: Overview, *, details: bool = False) -> dict[str, Any]:
    data = json.loads(JsonOverview().render(scores, details=details))
    assert isinstance(data, dict)
    return data


def test_the_course_is_told_with_topics_and_exercises(of: Callable[..., Overview]) -> None:
    assert rendered(of()) == {
        "format": "grader/gradebook-report/1",
        "course": "Course",
        "timezone": "Europe/Zurich",
        "topics": [
            {"id": "algebra", "title": "Algebra", "weight": 3.0},
            {"id": "calculus", "title": "Calculus", "weight": 1.0},
        ],
        "exercises": [
            {
                "id": name,
                "topic": topic,
                "section": section,
                "due": "2027-02-28" if topic == "algebra" else None,
                "points": points,
                "dropped": [{"check": "small", "why": "wrong tolerance"}] if name == "exercise-02" else [],
            }
            for name, topic, section, points in (
                ("exercise-01", "algebra", "Matrices", 4.0),
                ("exercise-02", "algebra", "Matrices", 4.0),
                ("exercise-03", "calculus", "Integrals", 10.0),
            )
        ],
        "students": [],
    }


def test_a_student_has_all_documented_fields_and_no_other(of: Callable[..., Overview]) -> None:
    (one,) = rendered(of("ada"))["students"]
    exercises = one.pop("exercises")
    assert one == {
        "student": "ada",
        "name": "Lovelace, Ada",
        "email": "ada@example.org",
        "ids": {"canvas_id": "17"},
        "on_roster": True,
        "percent": float(Fraction(5300, 96)),
        "topics": [
            {"id": "algebra", "score": 5.8, "points": 8.0},
            {"id": "calculus", "score": 1 / 3, "points": 10.0},
        ],
    }
    assert exercises[0] == {
        "id": "exercise-01",
        "verdict": "partial",
        "score": 1.8,
        "points": 4.0,
        "earned": 2.0,
        "due": "2027-02-28",
        "handed_in": "2027-03-01T12:00:00+00:00",
        "source": "ada/exercise-01.py",
        "isolation": "sealed",
        "days_late": 1,
        "penalty": 0.1,
        "dropped": [],
        "adjustment": None,
    }
    assert exercises[1]["dropped"] == ["small"]


def test_points_that_a_person_set_are_told_with_who_when_and_why(of: Callable[..., Overview]) -> None:
    first, second, _ = rendered(of("学生"))["students"][0]["exercises"]
    assert first["adjustment"] == {
        "points": 2.5,
        "why": "oral exam",
        "who": "me",
        "at": "2027-03-01T12:00:00+00:00",
    }
    assert (first["verdict"], first["score"], first["handed_in"], first["source"]) == ("absent", 2.5, None, None)
    assert (second["verdict"], second["score"], second["isolation"]) == ("absent", 0.0, None)


def test_what_is_not_known_is_null(of: Callable[..., Overview]) -> None:
    (one,) = rendered(of("=1+1"))["students"]
    assert one["percent"] is None
    assert one["topics"][0] == {"id": "algebra", "score": None, "points": 8.0}
    assert [(item["verdict"], item["score"]) for item in one["exercises"][:2]] == [("judge_error", None), (None, None)]


def test_who_is_not_on_the_roster_is_marked(of: Callable[..., Overview]) -> None:
    assert rendered(of("stranger"))["students"][0]["on_roster"] is False


def test_with_details_there_are_checks_as_in_a_report_without_what_students_must_not_see(
    of: Callable[..., Overview],
) -> None:
    small, large = rendered(of("ada"), details=True)["students"][0]["exercises"][0]["checks"]
    assert small["counterexample"] == {
        "inputs": {"A": "np.array([[1.0]])"},
        "expected": "np.array([1.0])",
        "got": "np.array([2.0])",
        "error": "inf",
        "allowed": 1e-6,
        "replay": "",
    }
    assert (large["name"], large["visibility"], large["cases"], large["message"]) == ("large", "hidden", 0, "")
    assert "42" not in JsonOverview().render(of("=1+1"), details=True)
    assert rendered(of("=1+1"), details=True)["students"][0]["exercises"][1]["checks"] == []
