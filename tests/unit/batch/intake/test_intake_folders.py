"""Folders of submissions: whose is what, which file answers what, and what is said of the rest."""

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.batch.intake import TimeSource, read, take_in
from grader.errors import SubmissionNotFound
from tests.unit.batch.intake.handing_in import ANSWER, EXERCISES, TakeIn, Tree, counted, origins, told, zip_bytes
from tests.unit.notebooks.files import code, notebook

# --- a folder a student


def test_a_folder_a_student(tree: Tree, taken: TakeIn) -> None:
    root = tree({"anna/exercise_04.py": ANSWER, "anna/exercise_12.py": ANSWER, "ben/exercise_01.py": ANSWER})
    intake = taken(root)
    assert counted(intake) == {("anna", "exercise-04"), ("anna", "exercise-12"), ("ben", "exercise-01")}
    assert intake.students == ("anna", "ben")
    assert not intake.unrecognised
    assert not intake.ignored
    found = intake.submissions[0]
    assert found.origin == "submissions/anna/exercise_04.py"
    assert (found.handed_in, found.time_source) == (datetime.fromtimestamp(1.8e9, UTC), TimeSource.FILE_DATE)
    assert not found.late


@pytest.mark.parametrize(
    "name",
    [
        "exercise_04.py",
        "exercise-04.py",
        "Exercise 04.py",
        "EXERCISE_04.PY",
        "exercise_04 (1).py",
        "exercise-04/exercise_04.py",
        "exercise-04/solution.py",
        "exercise_04/Solution.py",
        "exercise-04/mine.py",
        "exercises/exercise-04/exercise_04.py",
        "homework/week 1/exercise_04.py",
        "homework.zip",
        "exercise-04.zip",
    ],
)
def test_an_answer_has_one_of_these_names(tree: Tree, taken: TakeIn, name: str) -> None:
    inside = {"solution.py" if "04" in name else "exercise_04.py": ANSWER}
    content = zip_bytes(inside) if name.endswith(".zip") else ANSWER
    intake = taken(tree({f"anna/{name}": content, "ben/": ""}))
    assert counted(intake) == {("anna", "exercise-04")}
    assert not intake.unrecognised
    assert read(intake.submissions[0]).source == ANSWER


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("exercise_4.py", "name it exercise_04.py"),
        ("ex04.py", "name it exercise_04.py"),
        ("exercise_77.py", "no exercise's"),
        ("my_answer.py", "no exercise's"),
        ("exercise_04.py.txt", "neither a Python file nor a notebook; if it answers exercise-04"),
        ("exercise_04", "neither a Python file"),
        ("plot.png", "neither a Python file nor a notebook"),
        ("homework.tar.gz", "only zips are opened"),
        ("homework.rar", "only zips are opened"),
        ("exercise-04/sub/solution.py", "no exercise's"),
    ],
)
def test_other_names_are_reported_and_not_guessed(tree: Tree, taken: TakeIn, name: str, why: str) -> None:
    intake = taken(tree({f"anna/{name}": ANSWER, "ben/": ""}))
    assert not intake.submissions
    assert why in told(intake)[f"submissions/anna/{name}"]
    assert intake.unrecognised[0].student == "anna"
    assert intake.students == ("anna", "ben")


def test_which_of_several_files_is_the_answer_is_not_guessed(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"anna/exercise-04/a.py": ANSWER, "anna/exercise-04/b.py": ANSWER}))
    assert not intake.submissions
    assert told(intake) == {
        f"submissions/anna/exercise-04/{name}.py": "which of 2 files answers exercise-04? Name it exercise_04.py"
        for name in "ab"
    }


def test_the_name_of_a_file_stands_before_that_of_its_folder(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"anna/exercise-04/exercise_12.py": ANSWER, "anna/exercise-04/mine.py": ANSWER}))
    assert origins(intake) == {
        ("anna", "exercise-04"): "submissions/anna/exercise-04/mine.py",
        ("anna", "exercise-12"): "submissions/anna/exercise-04/exercise_12.py",
    }


def test_a_student_with_an_empty_folder_is_met(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"anna/": "", "ben/exercise_04.py": ANSWER}))
    assert intake.students == ("anna", "ben")


def test_an_empty_folder_gives_nothing(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({}))
    assert (intake.students, intake.submissions, intake.unrecognised) == ((), (), ())


def test_a_file_between_the_students_folders_is_nobodys(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"anna/exercise_04.py": ANSWER, "ben/": "", "notes.txt": "", "solution.py": ""}))
    assert counted(intake) == {("anna", "exercise-04")}
    assert set(told(intake)) == {"submissions/notes.txt", "submissions/solution.py"}
    assert "does not say whose it is" in told(intake)["submissions/notes.txt"]


