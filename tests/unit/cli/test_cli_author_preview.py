"""`grade author preview`, as an author meets it."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Grade = Callable[..., CompletedProcess[str]]
ALONE = frozenset({"meta", "br", "hr", "mspace", "img", "link", "input"})


class Page(HTMLParser):
    """A page as it is read by a browser: what is nested in what, and the texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements of a name."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def folder(template: Path) -> Path:
    return template


@pytest.fixture(scope="module")
def pages(template: Path, grade: Grade, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CompletedProcess[str]]:
    """Return where the pages of all exercises of the small course lie, and what was said."""
    out = tmp_path_factory.mktemp("pages") / "new" / "folder"
    return out, grade(template, "author", "preview", "--output", str(out))


def read(pages: tuple[Path, CompletedProcess[str]], name: str) -> Page:
    return Page((pages[0] / name).read_text(encoding="utf-8"))


def test_all_exercises_get_a_page_and_one_leads_to_them(pages: tuple[Path, CompletedProcess[str]]) -> None:
    out, done = pages
    assert (done.returncode, done.stderr) == (0, "")
    names = ["exercise-01.html", "exercise-02.html", "exercise-03.html", "index.html"]
    assert sorted(file.name for file in out.iterdir()) == names
    assert done.stdout.splitlines() == [f"wrote {out / name}" for name in names]
    index = read(pages, "index.html")
    assert [link["href"] for link in index.all("a")] == names[:3]
    assert "exercise-01 · 5 points, 4 checks, 1 known mistake" in index.text


def test_a_page_needs_nothing_from_elsewhere(pages: tuple[Path, CompletedProcess[str]]) -> None:
    for name in ("exercise-01.html", "index.html"):
        page = read(pages, name)
        assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "form"}
        assert not [attributes for _, attributes in page.tags if "src" in attributes]
        (policy,) = [meta["content"] for meta in page.all("meta") if "http-equiv" in meta]
        assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_a_page_can_be_read_aloud_and_found_through(pages: tuple[Path, CompletedProcess[str]]) -> None:
    for name in ("exercise-01.html", "index.html"):
        page = read(pages, name)
        assert page.all("html") == [{"lang": "en"}]
        assert [len(page.all(tag)) for tag in ("title", "h1", "main", "header")] == [1, 1, 1, 1]
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in pairwise(levels))
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        targets = [str(link["href"])[1:] for link in page.all("a") if str(link["href"]).startswith("#")]
        assert set(targets) <= set(ids)
        assert all(section["aria-labelledby"] in ids for section in page.all("section"))


def test_a_page_shows_what_students_read(pages: tuple[Path, CompletedProcess[str]]) -> None:
    page = read(pages, "exercise-01.html")
    assert "Twice a number" in page.text
    assert "Numbers · Doubling" in page.text
    assert "difficulty ●○○○○ 1 of 5" in page.text
    assert "5 points, 1 point of them hidden" in page.text
    assert page.all("math")
    assert "double(x)" in page.text
    assert 'raise NotImplementedError("write your answer here' in page.text


def test_checks_are_shown_with_points_and_what_they_try(pages: tuple[Path, CompletedProcess[str]]) -> None:
    text = " ".join(read(pages, "exercise-01.html").text.split())
    assert "small numbers 2 points 4 cases, judged by exact. Integers, texts, truth values" in text
    assert "negative numbers 1 point 2 cases, judged by exact. The first case" in text
    assert "nothing at all 1 point hidden from students" in text
    assert "It is skipped without “small numbers”." in text
    assert "Said to whoever fails it: Twice nothing is nothing." in text
    assert "inputs: {x: {choice: [-1, -2]}}" in text
    assert "raises: TypeError" in text
    shares = " ".join(read(pages, "exercise-02.html").text.split())
    assert "Every case that holds earns its share of the points." in shares


def test_a_mistake_is_shown_as_its_student_sees_it(pages: tuple[Path, CompletedProcess[str]]) -> None:
    text = read(pages, "exercise-01.html").text
    _, _, mistake = text.partition("Mistake: squared")
    assert "0.00" not in mistake
    assert re.search(r"x = \d", mistake)
    assert re.search(r"expected  \d", mistake)
    assert "replay    grade exercise-01 --seed" in mistake
    assert mistake.count("This is the square; twice a number is the number added to itself.") >= 2
    assert "return x * x" in mistake
    _, _, shown = mistake.partition("nothing at all (hidden)")
    assert "expected" not in shown.splitlines()[1]


def test_the_untouched_stub_is_welcomed(pages: tuple[Path, CompletedProcess[str]]) -> None:
    assert "Not started yet: the stub is as it came." in read(pages, "exercise-03.html").text


@pytest.mark.parametrize("option", ["--output", "--out"])
def test_one_exercise_can_go_into_a_file(course: Path, grade: Grade, option: str, tmp_path: Path) -> None:
    done = grade(course, "author", "preview", "1", option, str(tmp_path / "page.html"))
    assert done.returncode == 0
    assert "Twice a number" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert list(tmp_path.glob("*.html")) == [tmp_path / "page.html"]


