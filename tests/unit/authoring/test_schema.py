"""The JSON Schemas: true to the classes, and in agreement with the reader."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.protocols import Validator

from grader import registry
from grader.authoring import schema
from grader.authoring.examples import Example, examples
from grader.errors import SpecError, UsageError
from grader.fields import Described
from grader.sandbox.records import dataclass
from grader.spec import course_rules, loader, reading, rules
from grader.spec.course import CourseFile
from grader.spec.exercise import CheckItem, Exercise
from grader.spec.units import Name, Percent, Points, Seconds, Size, Weight, When, Zone
from tests.unit.foreign_package import install

ROOT = Path(__file__).parents[3]
FOLDERS = [ROOT, ROOT / "examples", ROOT / "tests" / "exercises" / "broken" / "sound"]
EXERCISES = sorted(file for folder in FOLDERS for file in folder.glob("exercises/*/exercise.yaml"))
COURSES = [folder / "course.yaml" for folder in FOLDERS if (folder / "course.yaml").is_file()]
MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")
SCHEMAS = schema.schemas()
DEFINITIONS = SCHEMAS["exercise.schema.json"]["definitions"]
KINDS = [(family, name) for family in ("checks", "generators") for name in registry.names(family)]
EXAMPLES = [(family, name, example) for family, name in KINDS for example in examples(registry.load(family, name))]

EIGENVALUES = (ROOT / "exercises" / "exercise-04" / "exercise.yaml").read_text(encoding="utf-8")
COURSE = """\
title: A course
seed: 1
limits: {call: 2 s, memory: 2 GiB}
tolerance: {rtol: 1e-6}
timezone: Europe/Zurich
late: {grace_days: 2, per_day: 10 %}
topics:
  - id: first
    title: First
    weight: 2
    sections:
      - title: Only
        due: 2030-03-01 23:59
        exercises: [exercise-01]
