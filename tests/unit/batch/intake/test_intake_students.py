"""Who the owners are: with a roster, without one, and where two could be taken for one."""

import pytest

from grader.batch.intake import read
from grader.batch.intake.owners import Owner
from grader.batch.intake.students import Roster
from grader.roster import Student
from tests.unit.batch.intake.handing_in import ANSWER, TakeIn, Tree, Zip, counted, told, zip_bytes

COMPOSED, DECOMPOSED = "Zo\u00eb", "Zoe\u0308"

ROSTER = (
    Student("s1", "Anna Müller", "anna@example.org", {"canvas_id": "90001", "github": "anna-m"}),
    Student("s2", "Ben O'Connor", "ben@example.org", {"Canvas ID": "90002", "moodle_id": "12", "github": "m"}),
    Student("s3", "Zoë Roth", "", {"gradescope": "4711"}),
    Student("s4", "Anna Müller"),
)


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("s1", "s1"),
        ("S1", "s1"),
        ("ben o'connor", "s2"),
        ("Ben  O'Connor", "s2"),
        ("ANNA@example.org", "s1"),
        ("Zoe\u0308 Roth", "s3"),
    ],
)
def test_a_roster_knows_students_by_what_folders_are_called(tree: Tree, taken: TakeIn, name: str, student: str) -> None:
    intake = taken(tree({f"{name}/exercise_04.py": ANSWER, "other/": ""}), roster=ROSTER)
    assert counted(intake) == {(student, "exercise-04")}
    assert intake.notes == ("not in the roster: “other”",)


def test_a_name_that_two_students_have_is_nobodys(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"Anna Müller/exercise_04.py": ANSWER, "s2/exercise_04.py": ANSWER}), roster=ROSTER)
    assert counted(intake) == {("s2", "exercise-04")}
    assert told(intake) == {"submissions/Anna Müller": "the roster has several students for it: “s1”, “s4”"}


def test_a_roster_knows_the_ids_of_platforms_and_does_not_mix_them_up(zipped: Zip, taken: TakeIn) -> None:
    canvas = zipped("c.zip", {"x_90001_7_exercise_04.py": "", "y_12_8_exercise_04.py": ""})
    assert counted(taken(canvas, roster=ROSTER)) == {("s1", "exercise-04"), ("12", "exercise-04")}
    prefix = "assignsubmission_file_/exercise_04.py"
    moodle = zipped("m.zip", {f"B. O'C._12_{prefix}": "", f"Zoë Roth_90001_{prefix}": "", f"A_13_{prefix}": ""})
    assert counted(taken(moodle, roster=ROSTER)) == {(student, "exercise-04") for student in ("s2", "s3", "A")}
    metadata = "submission_1:\n  :submitters:\n  - :name: Anna Müller\n    :sid: 4711\n"
    gradescope = zipped("g.zip", {"submission_metadata.yml": metadata, "submission_1/exercise_04.py": ""})
    assert counted(taken(gradescope, roster=ROSTER)) == {("s3", "exercise-04")}


def test_a_roster_knows_where_a_login_begins(tree: Tree, taken: TakeIn) -> None:
    names = ("hw-1-anna-m", "hw-1-x")
    intake = taken(
        tree({f"{name}/{file}": "" for name in names for file in (".git/HEAD", "exercise_04.py")}), roster=ROSTER
    )
    assert counted(intake) == {("hw-1-x", "exercise-04")}
    assert told(intake) == {"submissions/hw-1-anna-m": "the roster has several students for it: “s1”, “s2”"}
    assert Roster(ROSTER[:1]).find(Owner(raw="", name="", ids=("github:1-anna-m", "github:anna-m"))) == {"s1"}


