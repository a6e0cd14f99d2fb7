"""What is read from the docstrings of classes."""

from dataclasses import dataclass

from grader.authoring.docstrings import Entry, entries, fields_of, paragraphs


@dataclass
class Base:
    """A base.

    Attributes
    ----------
    size : int
        of the base.
    depth : int
        how deep.
    """

    size: int
    depth: int


@dataclass
class Derived(Base):
    """A first sentence
    on two lines with ``code``.

    A second paragraph.

    Attributes
    ----------
    width, height : float, optional
        in ``mm``,
        both.
    size : int
        of the derived.

    Examples
    --------
    not : this
        at all.
    """

    width: float
    height: float


class Silent:
    value = 1


def test_the_paragraphs_before_the_sections_are_lines_of_markdown() -> None:
    assert paragraphs(Derived) == ["A first sentence on two lines with `code`.", "A second paragraph."]


def test_entries_are_those_of_the_class_itself_and_of_the_section_on_attributes() -> None:
    assert entries(Derived) == [
        Entry(("width", "height"), "float, optional", "in `mm`, both."),
        Entry(("size",), "int", "of the derived."),
    ]


def test_fields_are_explained_by_the_nearest_class_that_does() -> None:
    assert fields_of(Derived) == {
        "size": "of the derived.",
        "depth": "how deep.",
        "width": "in `mm`, both.",
        "height": "in `mm`, both.",
    }


def test_a_class_that_says_nothing_is_no_fault() -> None:
    assert (entries(Silent), fields_of(Silent)) == ([], {})
