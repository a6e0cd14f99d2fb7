"""Code in colours: a few classes, whose colours are the style's."""

from itertools import groupby
from operator import itemgetter
from typing import Final

from markupsafe import Markup, escape
from pygments import lex
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Error, Generic, Keyword, Name, Number, Operator, String, Token, _TokenType
from pygments.util import ClassNotFound

_CLASSES: Final = {
    Comment: "comment",
    String: "string",
    Number: "number",
    Keyword: "keyword",
    Operator.Word: "keyword",
    Name.Function: "name",
    Name.Class: "name",
    Name.Tag: "name",
    Name.Builtin: "builtin",
    Name.Exception: "builtin",
    Generic.Prompt: "prompt",
    Generic.Output: "output",
    Generic.Traceback: "output",
    Error: "",
    Token: "",
}


def highlighted(text: str, language: str) -> Markup:
    """Return code as HTML to be put inside `pre`; in a language that is not known it has no colours."""
    lexer = _lexer("pycon" if language == "python" and text.lstrip().startswith(">>>") else language)
    if lexer is None:
        return escape(text)
    pieces = ((_class(kind), value) for kind, value in lex(text, lexer))
    return Markup("").join(
        _span(name, "".join(value for _, value in run)) for name, run in groupby(pieces, itemgetter(0))
    )


def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _class(kind: _TokenType) -> str:
    while kind not in _CLASSES and kind.parent is not None:
        kind = kind.parent
    return _CLASSES[kind]


def _span(name: str, text: str) -> Markup:
    return Markup('<span class="{}">{}</span>').format(name, text) if name else escape(text)
