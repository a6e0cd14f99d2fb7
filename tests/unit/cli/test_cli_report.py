"""`grade report`: scores for the course team, and nothing that students must not see."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, TypeAlias

import pytest

from tests.unit.cli.filling import fill

Grade: TypeAlias = Callable[..., CompletedProcess[str]]

DORA = 'Dora "D" O\'Neill'


@pytest.fixture
def seed(course: Path) -> int:
    """Fill the gradebook of the course and return its secret seed."""
    return fill(course)


def table(result: CompletedProcess[str]) -> dict[str, dict[str, str]]:
    return {row["student"]: row for row in csv.DictReader(io.StringIO(result.stdout, newline=""))}


def with_course(course: Path, old: str, new: str) -> None:
    file = course / "course.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.usefixtures("seed")
class TestReport:
    """A gradebook in which not everything was judged."""

    def test_a_table_is_shown_and_what_is_not_known_ends_with_4(self, course: Path, grade: Grade) -> None:
        result = grade(course, "report")
        assert result.returncode == 4
        assert result.stderr == "grade: 2 scores are not known\n"
        lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
        assert lines == [
            "A small course: 4 students",
            "",
            "student Numbers Arrays total",
            'Dora "D" O\'Neill 5.55 of 5.55 0.30 of 0.30 100.0 %',
            "ada 2 of 5.55 0 of 0.30 18.0 %",
            "bob ? of 5.55 0 of 0.30 ?",
            "carol ? of 5.55 0 of 0.30 ?",
            "",
            "not judged because of a judge error: 1 student",
            "bob (exercise-02)",
            "handed in and not graded yet: 1 student",
            "carol (exercise-01)",
        ]

    def test_a_topic_alone_is_a_course_of_its_own(self, course: Path, grade: Grade) -> None:
        result = grade(course, "report", "--topic", "arrays", "--format", "csv")
        assert (result.returncode, result.stderr) == (0, "")
        rows = table(result)
        assert list(rows["ada"]) == [
            "student",
            "name",
            "email",
            "exercise-03",
            "topic arrays",
            "percent",
            "absent",
            "not_judged",
        ]
        assert (rows[DORA]["percent"], rows["ada"]["percent"]) == ("100", "0")

    def test_students_alone_are_shown_with_their_checks(self, course: Path, grade: Grade) -> None:
        result = grade(course, "report", "--student", "ada", "--student", DORA, "--format", "json")
        assert result.returncode == 0
        students = json.loads(result.stdout)["students"]
        assert [one["student"] for one in students] == [DORA, "ada"]
        assert students[1]["exercises"][0]["checks"][0]["name"] == "small numbers"

    def test_the_table_of_all_has_no_checks(self, course: Path, grade: Grade) -> None:
        students = json.loads(grade(course, "report", "--format", "json").stdout)["students"]
        assert len(students) == 4
        assert not any("checks" in item for one in students for item in one["exercises"])

    def test_a_report_can_be_written_to_a_file(self, course: Path, grade: Grade) -> None:
        shown = grade(course, "report", "--format", "csv").stdout
        result = grade(course, "report", "--format", "csv", "--out", "scores.csv")
        assert (result.returncode, result.stdout) == (4, "")
        assert (course / "scores.csv").read_bytes() == shown.encode()

    def test_a_file_that_cannot_be_written_is_a_usage_error(self, course: Path, grade: Grade) -> None:
        result = grade(course, "report", "--out", "no/folder/scores.csv")
        assert result.returncode == 2
        assert "--out no/folder/scores.csv: cannot be written: No such file or directory" in result.stderr

    def test_the_roster_gives_names_and_tells_who_is_absent(self, course: Path, grade: Grade) -> None:
        with_course(course, "seed: 7", "seed: 7\nroster: roster.csv")
        (course / "roster.csv").write_text("student,name\nada,Ada L.\neve,Eve\n", encoding="utf-8")
        rows = table(grade(course, "report", "--format", "csv"))
        assert list(rows) == ["ada", "eve", DORA, "bob", "carol"]
        assert (rows["ada"]["name"], rows["ada"]["absent"]) == ("Ada L.", "exercise-02 exercise-03")
        assert rows["eve"]["absent"] == "exercise-01 exercise-02 exercise-03"
        assert rows["eve"]["percent"] == "0"
        assert "not on the roster: 3 students" in grade(course, "report").stdout
        alone = grade(course, "report", "--student", "bob").stdout
        assert alone.startswith("bob (not on the roster)")

    def test_weights_lateness_extensions_and_dropped_checks_count(self, course: Path, grade: Grade) -> None:
        with_course(course, "      - title: Doubling", "      - title: Doubling\n        due: 2027-03-01")
        with_course(course, "    title: Arrays", "    title: Arrays\n    weight: 3")
        with_course(
            course,
            "seed: 7",
            "seed: 7\nlate: {per_day: 10 %}\n"
            "extensions: [{student: ada, until: 2027-03-05}]\n"
            "dropped: [{exercise: exercise-02, check: nothing at all, why: unclear}]",
        )
        result = grade(course, "report", "--format", "csv")
        rows = table(result)
        assert (rows["ada"]["exercise-01"], rows["bob"]["exercise-01"]) == ("2", "4.5")
        assert rows["bob"]["exercise-02"] == "0.55"
        assert (rows["bob"]["not_judged"], rows["carol"]["not_judged"]) == ("", "exercise-01")
        share = (4.5 + 0.55) / 5.55 / 4 + 3 / 4
        assert float(rows[DORA]["percent"]) == pytest.approx(100 * share, abs=1e-6)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (
                ["--format", "cvs"],
                "there is no format 'cvs' here; there is: canvas, csv, github, gradescope, json, junit",
            ),
            (["--topic", "number"], "the course has no topic 'number'; there is: numbers, arrays"),
            (["--student", "adda"], "'adda' is neither in the gradebook nor on the roster; did you mean 'ada'?"),
            (["--gradebook", "other.db"], "there is no gradebook"),
            (["--gradebook", "course.yaml"], "is not a gradebook: it is no database at all"),
            (["--colour"], "No such option"),
        ],
    )
    def test_what_is_not_there_is_a_usage_error(
        self, course: Path, grade: Grade, arguments: list[str], said: str
    ) -> None:
        result = grade(course, "report", *arguments)
        assert (result.returncode, result.stdout) == (2, "")
        assert said in result.stderr

    def test_a_dropped_check_that_does_not_exist_is_the_courses_fault(self, course: Path, grade: Grade) -> None:
        with_course(course, "seed: 7", "seed: 7\ndropped: [{exercise: exercise-01, check: small number, why: w}]")
        result = grade(course, "report")
        assert result.returncode == 3
        assert "course.yaml:3:42: dropped[0].check: exercise-01 has no check 'small number'" in result.stderr
        assert "did you mean 'small numbers'?" in result.stderr

    def test_an_extension_for_nobody_is_told(self, course: Path, grade: Grade) -> None:
        with_course(course, "seed: 7", "seed: 7\nextensions: [{student: adda, until: 2027-03-05}]")
        result = grade(course, "report", "--topic", "arrays")
        assert result.returncode == 0
        assert "grade: course.yaml has an extension for 'adda', who is neither in the gradebook nor on" in result.stderr

    def test_a_fault_of_the_roster_is_the_courses_fault(self, course: Path, grade: Grade) -> None:
        with_course(course, "seed: 7", "seed: 7\nroster: roster.csv")
        (course / "roster.csv").write_text("student\nada\nada\n", encoding="utf-8")
        result = grade(course, "report")
        assert result.returncode == 3
        assert "roster.csv:3:1: student: 'ada' stands in line 2 already" in result.stderr


@pytest.mark.parametrize("form", ["text", "csv", "json"])
@pytest.mark.parametrize("students", [(), ("--student", "ada", "--student", "bob")], ids=["all", "two"])
def test_what_students_must_not_see_is_not_shown(
    course: Path, grade: Grade, seed: int, form: str, students: tuple[str, ...]
) -> None:
    shown = grade(course, "report", "--format", form, *students).stdout
    assert "ada" in shown
    for secret in (str(seed), "details of nothing at all", "the expected value was 6"):
        assert secret not in shown


@pytest.mark.parametrize("form", ["text", "json"])
def test_who_asks_for_it_sees_it(course: Path, grade: Grade, seed: int, form: str) -> None:
    shown = grade(course, "report", "--format", form, "--student", "ada", "--student", "bob", "--reveal").stdout
    for secret in (str(seed), "details of nothing at all", "the expected value was 6"):
        assert secret in shown


def test_without_a_gradebook_the_person_is_told_how_one_comes_about(course: Path, grade: Grade) -> None:
    result = grade(course, "report")
    assert result.returncode == 2
    assert "there is no gradebook" in result.stderr
    assert "`grade batch` makes one" in result.stderr
    assert not (course / "gradebook.db").exists()


def test_when_everything_was_judged_it_ends_with_0_whatever_the_scores(course: Path, grade: Grade, seed: int) -> None:
    assert seed
    for student in ("bob", "carol"):
        assert grade(course, "gradebook", "erase", student, "--yes").returncode == 0
    assert grade(course, "report").returncode == 0


def test_checking_answers_imports_neither_sqlalchemy_nor_alembic(solved: Path) -> None:
    code = (
        "import sys; from grader.cli.main import run\n"
        "assert run(['exercise-01'], []) == 0 == run(['list'], [])\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules} & {'sqlalchemy', 'alembic'}), file=sys.stderr)"
    )
    done: Any = subprocess.run([sys.executable, "-c", code], cwd=solved, capture_output=True, text=True, check=True)
    assert done.stderr.split() == []
