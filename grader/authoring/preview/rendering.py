"""A preview as HTML: one page for an exercise, and one that leads to several."""

from collections.abc import Callable, Sequence
from typing import Final

from markupsafe import Markup

from grader.authoring.preview.checks import shown
from grader.authoring.preview.gathering import Preview, Scene
from grader.authoring.stubs import kind_of
from grader.errors import Problem
from grader.pages import prose
from grader.pages.code import highlighted
from grader.pages.sheet import environment
from grader.reports._layout import exercise_lines, number
from grader.sandbox.records import dataclass

DIFFICULTY: Final = 5
_PACKAGE: Final = "grader.authoring.preview"


@dataclass(frozen=True)
class Entry:
    """What an index says of an exercise: its page, or why there is none."""

    id: str
    title: str
    topic: str
    file: str = ""
    about: str = ""
    fault: str = ""


def page(preview: Preview) -> tuple[str, tuple[Problem, ...]]:
    """Return the page of an exercise, and the formulas in its description that cannot be set."""
    problems: list[Problem] = []

    def text(kind: Callable[[str], prose.Prose], value: str, *path: str | int) -> Markup:
        found = kind(value)
        problems.extend(preview.document.problem(path, fault) for fault in found.faults)
        return found.html

    def said(scene: Scene) -> Markup:
        found = prose.line(scene.feedback)
        problems.extend(
            Problem(f"solutions/{preview.id}/mistakes/{scene.name}.py", 0, 0, "", it) for it in found.faults
        )
        return found.html

    template = environment(
        _PACKAGE,
        paragraphs=lambda value, *path: text(
            lambda source: prose.page(source, below=2, folder=preview.folder), value, *path
        ),
        words=lambda value, *path: text(prose.line, value, *path),
        said=said,
        code=highlighted,
        kind_of=kind_of,
        points=lambda value: f"{number(value)} {'point' if value == 1 else 'points'}",
    ).get_template("exercise.html")
    html = template.render(
        preview=preview,
        exercise=preview.exercise,
        checks=shown(preview),
        scenes=[(scene, _terminal(scene), _remark(scene)) for scene in preview.scenes],
        difficulty=DIFFICULTY,
    )
    return html, tuple(dict.fromkeys(problems))


def index(course: str, entries: Sequence[Entry]) -> str:
    """Return the page that leads to the pages of several exercises."""
    topics = {entry.topic: [other for other in entries if other.topic == entry.topic] for entry in entries}
    return environment(_PACKAGE).get_template("index.html").render(course=course, topics=topics)


def entry(preview: Preview, file: str) -> Entry:
    """Return what an index says of an exercise that has a page."""
    mistakes = sum(bool(scene.name) for scene in preview.scenes)
    checks = len(preview.exercise.checks)
    about = (
        f"{number(preview.exercise.points)} points, {checks} {'check' if checks == 1 else 'checks'}, "
        f"{mistakes} known {'mistake' if mistakes == 1 else 'mistakes'}"
    )
    fault = "; ".join(str(fault).partition("\n")[0] for fault in preview.faults)
    return Entry(preview.id, preview.exercise.title, preview.topic, file, about, fault)


def _terminal(scene: Scene) -> list[list[tuple[str, str]]]:
    """Return the lines that a student sees in a terminal, without the spaces at their ends."""
    rows = [list(line) for line in exercise_lines(scene.result, short=False)]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _remark(scene: Scene) -> str:
    """Return what the author should know of what a mistake gets, where all is not as it should be."""
    result = scene.result
    if not scene.name or result.score is None:
        return ""
    if result.score == result.points:
        return "No check sees this mistake: it gets all points."
    if not scene.is_recognised:
        return "It loses points, but its own feedback is not given: too few cases show it, or another mistake does the same."
    return ""
