"""Rules that concern a course as a whole, each reported at its line."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from grader.course import FILE, Course, is_exercise_name
from grader.errors import Problem, SpecError
from grader.spec.course import TOTAL, CourseFile
from grader.spec.exercise import Exercise
from grader.spec.loader import Document, Path, load


def problems(course: CourseFile, document: Document) -> list[Problem]:
    """Return what is wrong with a course whose fields are all well-formed."""
    return [
        *_twice(course, document),
        *_without_weight(course, document),
        *_unknown(course, document),
        *_canvas(course, document),
    ]


def _twice(course: CourseFile, document: Document) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, topic in enumerate(course.topics):
        if topic.id in (other.id for other in course.topics[:i]):
            yield document.problem(("topics", i, "id"), f"the id {topic.id!r} is taken by another topic")
        for j, section in enumerate(topic.sections):
            for k, name in enumerate(section.exercises):
                path = ("topics", i, "sections", j, "exercises", k)
                if name in seen:
                    yield document.problem(path, f"{name!r} stands in the course twice")
                if not is_exercise_name(name):
                    yield document.problem(path, f"{name!r} is not a name such as exercise-04")
                seen.add(name)
    for i, item in enumerate(course.dropped):
        if (item.exercise, item.check) in ((other.exercise, other.check) for other in course.dropped[:i]):
            yield document.problem(("dropped", i), f"the check {item.check!r} of {item.exercise} is dropped twice")


def _without_weight(course: CourseFile, document: Document) -> Iterator[Problem]:
    if not any(topic.weight for topic in course.topics):
        yield document.problem(("topics",), "one topic at least needs a weight above 0, or there is no total")


def _unknown(course: CourseFile, document: Document) -> Iterator[Problem]:
    """Yield the exercises that extensions and dropped checks name, and that the course does not have."""
    known = [name for topic in course.topics for name in topic.exercises]
    named: list[tuple[Path, str]] = [
        (("extensions", i, "exercises", k), name)
        for i, extension in enumerate(course.extensions)
        for k, name in enumerate(extension.exercises)
    ]
    named += [(("dropped", i, "exercise"), item.exercise) for i, item in enumerate(course.dropped)]
    for path, name in named:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else ""
            yield document.problem(path, f"the course has no exercise {name!r}", hint)


def _canvas(course: CourseFile, document: Document) -> Iterator[Problem]:
    """Yield what assignments on Canvas are said to take and the course does not have, and those that stand twice."""
    topics = [topic.id for topic in course.topics]
    known = [*(name for topic in course.topics for name in topic.exercises), *topics, TOTAL]
    for i, item in enumerate(course.canvas):
        if item.of not in known:
            near = get_close_matches(item.of, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"an exercise, a topic ({', '.join(topics)}) or {TOTAL}"
            yield document.problem(("canvas", i, "of"), f"the course has no exercise and no topic {item.of!r}", hint)
        if item.title in (other.title for other in course.canvas[:i]):
            yield document.problem(("canvas", i, "title"), f"the assignment {item.title!r} takes two scores")


def require_dropped_checks(course: Course, exercises: Mapping[str, Exercise]) -> None:
    """Refuse a course that drops a check which its exercise does not have: nothing would be dropped, and nobody told.

    Parameters
    ----------
    course : Course
        whose dropped checks are looked at.
    exercises : mapping of str to Exercise
        the descriptions of the exercises by name.

    Raises
    ------
    SpecError
        with the place of each such check in the course's file.
    """
    wrong = []
    for place, item in enumerate(course.file.dropped):
        names = [check.name for check in exercises[item.exercise].checks]
        if item.check not in names:
            near = get_close_matches(item.check, names, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(map(repr, names))}"
            wrong.append((place, f"{item.exercise} has no check {item.check!r}", hint))
    if wrong:
        document = load(course.folder / FILE, FILE)
        raise SpecError([document.problem(("dropped", place, "check"), *words) for place, *words in wrong])
