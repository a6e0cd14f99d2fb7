"""The beginning of a course and of an exercise: files that work, to be changed into what their author has in mind."""

import builtins
import json
import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from keyword import iskeyword
from pathlib import Path
from typing import Final

from grader.authoring import schema
from grader.authoring.enlisting import enlisted
from grader.authoring.stubs import stub
from grader.course import FILE, Course, is_exercise_name
from grader.errors import UsageError
from grader.sandbox.records import dataclass
from grader.spec.files import load_course, load_exercise

TITLE: Final = "Root mean square"
"""What the exercise is about that everybody begins with."""

_TEMPLATES: Final = Path(__file__).with_name("templates")
_COURSE: Final = {"course.yaml": "course.yaml", "README.md": "README.md", ".gitignore": "gitignore"}
_SOLUTIONS: Final = {
    "solution.py": "solution.py.txt",
    "accepted/by_the_length.py": "accepted.py.txt",
    "mistakes/sum_for_mean.py": "mistake.py.txt",
}
_SHOWN: Final = 5


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """What is known of an exercise before it is written.

    Attributes
    ----------
    name : str
        such as `exercise-73`.
    title : str
        a few words.
    function : str
        name of the function that students will write.
    """

    name: str
    title: str = TITLE
    function: str

    def __post_init__(self) -> None:
        """Refuse names that cannot be."""
        if not is_exercise_name(self.name):
            raise UsageError(f"{self.name!r} is not a name such as exercise-04: small letters, digits and hyphens")
        if not self.title.strip() or not self.title.isprintable():
            raise UsageError(f"a title is a few words in one line, found {self.title!r}")
        name = self.function
        if not name.isidentifier() or iskeyword(name) or name.startswith("_"):
            raise UsageError(f"{name!r} is not a name that a function can have; write `--function NAME`")
        if hasattr(builtins, name) or name == "np":
            raise UsageError(f"{name!r} has a meaning of its own in Python here; write `--function NAME`")


def function_name(title: str) -> str:
    """Return a name for the function of an exercise: `poisson_log_likelihood` for "Poisson log-likelihood"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "_".join(re.findall(r"[a-z0-9]+", plain))


def begin_course(folder: Path, title: str, seed: int) -> list[Path]:
    """Write a course with one exercise into a folder that is new or empty, and return the paths of its files.

    Parameters
    ----------
    folder : path
        the course's folder.
    title : str
        the name of the course.
    seed : int
        the public seed.

    Raises
    ------
    UsageError
        if there is something in the way, or a file cannot be written.
    """
    if not title.strip() or not title.isprintable():
        raise UsageError(f"a title is a few words in one line, found {title!r}")
    _require_empty(folder)
    known = {"title": title, "seed": str(seed)}
    files = {
        folder / name: _filled(f"course/{template}", known, quoted=template.endswith(".yaml"))
        for name, template in _COURSE.items()
    }
    _write(files)
    written = [*files, *schema.write(folder)]
    sketch = Sketch(name="exercise-01", function=function_name(TITLE))
    course = load_course(folder)
    of_exercise = [folder / file.relative_to(course.folder) for file in _begin_exercise(course, sketch)]
    return [*written, *of_exercise]


def begin_exercise(course: Course, sketch: Sketch, topic: int, section: int) -> list[Path]:
    """Write the files of a new exercise, give it a place in the course, and return the paths of all files.

    Parameters
    ----------
    course : Course
        the course.
    sketch : Sketch
        what is known of the exercise.
    topic, section : int
        0-based places of the topic, and of the section in it.

    Raises
    ------
    UsageError
        if the course has the exercise, its folders are there, or a file cannot be written.
    """
    if sketch.name in course.exercises:
        raise UsageError(f"the course has an exercise {sketch.name} already")
    for folder in (course.description_file(sketch.name).parent, course.solution_folder(sketch.name)):
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            shown = folder.relative_to(course.folder).as_posix()
            raise UsageError(f"{shown} is there already, though the course does not name it; move it away first")
    file = course.folder / FILE
    text = enlisted(file.read_bytes().decode(), topic, section, sketch.name)
    written = _begin_exercise(course, sketch)
    _write({file: text})
    return [*written, file]


def find_place(course: Course, topic: str, section: str = "") -> tuple[int, int]:
    """Return the places of a topic, and of a section in it by title; without one, of the last.

    Raises
    ------
    UsageError
        with the nearest name, if there is none.
    """
    topics = [item.id for item in course.file.topics]
    place = _place(topic, topics, "topic", "the course")
    sections = [item.title for item in course.file.topics[place].sections]
    return place, _place(section, sections, "section", topic) if section else len(sections) - 1


def _place(name: str, names: list[str], what: str, where: str) -> int:
    if name in names:
        return names.index(name)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}"
    raise UsageError(f"{where} has no {what} {name!r}; {hint}")


def _begin_exercise(course: Course, sketch: Sketch) -> list[Path]:
    known = {"exercise": sketch.name, "title": sketch.title, "function": sketch.function}
    solutions = course.solution_folder(sketch.name)
    files = {course.description_file(sketch.name): _filled("exercise/exercise.yaml", known, quoted=True)}
    files |= {solutions / name: _filled(f"exercise/{template}", known) for name, template in _SOLUTIONS.items()}
    _write(files)
    stub_file = course.answer_file(sketch.name)
    _write({stub_file: stub(sketch.name, load_exercise(course, sketch.name))})
    return [*files, stub_file]


def _filled(template: str, known: Mapping[str, str], *, quoted: bool = False) -> str:
    """Return the text of a template; in YAML the title stands in quotes, which JSON's are."""
    text = (_TEMPLATES / template).read_text(encoding="utf-8")
    for name, value in known.items():
        shown = json.dumps(value, ensure_ascii=False) if quoted and name == "title" else value
        text = text.replace(f"«{name}»", shown)
    return text


def _require_empty(folder: Path) -> None:
    """Refuse a folder with anything in it but the records of Git."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a new or an empty folder")
    found = sorted(item.name for item in folder.iterdir() if item.name != ".git") if folder.exists() else []
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise UsageError(
            f"{folder} is not empty: there is {', '.join(found[:_SHOWN])}{more}; name a new or an empty folder"
        )


def _write(files: Mapping[Path, str]) -> None:
    for file, text in files.items():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        except OSError as error:
            raise UsageError(f"{file} cannot be written: {error.strerror}") from None
