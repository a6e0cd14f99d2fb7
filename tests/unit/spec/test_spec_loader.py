"""The strict reader of YAML: values as people mean them, and the place of every part."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.errors import SpecError
from grader.spec import loader
from grader.spec.loader import Document, dotted, load, plain


def read(folder: Path, content: str | bytes) -> Document:
    """Read a file with this content."""
    file = folder / "file.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(file, "file.yaml")


def refused(folder: Path, content: str | bytes) -> str:
    """Return what is said of a file that is refused at once."""
    with pytest.raises(SpecError) as caught:
        read(folder, content)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-6", 0.000001),
        ("1e5", 100000.0),
        ("1E5", 100000.0),
        ("2.5e+3", 2500.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("5.", 5.0),
        ("-3", -3),
        ("+3", 3),
        ("0", 0),
        ("08", 8),
        (".inf", float("inf")),
        ("-.inf", float("-inf")),
        ("+.inf", float("inf")),
        ("null", None),
        ("~", None),
        ("", None),
        ("true", True),
        ("false", False),
    ],
)
def test_a_plain_scalar_is_the_value_that_it_looks_like(tmp_path: Path, text: str, value: object) -> None:
    data = read(tmp_path, f"key: {text}\n").data
    assert repr(data) == repr({"key": value})


@pytest.mark.parametrize(
    "text",
    [
        *("no", "yes", "on", "off", "y", "n", "No", "YES"),
        *("0x10", "0o17", "0b1", "1_000", "1:30", "2027-03-01", "12e", "e5", "1.2.3", "1 2", "."),
        *("inf", "nan", "None", "٣", "1e5x", "nulls"),
    ],
)
def test_any_other_plain_scalar_is_a_text(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, f"key: {text}\n").data == {"key": text}


def test_not_a_number_is_a_float(tmp_path: Path) -> None:
    assert repr(read(tmp_path, "[.nan]").data) == "[nan]"


@pytest.mark.parametrize("digits", [1000, 10_000])
def test_an_integer_of_absurd_length_stays_a_text(tmp_path: Path, digits: int) -> None:
    assert read(tmp_path, f"[{'7' * digits}]").data == ["7" * digits]


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("text", ["5", "-1e3", ".5", "true", "null", "~", "", "no", ".inf"])
def test_a_scalar_in_quotes_stays_a_text(tmp_path: Path, text: str, quote: str) -> None:
    assert read(tmp_path, f"[{quote}{text}{quote}]").data == [text]


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ("|\n  5\n", "5\n"),
        ("|-\n  true\n", "true"),
        ("|\n  a\n    b\n\n  c\n", "a\n  b\n\nc\n"),
        (">\n  a\n  b\n\n  c\n", "a b\nc\n"),
        (">-\n  null\n", "null"),
        ("|+\n  a\n\n", "a\n\n"),
    ],
)
def test_a_block_is_a_text(tmp_path: Path, block: str, text: str) -> None:
    assert read(tmp_path, f"key: {block}").data == {"key": text}


@pytest.mark.parametrize("key", ["1", "1e5", "true", "null", "~", "no", "a b", "<<", "é"])
def test_every_key_is_a_text(tmp_path: Path, key: str) -> None:
    assert read(tmp_path, f"{key}: 1\n").data == {key: 1}


def test_an_anchor_without_an_alias_changes_nothing(tmp_path: Path) -> None:
    document = read(tmp_path, "a: &name 5\n")
    assert document.data == {"a": 5}
    assert not document.problems


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "").data is None


def test_a_file_of_comments_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "# only\n# words\n").data is None


def test_a_file_may_be_a_list(tmp_path: Path) -> None:
    document = read(tmp_path, "- a\n- 2\n")
    assert document.data == ["a", 2]
    assert document.places[1,] == (2, 3)


def test_a_file_may_be_one_scalar(tmp_path: Path) -> None:
    document = read(tmp_path, "  1e-3\n")
    assert document.data == 0.001
    assert document.places[()] == (1, 3)


PLACES = "a: 1\nlist:\n  - x\n  - {größe: ☃, z: [1,  2]}\ntext: |\n  more\n"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("a",), (1, 4)),
        (("list",), (3, 3)),
        (("list", 0), (3, 5)),
        (("list", 1), (4, 5)),
        (("list", 1, "größe"), (4, 13)),
        (("list", 1, "z"), (4, 19)),
        (("list", 1, "z", 1), (4, 24)),
        (("text",), (5, 7)),
    ],
)
def test_the_place_of_every_value_is_known(tmp_path: Path, path: loader.Path, place: tuple[int, int]) -> None:
    assert read(tmp_path, PLACES).places[path] == place


@pytest.mark.parametrize(
    ("path", "place"),
    [(("a",), (1, 1)), (("list",), (2, 1)), (("list", 1, "größe"), (4, 6)), (("list", 1, "z"), (4, 16))],
)
def test_the_place_of_every_key_is_known(tmp_path: Path, path: loader.Path, place: tuple[int, int]) -> None:
    assert read(tmp_path, PLACES).keys[path] == place


def test_dicts_and_lists_know_their_paths(tmp_path: Path) -> None:
    document = read(tmp_path, "a: [1, {b: {}}]\n")
    match document.data:
        case {"a": [1, {"b": dict(inner)}]}:
            assert document.paths[id(inner)] == ("a", 1, "b")
        case other:
            pytest.fail(f"read {other}")


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_neither_line_ends_nor_a_byte_order_mark_change_values_or_places(tmp_path: Path, start: str, end: str) -> None:
    document = read(tmp_path, (start + PLACES.replace("\n", end)).encode())
    assert document.data == {"a": 1, "list": ["x", {"größe": "☃", "z": [1, 2]}], "text": "more\n"}
    assert document.places == read(tmp_path, PLACES).places
    assert document.keys == read(tmp_path, PLACES).keys


def test_without_the_fast_library_everything_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read(tmp_path, PLACES)
    monkeypatch.setattr(loader, "_SAFE_LOADER", yaml.SafeLoader)
    slow = read(tmp_path, PLACES)
    assert (slow.data, slow.places, slow.keys) == (fast.data, fast.places, fast.keys)


@pytest.mark.parametrize(
    ("text", "data", "place", "first"),
    [
        ("a: 1\nb: 2\na: 3\n", {"a": 1, "b": 2}, "file.yaml:3:1: a:", 1),
        ("x:\n  - {a: 1,\n     a: 2}\n", {"x": [{"a": 1}]}, "file.yaml:3:6: x[0].a:", 2),
        ("a: 1\n'a': 2\n", {"a": 1}, "file.yaml:2:1: a:", 1),
        ("1: x\n'1': y\n", {"1": "x"}, "file.yaml:2:1: 1:", 1),
    ],
)
def test_a_key_that_stands_twice_is_a_fault_and_does_not_win(
    tmp_path: Path, text: str, data: object, place: str, first: int
) -> None:
    document = read(tmp_path, text)
    (problem,) = document.problems
    assert document.data == data
    assert str(problem).startswith(place)
    assert str(problem).endswith(f"the first is in line {first}")


def test_every_repetition_of_a_key_is_a_fault(tmp_path: Path) -> None:
    assert [problem.line for problem in read(tmp_path, "a: 1\na: 2\na: 3\n").problems] == [2, 3]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: &x 1\nb: *x\n", (2, 4)),
        ("a: &x [1]\nb: [1, *x]\n", (2, 8)),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", (3, 7)),
        ("a: &x [*x]\n", (1, 8)),
        ("a: *nowhere\n", (1, 4)),
    ],
)
def test_an_alias_is_a_fault_where_it_stands(tmp_path: Path, text: str, place: tuple[int, int]) -> None:
    (problem,) = read(tmp_path, text).problems
    assert (problem.line, problem.column) == place


def test_an_alias_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, "a: &x 1\nb: *x\n").problems
    assert problem.message == "aliases are not allowed"
    assert problem.hint == "write the value out"


@pytest.mark.parametrize(
    "value",
    [
        "!local x",
        "!local 'x'",
        '!local "x"',
        "!local |\n  x",
        "!local [x]",
        "!local {x: 1}",
        "!!str 5",
        "!!float 5",
        "!!binary aGk=",
        "!!python/object:os.system x",
        "!!python/object/apply:os.system [x]",
        "!!set {x}",
        "!!omap [x: 1]",
        "!<tag:example.org,2000:x> x",
    ],
)
def test_a_tag_is_a_fault(tmp_path: Path, value: str) -> None:
    problems = read(tmp_path, f"a: {value}\n").problems
    assert [(problem.line, problem.column) for problem in problems] == [(1, 4)]
    assert "tag" in problems[0].message
    assert "is not allowed" in problems[0].message


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("b: 1\n? [x]\n: 2\n", 2, 3), ("b: {1: 2, {x: 1}: 3}\n", 1, 11), ("b: 1\n? {x: 1}\n: 2\n", 2, 3)],
)
def test_a_key_that_is_not_a_scalar_is_a_fault_at_its_place(tmp_path: Path, text: str, line: int, column: int) -> None:
    (problem,) = read(tmp_path, text).problems
    assert problem.message == "a key must be a plain word"
    assert (problem.line, problem.column) == (line, column)


def test_all_faults_inside_a_file_are_kept_in_the_document(tmp_path: Path) -> None:
    document = read(tmp_path, "a: &x 1\na: 2\nb: !t [*x]\nc: {d: 1, d: 2}\n")
    said = " / ".join(problem.message for problem in document.problems)
    assert len(document.problems) == 4
    assert said.count("second time") == 2
    assert "aliases are not allowed" in said
    assert "the tag '!t' is not allowed" in said


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("a:\n\tb: 1\n", "file.yaml:2:1:", "YAML is indented with spaces"),
        ("a: 1\nb: @x\n", "file.yaml:2:4:", "must stand in quotes"),
        ("title: one: two\n", "file.yaml:1:11:", "a text with a colon in it must stand in quotes"),
        ("a: [1, 2\n", "file.yaml:2:1:", ""),
        ("a: 'open\n", "file.yaml:2:1:", ""),
        ("a: 1\n---\nb: 2\n", "file.yaml:2:1:", ""),
        ("a: 1\n  b: 2\n", "file.yaml:2:4:", ""),
    ],
)
def test_what_is_not_yaml_is_refused_at_its_place(tmp_path: Path, text: str, place: str, hint: str) -> None:
    said = refused(tmp_path, text)
    assert said.startswith(f"{place} this is not YAML: ")
    assert hint in said


def test_control_characters_are_refused(tmp_path: Path) -> None:
    assert "this is not YAML" in refused(tmp_path, "a: x\0y\n")


@pytest.mark.parametrize(
    ("content", "byte"), [(b"a: \xff\n", 3), ("a: é\n".encode("latin-1"), 3), ("a: 1\n".encode("utf-16"), 0)]
)
def test_a_file_in_another_encoding_is_refused(tmp_path: Path, content: bytes, byte: int) -> None:
    assert refused(tmp_path, content) == f"file.yaml: is not UTF-8 (byte {byte})"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"^shown\.yaml: cannot be read: No such file or directory$"):
        load(tmp_path / "none.yaml", "shown.yaml")


def test_a_file_is_named_by_its_path_unless_told_otherwise(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=re.escape(f"{tmp_path / 'none.yaml'}: ")):
        load(tmp_path / "none.yaml")


def test_a_nesting_of_a_hundred_is_read(tmp_path: Path) -> None:
    data = read(tmp_path, "[" * 100 + "]" * 100).data
    assert repr(data) == "[" * 100 + "]" * 100


@pytest.mark.parametrize(
    "text", ["[" * 2000 + "]" * 2000, "{a: " * 2000 + "}" * 2000, "- " * 2000 + "1"], ids=["lists", "mappings", "block"]
)
def test_a_nesting_that_is_too_deep_is_refused(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text).startswith("file.yaml:1:")


def test_a_nesting_beyond_all_measure_does_not_end_the_process(tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_text("[" * 100_000 + "]" * 100_000)
    program = (
        "import sys, pathlib\n"
        "from grader.errors import SpecError\n"
        "from grader.spec.loader import load\n"
        "try:\n"
        "    load(pathlib.Path(sys.argv[1]))\n"
        "except SpecError:\n"
        "    sys.exit(7)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "file.yaml")]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 7


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "b"), "a.b"),
        (("checks", 1, "compare"), "checks[1].compare"),
        ((0, "a", 2, 3), "[0].a[2][3]"),
    ],
)
def test_a_path_is_written_with_dots_and_brackets(path: loader.Path, text: str) -> None:
    assert dotted(path) == text


def test_a_fault_without_a_place_is_at_the_nearest_place_around_it(tmp_path: Path) -> None:
    problem = read(tmp_path, "a:\n  b: {c: 1}\n").problem(("a", "b", "x", 3), "wrong", "mend it")
    assert str(problem) == "file.yaml:2:6: a.b.x[3]: wrong\n    hint: mend it"


def test_a_fault_can_be_at_the_key(tmp_path: Path) -> None:
    problem = read(tmp_path, "a:\n  b: {c: 1}\n").problem(("a", "b"), "wrong", at_key=True)
    assert (problem.line, problem.column) == (2, 3)


def test_a_fault_in_an_empty_file_has_no_line(tmp_path: Path) -> None:
    assert str(read(tmp_path, "").problem((), "wrong")) == "file.yaml: wrong"


_LIKE_A_NUMBER = re.compile(r"[-+.0-9eE]+")
_CHARACTERS = st.characters(exclude_categories=["Cs"])
# PyYAML writes in YAML 1.1, where `1e5` and `08` are texts that need no quotes.
_TEXTS = st.text(_CHARACTERS).filter(lambda text: not _LIKE_A_NUMBER.fullmatch(text))
_SCALARS = st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.floats() | _TEXTS
_DATA = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(_CHARACTERS), inner, max_size=4)
)


class _WithoutAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


@given(data=_DATA, flow=st.booleans(), unicode=st.booleans())
@example(data={"no": "no", "x": "1e5x", "y": ["~", "null", None, "=", "<<"]}, flow=True, unicode=True)
@example(data=[1.0, 1, True, -0.0, 1e-6, 1e300, float("nan"), float("-inf")], flow=False, unicode=False)
@example(data="a\r\n\x85\u2028\ufeff\t: #\0", flow=False, unicode=True)
@settings(deadline=None, derandomize=True)
def test_what_yaml_writes_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, data: object, *, flow: bool, unicode: bool
) -> None:
    text = yaml.dump(data, Dumper=_WithoutAliases, default_flow_style=flow, allow_unicode=unicode, sort_keys=False)
    document = read(tmp_path_factory.getbasetemp(), text)
    assert repr(document.data) == repr(data)
    assert not document.problems


_WORDS = st.text("abcdefgé☃", min_size=1, max_size=5)
_NESTED = st.recursive(
    st.integers(), lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3)
)


@given(data=st.dictionaries(_WORDS, _NESTED), flow=st.booleans())
@settings(deadline=None, derandomize=True)
def test_at_the_place_of_a_key_stands_the_key_and_at_that_of_a_number_the_number(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, object], *, flow: bool
) -> None:
    text = yaml.dump(data, Dumper=_WithoutAliases, default_flow_style=flow, allow_unicode=True)
    document = read(tmp_path_factory.getbasetemp(), text)
    lines = text.split("\n")
    for path, (line, column) in document.keys.items():
        assert lines[line - 1][column - 1 :].startswith(f"{path[-1]}:")
    for path, (line, column) in document.places.items():
        value: object = data
        for part in path:
            value = value[part]  # type: ignore[index] # a path leads through dicts and lists
        if isinstance(value, int):
            assert lines[line - 1][column - 1 :].startswith(str(value))


@given(content=st.binary(max_size=40) | st.text("ab:-[]{},&*!|>'\"#%@`? \n\t\r01.e~<", max_size=60).map(str.encode))
@settings(deadline=None, derandomize=True)
def test_whatever_a_file_holds_it_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    try:
        problems = read(tmp_path_factory.getbasetemp(), content).problems
    except SpecError as error:
        problems = list(error.problems)
    assert all(problem.line or "is not UTF-8" in problem.message for problem in problems)


@given(number=st.integers() | st.floats(allow_nan=False, allow_infinity=False))
@settings(deadline=None, derandomize=True)
def test_a_number_as_python_writes_it_is_that_number(number: float) -> None:
    assert repr(plain(repr(number))) == repr(number)