extensions: [{student: s1, time_factor: 1.5}]
dropped: [{exercise: exercise-01, check: c, why: wrong}]
"""


def shown(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def validator(file: str) -> Validator:
    return Draft7Validator(SCHEMAS[file])


def data_of(text: str) -> Any:
    return loader.parse(text, "a file").data


def faults(file: str, text: str) -> list[str]:
    """Return what the schema has against a file, as an editor would."""
    return [error.message for error in validator(file).iter_errors(data_of(text))]


def reads_exercise(text: str) -> bool:
    document = loader.parse(text, "exercise.yaml")
    try:
        return not rules.problems(reading.validate(document, Exercise, []), document)
    except SpecError:
        return False


def reads_course(text: str) -> bool:
    document = loader.parse(text, "course.yaml")
    try:
        return not course_rules.problems(reading.validate(document, CourseFile, []), document)
    except SpecError:
        return False


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_files_in_the_folder_are_true(name: str) -> None:
    file = ROOT / schema.FOLDER / name
    assert file.read_text(encoding="utf-8") == schema.texts()[name], "run `grade author schema --write`"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_is_a_schema(name: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("file", EXERCISES, ids=shown)
def test_every_exercise_is_accepted_by_schema_and_reader(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert faults("exercise.schema.json", text) == []
    assert reads_exercise(text)


@pytest.mark.parametrize("file", COURSES, ids=shown)
def test_every_course_is_accepted_by_schema_and_reader(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert faults("course.schema.json", text) == []
    assert reads_course(text)


@pytest.mark.parametrize("file", [*EXERCISES, *COURSES], ids=shown)
def test_every_file_leads_editors_to_its_schema(file: Path) -> None:
    match = MODELINE.match(file.read_text(encoding="utf-8"))
    if FOLDERS[2] in file.parents:
        assert match is None  # these are copied to other folders, and need no editor
        return
    assert match
    target = (file.parent / match[1]).resolve()
    assert target == ROOT / schema.FOLDER / f"{file.stem}.schema.json"
    assert target.is_file()


@pytest.mark.parametrize(
    ("right", "typo"),
    [
        ("difficulty: 2", "dificulty: 2"),
        ("difficulty: 2", "difficulty: hard"),
        ("difficulty: 2", "difficulty: 6"),
        ("difficulty: 2", 'difficulty: "2"'),
        ("difficulty: 2\n", ""),
        ("title: Eigenvalues of a symmetric matrix", "title: 7"),
        ("title: Eigenvalues of a symmetric matrix", "title:"),
        ("A: {array: [n, n],", "A: {arry: [n, n],"),
        ("A: {array: [n, n],", "A: {type: matrix,"),
        ("A: {array: [n, n],", "A: {array: [n, n], type: float,"),
        ("returns: {array: [n],", "return: {array: [n],"),
        ("n: {integer: {low: 1, high: 8}}", "n: {integer: {low: 1, hi: 8}}"),
        ("n: {integer: {low: 1, high: 8}}", "n: {intger: {low: 1, high: 8}}"),
        ("n: {integer: {low: 1, high: 8}}", "n: {integer: {low: [1], high: 8}}"),
        ("n: {integer: {low: 1, high: 8}}", "n: {integer: {low: 1}, real: {low: 1}}"),
        ("n: {integer: {low: 1, high: 8}}", "n: ints"),
        ("A: {symmetric: {size: n}}", "A: {symmetric: {size: n, dtype: float16}}"),
        ("A: {symmetric: {size: n}}", "A: {symmetric: {size: n, exclude: [zeroes]}}"),
        ("A: {symmetric: {size: n}}", "A: {triangular: {half: lower}}"),
        ("A: {symmetric: {size: n}}", "A: matrix"),
        ("    points: 3\n", "    points: three\n"),
        ("    points: 3\n", "    points: -1\n"),
        ("    points: 3\n", ""),
        ("    points: 3\n", "    points: 3\n    cases: 0\n"),
        ("    points: 3\n", "    points: 3\n    visibility: secret\n"),
        ("    points: 3\n", "    points: 3\n    sentinel: 1\n"),
        ("    cases: 5\n    inputs:\n      A: {symm", "    cases: five\n    inputs:\n      A: {symm"),
        ("compare: {allclose: {rtol: 0,", "compare: {alclose: {rtol: 0,"),
        ("compare: {allclose: {rtol: 0,", "compare: {allclose: {rtl: 0,"),
        ("compare: {allclose: {rtol: 0,", "compare: {allclose: {rtol: small,"),
        ("compare: {allclose: {rtol: 0,", "compare: {allclose: {rtol: -1,"),
        ("compare: {allclose: {rtol: 0, atol: 1e-12, scale: unit}}", "compare: al_close"),
        ("compare: {allclose: {rtol: 0, atol: 1e-12, scale: unit}}", "compare: {raises: ValueError}"),
        ("compare: {allclose: {rtol: 0, atol: 1e-12, scale: unit}}", "compare: {allclose: [1e-9]}"),
        ("compare: {allclose: {rtol: 0, atol: 1e-12, scale: unit}}", "compare: objective"),
        ("raises: ValueError", "raise: ValueError"),
        ("raises: ValueError", "raises: {exception: ValueError, matches: x}"),
        ("raises: ValueError", "raises: 3"),
    ],
)
def test_a_slip_in_an_exercise_is_refused_by_schema_and_reader(right: str, typo: str) -> None:
    assert right in EIGENVALUES
    wrong = EIGENVALUES.replace(right, typo, 1)
    assert not reads_exercise(wrong)
    assert faults("exercise.schema.json", wrong)


@pytest.mark.parametrize(
    ("right", "typo"),
    [
        ("seed: 1\n", "sed: 1\n"),
        ("seed: 1\n", "seed: -1\n"),
        ("seed: 1\n", "seed: 1.5\n"),
        ("seed: 1\n", ""),
        ("call: 2 s", "call: 2"),
        ("call: 2 s", "call: 2 h"),
        ("memory: 2 GiB", "memory: 2 GB"),
        ("memory: 2 GiB", "ram: 2 GiB"),
        ("rtol: 1e-6", "rtol: tight"),
        ("timezone: Europe/Zurich", "timezone: 1"),
        ("per_day: 10 %", "per_day: 0.1"),
        ("grace_days: 2", "grace_days: 400"),
        ("due: 2030-03-01 23:59", "due: 1.3.2030"),
        ("exercises: [exercise-01]", "exercises: exercise-01"),
        ("exercises: [exercise-01]", "exercises: []"),
        ("weight: 2", "weight: double"),
        ("time_factor: 1.5", "time_factor: 0.5"),
        (", why: wrong", ""),
    ],
)
def test_a_slip_in_a_course_is_refused_by_schema_and_reader(right: str, typo: str) -> None:
    assert reads_course(COURSE)
    assert faults("course.schema.json", COURSE) == []
    wrong = COURSE.replace(right, typo, 1)
    assert wrong != COURSE
    assert not reads_course(wrong)
    assert faults("course.schema.json", wrong)


@pytest.mark.parametrize(
    ("family", "name", "example"), EXAMPLES, ids=[f"{name}-{place}" for place, (_, name, _) in enumerate(EXAMPLES)]
)
def test_every_example_of_a_kind_is_accepted(family: str, name: str, example: Example) -> None:
    data = example.data
    check = DEFINITIONS["CheckItem"]["properties"]
    wanted: list[tuple[object, dict[str, Any]]] = [(data["inputs"], check["inputs"])]
    wanted += [(data[key], check[key]) for key in CheckItem.rules if key in data]
    for part, where in wanted:
        messages = [error.message for error in Draft7Validator({**where, "definitions": DEFINITIONS}).iter_errors(part)]
        assert messages == []


@pytest.mark.parametrize(("family", "name"), KINDS)
def test_every_kind_is_offered_with_help(family: str, name: str) -> None:
    kind = registry.load(family, name)
    if getattr(kind, "standalone", False):
        assert name in DEFINITIONS["CheckItem"]["properties"]
        return
    parameters, alone, *_ = DEFINITIONS["Generator" if family == "generators" else "Check"]["anyOf"]
    assert parameters["properties"][name]["description"]
    assert len(alone["enum"]) == len(alone["markdownEnumDescriptions"])


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_field_is_explained(name: str) -> None:
    for where, properties in mappings(SCHEMAS[name]):
        for key, field in properties.items():
            assert field.get("description"), f"{where}.{key}"


def mappings(part: object, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the properties of every mapping in a schema, with the path to them."""
    if isinstance(part, dict):
        if part.get("type") == "object" and "properties" in part:
            yield where, part["properties"]
        for key, item in part.items():
            yield from mappings(item, f"{where}.{key}")
    elif isinstance(part, list):
        for place, item in enumerate(part):
            yield from mappings(item, f"{where}[{place}]")


