"""Exports of learning platforms, named and laid out as the platforms themselves do it."""

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from grader.batch.intake import TimeSource, read
from grader.batch.intake.gradescope import exported
from grader.batch.intake.owners import of_canvas, of_clone, of_moodle
from grader.errors import SubmissionNotFound
from tests.unit.batch.intake.handing_in import ANSWER, TakeIn, Tree, Zip, counted, told, zip_bytes

# --- Moodle


def test_moodle_with_folders(zipped: Zip, taken: TakeIn) -> None:
    file = zipped(
        "Course-Homework 1-4711.zip",
        {
            "Anna Müller_101_assignsubmission_file_/exercise_04.py": ANSWER,  # up to Moodle 4
            "Anna Müller_101_assignsubmission_file_/sub/exercise-12/solution.py": ANSWER,
            "Ben O'Connor_102_assignsubmission_file/exercise_04.py": ANSWER,  # since
            "Carla da Silva_103_assignsubmission_file_/answers.zip": zip_bytes({"exercise_04.py": "# zipped"}),
            "Anna Müller_101_assignsubmission_onlinetext_/onlinetext.html": "<p>Done</p>",
            "Dora_104_assignsubmission_onlinetext/onlinetext.html": "<p>I could not do it</p>",
        },
    )
    intake = taken(file)
    assert counted(intake) == {
        ("Anna Müller", "exercise-04"),
        ("Anna Müller", "exercise-12"),
        ("Ben O'Connor", "exercise-04"),
        ("Carla da Silva", "exercise-04"),
    }
    assert intake.students == ("Anna Müller", "Ben O'Connor", "Carla da Silva", "Dora")
    assert {item.student for item in intake.unrecognised} == {"Anna Müller", "Dora"}
    assert {(found.handed_in, found.time_source) for found in intake.submissions} == {(None, TimeSource.NOBODY)}
    assert read(intake.submissions[3]).source == "# zipped"
    assert intake.submissions[0].origin.endswith(".zip/Anna Müller_101_assignsubmission_file_/exercise_04.py")


def test_moodle_without_folders(zipped: Zip, taken: TakeIn) -> None:
    prefix = "Anna Müller_101_assignsubmission_file_"
    file = zipped(
        "flat.zip",
        {
            f"{prefix}exercise_04.py": "import my_helper",
            f"{prefix}my_helper.py": "x = 1",
            "Ben_102_assignsubmission_file_hw_1.zip": zip_bytes({"exercise_12.py": ANSWER}),
            "readme.txt": "",
        },
    )
    intake = taken(file)
    assert counted(intake) == {("Anna Müller", "exercise-04"), ("Ben", "exercise-12")}
    assert read(intake.submissions[0]).beside == (("my_helper", b"x = 1"),)
    assert told(intake) == {"flat.zip/readme.txt": "its name does not say whose it is, unlike those beside it"}


def test_moodle_unpacked(tree: Tree, taken: TakeIn) -> None:
    files = {"A B_1_assignsubmission_file_/exercise_04.py": ANSWER, "C D_2_assignsubmission_file_/exercise_04.py": ""}
    root = tree({f"download/{name}": content for name, content in files.items()})
    expected = {("A B", "exercise-04"), ("C D", "exercise-04")}
    assert counted(taken(root / "download")) == counted(taken(root)) == expected


def test_two_participants_of_one_name_are_not_taken_for_one(zipped: Zip, taken: TakeIn) -> None:
    names = [f"Anna Müller_{number}_assignsubmission_file_/exercise_04.py" for number in (1, 2)]
    intake = taken(zipped("m.zip", dict.fromkeys([*names, "Ben_3_assignsubmission_file_/exercise_04.py"], ANSWER)))
    assert counted(intake) == {("Ben", "exercise-04")}
    assert len(intake.unrecognised) == 2
    assert all("only a roster can tell them apart" in why for why in told(intake).values())


