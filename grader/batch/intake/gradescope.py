"""Who handed in which folder of an export of Gradescope, and when: its `submission_metadata.yml`.

The file holds everything that was ever shown of a submission, so it is long. It is read event by event, and only the
submitters and the time are kept; tags of Ruby and repeated parts do no harm that way.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from grader.errors import SubmissionNotFound
from grader.sandbox.records import dataclass

if TYPE_CHECKING:
    from yaml.events import Event

FILE: Final = "submission_metadata.yml"
METADATA_CAP: Final = 256 * 2**20
_ZONE: Final = re.compile(r"\s+(Z|[+-]\d\d:?\d\d)$")


@dataclass(frozen=True)
class Exported:
    """One folder of an export.

    Attributes
    ----------
    submitters : tuple of mappings
        `name`, `sid` and `email` of those who handed it in; more than one in a group.
    handed_in : datetime or None
        when.
    """

    submitters: tuple[Mapping[str, str], ...] = ()
    handed_in: datetime | None = None


def exported(data: bytes) -> dict[str, Exported]:
    """Return the folders of an export by name.

    Raises
    ------
    SubmissionNotFound
        if the file is no YAML, or none of Gradescope's.
    """
    import yaml  # no other way of handing in needs it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return dict(_folders(_Events(yaml.parse(data, Loader=loader))))
    except (yaml.YAMLError, _Unexpected, UnicodeError) as error:
        place = str(error).replace("\n", " ")
        raise SubmissionNotFound(f"{FILE} cannot be read as what Gradescope exports: {place}") from None


class _Unexpected(Exception):
    """The file is YAML, and not of the form that Gradescope writes."""


class _Events:
    """The events of a file, one at a time; a scalar that is repeated by an alias is known by its anchor."""

    def __init__(self, events: "Iterator[Event]") -> None:
        self._events = events
        self._known: dict[str, str] = {}

    def next(self) -> tuple[str, str]:
        """Return what comes next: `scalar`, `mapping`, `sequence`, `end` or another event's name, and a scalar's text."""
        event = next(self._events, None)
        name = type(event).__name__.removesuffix("Event")
        if name == "Scalar":
            value = str(getattr(event, "value", ""))
            if anchor := getattr(event, "anchor", None):
                self._known[anchor] = value[:1000]
            return "scalar", value
        if name == "Alias":
            return "scalar", self._known.get(getattr(event, "anchor", ""), "")
        kinds = {"MappingStart": "mapping", "SequenceStart": "sequence", "MappingEnd": "end", "SequenceEnd": "end"}
        if name in {"NoneType", "StreamEnd"}:
            raise _Unexpected("it ends too early")
        return kinds.get(name, name), ""

    def skip(self, kind: str) -> None:
        """Pass over the rest of a value whose first event was of this kind."""
        depth = int(kind in {"mapping", "sequence"})
        while depth:
            kind, _ = self.next()
            depth += (kind in {"mapping", "sequence"}) - (kind == "end")

    def pairs(self) -> Iterator[tuple[str, str, str]]:
        """Yield the keys of a mapping that has begun, with the kind and the text of each value's first event."""
        while (found := self.next())[0] != "end":
            if found[0] != "scalar":
                raise _Unexpected("a key is no text")
            yield (found[1].removeprefix(":"), *self.next())


def _folders(events: _Events) -> Iterator[tuple[str, Exported]]:
    while (kind := events.next()[0]) in {"StreamStart", "DocumentStart"}:
        pass
    if kind != "mapping":
        raise _Unexpected("expected a mapping from folders to submissions")
    for folder, inner, _ in events.pairs():
        if inner == "mapping":
            yield folder, _one(events)
        else:
            events.skip(inner)


def _one(events: _Events) -> Exported:
    submitters: tuple[Mapping[str, str], ...] = ()
    handed_in = None
    for key, kind, text in events.pairs():
        if key == "submitters" and kind == "sequence":
            submitters = tuple(_submitters(events))
        elif key == "created_at" and kind == "scalar":
            handed_in = _time(text)
        else:
            events.skip(kind)
    return Exported(submitters, handed_in)


def _submitters(events: _Events) -> Iterator[Mapping[str, str]]:
    while (kind := events.next()[0]) != "end":
        if kind != "mapping":
            events.skip(kind)
            continue
        person = {}
        for key, inner, text in events.pairs():
            events.skip(inner)
            if inner == "scalar" and text.strip() and text != "null":
                person[key] = text.strip()
        yield person


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(_ZONE.sub(r"\1", text.strip()))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
