"""The examples in the docstrings of kinds: small exercises that the reference page shows and the tests run."""

import inspect
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import yaml

from grader.errors import SpecError
from grader.sandbox.records import dataclass
from grader.spec import loader, reading, rules
from grader.spec.exercise import CheckItem, Exercise

FUNCTION = "answer"
_SECTION = "\nExamples\n--------\n"
_EXAMPLE = re.compile(r"((?:^\S.*\n)*^.*::)\n\n((?:^(?:    .*)?(?:\n|\Z))+)", re.MULTILINE)
_ANY = {"type": "any"}


class _Plain(yaml.SafeDumper):
    """Writes out what stands in several places, since our reader knows no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        """Return true: nothing is an alias."""
        return True


@dataclass(frozen=True)
class Example:
    """An example in the docstring of a kind.

    Attributes
    ----------
    title : str
        the sentence that introduces it, or empty.
    text : str
        the YAML: `inputs`, a rule, and `reference`, `right` and `wrong` as Python; or, for an input, what `holds`.
    """

    title: str
    text: str

    @property
    def data(self) -> dict[str, Any]:
        """The content of the YAML."""
        return cast(dict[str, Any], loader.parse(self.text, "example").data)

    def write_files(self, folder: Path) -> None:
        """Write the files that the example keeps beside the description."""
        for name, text in self.data.get("files", {}).items():
            (folder / name).write_text(text, encoding="utf-8")


def examples(kind: type) -> list[Example]:
    """Return the examples in a kind's docstring: each a paragraph that ends with `::`, and the indented lines after it."""
    _, _, section = (inspect.getdoc(kind) or "").partition(_SECTION)
    return [
        Example(" ".join(match[1].removesuffix("::").split()), textwrap.dedent(match[2]).strip() + "\n")
        for match in _EXAMPLE.finditer(section)
    ]


def function_of(text: str) -> Callable[..., Any]:
    """Return the function or class that an example gives as Python: a lambda, or what a block calls `answer`."""
    names: dict[str, Any] = {"np": np}
    if "scipy" in text:
        import scipy  # slow to import, and few examples need it

        names["scipy"] = scipy
    code = text if not text.startswith("lambda") else f"{FUNCTION} = {text}"
    exec(code, names)  # noqa: S102 - our own docstrings
    found: Callable[..., Any] = names[FUNCTION]
    return found


def exercise_of(data: dict[str, Any], cases: int) -> Exercise:
    """Return the exercise that the content of an example sketches, with one check.

    Raises
    ------
    SpecError
        if the example is wrong.
    """
    parameters = inspect.signature(function_of(data["reference"])).parameters
    function: dict[str, Any] = {"name": FUNCTION, "about": "Answer.", "parameters": dict.fromkeys(parameters, _ANY)}
    if "calls" in data:
        function["methods"] = {step["method"]: _method(step) for step in data["calls"]}
    else:
        function["returns"] = _ANY
    rule = {key: data[key] for key in CheckItem.rules if key in data}
    sketch = {
        "title": "Example",
        "difficulty": 1,
        "statement": "Answer.",
        "function": function,
        "inputs": data["inputs"],
        "checks": [{"name": "example", "points": 1, "cases": cases, **rule}],
    }
    document = loader.parse(yaml.dump(sketch, Dumper=_Plain, sort_keys=False, allow_unicode=True), "example")
    exercise = reading.validate(document, Exercise, [])
    problems = rules.problems(exercise, document)
    if problems:
        raise SpecError(problems)
    return exercise


def _method(step: dict[str, Any]) -> dict[str, Any]:
    parameters = [f"argument{place}" for place in range(len(step.get("arguments", [])))]
    return {"about": "Do it.", "parameters": dict.fromkeys(parameters, _ANY)}