def test_a_blind_marking_tells_participants_apart_by_number(zipped: Zip, taken: TakeIn) -> None:
    names = [f"Participant_{number}_assignsubmission_file_/exercise_04.py" for number in (1, 2)]
    intake = taken(zipped("m.zip", dict.fromkeys(names, ANSWER)))
    assert intake.students == ("Participant 1", "Participant 2")


def test_what_a_student_calls_a_file_leads_to_nobody_else(zipped: Zip, taken: TakeIn) -> None:
    name = "Anna_1_assignsubmission_file_Ben_2_assignsubmission_file_exercise_04.py"
    intake = taken(zipped("m.zip", {name: ANSWER, "Ben_2_assignsubmission_file_exercise_04.py": "# Ben's"}))
    assert [(found.student, read(found).source) for found in intake.submissions] == [("Ben", "# Ben's")]
    assert [item.student for item in intake.unrecognised] == ["Anna"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("A B_12_assignsubmission_file_", ("A B", "")),
        ("A B_12_assignsubmission_file", ("A B", "")),
        ("Group 7_3_assignsubmission_file_", ("Group 7", "")),
        ("Default team_assignsubmission_file_x.py", ("Default team", "x.py")),
        ("Zoë_1_assignsubmission_file_a_b.py", ("Zoë", "a_b.py")),
        ("anna", None),
        ("anna_1_file.py", None),
        ("a_b_1_assignsubmission_file_", None),  # Moodle takes strokes out of names
    ],
)
def test_names_of_moodle(name: str, expected: tuple[str, str] | None) -> None:
    claim = of_moodle(name)
    assert (claim and (claim.owner.name, claim.rest)) == expected


# --- Canvas


def test_canvas(zipped: Zip, taken: TakeIn) -> None:
    file = zipped(
        "submissions.zip",
        {
            "mülleranna_90001_700001_exercise_04.py": ANSWER,
            "mülleranna_90001_700002_helper.py": "x = 1",
            "oconnorben_LATE_90002_700003_exercise_04.py": ANSWER,
            "dasilvacarla_90003_700004_Answers.zip": zip_bytes({"exercise_12.py": ANSWER}),
            "dora_90004_text.html": "<p>typed</p>",
            "dora_LATE_90005_link.html": "<p>link</p>",
        },
    )
    intake = taken(file)
    assert counted(intake) == {("90001", "exercise-04"), ("90002", "exercise-04"), ("90003", "exercise-12")}
    assert {found.student: found.late for found in intake.submissions} == {
        "90001": False,
        "90002": True,
        "90003": False,
    }
    assert {(found.handed_in, found.time_source) for found in intake.submissions} == {(None, TimeSource.NOBODY)}
    assert intake.students == ("90001", "90002", "90003", "90004", "90005")
    assert intake.names["90001"] == "mülleranna"
    assert set(intake.submissions[0].files) == {"exercise_04", "helper"}


def test_canvas_numbers_what_is_handed_in_again(zipped: Zip, taken: TakeIn) -> None:
    file = zipped(
        "submissions.zip",
        {
            "anna_1_701_exercise_04-1.py": "import helper",
            "anna_1_702_helper-1.py": "x = 1",
            "anna_1_703_exercise-12-2.py": ANSWER,
            "anna_1_704_exercise-01.py": ANSWER,  # not the exercise “exercise”, handed in again
        },
    )
    intake = taken(file)
    assert [found.exercise for found in intake.submissions] == ["exercise-01", "exercise-04", "exercise-12"]
    assert read(intake.submissions[1]).beside == (("helper", b"x = 1"),)


def test_of_two_uploads_to_canvas_the_later_counts_whatever_the_dates(tree: Tree, taken: TakeIn) -> None:
    root = tree({"anna_1_701_exercise_04.py": "# first", "anna_1_709_exercise_04-1.py": "# second"})
    os.utime(root / "anna_1_701_exercise_04.py", (1.9e9, 1.9e9))
    found = taken(root).submissions[0]
    assert read(found).source == "# second"
    assert found.superseded == ("submissions/anna_1_701_exercise_04.py (2030-03-17 17:46 UTC)",)


