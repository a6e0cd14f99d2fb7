"""Formats of learning platforms at the command line: who is left out is told, and everyone else is exported."""

import base64
import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import pytest

from tests.schemas import require_json, require_junit
from tests.unit.cli.filling import fill

Grade: TypeAlias = Callable[..., CompletedProcess[str]]

ROSTER = "student,name,email,canvas_id\nada,Ada L.,ada@x.org,17\nbob,Bob,bob@x.org,18\ncarol,Carol,,\n"
HEADER = "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Zuletzt geändert (Bewertung)\n"


@pytest.fixture
def filled(course: Path) -> Path:
    """Return a course with a gradebook and a roster."""
    fill(course)
    file = course / "course.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("seed: 7", "seed: 7\nroster: roster.csv"), encoding="utf-8"
    )
    (course / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return course


def add_to_course(course: Path, text: str) -> None:
    with (course / "course.yaml").open("a", encoding="utf-8") as file:
        file.write(text)


class TestGradebook:
    """`grade report --format …`."""

    def test_students_without_an_id_are_listed_and_the_others_exported(self, filled: Path, grade: Grade) -> None:
        result = grade(filled, "report", "--format", "canvas", "--assignment", "1=Exercise 1 (101)", "--out", "c.csv")
        assert result.returncode == 3
        assert "2 are left out; everyone else is in it:" in result.stderr
        assert "  carol: the roster has no id of Canvas" in result.stderr
        rows = list(csv.DictReader(io.StringIO((filled / "c.csv").read_text(encoding="utf-8"))))
        assert [(row["ID"], row["Exercise 1 (101)"]) for row in rows] == [("17", "2"), ("18", "5")]

    def test_assignments_of_canvas_may_stand_in_the_course(self, filled: Path, grade: Grade) -> None:
        add_to_course(
            filled, "canvas:\n  - {of: exercise-01, title: One (1), points: 10}\n  - {of: total, title: All (2)}\n"
        )
        result = grade(filled, "report", "--format", "canvas")
        assert result.stdout.splitlines()[:2] == [
            "Student,ID,SIS User ID,SIS Login ID,Section,One (1),All (2)",
            "Ada L.,17,,,,4,18.018018",
        ]

    @pytest.mark.parametrize(
        ("entry", "message"),
        [
            ("{of: exercise-1, title: One (1)}", "the course has no exercise and no topic 'exercise-1'"),
            ("{of: exercise-01, title: One}", "expected Canvas' own id behind the title"),
            ("{of: exercise-01, title: One (1)}\n  - {of: exercise-02, title: One (1)}", "takes two scores"),
            ("{of: exercise-01, title: One (1), worth: 3}", "worth"),
        ],
    )
    def test_what_is_wrong_there_is_told_with_its_line(
        self, filled: Path, grade: Grade, entry: str, message: str
    ) -> None:
        add_to_course(filled, f"canvas:\n  - {entry}\n")
        result = grade(filled, "report", "--format", "canvas")
        assert result.returncode == 3
        assert message in result.stderr
        assert re.search(r"course\.yaml:\d+:\d+: canvas", result.stderr)

    def test_a_worksheet_keeps_its_encoding(self, filled: Path, grade: Grade) -> None:
        row = "Teilnehmer/in5;Ada L.;ada@x.org;Späte Abgabe;;10,00;-\n"
        (filled / "w.csv").write_bytes((HEADER.replace(",", ";") + row).encode("cp1252"))
        arguments = ("--format", "moodle", "--assignment", "exercise-01", "--worksheet", str(filled / "w.csv"))
        result = grade(filled, "report", *arguments, "--out", "out.csv")
        assert result.returncode == 3  # the other students have no row
        assert "scores out of 5 are written out of 10" in result.stderr
        assert (filled / "out.csv").read_bytes().decode("cp1252").splitlines()[1] == row.strip().replace(";;", ";4;")

    def test_a_worksheet_with_unknown_columns_names_them(self, filled: Path, grade: Grade) -> None:
        (filled / "w.csv").write_text("Id,Wert\nTeilnehmer 1,x\n", encoding="utf-8")
        arguments = ("--format", "moodle", "--assignment", "exercise-01", "--worksheet", str(filled / "w.csv"))
        result = grade(filled, "report", *arguments)
        assert result.returncode == 2
        assert "Name it with --grade-column; there is: 'Id', 'Wert'" in result.stderr

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("--format", "moodle", "--assignment", "exercise-01"), "--worksheet FILE"),
            (("--format", "canvas"), "Canvas needs the title"),
            (
                ("--format", "canvas", "--assignment", "nothing=A (1)"),
                "expected an exercise, a topic (numbers, arrays)",
            ),
            (("--format", "csv", "--assignment", "exercise-01"), "--assignment means nothing to the format csv"),
            (("--format", "github"), "name one with --student"),
            (("--format", "excel"), "there is: canvas, csv, github, gradescope, json, junit, moodle, nbgrader, text"),
        ],
    )
    def test_what_cannot_be_done_is_a_usage_error(
        self, filled: Path, grade: Grade, arguments: tuple[str, ...], message: str
    ) -> None:
        result = grade(filled, "report", *arguments)
        assert (result.returncode, result.stdout) == (2, "")
        assert message in result.stderr

    def test_other_formats_are_there(self, filled: Path, grade: Grade) -> None:
        require_junit(grade(filled, "report", "--format", "junit").stdout)
        for form in ("gradescope", "github"):
            require_json(grade(filled, "report", "--format", form, "--student", "ada").stdout, form)
        rows = list(csv.DictReader(io.StringIO(grade(filled, "report", "--format", "nbgrader").stdout)))
        assert {row["assignment"] for row in rows} == {"exercise-01", "exercise-02", "exercise-03"}

    def test_nothing_hidden_is_shown(self, filled: Path, grade: Grade) -> None:
        for form in ("junit", "gradescope", "github"):
            text = grade(filled, "report", "--format", form, "--student", "ada").stdout
            assert "details of small numbers" in text or form == "github"
            assert "details of nothing at all" not in text
            assert "--seed" not in text


