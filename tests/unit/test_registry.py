"""Kinds by name: ours from the folder of their family, others' through entry points."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import grader.checks
from grader import registry
from grader.checks import Check, Comparison
from grader.checks.allclose import AllClose
from grader.generators import Generator
from grader.registry import FAMILIES, UnknownKind, load, names
from tests.unit.foreign_package import install

PACKAGE = Path(registry.__file__).parent


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Forget what was loaded, so that no test sees the kinds of another."""
    load.cache_clear()
    yield
    load.cache_clear()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_names_of_a_family_are_its_public_modules_in_order(family: str) -> None:
    files = [file.name for file in (PACKAGE / family).iterdir() if file.is_file() and file.suffix == ".py"]
    assert list(names(family)) == sorted(name.removesuffix(".py") for name in files if not name.startswith("_"))
    assert names(family)


@pytest.mark.parametrize(("family", "name"), [(family, name) for family in FAMILIES for name in names(family)])
def test_every_kind_is_found_by_its_name(family: str, name: str) -> None:
    kind = load(family, name)
    assert kind.__dict__["kind"] == name
    assert kind.__module__ == f"grader.{family}.{name}"


@pytest.mark.parametrize(("family", "base"), [("checks", Check), ("generators", Generator)])
def test_the_kinds_of_a_family_have_one_base(family: str, base: type) -> None:
    assert all(issubclass(load(family, name), base) for name in names(family))


def test_a_name_means_different_kinds_in_different_families() -> None:
    assert load("checks", "allclose") is AllClose
    with pytest.raises(UnknownKind):
        load("generators", "allclose")


@pytest.mark.parametrize(
    ("family", "name", "word", "meant"),
    [
        ("checks", "alclose", "check", "allclose"),
        ("checks", "AllClose", "check", "allclose"),
        ("generators", "symetric", "generator", "symmetric"),
        ("executors", "proces", "executor", "process"),
        ("reports", "jason", "report", "json"),
        ("checks", "zzzzz", "check", None),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(family: str, name: str, word: str, meant: str | None) -> None:
    with pytest.raises(UnknownKind) as caught:
        load(family, name)
    assert str(caught.value) == f"there is no {word} named {name!r}"
    assert caught.value.suggestion == meant


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "_contract",
        "__init__",
        "allclose.AllClose",
        "../checks/allclose",
        "a b",
        "allclose ",
        "é",
        "a\0",
        "import",
    ],
)
def test_what_is_no_name_of_a_kind_is_unknown(name: str) -> None:
    with pytest.raises(UnknownKind):
        load("checks", name)


def test_kinds_are_imported_only_when_they_are_asked_for() -> None:
    program = (
        "import sys\n"
        "from grader.registry import load, names\n"
        "names('generators')\n"
        "load('generators', 'rng')\n"
        "ours = {f'grader.generators.{name}' for name in names('generators')}\n"
        "print(*sorted(ours & set(sys.modules)), 'importlib.metadata' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["grader.generators.rng", "False"]


# -- modules that break the rule of one kind a module


@pytest.fixture
def family_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose modules count as kinds of checks."""
    monkeypatch.setattr(grader.checks, "__path__", [*grader.checks.__path__, str(tmp_path)])
    before = set(sys.modules)
    importlib.invalidate_caches()
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("grader.checks."):
            del sys.modules[name]
            vars(grader.checks).pop(name.rpartition(".")[2], None)


KIND = "class {name}:\n    kind = {kind!r}\n\n"


def test_a_module_with_one_kind_is_that_kind(family_folder: Path) -> None:
    (family_folder / "sample_one.py").write_text(KIND.format(name="One", kind="sample_one"))
    assert load("checks", "sample_one").__name__ == "One"


def test_a_module_with_two_kinds_is_an_error(family_folder: Path) -> None:
    text = KIND.format(name="One", kind="sample_two") + KIND.format(name="Two", kind="other")
    (family_folder / "sample_two.py").write_text(text)
    with pytest.raises(TypeError, match=r"^grader\.checks\.sample_two must define exactly one kind, and defines 2$"):
        load("checks", "sample_two")


def test_a_module_without_a_kind_is_an_error(family_folder: Path) -> None:
    (family_folder / "sample_none.py").write_text("class Helper:\n    kind = ''\n\nkind = 'sample_none'\n")
    with pytest.raises(TypeError, match=r"and defines 0$"):
        load("checks", "sample_none")


def test_kinds_that_are_only_imported_and_helpers_do_not_count(family_folder: Path) -> None:
    text = (
        "from grader.checks.allclose import AllClose\nfrom grader.checks.exact import Exact\n\n"
        "class Helper(AllClose):\n    pass\n\n" + KIND.format(name="Mine", kind="sample_imports")
    )
    (family_folder / "sample_imports.py").write_text(text)
    assert load("checks", "sample_imports").__name__ == "Mine"


def test_a_kind_that_needs_a_missing_module_says_which(family_folder: Path) -> None:
    (family_folder / "sample_broken.py").write_text("import no_such_module_anywhere\n")
    with pytest.raises(ModuleNotFoundError, match="no_such_module_anywhere"):
        load("checks", "sample_broken")


# -- kinds of others


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of somebody else, with kinds of its own behind entry points."""
    source = (
        "from grader.checks import Comparison\n"
        "from grader.model import Outcome\n"
        "from grader.sandbox.records import dataclass\n\n"
        "@dataclass(frozen=True, kw_only=True)\n"
        "class Anything(Comparison):\n"
        "    kind = 'foreign'\n"
        "    most: int = 3\n\n"
        "    def compare(self, value, expected, case):\n"
        "        return Outcome()\n\n"
        "def not_a_class():\n"
        "    pass\n"
    )
    entries = (
        "[grader.checks]\n"
        "foreign = foreign_kinds:Anything\n"
        "no_kind = foreign_kinds:not_a_class\n"
        "broken = foreign_kinds:Missing\n"
        "allclose = foreign_kinds:Anything\n"
        "_private = foreign_kinds:Anything\n"
    )
    install(tmp_path, monkeypatch, "foreign_kinds", source, entries)
    yield tmp_path
    sys.modules.pop("foreign_kinds", None)


def test_a_kind_of_another_package_is_found(installed: Path) -> None:
    kind = load("checks", "foreign")
    assert (kind.__module__, kind.__name__) == ("foreign_kinds", "Anything")
    assert issubclass(kind, Comparison)


def test_a_kind_of_another_package_belongs_to_one_family(installed: Path) -> None:
    with pytest.raises(UnknownKind):
        load("generators", "foreign")


def test_another_package_cannot_replace_a_kind_of_ours(installed: Path) -> None:
    assert load("checks", "allclose") is AllClose


def test_another_package_is_not_imported_for_a_kind_of_ours(installed: Path) -> None:
    load("checks", "allclose")
    assert "foreign_kinds" not in sys.modules


def test_an_entry_point_that_is_no_class_is_no_kind(installed: Path) -> None:
    with pytest.raises(UnknownKind):
        load("checks", "no_kind")


def test_an_entry_point_that_is_broken_says_so(installed: Path) -> None:
    with pytest.raises(AttributeError, match="Missing"):
        load("checks", "broken")


def test_a_kind_is_the_same_class_each_time(installed: Path) -> None:
    assert load("checks", "foreign") is load("checks", "foreign")


def test_the_kinds_of_other_packages_are_listed_without_those_that_hide_behind_ours(installed: Path) -> None:
    assert registry.installed("checks") == ("_private", "broken", "foreign", "no_kind")
    assert registry.installed("generators") == ()
    assert "foreign_kinds" not in sys.modules
