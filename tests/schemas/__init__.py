"""Schemas of what other systems read, and what validates against them."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import xmlschema

_FOLDER = Path(__file__).parent


def require_json(text: str, name: str) -> dict[str, Any]:
    """Return the object in a text that must fit the schema of this name."""
    data = json.loads(text)
    jsonschema.validate(data, json.loads((_FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")))
    assert isinstance(data, dict)
    return data


def require_junit(text: str) -> Any:
    """Return the root of a document that must be JUnit XML."""
    from xml.etree import ElementTree as ET

    xmlschema.XMLSchema(_FOLDER / "junit.xsd").validate(text)
    return ET.fromstring(text)