# --- one student's folder, or all of them


def test_a_folder_with_answers_in_it_is_one_students(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"exercise_04.py": ANSWER, "exercise-12/solution.py": ANSWER, "plots/a.png": b""}))
    assert counted(intake) == {("submissions", "exercise-04"), ("submissions", "exercise-12")}


def test_the_courses_own_folders_are_one_students(tree: Tree, taken: TakeIn) -> None:
    root = tree({"anna/exercises/exercise-04/exercise_04.py": ANSWER, "anna/exercises/exercise-04/exercise.yaml": ""})
    assert counted(taken(root / "anna")) == {("anna", "exercise-04")}
    assert counted(taken(root / "anna" / "exercises")) == {("anna", "exercise-04")}
    assert counted(taken(root / "anna" / "exercises" / "exercise-04")) == {("anna", "exercise-04")}
    assert counted(taken(root)) == {("anna", "exercise-04")}
    assert [item.origin for item in taken(root).ignored] == ["submissions/anna/exercises/exercise-04/exercise.yaml"]


def test_every_students_folder_may_be_named(tree: Tree, taken: TakeIn) -> None:
    root = tree({"anna/exercise_04.py": ANSWER, "ben/exercise_04.py": ANSWER})
    assert taken(root / "ben", root / "anna") == taken(root / "anna", root / "ben")
    assert counted(taken(root / "ben", root / "anna")) == {("anna", "exercise-04"), ("ben", "exercise-04")}


def test_a_folder_inside_one_that_is_named_counts_once(tree: Tree, taken: TakeIn) -> None:
    root = tree({"anna/exercise_04.py": ANSWER, "ben/exercise_04.py": ANSWER})
    intake = taken(root, root / "anna", root / "anna" / "exercise_04.py")
    assert counted(intake) == {("anna", "exercise-04"), ("ben", "exercise-04")}
    assert [found.superseded for found in intake.submissions] == [(), ()]


def test_whose_an_answer_beside_students_folders_is_is_not_guessed(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"exercise_04.py": ANSWER, "anna/exercise_04.py": ANSWER}))
    assert (intake.submissions, intake.students) == ((), ())
    assert "answers lie in it directly, and in “anna” as well" in told(intake)["submissions"]


def test_students_with_folders_of_their_own_are_not_taken_for_several(tree: Tree, taken: TakeIn) -> None:
    root = tree({"anna/exercise_04.py": ANSWER, "ben/a/exercise_04.py": ANSWER, "ben/b/exercise_01.py": ANSWER})
    intake = taken(root / "anna", root / "ben")
    assert counted(intake) == {("anna", "exercise-04")}
    assert "beside it lies “anna”, which is one student's own" in told(intake)["submissions/ben"]
    assert counted(taken(root)) == {("anna", "exercise-04"), ("ben", "exercise-04"), ("ben", "exercise-01")}


def test_a_single_folder_around_several_is_not_guessed(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"all/anna/exercise_04.py": ANSWER, "all/ben/exercise_04.py": ANSWER}))
    assert not intake.submissions
    assert "which of them are students?" in told(intake)["submissions"]


def test_a_single_student_is_the_folder(tree: Tree, taken: TakeIn) -> None:
    assert counted(taken(tree({"anna/homework/exercise_04.py": ANSWER}))) == {("anna", "exercise-04")}


# --- single files


def test_a_file_is_of_the_student_whose_folder_it_lies_in(tree: Tree, taken: TakeIn) -> None:
    root = tree({"anna/exercise_04.py": "import helper", "anna/exercise_01.py": ANSWER, "anna/helper.py": "x = 1"})
    intake = taken(root / "anna" / "exercise_04.py")
    assert counted(intake) == {("anna", "exercise-04")}
    assert read(intake.submissions[0]).beside == (("helper", b"x = 1"),)
    assert not intake.unrecognised


def test_a_file_in_an_exercises_folder_is_of_the_student_around_it(tree: Tree, taken: TakeIn) -> None:
    root = tree({"anna/exercise-04/mine.py": ANSWER, "anna/exercise-04/other.py": ""})
    assert counted(taken(root / "anna" / "exercise-04" / "mine.py")) == {("anna", "exercise-04")}


def test_a_file_that_the_operator_names_may_be_a_link(tree: Tree, taken: TakeIn, tmp_path: Path) -> None:
    root = tree({"anna/": "", "elsewhere/x.py": ANSWER})
    (root / "anna" / "exercise_04.py").symlink_to(root / "elsewhere" / "x.py")
    assert read(taken(root / "anna" / "exercise_04.py").submissions[0]).source == ANSWER


