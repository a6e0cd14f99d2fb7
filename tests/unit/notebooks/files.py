"""Notebooks as bytes, made in tests."""

import json
from collections.abc import Mapping
from typing import Any


def code(source: str | list[str], **metadata: Any) -> dict[str, Any]:
    """Return a cell of code."""
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def text(source: str, **metadata: Any) -> dict[str, Any]:
    """Return a cell of text."""
    return {"cell_type": "markdown", "metadata": metadata, "source": source}


def notebook(*cells: Mapping[str, Any] | str, **more: Any) -> bytes:
    """Return a notebook of format 4; texts are cells of code."""
    whole = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"cells": whole, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}).encode()