def test_a_roster_decides_what_would_not_be_guessed(tree: Tree, zipped: Zip, taken: TakeIn) -> None:
    root = tree({"exercise_04.py": "", "s1/exercise_04.py": "", "s2.zip": zip_bytes({"exercise_04.py": ""})})
    assert {student for student, _ in counted(taken(root, roster=ROSTER))} == {"s1", "s2"}
    around = tree({"all/s1/exercise_04.py": "", "all/s2/exercise_04.py": ""}) / "all"
    assert {student for student, _ in counted(taken(around.parent / "all", roster=ROSTER))} == {"s1", "s2"}
    for name in ("s1.zip", "s2.zip"):
        assert {student for student, _ in counted(taken(zipped(name, {"hw/exercise_04.py": ""}), roster=ROSTER))} == {
            name.removesuffix(".zip")
        }
    assert counted(taken(zipped("hw.zip", {"s1/exercise_04.py": ""}), roster=ROSTER)) == {("s1", "exercise-04")}


def test_a_known_students_folder_holds_no_other_students(tree: Tree, taken: TakeIn) -> None:
    root = tree({"s1/a/exercise_04.py": "", "s1/b/exercise_12.py": "", "s2/exercise_04.py": ""})
    assert counted(taken(root / "s1", roster=ROSTER)) == {("s1", "exercise-04"), ("s1", "exercise-12")}


def test_students_of_several_places_are_brought_together(tree: Tree, zipped: Zip, taken: TakeIn) -> None:
    root = tree({"s1/exercise_04.py": ANSWER, "s2/exercise_04.py": ANSWER})
    canvas = zipped("c.zip", {"mülleranna_90001_7_exercise_12.py": ""})
    assert counted(taken(root, canvas, roster=ROSTER)) == {
        ("s1", "exercise-04"),
        ("s1", "exercise-12"),
        ("s2", "exercise-04"),
    }


# --- without a roster


def test_names_that_differ_in_capital_letters_are_not_taken_for_one(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({f"{name}/exercise_04.py": f"# {name}" for name in ("anna", "Anna", "ben")}))
    assert counted(intake) == {("ben", "exercise-04")}
    assert set(told(intake)) == {"submissions/anna", "submissions/Anna"}
    assert "“Anna”, “anna” differ only in capital letters" in told(intake)["submissions/anna"]
    assert intake.students == ("ben",)


def test_one_name_in_two_spellings_of_an_accent_is_not_taken_for_one_in_one_place(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({f"{name}/exercise_04.py": "" for name in (COMPOSED, DECOMPOSED, "ben")}))
    assert counted(intake) == {("ben", "exercise-04")}
    assert len(intake.unrecognised) == 2
    assert all("2 of this place are called “Zoë”" in item.why for item in intake.unrecognised)


def test_one_name_in_two_spellings_of_an_accent_is_one_student_in_two_places(
    tree: Tree, zipped: Zip, taken: TakeIn
) -> None:
    root = tree({f"{COMPOSED}/exercise_04.py": "", "ben/": ""})
    archive = zipped("hw2.zip", {f"{DECOMPOSED}/exercise_12.py": "", "ben/": ""})
    intake = taken(root, archive)
    assert counted(intake) == {(COMPOSED, "exercise-04"), (COMPOSED, "exercise-12")}
    assert intake.students == (COMPOSED, "ben")


def test_spaces_around_a_name_do_not_make_another_student(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"anna/exercise_04.py": "", "anna /exercise_04.py": "", "ben/": ""}))
    assert not intake.submissions
    assert len(intake.unrecognised) == 2


def test_what_is_handed_in_later_elsewhere_counts(tree: Tree, zipped: Zip, taken: TakeIn) -> None:
    root = tree({"anna/exercise_04.py": "# in January", "ben/": ""})
    archive = zipped("hw2.zip", {"anna/exercise_04.py": "# in February", "ben/": ""})
    for paths in ((root, archive), (archive, root)):
        found = taken(*paths).submissions[0]
        assert read(found).source == "# in February"
        assert found.superseded == ("submissions/anna/exercise_04.py (2027-01-15 08:00 UTC)",)
