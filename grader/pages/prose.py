"""Markdown with mathematics as HTML: statements, hints and feedback."""

import re
from base64 import b64encode
from collections.abc import MutableMapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.pages.code import highlighted
from grader.pages.formulas import FormulaError, mathml
from grader.sandbox.records import dataclass

_LAST_HEADING: Final = 6
_HEADING: Final = re.compile(r"h([1-6])\Z")
_FAULTS: Final = "faults"
_FOLDER: Final = "folder"
_PICTURES: Final = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
_Environment: TypeAlias = MutableMapping[str, Any]


@dataclass(frozen=True)
class Prose:
    """A text as HTML.

    Attributes
    ----------
    html : Markup
        safe to be put into a page.
    faults : tuple of str
        formulas that cannot be set, each with what is wrong; in the page they stand as they were written, and marked.
    """

    html: Markup
    faults: tuple[str, ...] = ()


def page(text: str, *, below: int = 1, folder: Path | None = None) -> Prose:
    """Return a text of several paragraphs as HTML.

    Parameters
    ----------
    text : str
        Markdown with tables; formulas stand between dollars, and HTML is text like any other.
    below : int
        the level of the heading under which it stands; its own headings come below that.
    folder : path, optional
        where pictures lie. They become part of the page; what lies elsewhere is shown by its words, since a page loads nothing.
    """
    faults: list[str] = []
    environment = {_FAULTS: faults, _FOLDER: folder}
    tokens = _markdown().parse(text, environment)
    for token in tokens:
        if match := _HEADING.match(token.tag):
            token.tag = f"h{min(int(match[1]) + below, _LAST_HEADING)}"
    html = _markdown().renderer.render(tokens, _markdown().options, environment)
    return Prose(Markup(html), tuple(faults))  # noqa: S704 - made of escaped text by the renderer


def line(text: str) -> Prose:
    """Return a text without paragraphs as HTML."""
    faults: list[str] = []
    html = _markdown().renderInline(text, {_FAULTS: faults})
    return Prose(Markup(html), tuple(faults))  # noqa: S704 - made of escaped text by the renderer


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.use(dollarmath_plugin, allow_labels=False, double_inline=True)
    markdown.renderer = _Renderer(markdown)  # in place of the one to which the plug-in has added its own rules
    return markdown


class _Renderer(RendererHTML):
    """Writes tokens as HTML; a method for each kind that the library would write in another way."""

    def math_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: _Environment) -> str:
        return _set(tokens[idx].content, env, display=False)

    def math_inline_double(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: _Environment) -> str:
        formula = _set(tokens[idx].content, env, display=True)
        return Markup('<span class="display" tabindex="0">{}</span>\n').format(formula)

    math_block = math_inline_double

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: _Environment) -> str:
        language = tokens[idx].info.split()[:1] or ["text"]
        return Markup('<pre class="code" tabindex="0"><code>{}</code></pre>\n').format(
            highlighted(tokens[idx].content, language[0])
        )

    code_block = fence

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: _Environment) -> str:
        data = _data(str(tokens[idx].attrGet("src")), env.get(_FOLDER))
        picture = Markup('<img alt="{}" src="{}">') if data else Markup("[{}]")
        return picture.format(tokens[idx].content, data)


def _data(name: str, folder: Path | None) -> str:
    """Return a picture as an address that holds it; empty if there is none in the folder."""
    file = (folder / unquote(name)) if folder else None
    kind = _PICTURES.get(file.suffix.lower()) if file else None
    if file is None or folder is None or kind is None or not file.is_file():
        return ""
    if folder.resolve() not in file.resolve().parents:
        return ""
    return f"data:{kind};base64,{b64encode(file.read_bytes()).decode()}"


def _set(latex: str, env: _Environment, *, display: bool) -> Markup:
    try:
        return mathml(latex.strip(), display=display)
    except FormulaError as error:
        env[_FAULTS].append(f"the formula {' '.join(latex.split())!r} cannot be set: {error}")
        return Markup('<code class="fault">{}</code>').format(latex.strip())
