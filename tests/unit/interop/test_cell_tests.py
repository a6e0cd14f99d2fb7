"""Any assignment of nbgrader's, graded with its own test cells: confined, marked, and never with points for nothing."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbgrader")

from grader import registry
from grader.batch.orders import Watcher
from grader.cli._sealing import level
from grader.cli.notebook_grade import command
from grader.course import Course
from grader.errors import JudgeError, UsageError
from grader.interop.assignment import Source, read_assignment
from grader.interop.cell_tests import CELLS, CellTests, Rules, on_record
from grader.interop.handed_in import handed
from grader.interop.marking import Marking
from grader.interop.nbgrader_book import NbgraderBook
from grader.interop.nbgrader_course import course_of, folders
from grader.interop.running_cells import GRACE
from grader.interop.telling import json_lines
from grader.model import Limits
from grader.spec.files import load_course
from tests.unit.interop.foreign import ASSIGNMENT, code, notebook, put, scores
from tests.unit.interop.office import ANSWERS, Office, OneDesk

RIGHT = "def square(x):\n    return x * x"
FULL = {"three": (2.0, False), "part": (1.0, False), "truth": (None, True), "magic": (None, True), "said": (1.0, False)}
HOSTILE = {
    "reads": "def square(x):\n    return len(open('/etc/passwd').read()) and x * x",
    "reads_others": "import glob\ndef square(x):\n    return x * x if glob.glob('FOLDER/submitted/*') else 0",
    "writes": "def square(x):\n    open('FOLDER/written.txt', 'w').close()\n    return x * x",
    "forks": "import os\ndef square(x):\n    os.fork()\n    return x * x",
    "calls": "import socket\ndef square(x):\n    socket.create_connection(('127.0.0.1', 9))\n    return x * x",
    "kills": "import os\ndef square(x):\n    os.kill(os.getppid(), 9)\n    return x * x",
}
"""Answers that do harm before they answer; where they may not, they raise."""
ENDING = {
    "leaves": "import os\nos._exit(0)",
    "crashes": "import ctypes\nctypes.string_at(0)",
    "stays": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "floods": "import sys\nwhile True: sys.__stdout__.write('x' * 9999)",
}
"""Cells with which the process ends, or has to be ended."""


def source_notebook() -> dict[str, Any]:
    return notebook(
        code(RIGHT, "answer"),
        code("assert square(3) == 9", "three", 2),
        code("(square(2) == 4) * 0.5 + (square(3) == 9) * 0.5", "part", 1),
        code("square(3) == 9", "truth", 4),
        code("%%bash\nexit 1", "magic", 5),
        code("from helper import six\nassert square(6) == six ** 2 and open('six.txt').read() == '36'", "said", 1),
        code("", "explain", 3, by_hand=True),
    )


def handed_in(answer: str, **changed: str) -> dict[str, Any]:
    raw = source_notebook()
    for cell in raw["cells"]:
        name = cell["metadata"]["nbgrader"]["grade_id"]
        cell["source"] = changed.get(name, answer if name == "answer" else cell["source"])
    return raw


def strongest(root: Path) -> str:
    try:
        return level(course_of(root), [root], None)
    except JudgeError:
        return "process"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course in which all that was handed in has been graded."""
    folder = tmp_path_factory.mktemp("course")
    put(folder, "source", source_notebook())
    (folder / "source" / ASSIGNMENT / "helper.py").write_text("six = 6\n", encoding="utf-8")
    (folder / "source" / ASSIGNMENT / "six.txt").write_text("36", encoding="utf-8")
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 2\n", encoding="utf-8")
    for student, answer in {"right": RIGHT, "wrong": "def square(x):\n    return 2 * x"}.items():
        put(folder, f"submitted/{student}", handed_in(answer))
    put(folder, "submitted/cheats", handed_in("def square(x): return 0", three="pass", part="1", magic=""))
    (folder / "submitted" / "cheats" / ASSIGNMENT / "helper.py").write_text("six = 0\n", encoding="utf-8")
    (folder / "submitted" / "cheats" / ASSIGNMENT / "six.txt").write_text("0", encoding="utf-8")
    raw = handed_in(RIGHT, explain="print('because', square(4))")
    del raw["cells"][1:3]
    raw["cells"].insert(0, code("import matplotlib.pyplot as plt\nraise ValueError('this cell fails')"))
    put(folder, "submitted/deletes", raw)
    for student, answer in (HOSTILE | ENDING).items():
        put(folder, f"submitted/{student}", handed_in(answer.replace("FOLDER", str(folder))))
    put(folder, "submitted/unreadable", {"no": "notebook"})
    return folder