class TestCheck:
    """`grade … --format …`."""

    def test_reports_have_the_formats_of_platforms(self, solved: Path, grade: Grade) -> None:
        root = require_junit(grade(solved, "--format", "junit").stdout)
        assert (root.get("tests"), root.get("failures")) == ("8", "0")
        data = require_json(grade(solved, "--format", "gradescope").stdout, "gradescope")
        assert data["score"] == 5.85
        assert require_json(grade(solved, "--format", "github").stdout, "github")["status"] == "pass"
        assert grade(solved, "1", "--format", "markdown").stdout.startswith("## exercise-01 Twice a number: 5 of 5")

    def test_on_github_the_step_has_an_output_and_the_job_a_summary(
        self, course: Path, grade: Grade, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "out"))
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
        (tmp_path / "out").write_text("other=1\n")
        result = grade(course, "1", "--format", "github", "--out", "result.json")
        assert (result.returncode, result.stdout) == (1, "")
        first, line = (tmp_path / "out").read_text().splitlines()
        assert first == "other=1"
        decoded = json.loads(base64.b64decode(line.removeprefix("result=")))
        assert decoded == json.loads((course / "result.json").read_text(encoding="utf-8"))
        assert "Not started yet" in (tmp_path / "summary").read_text(encoding="utf-8")

    def test_a_summary_that_cannot_be_written_is_a_usage_error(
        self, course: Path, grade: Grade, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "no" / "out"))
        result = grade(course, "1", "--format", "github")
        assert result.returncode == 2
        assert "cannot be written" in result.stderr


class TestGradescope:
    """`grade gradescope …`."""

    def test_an_autograder_is_built_with_a_secret_seed(self, course: Path, grade: Grade) -> None:
        result = grade(course, "gradescope", "build", "a.zip", "1")
        assert result.returncode == 0, result.stderr
        assert "wrote a.zip (exercise-01; " in result.stdout
        assert (course / "a.zip").stat().st_mode & 0o077 == 0

    def test_an_unknown_exercise_is_a_usage_error(self, course: Path, grade: Grade) -> None:
        assert grade(course, "gradescope", "build", "a.zip", "99").returncode == 2
        assert grade(course, "gradescope", "build", "no/a.zip").returncode == 2

    def test_a_folder_that_is_no_autograders_is_refused(self, course: Path, grade: Grade) -> None:
        result = grade(course, "gradescope", "run", str(course))
        assert result.returncode == 3
        assert "cannot be read as an autograder's" in result.stderr
        assert "score" not in require_json((course / "results" / "results.json").read_text(), "gradescope")
