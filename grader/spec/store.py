"""Frozen descriptions on disk, so that a warm run needs neither YAML nor a validation library.

An entry holds the text it was made from and the state of the program that made it, and is used only if both are the
same. It can be deleted at any time.
"""

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import MISSING, Field, fields, is_dataclass
from fractions import Fraction
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

from grader import registry
from grader.checks import Check
from grader.fields import Described
from grader.generators import Generator
from grader.sandbox.expressions import Expression, parse

T = TypeVar("T")


@lru_cache
def fingerprint() -> list[object]:
    """Return what identifies the running program: Python, NumPy, SciPy, and size and time of each of our files."""
    root = Path(__file__).parents[1]
    scipy = find_spec("scipy")  # found, not imported: that would cost more than everything else
    state: list[object] = [sys.version, np.__version__, scipy and scipy.origin, scipy and _time(scipy.origin)]
    for folder in sorted({root, *(path for path in root.iterdir() if path.is_dir())}):
        with os.scandir(folder) as entries:
            files = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(".py")]
        state += [[name, stat.st_size, stat.st_mtime_ns] for name, stat in sorted(files, key=lambda item: item[0])]
    return state


def _time(file: str | None) -> int:
    return Path(file).stat().st_mtime_ns if file else 0


def cached(file: Path, source: str, make: Callable[[], T]) -> T:
    """Return what an entry holds for `source`; make and keep it if it holds nothing of use.

    Parameters
    ----------
    file : path
        the entry.
    source : str
        the text from which the description is made.
    make : callable
        makes it.
    """
    basis = [source, fingerprint()]
    try:
        entry = json.loads(file.read_bytes())
        if entry["basis"] == basis:
            return cast(T, thaw(entry["content"]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, ImportError, ArithmeticError, RecursionError):
        pass  # no entry, or one that is damaged or old: made again below
    made = make()
    write(file, json.dumps({"basis": basis, "content": freeze(made)}).encode())
    return made


def write(file: Path, content: bytes, *, private: bool = False) -> None:
    """Replace a file whole, or leave things as they are where nothing can be written.

    Parameters
    ----------
    file, content : path, bytes
        what to write, and where.
    private : bool
        whether other users of this machine must not read it.
    """
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.touch(0o600 if private else 0o666)
        temporary.write_bytes(content)
        temporary.replace(file)
    except OSError:
        with suppress(OSError):
            temporary.unlink()


def freeze(value: object) -> object:
    """Return a description as JSON data."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case tuple():
            return {"tuple": [freeze(item) for item in value]}
        case list():
            return [freeze(item) for item in value]
        case dict():
            return {"dict": [[freeze(key), freeze(item)] for key, item in value.items()]}
        case Expression():
            return {"formula": value.text}
        case Fraction():
            return {"fraction": str(value)}
        case np.ndarray():
            return {"array": [value.dtype.str, list(value.shape), value.ravel().tolist()]}
        case _ if is_dataclass(value) and not isinstance(value, type):
            given = {item.name: freeze(getattr(value, item.name)) for item in fields(value) if _given(value, item)}
            return {"object": [_name(value), given]}
    raise TypeError(f"a {type(value).__name__} is no part of a description")


def _name(value: object) -> str:
    """Return the name under which a class is found again: of a kind its family's, of others their module's."""
    kind = type(value)
    for family, base in (("checks", Check), ("generators", Generator)):
        if isinstance(value, base):
            return f"{family}/{kind.__dict__['kind']}"
    return f"{kind.__module__}:{kind.__name__}"


def _given(value: Any, item: "Field[object]") -> bool:
    current = getattr(value, item.name)
    if item.default is MISSING or isinstance(current, np.ndarray):
        return True
    return type(current) is not type(item.default) or current != item.default


def thaw(data: object) -> object:
    """Return the description that `freeze` made data from.

    Raises
    ------
    ValueError
        if the data name something that is no part of a description.
    """
    if isinstance(data, list):
        return [thaw(item) for item in data]
    if not isinstance(data, dict):
        return data
    (tag, body), *_ = data.items()
    match tag:
        case "tuple":
            return tuple(thaw(item) for item in body)
        case "dict":
            return {thaw(key): thaw(item) for key, item in body}
        case "formula":
            return parse(body)
        case "fraction":
            return Fraction(body)
        case "array":
            dtype, shape, items = body
            return np.array(items, dtype=dtype).reshape(shape)
        case _:
            return _object(*body)


def _object(name: str, given: dict[str, object]) -> object:
    family, found, kind_name = name.partition("/")
    if found:
        return registry.load(family, kind_name)(**{key: thaw(item) for key, item in given.items()})
    module, _, kind_name = name.partition(":")
    if not module.startswith("grader."):
        raise ValueError(f"{name} is no part of a description")
    kind = getattr(import_module(module), kind_name)
    if not (isinstance(kind, type) and issubclass(kind, Described)):
        raise ValueError(f"{name} is no part of a description")
    return kind(**{key: thaw(item) for key, item in given.items()})
