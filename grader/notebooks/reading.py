"""Reads an `.ipynb` file as nobody vouches for it: cells with their texts, and what nbgrader and we have written on them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any, Final

from grader.notebooks.slimming import TooMany, without_outputs
from grader.sandbox.records import dataclass

FILE_CAP: Final = 128 * 2**20
"""Bytes of a notebook, its outputs with it."""

LEAST_CAP: Final = 32 * 2**20
"""Bytes of a notebook without its outputs: texts, and pictures that were pasted into them."""

CELLS_CAP: Final = 1000
_LARGE: Final = 2**18
_GRADE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_OLD, _NOW = 3, 4


class NotANotebook(ValueError):
    """A file is no notebook that could be read; its text says why, and what to do."""


class Kind(StrEnum):
    """What a cell holds."""

    CODE = "code"
    MARKDOWN = "markdown"
    RAW = "raw"


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook.

    Attributes
    ----------
    kind : Kind
        what it holds.
    source : str
        its text, with plain line ends.
    grade_id : str
        what nbgrader calls it, or empty.
    nbgrader, ours : mapping
        what nbgrader has written on the cell, and what we have: `exercise`, `part`, `check`.
    attachments : mapping
        pictures that were pasted into the text.
    """

    kind: Kind
    source: str
    grade_id: str = ""
    nbgrader: Mapping[str, Any] = field(default_factory=dict)
    ours: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Notebook:
    """A notebook.

    Attributes
    ----------
    cells : tuple of Cell
        in their order.
    metadata : mapping
        of the notebook: its kernel and language.
    notes : tuple of str
        what was wrong with it and could be mended, for whoever grades.
    """

    cells: tuple[Cell, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read(data: bytes) -> Notebook:
    """Return a notebook of format 3 or 4, whatever else is wrong with it.

    Raises
    ------
    NotANotebook
        if it cannot be read.
    """
    notes: list[str] = []
    raw = _parsed(data, notes)
    version = raw.get("nbformat", _NOW)
    if not isinstance(version, int) or isinstance(version, bool) or version < _OLD:
        raise NotANotebook(f"its format is {version!r:.20}, which is too old: open it in Jupyter and save it again")
    if version > _NOW:
        notes.append(f"its format is {version}, newer than what is known here; it was read as format {_NOW}")
    cells = tuple(_cells(raw, version, notes))
    if len(cells) > CELLS_CAP:
        raise NotANotebook(f"it has {len(cells)} cells, and at most {CELLS_CAP} are read")
    metadata = raw.get("metadata")
    return Notebook(cells, metadata if isinstance(metadata, dict) else {}, tuple(notes))


def _parsed(data: bytes, notes: list[str]) -> dict[str, Any]:
    if len(data) > FILE_CAP:
        raise NotANotebook(f"it is larger than {FILE_CAP // 2**20} MiB: clear its outputs and save it again")
    size = len(data)
    try:
        if size > _LARGE:
            data = without_outputs(data)
    except TooMany:
        raise NotANotebook("it has more parts than can be read: clear its outputs and save it again") from None
    if len(data) > LEAST_CAP:
        raise NotANotebook(
            f"without outputs it still has {len(data) // 2**20} MiB, and at most {LEAST_CAP // 2**20} are read:"
            f" take large pictures and data out of its cells"
        )
    if size - len(data) > FILE_CAP // 16:
        notes.append(f"{(size - len(data)) // 2**20} MiB of outputs were passed over")
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotANotebook(f"it is not text in UTF-8 (byte {error.start}), so it is no notebook") from None
    except RecursionError:
        raise NotANotebook("it is nested deeper than any notebook") from None
    except ValueError as error:
        raise NotANotebook(f"it is no notebook: not JSON ({str(error)[:100]})") from None
    if not isinstance(raw, dict) or not ("cells" in raw or "worksheets" in raw):
        raise NotANotebook("it is no notebook: it has no cells")
    return raw


def _cells(raw: Mapping[str, Any], version: int, notes: list[str]) -> Iterator[Cell]:
    sheets = raw.get("worksheets") if version == _OLD else [raw]
    for sheet in sheets if isinstance(sheets, list) else []:
        items = sheet.get("cells") if isinstance(sheet, dict) else None
        for place, item in enumerate(items if isinstance(items, list) else [], start=1):
            if isinstance(item, dict):
                yield _cell(item, place, notes)
            else:
                notes.append(f"cell {place} is no cell, and was passed over")


def _cell(item: Mapping[str, Any], place: int, notes: list[str]) -> Cell:
    kind = str(item.get("cell_type"))
    if kind not in [*Kind]:
        if kind != "heading":  # format 3 had these
            notes.append(f"cell {place} is of an unknown type and was read as text")
        kind = Kind.MARKDOWN
    source = item.get("source", item.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        notes.append(f"cell {place} has no text and was read as empty")
        source = ""
    metadata = item.get("metadata")
    written = metadata if isinstance(metadata, dict) else {}
    nbgrader, ours = (_mapping(written.get(name)) for name in ("nbgrader", "grader"))
    name = nbgrader.get("grade_id")
    known = name if isinstance(name, str) and _GRADE_ID.fullmatch(name) else ""
    return Cell(Kind(kind), _plain(source), known, nbgrader, ours, _mapping(item.get("attachments")))


def _plain(text: str) -> str:
    """Return a text with plain line ends, and without halves of letters that no file can hold."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\r\n", "\n").replace("\r", "\n")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
