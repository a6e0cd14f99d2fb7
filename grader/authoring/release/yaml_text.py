"""Data as YAML that our strict reader takes for the same data: without the comments, which may be meant for authors."""

from typing import Final

import yaml

from grader.spec import loader

_WIDTH: Final = 110


class _Writer(yaml.SafeDumper):
    """Writes texts so that they stay texts, several lines as a block, and short lists and mappings in one line."""

    def ignore_aliases(self, data: object) -> bool:
        """Write out what stands in two places, because aliases are not allowed."""
        return True


def _text(writer: _Writer, value: str) -> yaml.ScalarNode:
    if "\n" in value:
        return writer.represent_scalar("tag:yaml.org,2002:str", value, style="|")
    # PyYAML has other rules than ours for which bare words are texts: `1e-6` is one for it.
    style = None if loader.plain(value) == value else '"'
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Writer.add_representer(str, _text)


def as_yaml(data: object) -> str:
    """Return data as YAML.

    Raises
    ------
    ValueError
        if our reader would read something else there, which no description has brought about yet.
    """
    text = str(
        yaml.dump(data, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=None)
    )
    document = loader.parse(text, "YAML")
    if document.problems or repr(document.data) != repr(data):
        raise ValueError(f"these data cannot be written as YAML: {data!r:.200}")
    return text