@pytest.mark.parametrize(
    ("annotation", "written"),
    [
        (Points, [0, 3, 0.25, 999_999_999, -1, 1e9, "3", True, None]),
        (Weight, [0, 1.5, -0.5, "1"]),
        (Seconds, ["2 s", "2s", "0.5 s", "500 ms", "1.5 min", "2", "2 h", "s", 2, None]),
        (Size, ["64 MiB", "2GiB", "1 B", "64 MB", "MiB", 64]),
        (Percent, ["10 %", "12.5%", "0 %", "10", "%", 0.1, True]),
        (When, ["2030-03-01", "2030-03-01 23:59", "2030-03-01T23:59", "1.3.2030", "2030-3-1", "1999-01-01", 2030]),
        (Zone, ["UTC", "Europe/Zurich", "", 1, None]),
        (Name, ["s1234", "Zoë", "", 1234]),
    ],
    ids=["points", "weight", "seconds", "size", "percent", "when", "zone", "name"],
)
def test_quantities_are_written_as_they_are_read(annotation: Any, written: list[object]) -> None:
    (reader,) = annotation.__metadata__
    form = Draft7Validator(dict(reader.form))
    verdicts = {repr(value): (_reads(reader.read, value), form.is_valid(value)) for value in written}
    assert {value for value, (reads, valid) in verdicts.items() if reads != valid} == set()
    assert {reads for reads, _ in verdicts.values()} == {True, False}


def _reads(read: Any, value: object) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True


def test_an_annotation_without_a_schema_is_a_fault_of_ours() -> None:
    @dataclass(frozen=True)
    class Odd(Described):
        """Odd.

        Attributes
        ----------
        value : complex
            odd.
        """

        value: complex

    @dataclass(frozen=True)
    class Marked(Described):
        """Odd."""

        value: Annotated[int, "a marker"]

    for kind in (Odd, Marked):
        with pytest.raises(TypeError, match="no schema"):
            schema._Writer().whole(kind)


def test_kinds_of_other_packages_are_offered_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = (
        '"""A foreign kind."""\n'
        "from grader.generators import Generator\n"
        "from grader.sandbox.records import dataclass\n\n"
        "@dataclass(frozen=True, kw_only=True)\n"
        "class Foreign(Generator):\n"
        '    """A number from elsewhere."""\n\n'
        "    kind = 'foreign'\n"
        "    most: int = 3\n\n"
        "    def draw(self, draw):\n"
        "        return self.most\n\n"
        "def not_a_class():\n"
        "    pass\n"
    )
    entries = "[grader.generators]\nforeign = foreign_inputs:Foreign\nno_kind = foreign_inputs:not_a_class\n"
    install(tmp_path, monkeypatch, "foreign_inputs", source, entries)
    text = EIGENVALUES.replace("n: {integer: {low: 1, high: 8}}", "n: {foreign: {most: 4}}")
    registry.load.cache_clear()
    try:
        made = schema.schemas()["exercise.schema.json"]
        assert Draft7Validator(made).is_valid(data_of(text))
        offered = made["definitions"]["Generator"]["anyOf"][0]["properties"]
        assert offered["foreign"]["description"] == "A number from elsewhere."
        assert "no_kind" not in offered
    finally:
        registry.load.cache_clear()
        sys.modules.pop("foreign_inputs", None)
    assert not validator("exercise.schema.json").is_valid(data_of(text))


def test_files_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "schema").write_text("in the way")
    with pytest.raises(UsageError, match="cannot be written"):
        schema.write(tmp_path)