@pytest.mark.parametrize("name", ["notes.txt", "mine.py"])
def test_other_files_are_reported(tree: Tree, taken: TakeIn, name: str) -> None:
    intake = taken(tree({name: ""}) / name)
    assert not intake.submissions
    assert list(told(intake)) == [f"submissions/{name}"]


def test_what_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(SubmissionNotFound, match="there is no file or folder"):
        take_in([tmp_path, tmp_path / "nowhere"], EXERCISES)


# --- modules beside an answer, notebooks, what tools leave behind


def test_modules_beside_an_answer_come_with_it(tree: Tree, taken: TakeIn) -> None:
    files = {"exercise_04.py": ANSWER, "helper.py": "", "a-b.py": "", "big.py": " " * (2**20 + 1), "deep/other.py": ""}
    intake = taken(tree({f"anna/{name}": content for name, content in files.items()}))
    assert set(intake.submissions[0].files) == {"exercise_04", "helper"}
    reasons = told(intake)
    assert "no answer can import a module of this name" in reasons["submissions/anna/a-b.py"]
    assert "a module beside an answer may have 1 MiB" in reasons["submissions/anna/big.py"]
    assert "no answer lies beside it" in reasons["submissions/anna/deep/other.py"]


def test_notebooks_answer_the_exercise_in_their_name_or_those_that_their_cells_name(tree: Tree, taken: TakeIn) -> None:
    named = notebook(code("x", grader={"exercise": "exercise-01"}), code("y", grader={"exercise": "exercise-99"}))
    files = {
        "exercise_04.ipynb": notebook("x").decode(),
        "exercise-12/mine.ipynb": notebook("y").decode(),
        "exercise-12/helper.py": "",
        "ps1.ipynb": named.decode(),
        "homework.ipynb": "{}",
        "mine.ipynb": notebook("z").decode(),
    }
    intake = taken(tree({f"anna/{name}": content for name, content in files.items()}))
    assert [(found.exercise, found.is_notebook) for found in intake.submissions] == [
        ("exercise-01", True),
        ("exercise-04", True),
        ("exercise-12", True),
    ]
    assert not intake.unrecognised
    assert "helper" in intake.submissions[2].files
    assert [(item.origin, "no cell of it says" in item.why) for item in intake.notebooks] == [
        ("submissions/anna/homework.ipynb", True),
        ("submissions/anna/mine.ipynb", True),
    ]


def test_an_answer_file_counts_before_a_notebook_however_old(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"anna/exercise_04.ipynb": notebook("x").decode(), "anna/exercise_04.py": ANSWER}))
    assert [found.is_notebook for found in intake.submissions] == [False]
    assert [item.why for item in intake.notebooks] == ["the answer file beside it counts"]


@pytest.mark.parametrize(
    "name",
    [
        ".DS_Store",
        "__pycache__/exercise_04.cpython-311.pyc",
        ".git/HEAD",
        "exercise-04/exercise.yaml",
        "exercise_04.old-1.py",
        "._exercise_04.py",
        "__MACOSX/._exercise_04.py",
        ".ipynb_checkpoints/exercise_04-checkpoint.ipynb",
        "__init__.py",
    ],
)
def test_what_tools_leave_behind_is_ignored(tree: Tree, taken: TakeIn, name: str) -> None:
    intake = taken(tree({f"anna/{name}": "", "ben/": ""}))
    assert (intake.submissions, intake.unrecognised, intake.notebooks) == ((), (), ())
    assert len(intake.ignored) == 1
    assert f"submissions/anna/{name}".startswith(intake.ignored[0].origin)


# --- several submissions to one exercise


def test_the_newest_counts_and_the_others_are_named(tree: Tree, taken: TakeIn) -> None:
    root = tree({f"anna/{name}/exercise_04.py": f"# {name}" for name in ("new", "old", "older")} | {"ben/": ""})
    os.utime(root / "anna" / "new" / "exercise_04.py", (1.9e9, 1.9e9))
    os.utime(root / "anna" / "older" / "exercise_04.py", (1.7e9, 1.7e9))
    found = taken(root).submissions[0]
    assert read(found).source == "# new"
    assert found.superseded == (
        "submissions/anna/old/exercise_04.py (2027-01-15 08:00 UTC)",
        "submissions/anna/older/exercise_04.py (2023-11-14 22:13 UTC)",
    )


def test_of_the_same_time_the_plainer_name_counts(tree: Tree, taken: TakeIn) -> None:
    files = ["exercise_04.py", "exercise-04/solution.py", "sub/exercise-04/mine.py"]
    found = taken(tree({f"anna/{name}": name for name in files} | {"ben/": ""})).submissions[0]
    assert found.origin == "submissions/anna/exercise_04.py"
    assert len(found.superseded) == 2


# --- hostile folders


