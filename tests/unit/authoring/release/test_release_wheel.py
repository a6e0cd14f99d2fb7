"""The wheel in a bundle is a wheel, holds the package and nothing else, and is the same each time."""

import base64
import csv
import io
import subprocess
import sys
import zipfile
from email.parser import Parser
from hashlib import sha256
from pathlib import Path

import pytest

import grader
from grader import bundle
from grader.authoring.release import wheel as wheels
from grader.authoring.release.wheel import described, package_files, wheel
from grader.errors import AuthoringError

PACKAGE = Path(grader.__file__).parent


def opened() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(wheel().content))


def test_it_holds_the_files_of_the_package() -> None:
    with opened() as archive:
        found = {name: archive.read(name) for name in archive.namelist() if name.startswith("grader/")}
    assert found == dict(package_files())
    assert found["grader/cli/start.py"] == (PACKAGE / "cli" / "start.py").read_bytes()
    assert "grader/py.typed" in found
    assert not [name for name in found if "__pycache__" in name or name.endswith(".pyc")]


def test_its_record_lists_every_file_with_its_hash() -> None:
    with opened() as archive:
        (record,) = [name for name in archive.namelist() if name.endswith("/RECORD")]
        rows = list(csv.reader(io.StringIO(archive.read(record).decode())))
        assert [name for name, _, _ in rows] == archive.namelist()
        for name, digest, size in rows[:-1]:
            content = archive.read(name)
            wanted = base64.urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
            assert (digest, size) == (f"sha256={wanted}", str(len(content)))
    assert rows[-1] == [record, "", ""]


def test_its_metadata_are_the_projects() -> None:
    made, project = wheel(), described()
    with opened() as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        metadata = Parser().parsestr(archive.read(name).decode())
        scripts = archive.read(name.replace("METADATA", "entry_points.txt")).decode()
    assert metadata["Name"] == wheels.DISTRIBUTION
    assert metadata["Version"] == made.version
    assert made.version.startswith(f"{grader.__version__}+")
    assert metadata.get_all("Requires-Dist") == list(project.requires)
    assert any(need.startswith("numpy>=") for need in project.requires)
    assert scripts == (
        "[console_scripts]\ngrade = grader.cli.start:main\n\n[pytest11]\ngrader = grader.pytest_plugin\n"
    )
    assert made.name == f"mathematics_for_deep_learning_grader-{made.version}-py3-none-any.whl"


def test_it_is_the_same_each_time() -> None:
    assert wheel() == wheel()


def test_it_knows_the_program_in_it() -> None:
    assert wheel().program == bundle.program()


def test_its_version_changes_with_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    before = wheel().version
    monkeypatch.setattr(wheels, "package_files", lambda: [*package_files(), ("grader/one_more.py", b"")])
    assert wheel().version != before


def test_a_marker_of_an_extra_is_joined_with_its_own(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        f'[project]\nname = "{wheels.DISTRIBUTION}"\nversion = "1.2"\n'
        'optional-dependencies = {x = ["a>=1", "b; python_version < \'3.12\'"]}\n',
        encoding="utf-8",
    )
    project = described(tmp_path / "grader")
    assert project.requires == ("a>=1; extra == 'x'", "b; (python_version < '3.12') and extra == 'x'")
    assert (project.version, project.extras) == ("1.2", ("x",))


def test_without_a_checkout_the_metadata_of_the_install_are_asked(tmp_path: Path) -> None:
    project = described(tmp_path / "grader")  # no pyproject.toml there
    assert project.version == grader.__version__
    assert project.entry_points["console_scripts"] == {"grade": "grader.cli.start:main"}
    assert any(need.startswith("numpy") for need in project.requires)


def test_a_package_that_is_neither_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheels, "DISTRIBUTION", "no-such-distribution-of-ours")
    with pytest.raises(AuthoringError, match="neither in its checkout nor installed by pip"):
        described(tmp_path / "grader")


@pytest.mark.slow
def test_pip_installs_it_without_a_network_and_the_same_program_runs(tmp_path: Path) -> None:
    made = wheel()
    (tmp_path / made.name).write_bytes(made.content)
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(tmp_path / "site")]
    subprocess.run([*install, str(tmp_path / made.name)], check=True, capture_output=True)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "import grader\nfrom grader import bundle\nfrom grader.authoring.release.wheel import wheel\n"
        "from importlib.metadata import version\n"
        f"print(grader.__file__, bundle.program(), version({wheels.DISTRIBUTION!r}), wheel().version)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path)
    file, program, version, again = done.stdout.split()
    assert Path(file).parent == tmp_path / "site" / "grader"
    assert program == bundle.program()
    assert version == again == made.version  # a grader that was installed makes the wheel that it came from
