"""The beginning of a course and of an exercise: what is written is valid, explained and complete."""

import keyword
import os
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.author_code import feedback_of
from grader.authoring import schema
from grader.authoring.beginning import TITLE, Sketch, begin_course, begin_exercise, find_place, function_name
from grader.authoring.stubs import stub
from grader.course import Course
from grader.errors import UsageError
from grader.spec import course_rules, loader, reading, rules
from grader.spec.course import CourseFile
from grader.spec.exercise import CheckItem, Exercise, Function, ValueDescription
from grader.spec.files import load_course, load_exercise

SWITCHED_OFF = re.compile(r"( *)#([a-z_]+:(?: .*)?)")
RULES = CheckItem.rules


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a course that was just begun; it is never changed."""
    folder = tmp_path_factory.mktemp("begun") / "course"
    begin_course(folder, "Analysis: part 1", 7)
    return folder


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Return a course of its own for a test."""
    begin_course(tmp_path / "own", "A course", 7)
    return load_course(tmp_path / "own")


def sketch(name: str = "exercise-02", function: str = "size_of", title: str = TITLE) -> Sketch:
    return Sketch(name=name, title=title, function=function)


def switched_on(text: str) -> Iterator[tuple[str, str]]:
    """Yield every line that is switched off, with the text in which it stands in place of what it is an alternative to."""
    lines = text.splitlines()
    for place, line in enumerate(lines):
        match = SWITCHED_OFF.fullmatch(line)
        if match:
            indent, item = match.groups()
            key = item.partition(":")[0]
            rivals = tuple(f"{indent}{name}:" for name in (RULES if key in RULES else (key,)))
            others = [*lines[:place], f"{indent}{item}", *lines[place + 1 :]]
            for near in reversed(range(place)):
                if others[near].startswith(rivals):
                    others[near] = ""
                    break
                if others[near].startswith(f"{indent[2:]}- "):
                    break  # here the list item begins in which the line stands
            yield line.strip(), "\n".join(others) + "\n"


def test_a_course_has_all_its_files(begun: Path) -> None:
    found = {file.relative_to(begun).as_posix() for file in begun.rglob("*") if file.is_file()}
    assert {name for name in found if not name.startswith(".grade/")} == {
        ".gitignore",
        "README.md",
        "course.yaml",
        "exercises/exercise-01/exercise.yaml",
        "exercises/exercise-01/exercise_01.py",
        "schema/course.schema.json",
        "schema/exercise.schema.json",
        "solutions/exercise-01/accepted/by_the_length.py",
        "solutions/exercise-01/mistakes/sum_for_mean.py",
        "solutions/exercise-01/solution.py",
    }
    for name, text in schema.texts().items():
        assert (begun / "schema" / name).read_text(encoding="utf-8") == text
    assert not any("«" in file.read_text(encoding="utf-8") for file in begun.rglob("*") if file.is_file())


def test_title_and_seed_are_those_that_were_given(begun: Path) -> None:
    course = load_course(begun)
    assert (course.file.title, course.file.seed) == ("Analysis: part 1", 7)
    assert (begun / "README.md").read_text(encoding="utf-8").startswith("# Analysis: part 1: for its authors\n")


def test_stub_and_description_agree_and_the_mistake_has_feedback(begun: Path) -> None:
    course = load_course(begun)
    file = course.answer_file("exercise-01")
    assert file.read_text(encoding="utf-8") == stub("exercise-01", load_exercise(course, "exercise-01"))
    (mistake,) = (course.solution_folder("exercise-01") / "mistakes").glob("*.py")
    assert "a sum grows" in feedback_of(mistake)


def test_every_field_of_an_exercise_is_shown_and_explained(begun: Path) -> None:
    text = (begun / "exercises" / "exercise-01" / "exercise.yaml").read_text(encoding="utf-8")
    for kind in (Exercise, Function, CheckItem, ValueDescription):
        for item in fields(kind):
            assert re.search(rf"(\b|`){item.name}\b(:|`)", text), item.name
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if re.match(r"[a-z_]+:", line):
            above = next(row for row in reversed(lines[:place]) if not SWITCHED_OFF.fullmatch(row))
            assert above.startswith("# "), line


def test_every_field_of_a_course_is_shown(begun: Path) -> None:
    text = (begun / "course.yaml").read_text(encoding="utf-8")
    whole = schema.schemas()["course.schema.json"]
    for part in (whole, *whole["definitions"].values()):
        for name in part["properties"]:
            assert re.search(rf"\b{name}:", text), name


def test_every_line_of_an_exercise_that_is_switched_off_can_be_switched_on(begun: Path) -> None:
    file = begun / "exercises" / "exercise-01" / "exercise.yaml"
    tried = []
    for line, text in switched_on(file.read_text(encoding="utf-8")):
        document = loader.parse(text, line)
        assert rules.problems(reading.validate(document, Exercise, []), document) == []
        tried.append(line)
    assert len(tried) >= 15


def test_every_line_of_a_course_that_is_switched_off_can_be_switched_on(begun: Path) -> None:
    tried = []
    for line, text in switched_on((begun / "course.yaml").read_text(encoding="utf-8")):
        document = loader.parse(text, line)
        assert course_rules.problems(reading.validate(document, CourseFile, []), document) == []
        tried.append(line)
    assert len(tried) >= 8


