"""What is read of a submission, when it is asked for."""

import os
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.batch.intake import Content, Found, read
from grader.batch.intake.content import MODULES_CAP
from grader.batch.intake.sources import ANSWER_CAP
from grader.errors import SubmissionNotFound
from grader.executors.process import ProcessExecutor
from grader.model import Call, Limits, Submission
from tests.unit.batch.intake.handing_in import Files, TakeIn, Tree, zip_bytes

HandedIn = Callable[[Files], Found]


@pytest.fixture
def handed_in(tree: Tree, taken: TakeIn) -> HandedIn:
    """Return what takes in the files of one student, and gives the submission to exercise-04."""

    def take(files: Files) -> Found:
        intake = taken(tree({f"anna/{name}": content for name, content in files.items()} | {"ben/": ""}))
        return next(one for one in intake.submissions if one.exercise == "exercise-04")

    return take


def names(content: Content) -> list[str]:
    return [name for name, _ in content.beside]


def test_an_answer_is_read_with_what_it_names(handed_in: HandedIn) -> None:
    files = {"exercise_04.py": "import a\n", "a.py": "from b import x", "b.py": "x = 1", "c.py": "x = 2"}
    content = read(handed_in(files))
    assert content.source == "import a\n"
    assert content.beside == (("a", b"from b import x"), ("b", b"x = 1"))
    assert content.submission("exercise-04", "f") == Submission("exercise_04", "import a\n", "f", beside=content.beside)


@pytest.mark.parametrize(
    "source",
    ["import importlib", "__import__('a' + 'b')", "exec('imp' 'ort ab')", "from importlib import import_module as i"],
)
def test_what_imports_by_text_may_have_everything(handed_in: HandedIn, source: str) -> None:
    content = read(handed_in({"exercise_04.py": source, "ab.py": "", "c.py": "", "exercise_12.py": ""}))
    assert names(content) == ["ab", "c", "exercise_12"]


def test_an_answer_is_no_module_beside_itself(handed_in: HandedIn) -> None:
    assert names(read(handed_in({"exercise_04.py": "import exercise_04, exercise_12", "exercise_12.py": ""}))) == [
        "exercise_12"
    ]


def test_an_answer_of_another_name_can_be_imported_by_it(handed_in: HandedIn) -> None:
    content = read(handed_in({"exercise-04/solution.py": "import solution"}))
    assert content.beside == (("solution", b"import solution"),)


def test_a_byte_order_mark_is_no_part_of_the_source(handed_in: HandedIn) -> None:
    assert read(handed_in({"exercise_04.py": b"\xef\xbb\xbfx = 1"})).source == "x = 1"


def test_a_text_in_another_encoding_is_no_answer_and_the_place_is_told(handed_in: HandedIn) -> None:
    content = read(handed_in({"exercise_04.py": b"# \xff"}))
    assert content.fault == "the file is not text in UTF-8 (byte 2); save it as UTF-8"
    assert (content.source, content.beside) == ("", ())


# --- the digest


def test_the_same_content_has_the_same_digest_wherever_it_lies(handed_in: HandedIn, tmp_path: Path) -> None:
    files = {"exercise_04.py": "import a", "a.py": "x = 1"}
    plain = read(handed_in(files)).digest
    (tmp_path / "submissions").rename(tmp_path / "before")
    assert read(handed_in({"homework.zip": zip_bytes(files)})).digest == plain


@pytest.mark.parametrize(
    "files",
    [
        {"exercise_04.py": "import a ", "a.py": "x = 1"},
        {"exercise_04.py": "import a", "a.py": "x = 2"},
        {"exercise_04.py": "import a"},
        {"exercise_04.py": "import a", "a.py": "import b", "b.py": ""},
        {"exercise_04.py": "import ax", "a.py": " = 1"},
    ],
)
def test_another_content_has_another_digest(handed_in: HandedIn, tmp_path: Path, files: Files) -> None:
    other = read(handed_in({"exercise_04.py": "import a", "a.py": "x = 1"})).digest
    (tmp_path / "submissions").rename(tmp_path / "before")
    assert read(handed_in(files)).digest != other


def test_what_is_handed_in_for_another_exercise_does_not_matter(handed_in: HandedIn) -> None:
    before = read(handed_in({"exercise_04.py": "x = 1", "exercise_12.py": "one"})).digest
    assert read(handed_in({"exercise_04.py": "x = 1", "exercise_12.py": "two"})).digest == before


# --- what can go wrong between listing and reading


def test_a_file_that_was_deleted_is_named(handed_in: HandedIn, tmp_path: Path) -> None:
    found = handed_in({"exercise_04.py": "import a", "a.py": ""})
    (tmp_path / "submissions" / "anna" / "a.py").unlink()
    with pytest.raises(SubmissionNotFound, match=r"anna/exercise_04\.py: the module a beside it: it is gone"):
        read(found)
    (tmp_path / "submissions" / "anna" / "exercise_04.py").unlink()
    with pytest.raises(SubmissionNotFound, match=r"anna/exercise_04\.py: it is gone"):
        read(found)