@pytest.fixture(scope="module")
def said(root: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Return what the command prints."""
    from click.testing import CliRunner

    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("elsewhere"))
    try:
        arguments = [str(root), ASSIGNMENT, "--format", "jsonl", "--isolation", strongest(root), "--jobs", "1"]
        done = CliRunner().invoke(command, arguments, catch_exceptions=False, standalone_mode=False)
    finally:
        os.chdir(before)
    assert done.return_value == 4, done.output  # there are tests that gave no score, and a file that is no notebook
    (root / "told.txt").write_text(done.stderr, encoding="utf-8")
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
class TestGraded:
    def test_right_and_wrong_answers(self, root: Path, said: list[dict[str, Any]]) -> None:
        assert scores(root, "right") == FULL | {"explain": (0.0, False)}  # nothing was written there
        assert scores(root, "wrong") == FULL | {
            "three": (0.0, False),
            "part": (0.5, False),
            "said": (0.0, False),
            "explain": (0.0, False),
        }

    def test_tests_and_what_belongs_to_them_are_ours(self, root: Path, said: list[dict[str, Any]]) -> None:
        assert scores(root, "cheats")["three"] == (0.0, False)
        assert scores(root, "cheats")["part"] == (0.0, False)
        assert scores(root, "cheats")["magic"] == (None, True)
        assert scores(root, "cheats")["said"] == (0.0, False)

    def test_tests_that_are_missing_are_run_and_answers_for_people_wait(
        self, root: Path, said: list[dict[str, Any]]
    ) -> None:
        assert scores(root, "deletes") == FULL | {"explain": (None, True)}
        shown = json.loads((root / "autograded" / "deletes" / ASSIGNMENT / "squares.ipynb").read_text(encoding="utf-8"))
        explain = next(cell for cell in shown["cells"] if cell["source"].startswith("print"))
        assert explain["outputs"][0]["text"] == "because 16\n"

    @pytest.mark.parametrize("student", HOSTILE)
    def test_nobody_does_harm(self, root: Path, said: list[dict[str, Any]], student: str) -> None:
        if strongest(root) != "process":
            assert scores(root, student)["three"] == (0.0, False)
        assert not (root / "written.txt").exists()

    @pytest.mark.parametrize("student", ENDING)
    def test_when_the_process_ends_nothing_more_is_earned(
        self, root: Path, said: list[dict[str, Any]], student: str
    ) -> None:
        found = scores(root, student)
        assert {name: found[name] for name in ("three", "part", "said")} == dict.fromkeys(
            ("three", "part", "said"), (0.0, False)
        )

    def test_what_cannot_be_read_waits_for_a_person(self, root: Path, said: list[dict[str, Any]]) -> None:
        assert set(scores(root, "unreadable").values()) == {(None, True)}

    def test_scores_say_that_they_can_be_forged(self, root: Path, said: list[dict[str, Any]]) -> None:
        mine = [row for row in said if row["student"] == "right"]
        assert {"student": "right", "notebook": "squares", "cell": "three", "score": 2.0, "points": 2.0} | {
            "trust": "in-process"
        } in mine
        assert {row["trust"] for row in said} == {"in-process"}
        told = (root / "told.txt").read_text(encoding="utf-8")
        assert "and so can be forged (trust: in-process)" in told
        assert "squares.ipynb, cell truth: its value, True, is no number" in told
        assert re.search(r"only IPython understands the line '%%bash' \(.* and \d+ more\)", told)
        shown = json.loads((root / "autograded" / "right" / ASSIGNMENT / "squares.ipynb").read_text(encoding="utf-8"))
        assert shown["cells"][1]["metadata"]["grader"] == {"trust": "in-process"}

    def test_a_traceback_names_the_cell(self, root: Path, said: list[dict[str, Any]]) -> None:
        shown = json.loads((root / "autograded" / "wrong" / ASSIGNMENT / "squares.ipynb").read_text(encoding="utf-8"))
        text = shown["cells"][1]["outputs"][0]["text"]
        assert 'File "cell 2 (three)", line 1' in text
        assert "AssertionError" in text


def read(tmp_path: Path, raw: dict[str, Any]) -> Source:
    put(tmp_path, "source", raw)
    return read_assignment(folders(tmp_path).source(ASSIGNMENT), course_of(tmp_path))[0]


def opened(source: Source, tmp_path: Path) -> None:
    CellTests([source], tmp_path, Rules("process", Limits(), ())).close()


def test_tests_that_nbgrader_has_not_made_yet_are_refused(tmp_path: Path) -> None:
    source = read(tmp_path, notebook(code("### HASHED AUTOTEST square(3)", "auto", 1)))
    with pytest.raises(UsageError, match="run `nbgrader generate_assignment` first"):
        opened(source, tmp_path)
    opened(on_record(source, {"auto": "assert square(3) == 9"}), tmp_path)


def test_only_python_is_run(tmp_path: Path) -> None:
    kernel = {"display_name": "R", "language": "R", "name": "ir"}
    source = read(tmp_path, notebook(code("stopifnot(TRUE)", "test", 1), kernel=kernel))
    with pytest.raises(UsageError, match="is written in R"):
        opened(source, tmp_path)


def test_locked_cells_are_those_that_nbgrader_has_on_record(tmp_path: Path) -> None:
    source = read(tmp_path, notebook(code("x = 0", "answer"), code("assert x", "test", 1)))
    found = on_record(source, {"answer": "# YOUR CODE HERE", "test": "assert x == 1"})
    assert [cell.source for cell in found.cells] == ["x = 0", "assert x == 1"]


def test_checks_of_the_course_and_other_tests_in_one_notebook(courses: Office) -> None:
    raw = courses.source()
    raw["cells"].append(code("assert double(4) == 8", "extra", 2) | {"id": "extra"})
    file = courses.root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    file.write_text(json.dumps(raw), encoding="utf-8")
    courses.hand_in("ada", courses.answered(ANSWERS))
    courses.hand_in("bob", courses.answered({"exercise-01": "def double(x):\n    return x + 4"}))
    theirs = folders(courses.root)
    with NbgraderBook(theirs, ASSIGNMENT) as book:
        sources = read_assignment(theirs.source(ASSIGNMENT), courses.course)
        rules = Rules("process", courses.course.limits, ())
        with CellTests(sources, theirs.source(ASSIGNMENT), rules) as others:
            marking = Marking(courses.course, theirs, ASSIGNMENT, sources, Watcher(), others=others)
            marked = marking.mark(theirs.students(ASSIGNMENT), book, lambda: OneDesk(courses.course))
    assert scores(courses.root, "ada") == {
        "exercise-01-check-some-numbers": (2.0, False),
        "exercise-01-check-nothing": (1.0, False),
        "exercise-01-check-a-large-number": (1.0, False),
        "exercise-02-check-vectors": (0.5, False),
        "extra": (2.0, False),
    }
    assert scores(courses.root, "bob")["extra"] == (2.0, False)
    assert scores(courses.root, "bob")["exercise-01-check-nothing"] == (0.0, False)
    trust = {row["cell"]: row["trust"] for row in map(json.loads, json_lines(marked, sources, "process"))}
    assert trust.pop("extra") == "in-process"
    assert set(trust.values()) == {"process"}


def extended(folder: Path) -> Course:
    """Return a course in which Bob has more time."""
    more = "extensions: [{student: bob, time_factor: 1.5}, {student: bob, time_factor: 20, exercises: [exercise-02]}]\n"
    with (folder / "course.yaml").open("a", encoding="utf-8") as file:
        file.write(more)
    return load_course(folder)


SLOW = notebook(code("import time\ntime.sleep(0.6)", "answer"), code("assert time", "patient", 3))


def test_who_has_more_time_has_it_for_cells_that_belong_to_no_exercise(
    courses: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits, load = {}, registry.load

    def loaded(family: str, name: str) -> Any:
        def opened(given: Limits, *arguments: Any) -> Any:
            limits[given.call] = given.exercise
            return load(family, name)(given, *arguments)

        return opened

    monkeypatch.setattr(registry, "load", loaded)
    source = read(tmp_path, SLOW)
    course = extended(courses.course.folder)
    rules = Rules("process", course.limits, (), 0.4, time_factor=course.longest_time_factor)
    with CellTests([source], tmp_path, rules) as others:
        found = {}
        for student in ("ada", "bob"):
            put(tmp_path, f"submitted/{student}", SLOW)
            folder = tmp_path / "submitted" / student / ASSIGNMENT
            others.begin(student, folder, list(handed(folder, [source])))
            found[student] = others.judged(student, source.name).shown
    assert "this took longer than 0.4 s" in found["ada"]["answer"].text
    assert "this took longer" not in found["bob"]["answer"].text
    assert limits == {0.4 + GRACE: CELLS * 0.4, 8 + GRACE: CELLS * 8}


@pytest.mark.parametrize(("student", "error"), [("ada", "this took longer than 0.4 s, and was ended"), ("bob", "")])
def test_who_has_more_time_has_it_in_nbgraders_own_command(
    courses: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, student: str, error: str
) -> None:
    import nbformat

    from grader.interop.nbgrader_plugins import ConfinedExecute

    monkeypatch.setenv("GRADE_COURSE", str(extended(courses.course.folder).folder))
    resources = {"metadata": {"path": str(tmp_path)}, "nbgrader": {"student": student}}
    step = ConfinedExecute(timeout=0.4, isolation="process")
    ran, _ = step.preprocess(nbformat.from_dict(SLOW), resources)
    assert "".join(output.evalue for output in ran.cells[0].outputs) == error