def test_links_are_not_followed(tree: Tree, taken: TakeIn, tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "solution.py").write_text("secret = 1")
    root = tree({"anna/exercise_04.py": ANSWER, "ben/": ""})
    (root / "ben" / "exercise_04.py").symlink_to(root / "anna" / "exercise_04.py")
    (root / "ben" / "exercise-12").symlink_to(tmp_path / "solutions")
    (root / "carl").symlink_to(root / "anna")
    (root / "ben" / "loop").symlink_to(root)
    intake = taken(root)
    assert counted(intake) == {("anna", "exercise-04")}
    assert set(told(intake).values()) == {"it is a link; links are not followed"}
    assert len(intake.unrecognised) == 4


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_what_is_no_file_is_never_opened(tree: Tree, taken: TakeIn, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree({"anna/": "", "ben/exercise_04.py": ANSWER})
    os.mkfifo(root / "anna" / "exercise_04.py")
    monkeypatch.chdir(root / "anna")  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("exercise_12.py")
        monkeypatch.chdir(root.parent)
        intake = taken(root)
    assert counted(intake) == {("ben", "exercise-04")}
    assert set(told(intake).values()) == {"it is no ordinary file"}


def test_a_giant_file_is_taken_for_what_it_says_it_is_and_not_read(tree: Tree, taken: TakeIn) -> None:
    root = tree({"anna/exercise_04.py": ANSWER, "ben/exercise_04.py": ANSWER})
    os.truncate(root / "anna" / "exercise_04.py", 2**40)
    intake = taken(root)
    assert counted(intake) == {("anna", "exercise-04"), ("ben", "exercise-04")}
    assert read(intake.submissions[0]).fault == "the file is larger than 4 MiB"


def test_a_folder_that_cannot_be_listed_loses_no_other(
    tree: Tree, taken: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree({"anna/exercise_04.py": ANSWER, "ben/exercise_04.py": ANSWER, "carl/exercise_04.py": ANSWER})
    scandir = os.scandir

    def failing(path: str) -> object:
        if str(path).endswith("anna"):
            raise PermissionError(13, "Permission denied")
        if str(path).endswith("ben"):
            raise FileNotFoundError(2, "No such file or directory")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", failing)
    intake = taken(root)
    assert counted(intake) == {("carl", "exercise-04")}
    assert told(intake) == {
        "submissions/anna": "it cannot be listed: Permission denied",
        "submissions/ben": "it was deleted while it was being listed",
    }
    assert intake.students == ("anna", "ben", "carl")


def test_very_deep_folders_are_not_entered(tree: Tree, taken: TakeIn) -> None:
    deep = "/".join(["d"] * 30)
    intake = taken(tree({f"anna/{deep}/exercise_04.py": ANSWER, "anna/exercise_12.py": ANSWER, "ben/": ""}))
    assert counted(intake) == {("anna", "exercise-12")}
    assert any("deeper than 16 folders" in why for why in told(intake).values())


@pytest.mark.slow
def test_ten_thousand_files_are_no_trouble(tree: Tree, taken: TakeIn) -> None:
    root = tree(
        {f"anna/data/{number}.csv": "" for number in range(10_000)} | {"anna/exercise_04.py": ANSWER, "ben/": ""}
    )
    intake = taken(root)
    assert counted(intake) == {("anna", "exercise-04")}
    assert len(intake.unrecognised) == 10_000


def test_too_many_files_of_one_student_lose_no_other(
    tree: Tree, taken: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.batch.intake.answers.FILES_CAP", 10)
    root = tree({f"anna/{number}.csv": "" for number in range(20)} | {"ben/exercise_04.py": ANSWER})
    intake = taken(root)
    assert counted(intake) == {("ben", "exercise-04")}
    assert "more than 10 files and folders" in told(intake)["submissions/anna"]


@pytest.mark.skipif(os.name != "posix", reason="names are not bytes here")
def test_odd_names_are_kept_apart_and_shown_safely(tree: Tree, taken: TakeIn) -> None:
    names = ["a b", 'O\'Connor "Bob"', "$(rm -rf)", "..x", "ano\x1bnymous", os.fsdecode(b"m\xfcller"), "Zoë 张伟", "-h"]
    root = tree({f"{name}/exercise_04.py": f"# {place}" for place, name in enumerate(names)})
    intake = taken(root)
    assert set(intake.students) == {
        *("a b", 'O\'Connor "Bob"', "$(rm -rf)", "..x", "Zoë 张伟", "-h"),
        *("ano�nymous", r"m\udcfcller"),
    }
    assert sorted(read(found).source for found in intake.submissions) == [f"# {place}" for place in range(len(names))]
    assert all("\x1b" not in found.origin and found.origin.encode() for found in intake.submissions)