def test_a_file_is_read_as_it_is_now(handed_in: HandedIn, tmp_path: Path) -> None:
    found = handed_in({"exercise_04.py": "old"})
    (tmp_path / "submissions" / "anna" / "exercise_04.py").write_text("new")
    assert read(found).source == "new"


def test_a_file_that_has_grown_is_no_answer(handed_in: HandedIn, tmp_path: Path) -> None:
    found = handed_in({"exercise_04.py": "old"})
    assert read(found).fault == ""
    os.truncate(tmp_path / "submissions" / "anna" / "exercise_04.py", 2**40)
    assert read(found).fault == "the file is larger than 4 MiB"


def test_a_module_that_has_grown_makes_it_no_answer(handed_in: HandedIn, tmp_path: Path) -> None:
    found = handed_in({"exercise_04.py": "import a", "a.py": ""})
    os.truncate(tmp_path / "submissions" / "anna" / "a.py", 2**40)
    assert read(found).fault == "the module a beside it is larger than 1 MiB"


def test_what_is_no_answer_has_a_digest_by_its_fault(handed_in: HandedIn) -> None:
    one, again, other = (read(handed_in({"exercise_04.py": text})) for text in (b"\xff", b"\xfe", b"#\xff"))
    assert one.digest == again.digest != other.digest
    assert read(handed_in({"exercise_04.py": b""})).digest not in {one.digest, other.digest}


@pytest.mark.skipif(os.open not in os.supports_dir_fd, reason="folders cannot be entered one by one here")
@pytest.mark.parametrize("which", ["anna/exercise-04/solution.py", "anna/exercise-04", "anna"])
def test_a_link_put_there_meanwhile_is_not_followed(handed_in: HandedIn, tmp_path: Path, which: str) -> None:
    found = handed_in({"exercise-04/solution.py": "mine"})
    place = tmp_path / "submissions" / which
    place.rename(tmp_path / "secret")
    place.symlink_to(tmp_path / "secret")
    with pytest.raises(SubmissionNotFound, match="links are not followed"):
        read(found)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_fifo_put_there_meanwhile_is_not_waited_for(handed_in: HandedIn, tmp_path: Path) -> None:
    found = handed_in({"exercise_04.py": "mine"})
    place = tmp_path / "submissions" / "anna" / "exercise_04.py"
    place.unlink()
    os.mkfifo(place)
    with pytest.raises(SubmissionNotFound, match="no ordinary file"):
        read(found)


def test_a_folder_put_there_meanwhile_is_no_answer(handed_in: HandedIn, tmp_path: Path) -> None:
    found = handed_in({"exercise_04.py": "mine"})
    place = tmp_path / "submissions" / "anna" / "exercise_04.py"
    place.unlink()
    place.mkdir()
    with pytest.raises(SubmissionNotFound, match="it is a folder, where a file is wanted"):
        read(found)


def test_a_file_that_may_not_be_read_is_named(handed_in: HandedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    found = handed_in({"exercise_04.py": "mine"})

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(SubmissionNotFound, match="it cannot be read: Permission denied"):
        read(found)


def test_more_modules_than_anybody_writes_are_refused(handed_in: HandedIn) -> None:
    modules = {f"m{number}.py": "" for number in range(MODULES_CAP + 1)}
    content = read(handed_in({"exercise_04.py": "import importlib", **modules}))
    assert content.fault == "the file may import more than 500 modules or 16 MiB from beside it"
    assert names(read(handed_in({"exercise_04.py": "import m7", **modules}))) == ["m7"]


def test_nothing_is_read_before_it_is_asked_for(tree: Tree, taken: TakeIn) -> None:
    root = tree({f"s{number}/exercise_04.py": "" for number in range(20)})
    for file in root.rglob("*.py"):
        os.truncate(file, ANSWER_CAP)
    tracemalloc.start()
    intake = taken(root)
    _, peak = tracemalloc.get_traced_memory()
    for found in intake.submissions:
        assert len(read(found).source) == ANSWER_CAP
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20
    assert held < 2**20


# --- what is read can be run


@pytest.fixture(scope="module")
def executor() -> Iterator[ProcessExecutor]:
    with ProcessExecutor(Limits(call=20.0, exercise=600.0)) as executor:
        yield executor


def test_modules_from_a_zip_are_imported_without_a_folder(handed_in: HandedIn, executor: ProcessExecutor) -> None:
    files = {
        "exercise_04.py": "import a\ndef f(x):\n    import b\n    return a.double(x) + b.one\n",
        "a.py": "def double(x):\n    return 2 * x\n",
        "b.py": "one = 1\n",
        "random.py": "raise RuntimeError('not the library')",
    }
    content = read(handed_in({"homework.zip": zip_bytes(files)}))
    with executor.open(content.submission("exercise-04", "f")) as session:
        assert session.load().failure is None
        assert session.call(Call((20,))).value == 41
