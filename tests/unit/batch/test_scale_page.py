"""The page for operators about more than one machine: what can be copied from it has the right form."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import dask
import yaml
from distributed.cli import dask_scheduler, dask_worker

from grader.cli import batch

PAGE = (Path(__file__).parents[3] / "docs" / "operators" / "scale.md").read_text(encoding="utf-8")
COMMANDS = {"dask scheduler": dask_scheduler.main, "dask worker": dask_worker.main, "grade batch": batch.command}


def blocks(language: str) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found


def documents() -> list[dict[str, object]]:
    return [document for block in blocks("yaml") for document in yaml.safe_load_all(block)]


def leaves(data: object, path: str = "") -> Iterator[str]:
    """Yield the dotted name of every value."""
    if isinstance(data, dict) and data:
        for name, value in data.items():
            yield from leaves(value, f"{path}.{name}" if path else name)
    else:
        yield path


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Yield each command that the page names, with its words, from lines, the script and the manifests."""
    lines = [line.partition(" #")[0].split() for line in PAGE.splitlines() if line.startswith("    ")]
    for document in documents():
        if document.get("kind") == "Deployment":
            yield from _commands([str(word) for word in _containers(document)[0]["command"]])
    script = re.search(r"batch = \[(.*)\]", PAGE)
    assert script
    yield from _commands(re.findall(r'"([^"]*)"', script[1]))
    for words in lines:
        yield from _commands(words)


def _commands(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    if " ".join(words[:2]) in COMMANDS:
        yield " ".join(words[:2]), words[2:]


def _containers(document: dict[str, object]) -> list[dict[str, list[object]]]:
    found = document["spec"]["template"]["spec"]["containers"]  # type: ignore[index]
    assert isinstance(found, list)
    return found


def test_options_exist() -> None:
    seen = set()
    for name, words in command_lines():
        known = {option for item in COMMANDS[name].params if isinstance(item, click.Option) for option in all_of(item)}
        assert {word for word in words if word.startswith("-")} <= known, words
        seen.add(name)
    assert seen == set(COMMANDS)


def all_of(option: click.Option) -> list[str]:
    return [*option.opts, *option.secondary_opts]


def test_settings_are_some_that_dask_knows() -> None:
    (settings,) = (document for document in documents() if "distributed" in document)
    names = list(leaves(settings))
    assert len(names) == 10
    for name in names:
        assert dask.config.get(name, default="unknown") != "unknown", name


def test_manifests_fit_together() -> None:
    kinds = [document for document in documents() if "kind" in document]
    assert [document["kind"] for document in kinds] == ["Service", "Deployment", "Deployment"]
    service, scheduler, worker = kinds
    address = f"tls://{service['metadata']['name']}:{service['spec']['ports'][0]['port']}"  # type: ignore[index]
    assert address in _containers(worker)[0]["command"]
    for document in (scheduler, worker):
        spec = document["spec"]
        assert isinstance(spec, dict)
        labels = spec["template"]["metadata"]["labels"]
        assert spec["selector"]["matchLabels"] == labels
        volumes = {volume["name"] for volume in spec["template"]["spec"]["volumes"]}
        assert {mount["name"] for mount in spec["template"]["spec"]["containers"][0]["volumeMounts"]} == volumes
    assert scheduler["spec"]["template"]["metadata"]["labels"] == service["spec"]["selector"]  # type: ignore[index]


def test_the_script_is_python_and_imports_what_it_calls() -> None:
    (block,) = blocks("python")
    tree = ast.parse(block)
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert imported == called == {"SLURMCluster", "Security"}