def test_a_new_exercise_gets_a_place_and_is_valid(course: Course) -> None:
    before = (course.folder / "course.yaml").read_text(encoding="utf-8")
    begin_exercise(course, sketch("norm-of-it", "norm_of_it", title='"Größe": $n$ # 1'), 0, 0)
    after = (course.folder / "course.yaml").read_text(encoding="utf-8")
    assert after == before.replace("[exercise-01]\n\n", "[exercise-01, norm-of-it]\n\n")
    again = load_course(course.folder)
    assert again.exercises == ("exercise-01", "norm-of-it")
    exercise = load_exercise(again, "norm-of-it")
    assert (exercise.title, exercise.function.name) == ('"Größe": $n$ # 1', "norm_of_it")
    assert ">>> norm_of_it(" in exercise.statement
    folder = again.solution_folder("norm-of-it")
    for file in ["solution.py", "accepted/by_the_length.py", "mistakes/sum_for_mean.py"]:
        assert "def norm_of_it(x):" in (folder / file).read_text(encoding="utf-8")


def test_an_exercise_that_is_there_is_left_alone(course: Course) -> None:
    with pytest.raises(UsageError, match="the course has an exercise exercise-01 already"):
        begin_exercise(course, sketch("exercise-01"), 0, 0)
    (course.folder / "solutions" / "exercise-02").mkdir()  # an empty folder is in nobody's way
    (course.folder / "exercises" / "exercise-02").mkdir()
    (course.folder / "exercises" / "exercise-02" / "notes.md").write_text("mine")
    with pytest.raises(UsageError, match="exercises/exercise-02 is there already, though the course does not name it"):
        begin_exercise(course, sketch(), 0, 0)
    assert load_course(course.folder).exercises == ("exercise-01",)
    assert [file.name for file in (course.folder / "exercises" / "exercise-02").iterdir()] == ["notes.md"]


@pytest.mark.parametrize(
    "name", ["", "Exercise-02", "exercise_02", "exercise-", "exercise 02", "übung-02", "../02", "a/b"]
)
def test_a_name_that_no_exercise_can_have_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is not a name such as exercise-04"):
        sketch(name)


@pytest.mark.parametrize("name", ["", "class", "_hidden", "two words", "1st", "sum", "np", "print"])
def test_a_name_that_no_function_should_have_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="write `--function NAME`"):
        sketch(function=name)


@pytest.mark.parametrize("title", ["", "  ", "two\nlines", "a\ttab"])
def test_a_title_is_a_few_words(title: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a few words in one line"):
        sketch(title=title)
    with pytest.raises(UsageError, match="a few words in one line"):
        begin_course(tmp_path / "course", title, 1)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Root mean square", "root_mean_square"),
        ("Poisson log-likelihood", "poisson_log_likelihood"),
        ("Schrödinger's equation (1D)", "schrodinger_s_equation_1d"),
        ("…", ""),
    ],
)
def test_a_function_is_named_after_the_title(title: str, name: str) -> None:
    assert function_name(title) == name


@given(title=st.text(min_size=1))
@example("Δ")
@settings(deadline=None, derandomize=True)
def test_a_name_from_a_title_is_a_word_of_small_letters(title: str) -> None:
    name = function_name(title)
    assert name.isascii()
    assert name == "" or name.isidentifier() or name[0].isdigit() or keyword.iskeyword(name)


@pytest.mark.parametrize(
    ("topic", "section", "said"),
    [
        ("basic", "", "the course has no topic 'basic'; did you mean 'basics'?"),
        ("", "", "the course has no topic ''; there are: basics"),
        ("basics", "Vector", "basics has no section 'Vector'; did you mean 'Vectors'?"),
    ],
)
def test_a_topic_or_section_that_is_not_there_is_told(course: Course, topic: str, section: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_place(course, topic, section)
    assert str(caught.value) == said


def test_the_last_section_of_a_topic_is_meant_unless_one_is_named(course: Course) -> None:
    file = course.folder / "course.yaml"
    text = file.read_text(encoding="utf-8")
    more = "exercises: [exercise-01]\n      - {title: Matrices, exercises: [exercise-05]}\n"
    file.write_text(text.replace("exercises: [exercise-01]\n", more, 1), encoding="utf-8")
    course = load_course(course.folder)
    assert find_place(course, "basics") == (0, 1)
    assert find_place(course, "basics", "Vectors") == (0, 0)


def test_what_is_in_the_way_of_a_course_is_named_and_left_alone(tmp_path: Path) -> None:
    for number in range(7):
        (tmp_path / f"file-{number}").write_text("mine")
    with pytest.raises(UsageError, match="is not empty: there is file-0, file-1, file-2, file-3, file-4 and 2 more;"):
        begin_course(tmp_path, "A course", 1)
    with pytest.raises(UsageError, match="file-0 is a file; name a new or an empty folder"):
        begin_course(tmp_path / "file-0", "A course", 1)
    assert len(list(tmp_path.iterdir())) == 7


def test_the_records_of_git_are_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert tmp_path / "course.yaml" in begin_course(tmp_path, "A course", 1)


@pytest.mark.skipif(os.name != "posix", reason="a device that is no folder")
def test_a_folder_that_cannot_be_made_is_told() -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        begin_course(Path("/dev/null/course"), "A course", 1)