def test_without_a_place_pages_go_where_nothing_is_in_the_way(course: Path, grade: Grade) -> None:
    done = grade(course, "author", "preview", "exercise-02", "2")
    assert done.stdout == "wrote .grade/preview/exercise-02.html\n"
    assert (course / ".grade" / "preview" / "exercise-02.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["9"], "the course has no exercise '9'"),
        (["1", "--format", "pdf"], "there is no format 'pdf' here; there is: html"),
        (["1", "2", "--output", "page.html"], "2 pages do not go into one file; name a folder"),
        (["1", "--output", "course.yaml/x"], "course.yaml/x: cannot be made: Not a directory"),
        (["1", "--output", "course.yaml"], "course.yaml: cannot be made: File exists"),
        (["1", "--output", "course.yaml/x.html"], "course.yaml: cannot be made: File exists"),
    ],
)
def test_what_cannot_be_done_is_a_usage_error(course: Path, grade: Grade, arguments: list[str], said: str) -> None:
    done = grade(course, "author", "preview", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_texts_are_escaped_wherever_they_come_from(course: Path, grade: Grade, tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)>"
    file = course / "exercises" / "exercise-01" / "exercise.yaml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("Twice a number", f"Twice {evil}").replace("Twice 3 is 6.", f"Twice {evil}")
    text = text.replace("name: negative numbers", f"name: negative {evil}").replace(
        "literal: word", f"literal: {evil!r}"
    )
    file.write_text(text, encoding="utf-8")
    (course / "solutions" / "exercise-01" / "mistakes" / "squared.py").write_text(
        f'"""{evil}"""\n\n\ndef double(x):\n    print({evil!r} + "\\x1b[2J")\n    raise KeyError({evil!r})\n',
        encoding="utf-8",
    )
    done = grade(course, "author", "preview", "1", "--output", str(tmp_path / "page.html"))
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    page = Page(html)
    assert not page.all("img")
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") > 8
    assert "\x1b" not in html
    assert "\\x1b[2J" in page.text


def test_a_formula_that_cannot_be_set_is_a_fault_at_its_place_and_the_page_is_there(
    course: Path, grade: Grade, tmp_path: Path
) -> None:
    file = course / "exercises" / "exercise-03" / "exercise.yaml"
    text = file.read_text(encoding="utf-8").replace("Add up the entries.", "Add $\\sun_i x_i$.")
    file.write_text(text, encoding="utf-8")
    done = grade(course, "author", "preview", "3", "--output", str(tmp_path))
    assert done.returncode == 3
    assert "exercises/exercise-03/exercise.yaml:3:12: statement: the formula" in done.stderr
    assert r'Unknown command "\sun"' in done.stderr
    assert r"\sun_i x_i" in Page((tmp_path / "exercise-03.html").read_text(encoding="utf-8")).text


def test_a_wrong_description_loses_no_other_page(course: Path, grade: Grade, tmp_path: Path) -> None:
    file = course / "exercises" / "exercise-01" / "exercise.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("difficulty: 1", "difficulty: 9"), encoding="utf-8")
    done = grade(course, "author", "preview", "1", "2", "--output", str(tmp_path))
    assert done.returncode == 3
    assert "exercises/exercise-01/exercise.yaml:2:" in done.stderr
    assert {file.name for file in tmp_path.iterdir() if file.suffix == ".html"} == {"exercise-02.html", "index.html"}
    assert "exercises/exercise-01/exercise.yaml:2:" in Page((tmp_path / "index.html").read_text(encoding="utf-8")).text


def test_a_missing_reference_is_said_and_the_statement_is_there(course: Path, grade: Grade, tmp_path: Path) -> None:
    (course / "solutions" / "exercise-03" / "solution.py").unlink()
    done = grade(course, "author", "preview", "3", "--output", str(tmp_path))
    assert done.returncode == 3
    assert done.stderr == "grade: exercise-03: there is no reference solution solutions/exercise-03/solution.py\n"
    text = Page((tmp_path / "exercise-03.html").read_text(encoding="utf-8")).text
    assert "Something is wrong." in text
    assert "Add up the entries." in text
    assert "There is nothing to show." in text


def test_what_cannot_be_judged_is_a_judge_error(course: Path, grade: Grade, tmp_path: Path) -> None:
    (course / "solutions" / "exercise-01" / "solution.py").write_text("def double(x):\n    return 2 * x\n", "utf-8")
    done = grade(course, "author", "preview", "1", "--output", str(tmp_path))
    assert done.returncode == 4
    assert "the reference solution does not raise TypeError" in done.stderr


@pytest.mark.parametrize(
    ("body", "remark"),
    [
        ("if isinstance(x, str):\n        raise TypeError\n    return x + x", "No check sees this mistake"),
        ("if x == -1:\n        return 0\n    return [2 * x][isinstance(x, str)]", "its own feedback is not given"),
    ],
)
def test_the_author_is_told_of_mistakes_that_are_not_seen(
    course: Path, grade: Grade, tmp_path: Path, body: str, remark: str
) -> None:
    file = course / "solutions" / "exercise-01" / "mistakes" / "squared.py"
    file.write_text(f'"""Feedback."""\n\n\ndef double(x):\n    {body}\n', encoding="utf-8")
    done = grade(course, "author", "preview", "1", "--output", str(tmp_path))
    assert done.returncode == 0
    assert remark in Page((tmp_path / "exercise-01.html").read_text(encoding="utf-8")).text
