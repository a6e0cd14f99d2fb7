"""Records behave as the standard library's frozen dataclasses do."""

import dataclasses
from dataclasses import FrozenInstanceError, field, replace
from typing import ClassVar

import pytest

from grader.sandbox.records import dataclass


@dataclass(frozen=True)
class Point:
    x: float
    y: float = 0.0
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Named:
    name: str


@dataclass(frozen=True)
class Placed(Point):
    z: float = 0.0


@dataclass(frozen=True)
class Checked:
    size: int

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("negative")


def test_fields_defaults_and_factories_work() -> None:
    first, second = Point(1.0), Point(1.0)
    assert (first.x, first.y, first.tags) == (1.0, 0.0, [])
    assert first.tags is not second.tags


@pytest.mark.parametrize("name", ["x", "unknown"])
def test_nothing_can_be_assigned(name: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(Point(1.0), name, 2.0)


def test_nothing_can_be_deleted() -> None:
    point = Point(1.0)
    with pytest.raises(FrozenInstanceError):
        delattr(point, "x")
    assert point.x == 1.0


def test_equality_needs_one_type_and_equal_fields() -> None:
    assert Point(1.0, 2.0) == Point(1.0, 2.0)
    assert Point(1.0, 2.0) != Point(1.0, 3.0)
    assert Point(1.0) != Placed(1.0)
    assert Point(1.0).__eq__((1.0, 0.0, [])) is NotImplemented


def test_equal_records_have_equal_hashes() -> None:
    assert hash(Checked(3)) == hash(Checked(3))
    assert len({Checked(3), Checked(3), Checked(4)}) == 2


def test_the_text_shows_all_fields() -> None:
    assert repr(Placed(1.0, z=2.0)) == "Placed(x=1.0, y=0.0, tags=[], z=2.0)"


def test_replace_makes_a_changed_copy() -> None:
    point = Point(1.0, 2.0)
    assert replace(point, y=3.0) == Point(1.0, 3.0)
    assert point.y == 2.0


def test_keywords_can_be_required() -> None:
    assert Named(name="a").name == "a"
    with pytest.raises(TypeError):
        Named("a")  # type: ignore[call-arg] # that is the point


def test_what_is_checked_after_the_making_can_refuse() -> None:
    with pytest.raises(ValueError, match="negative"):
        Checked(-1)


def test_the_standard_library_takes_them_for_dataclasses() -> None:
    assert dataclasses.is_dataclass(Point)
    assert [item.name for item in dataclasses.fields(Placed)] == ["x", "y", "tags", "z"]
    assert dataclasses.asdict(Checked(2)) == {"size": 2}


def test_only_frozen_records_are_made() -> None:
    with pytest.raises(TypeError, match="frozen"):
        dataclass(kw_only=True)


@dataclass(frozen=True)
class Kind:
    kind: ClassVar[str] = "kind"

    size: int = 1


def test_what_belongs_to_the_class_is_no_field() -> None:
    assert repr(Kind()) == "Kind(size=1)"
    assert hash(Kind()) == hash(Kind(1))
