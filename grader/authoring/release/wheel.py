"""The wheel that students install, made of the package that runs: nothing is downloaded and nothing is built.

`pip wheel` would need the checkout and, without a network, the build backend; a grader that was installed from a wheel
has neither. A wheel is a zip of the package with three small files of text, which is written here.
"""

import base64
import io
import re
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

import grader
from grader.bundle import program_in
from grader.errors import AuthoringError
from grader.sandbox.records import dataclass

DISTRIBUTION: Final = "mathematics-for-deep-learning-grader"
"""Name under which the package is installed."""

_PACKAGE: Final = Path(grader.__file__).parent
_FOLDERS_LEFT_OUT: Final = ("__pycache__",)
_MADE: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a wheel, so that the same package gives the same bytes."""
_MODE: Final = 0o100644 << 16
_WHEEL: Final = "Wheel-Version: 1.0\nGenerator: grade author release\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True)
class Wheel:
    """A wheel.

    Attributes
    ----------
    name, version : str
        of its file, and of what is in it.
    program : str
        what `grader.bundle.program` returns where it is installed.
    content : bytes
        of the file.
    """

    name: str
    version: str
    program: str
    content: bytes


@dataclass(frozen=True)
class Project:
    """What a package says of itself.

    Attributes
    ----------
    version, summary, requires_python : str
        as in its metadata.
    requires : tuple of str
        what it needs, those of extras with their marker.
    extras : tuple of str
        names of the extras.
    entry_points : mapping of str to mapping
        by group, such as the commands, what each name stands for.
    """

    version: str
    summary: str
    requires_python: str
    requires: tuple[str, ...]
    extras: tuple[str, ...]
    entry_points: Mapping[str, Mapping[str, str]]


def wheel() -> Wheel:
    """Return the wheel of the package that runs.

    Its version ends in the hash of its content (`0.1.0+3f2a…`), without which pip would take a newer wheel of the same
    version for one that is installed already.

    Raises
    ------
    AuthoringError
        if nothing says what the package needs.
    """
    project = described()
    package = dict(package_files())  # read once, so that all that is said of it holds for the same state
    digest = sha256()
    for name, content in (*package.items(), ("METADATA", _metadata(project, project.version))):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    version = f"{project.version}+{digest.hexdigest()[:12]}"
    stem = f"{DISTRIBUTION.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    files = dict(package)
    files[f"{info}/METADATA"] = _metadata(project, version)
    files[f"{info}/WHEEL"] = _WHEEL.encode()
    files[f"{info}/entry_points.txt"] = _entry_points(project)
    rows = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""]).encode()
    return Wheel(f"{stem}-py3-none-any.whl", version, program_in(package), _zipped(files))


def package_files() -> Iterator[tuple[str, bytes]]:
    """Yield the files of the package with their paths in the wheel, sorted."""
    for file in sorted(_PACKAGE.rglob("*")):
        inside = file.relative_to(_PACKAGE)
        hidden = any(part.startswith(".") or part in _FOLDERS_LEFT_OUT for part in inside.parts)
        if file.is_file() and not hidden and file.suffix != ".pyc":
            yield f"{_PACKAGE.name}/{inside.as_posix()}", file.read_bytes()


def described(package: Path = _PACKAGE) -> Project:
    """Return what the package says of itself: in the checkout it lies in, or where it was installed.

    In a checkout its `pyproject.toml` is asked, because the metadata of an editable install are as old as the install.

    Raises
    ------
    AuthoringError
        if it is neither.
    """
    file = package.parent / "pyproject.toml"
    if file.is_file():
        data = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
        if data.get("name") == DISTRIBUTION:
            return _of_checkout(data)
    try:
        return _of_install()
    except PackageNotFoundError:
        raise AuthoringError(
            f"the wheel for students cannot be made: {package} is neither in its checkout nor installed by pip; "
            f"install it (`pip install .`) and try again"
        ) from None


def _of_checkout(data: Mapping[str, Any]) -> Project:
    extras: dict[str, list[str]] = data.get("optional-dependencies", {})
    optional = [_marked(need, extra) for extra, needs in extras.items() for need in needs]
    return Project(
        version=_public(data["version"]),
        summary=data.get("description", ""),
        requires_python=data.get("requires-python", ""),
        requires=(*data.get("dependencies", []), *optional),
        extras=tuple(extras),
        entry_points={"console_scripts": data.get("scripts", {}), **data.get("entry-points", {})},
    )


def _of_install() -> Project:
    installed = distribution(DISTRIBUTION)
    metadata = installed.metadata
    points: dict[str, dict[str, str]] = {}
    for point in installed.entry_points:
        points.setdefault(point.group, {})[point.name] = point.value
    return Project(
        version=_public(installed.version),
        summary=metadata["Summary"] or "",
        requires_python=metadata["Requires-Python"] or "",
        requires=tuple(installed.requires or ()),
        extras=tuple(metadata.get_all("Provides-Extra") or ()),
        entry_points=points,
    )


def _public(version: str) -> str:
    """Return a version without the hash that a wheel of ours adds."""
    return version.partition("+")[0]


def _marked(need: str, extra: str) -> str:
    """Return what an extra needs as metadata say it."""
    name, _, marker = map(str.strip, need.partition(";"))
    condition = f"extra == '{extra}'"
    return f"{name}; ({marker}) and {condition}" if marker else f"{name}; {condition}"


def _metadata(project: Project, version: str) -> bytes:
    rows = [
        "Metadata-Version: 2.1",
        f"Name: {DISTRIBUTION}",
        f"Version: {version}",
        f"Summary: {project.summary}",
        f"Requires-Python: {project.requires_python}",
        *(f"Requires-Dist: {need}" for need in project.requires),
        *(f"Provides-Extra: {extra}" for extra in project.extras),
    ]
    return "\n".join([*(re.sub(r"\s+", " ", row) for row in rows), ""]).encode()


def _entry_points(project: Project) -> bytes:
    sections = (
        "\n".join([f"[{group}]", *(f"{name} = {value}" for name, value in sorted(points.items())), ""])
        for group, points in sorted(project.entry_points.items())
    )
    return "\n".join(sections).encode()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _MADE)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _MODE, 3
            archive.writestr(entry, content)
    return buffer.getvalue()
