"""The order of the tests: those that take most of a minute come first, or one processor would wait for the other in the end."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move what is marked as `long` to the front, after the order was drawn."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
