"""Rules about the code itself."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from grader import registry
from grader.authoring.reference import reference
from grader.cli.start import COMMANDS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "grader"
MODULES = sorted(PACKAGE.rglob("*.py"))
KINDS = [(family, name) for family in registry.FAMILIES for name in registry.names(family)]
MODULE_LINES = 300
FUNCTION_LINES = 40
PARAMETERS = 5


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def shown(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_a_module_stays_short() -> None:
    lengths = {shown(file): len(file.read_text(encoding="utf-8").splitlines()) for file in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_a_function_stays_short_and_takes_few_positional_parameters() -> None:
    found = [(file, function) for file in MODULES for function in functions(file)]
    assert len(found) > len(MODULES)
    named = {f"{shown(file)}:{function.lineno} {function.name}": (file, function) for file, function in found}
    long = {name: length for name, (_, function) in named.items() if (length := lines_of(function)) > FUNCTION_LINES}
    assert long == {}
    wide = {
        name: places
        for name, (file, function) in named.items()
        if file.parent.name != "cli"  # click calls them, with a keyword for each
        and len(places := [item.arg for item in function.args.args if item.arg not in ("self", "cls")]) > PARAMETERS
    }
    assert wide == {}


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    first = body[0].lineno if body else function.lineno
    return (function.end_lineno or first) - first + 1


def test_nothing_is_pickled() -> None:
    forbidden = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
    assert {shown(file) for file in MODULES if {name.split(".")[0] for name in imported(file)} & forbidden} == set()
    assert {shown(file) for file in MODULES if "allow_pickle=True" in file.read_text(encoding="utf-8")} == set()


@pytest.mark.parametrize("file", sorted((PACKAGE / "sandbox").glob("*.py")), ids=shown)
def test_what_runs_beside_a_students_code_is_standard_library_and_numpy(file: Path) -> None:
    allowed = sys.stdlib_module_names | {"numpy"}
    for name in imported(file):
        assert name.split(".")[0] in allowed or name.startswith("grader.sandbox"), name


def test_the_worker_loads_nothing_else_of_ours() -> None:
    code = (
        "import sys; sys.argv = ['worker']; import grader.sandbox.worker\n"
        "print(*sorted(name for name in sys.modules if name.split('.')[0] in "
        "('grader', 'scipy', 'yaml', 'pydantic', 'click', 'rich')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert all(name in ("grader", "grader.sandbox") or name.startswith("grader.sandbox.") for name in loaded)


@pytest.mark.parametrize(("family", "name"), KINDS)
def test_a_kind_is_one_file_with_its_name_and_its_fields_documented(family: str, name: str) -> None:
    kind = registry.load(family, name)
    assert kind.__dict__["kind"] == name
    assert kind.__doc__
    own = [field.name for field in fields(kind) if field.name in kind.__annotations__] if is_dataclass(kind) else []
    for field in own:
        assert re.search(rf"\b{field}\b", kind.__doc__), f"{family}.{name}: {field}"


def test_the_reference_of_kinds_is_up_to_date() -> None:
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == reference(), "run `just reference`"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_documented(command: str) -> None:
    texts = [
        (ROOT / name).read_text(encoding="utf-8")
        for name in ("README.md", "docs/students.md", "docs/authors/README.md")
    ]
    assert any(f"grade {command}" in text for text in texts)


def test_trees_are_made_in_one_place_which_threads_may_use() -> None:
    assert [shown(file) for file in MODULES if "ast.parse(" in file.read_text(encoding="utf-8")] == [
        "grader/sandbox/syntax.py"
    ]


def test_a_module_says_what_it_is() -> None:
    assert [shown(file) for file in MODULES if not ast.get_docstring(tree(file))] == []


def test_every_module_can_be_imported_by_itself() -> None:
    for file in MODULES:
        if file.name != "worker.py":
            importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


def test_dependencies_have_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("\ndependencies = [")[1].split("]")[0]
    names = re.findall(r'"([a-z]+)', block)
    reasons = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8").lower()
    assert names
    assert [name for name in names if name not in reasons] == []