def test_numbers_in_a_files_name_lead_to_nobody_else(zipped: Zip, taken: TakeIn) -> None:
    names = ["anna_1_701_ben_2_702_exercise_04.py", "ben_2_703_exercise_04.py"]
    assert counted(taken(zipped("c.zip", dict.fromkeys(names, ANSWER)))) == {("2", "exercise-04")}


def test_a_few_names_that_look_like_canvas_make_no_export(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"exercise_04.py": ANSWER, "lab_1_2_notes.py": "", "more.py": ""}))
    assert counted(intake) == {("submissions", "exercise-04")}


def test_a_file_of_canvas_may_be_named_by_itself(tree: Tree, taken: TakeIn) -> None:
    root = tree({"anna_1_701_exercise_04-1.py": ANSWER, "ben_LATE_2_702_exercise_04.py": ANSWER})
    intake = taken(*root.iterdir())
    assert counted(intake) == {("1", "exercise-04"), ("2", "exercise-04")}
    assert [found.late for found in intake.submissions] == [False, True]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("doejane_12_34_a.py", ("12", False, 34, "a.py")),
        ("doejane_LATE_12_34_a_b.py", ("12", True, 34, "a_b.py")),
        ("van_der_berg_12_34_a.py", ("12", False, 34, "a.py")),
        ("doe_12_34_5_6_a.py", ("12", False, 34, "5_6_a.py")),
        ("anon_x7Gq2_34_a.py", ("anon_x7Gq2", False, 34, "a.py")),
        ("LATE_anon_x7Gq2_34_a.py", ("anon_x7Gq2", True, 34, "a.py")),
        ("doejane_12_text.html", ("12", False, 0, "doejane_12_text.html")),
        ("Doe_12_34_a.py", None),  # Canvas writes small letters
        ("12_34_a.py", None),
        ("doejane_12_a.py", None),
        ("exercise_04.py", None),
    ],
)
def test_names_of_canvas(name: str, expected: tuple[str, bool, int, str] | None) -> None:
    claim = of_canvas(name)
    assert (claim and (claim.owner.name, claim.owner.late, claim.number, claim.rest)) == expected


# --- Gradescope

METADATA = """\
---
submission_1:
  :submitters:
  - :name: Anna Müller
    :sid: '100'
    :email: anna@example.org
  :created_at: 2027-02-28 17:34:00.861687000 Z
  :score: 2.0
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    output: |-
      submission_9:
        :submitters:
    tests: &1
    - {name: a, output: "x\\n:submitters:"}
    again: *1
  :history:
  - :id: 5
    :created_at: 2027-02-27 17:34:00.000000000 Z
    :submitters: []
submission_2:
  :submitters:
  - :name: Ben
    :sid: 200
  - :name: Carla
    :email: &mail carla@example.org
  :created_at: 2027-03-01 01:00:00.000000000 +01:00
submission_3:
  :submitters:
  - :name: Dora
    :sid:
    :email: *mail
submission_4:
  :submitters: []
submission_5: nothing
"""


def test_gradescope(zipped: Zip, taken: TakeIn) -> None:
    root = "assignment_8046601_export"
    file = zipped(
        "export.zip",
        {
            f"{root}/submission_metadata.yml": METADATA,
            f"{root}/.DS_Store": "",
            f"__MACOSX/{root}/._submission_metadata.yml": "",
            f"{root}/submission_1/exercise_04.py": ANSWER,
            f"{root}/submission_2/deep/exercise_04.py": ANSWER,
            f"{root}/submission_4/exercise_04.py": ANSWER,
            f"{root}/submission_6/exercise_04.py": ANSWER,
        },
    )
    intake = taken(file)
    when = {found.student: found.handed_in for found in intake.submissions}
    assert when == {
        "100": datetime(2027, 2, 28, 17, 34, 0, 861687, tzinfo=UTC),
        "200": datetime(2027, 3, 1, tzinfo=UTC),
        "carla@example.org": datetime(2027, 3, 1, tzinfo=UTC),
    }
    assert {found.time_source for found in intake.submissions} == {TimeSource.PLATFORM}
    assert intake.names == {"100": "Anna Müller", "200": "Ben", "carla@example.org": "Carla"}
    assert told(intake) == {
        f"export.zip/{root}/{name}": "submission_metadata.yml does not say whose it is"
        for name in ("submission_4", "submission_6")
    }


