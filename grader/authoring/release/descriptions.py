"""Descriptions as students may read them: without hidden checks, comments, and what is nobody's business."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final, cast

from grader.authoring.release.yaml_text import as_yaml
from grader.checks import Check
from grader.course import FILE, Course
from grader.errors import AuthoringError
from grader.generators import Generator
from grader.generators.dataset import Dataset
from grader.sandbox.records import dataclass
from grader.spec import loader
from grader.spec.exercise import CheckItem, Exercise, used_by

COURSE_KEYS: Final = ("title", "seed", "limits", "tolerance", "timezone", "late", "topics")
"""What students get of `course.yaml`."""

WITHHELD_COURSE_KEYS: Final = ("roster", "extensions", "dropped", "canvas")
"""What they do not: it names people, checks that they do not have, or what only teachers do with scores."""

EXERCISE_KEYS: Final = (
    *("title", "difficulty", "statement", "function", "hints", "no_mutation", "forbid", "require", "inputs", "checks"),
)
"""What students get of `exercise.yaml`: all keys, some of them in part."""

_HEAD: Final = (
    "# Written by `grade author release` for the students' bundle; prepared/ holds records that belong to it.\n"
)


@dataclass(frozen=True)
class Public:
    """An exercise as students get it.

    Attributes
    ----------
    id : str
        its name.
    exercise : Exercise
        the whole description, hidden checks included, from which the records are made.
    checks : tuple of CheckItem
        those that students see.
    text : str
        the description without the others, as YAML.
    data_files : tuple of str
        names of the files beside the description from which inputs of these checks are drawn.
    """

    id: str
    exercise: Exercise
    checks: tuple[CheckItem, ...]
    text: str
    data_files: tuple[str, ...]

    @property
    def withheld(self) -> Fraction:
        """What the hidden checks are worth."""
        return self.exercise.points - self.exercise.public_points


def public_course(course: Course) -> str:
    """Return `course.yaml` as students may read it."""
    data = _data(course, FILE)
    return _HEAD + as_yaml({key: data[key] for key in data if key in COURSE_KEYS})


def public_exercise(course: Course, name: str, exercise: Exercise) -> Public:
    """Return an exercise as students get it.

    Raises
    ------
    AuthoringError
        if it cannot be judged without its hidden checks, or not with the grader alone.
    """
    checks = tuple(check for check in exercise.checks if check.visibility == "public")
    faults = list(_faults(exercise, checks))
    if faults:
        raise AuthoringError("\n".join(f"{name}: {fault}" for fault in faults))
    shown = course.description_file(name).relative_to(course.folder).as_posix()
    data = {key: value for key, value in _data(course, shown).items() if key in EXERCISE_KEYS}
    used = _used(exercise, checks)
    data["inputs"] = {key: value for key, value in data["inputs"].items() if key in used}
    data["checks"] = [
        _check(raw, check, exercise)
        for raw, check in zip(data["checks"], exercise.checks, strict=True)
        if check.visibility == "public"
    ]
    files = {kind.file for check in checks for kind in exercise.drawn(check).values() if isinstance(kind, Dataset)}
    return Public(name, exercise, checks, _HEAD + as_yaml(data), tuple(sorted(files)))


def _data(course: Course, shown: str) -> dict[str, Any]:
    """Return what stands in a description; it has been read before, so it is well-formed."""
    return cast(dict[str, Any], loader.load(course.folder / shown, shown).data)


def _check(raw: Mapping[str, Any], check: CheckItem, exercise: Exercise) -> dict[str, Any]:
    """Return a check with those of its inputs that it uses."""
    drawn = exercise.drawn(check)
    data = dict(raw)
    if "inputs" in data:
        data["inputs"] = {name: value for name, value in data["inputs"].items() if name in drawn}
    return {key: value for key, value in data.items() if key != "inputs" or value}


def _used(exercise: Exercise, checks: tuple[CheckItem, ...]) -> set[str]:
    """Return the exercise's own inputs that a public check draws, and those that their formulas name."""
    waiting = [name for check in checks for name in exercise.drawn(check) if name not in check.inputs]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in exercise.inputs and name not in found:
            found.add(name)
            waiting += used_by(exercise.inputs[name])
    return found


def _faults(exercise: Exercise, checks: tuple[CheckItem, ...]) -> Iterator[str]:
    """Yield what stands in the way of a bundle."""
    if not checks:
        yield "all checks are hidden; students need one that they can see"
    public = {check.name for check in checks}
    for check in checks:
        for needed in check.needs:
            if needed not in public:
                yield (
                    f"the check {check.name!r} needs the hidden check {needed!r}, which students do not have; "
                    f"make it hidden, too, or let it need a public one"
                )
        for kind in _kinds(exercise, check):
            if not type(kind).__module__.startswith("grader."):
                yield (
                    f"the check {check.name!r} uses the kind {kind.kind!r} of another package "
                    f"({type(kind).__module__}), which is not in the wheel that students install"
                )


def _kinds(exercise: Exercise, check: CheckItem) -> Iterator[Check | Generator]:
    waiting: list[Check] = [check.rule]
    while waiting:
        rule = waiting.pop()
        yield rule
        waiting += [part for _, part in rule.parts()]
    yield from exercise.drawn(check).values()