def test_the_metadata_of_gradescope() -> None:
    found = exported(METADATA.encode())
    assert list(found) == ["submission_1", "submission_2", "submission_3", "submission_4"]
    assert found["submission_3"].submitters == ({"name": "Dora", "email": "carla@example.org"},)
    assert found["submission_4"].submitters == ()


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [", "\0", "? [a]\n: b\n", "a: {b: \n"])
def test_an_export_without_its_metadata_is_nobodys(tree: Tree, taken: TakeIn, text: str) -> None:
    intake = taken(tree({"submission_metadata.yml": text, "submission_1/exercise_04.py": ANSWER}))
    assert not intake.submissions
    assert "submission_metadata.yml is needed to know whose is what" in told(intake)["submissions"]


def test_metadata_that_repeat_themselves_without_end_are_read() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{n}: &{n} [*{p}, *{p}]\n" for p, n in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    with pytest.raises(SubmissionNotFound, match="cannot be read as what Gradescope exports"):
        exported(b"- " + bomb.encode())
    assert exported(bomb.encode()) == {}


# --- GitHub Classroom


def test_clones_of_github_classroom(tree: Tree, taken: TakeIn) -> None:
    files = {".git/HEAD": "ref: refs/heads/main\n", "exercises/exercise-04/exercise_04.py": ANSWER, "README.md": ""}
    names = [f"homework-1-submissions/homework-1-{login}" for login in ("anna", "ben-b-2")]
    root = tree({f"{name}/{file}": content for name in names for file, content in files.items()})
    intake = taken(root / "homework-1-submissions")
    assert counted(intake) == {("anna", "exercise-04"), ("ben-b-2", "exercise-04")}
    assert {(found.handed_in, found.time_source) for found in intake.submissions} == {(None, TimeSource.NOBODY)}
    assert {Path(item.origin).name for item in intake.ignored} == {".git"}
    assert counted(taken(root)) == counted(intake)
    assert counted(taken(*(root / name for name in names))) == counted(intake)


def test_elsewhere_a_clone_is_called_as_its_folder(tree: Tree, taken: TakeIn) -> None:
    names = ("homework-1-anna", "homework-1-ben")
    intake = taken(tree({f"{name}/{file}": "" for name in names for file in (".git/HEAD", "exercise_04.py")}))
    assert intake.students == names


def test_a_student_does_not_escape_the_clock_by_a_repository(tree: Tree, taken: TakeIn) -> None:
    files = {"anna/.git/HEAD": "", "anna/exercise_04.py": "", "ben/exercise_04.py": "", "carl/exercise_04.py": ""}
    assert {found.time_source for found in taken(tree(files)).submissions} == {TimeSource.FILE_DATE}


def test_logins_are_what_follows_the_assignment() -> None:
    assert of_clone("hw-1-anna-b", "hw-1-submissions").name == "anna-b"
    assert of_clone("hw-2-anna-b", "hw-1-submissions").name == "hw-2-anna-b"
    assert of_clone("hw-1-anna", "clones").ids[:2] == ("github:hw-1-anna", "github:1-anna")


def test_commits_date_clones_where_that_is_asked_for(tree: Tree, taken: TakeIn, tmp_path: Path) -> None:
    from bench.submissions import Course, Wanted, write

    root, _ = write(tmp_path / "out", Wanted(students=3), "github", Course())
    intake = taken(root, commit_times=True)
    assert {found.time_source for found in intake.submissions} == {TimeSource.COMMIT}
    times = {found.handed_in for found in intake.submissions if found.student.endswith("-1")}
    assert times == {datetime(2027, 3, 1, 23, 58, tzinfo=timezone(timedelta(hours=1)))}
