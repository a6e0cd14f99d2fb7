"""What an exercise forbids and asks for: a teaching aid, looked for in the syntax tree before an answer is run.

It tells a student who reaches for `numpy.linalg.det` what the exercise is about. It stops nobody who wants to get past.
"""

import ast
import builtins
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from importlib.util import find_spec
from keyword import iskeyword
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

from grader.fields import Described
from grader.sandbox.records import dataclass

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

    from grader.uses_names import Found

# Texts, compiled when they are needed: most exercises forbid nothing.
_PATH: Final = r"[^\W\d]\w*(\.[\w*]+)*"
_MEMBER: Final = r"\.(?=\**\w)[\w*]+"
_WORDS: Final = {"for": "a `for` loop", "while": "a `while` loop", "lambda": "a `lambda`"}
_OPERATORS: Final = {
    "+": ("Add", "add"),
    "-": ("Sub", "sub"),
    "*": ("Mult", "mul"),
    "/": ("Div", "truediv"),
    "//": ("FloorDiv", "floordiv"),
    "%": ("Mod", "mod"),
    "**": ("Pow", "pow"),
    "@": ("MatMult", "matmul"),
}
"""Each with its class in the syntax tree, and its name as a function."""
_LIBRARIES: Final = frozenset(
    [
        "numpy",
        "scipy",
        "sympy",
        "mpmath",
        "torch",
        "jax",
        "tensorflow",
        "pandas",
        "polars",
        "sklearn",
        "statsmodels",
        "numba",
        "autograd",
        "networkx",
    ]
)
_SHORT: Final = {"np": "numpy", "la": "numpy.linalg", "linalg": "numpy.linalg", "sp": "scipy"}
_INSTEAD: Final = {
    "for": "let NumPy work on whole arrays",
    "while": "let NumPy work on whole arrays",
    "lambda": "define a function with `def`",
}
_BUILT_IN: Final = "builtins."
_UNWRITTEN: Final = "NotImplementedError"
_WRITTEN_CAP: Final = 40
_CALLED: Final = r"([\w.]{1,200}) (\w{1,100}\.py|cell \d{1,9}) (\d{1,9})"


@dataclass(frozen=True, kw_only=True)
class Use(Described):
    """Something that an exercise forbids or asks for; written as a mapping, or as the text of `use` alone.

    Attributes
    ----------
    use : str
        a dotted path (`numpy.linalg.det`), also with a star (`numpy.linalg.eig*`) or of a whole module
        (`scipy.linalg`); a built-in function (`sorted`); an attribute or a method of anything (`.dot`); an operator
        (`@`); or `for` (comprehensions count), `while` or `lambda`.
    instead : str
        what to do, in a few words that follow what was found; if empty, they are "write that step yourself".
    """

    use: str
    instead: str = ""

    def __post_init__(self) -> None:
        """Refuse what has none of the forms."""
        message = _form_fault(self.use)
        if message:
            raise ValueError(message)

    @property
    def path(self) -> str:
        """The dotted path, that of a built-in function too; empty if this is something else."""
        if self.use in _WORDS or not re.fullmatch(_PATH, self.use):
            return ""
        return f"{_BUILT_IN}{self.use}" if _is_built_in(self.use) else self.use

    def met_by(self, found: "Found") -> bool:
        """Return whether this is what was found."""
        named = found.form in ("name", "import")
        if self.path:
            return named and leads_to(found.text, self.path)
        if self.use in _WORDS:
            return (found.form, found.text) == ("word", self.use)
        if self.use in _OPERATORS:
            symbol, name = _OPERATORS[self.use]
            return (found.form, found.text) in {
                ("operator", symbol),
                *(("attribute", f"__{prefix}{name}__") for prefix in ("", "i", "r")),
                *(("name", f"operator.{prefix}{name}") for prefix in ("", "i")),
            }
        owner, _, member = found.text.rpartition(".")
        of_something = found.form == "attribute" or (named and owner not in ("", "builtins"))
        return of_something and fnmatchcase(member, self.use[1:])

    def wanted(self) -> str:
        """Return what this is, to be asked for."""
        return _WORDS.get(self.use) or (f"the operator `{self.use}`" if self.use in _OPERATORS else f"`{self.use}`")


class OrText:
    """A text stands for a mapping with nothing but `use`."""

    def __get_pydantic_core_schema__(self, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema  # only a validation gets here

        return core_schema.no_info_before_validator_function(_as_mapping, handler(source))


Entry: TypeAlias = Annotated[Use, OrText()]
"""A use as an author writes it."""


def leads_to(path: str, pattern: str) -> bool:
    """Return whether a dotted path is one that a pattern names, or lies inside it."""
    parts, wanted = path.split("."), pattern.split(".")
    return len(parts) >= len(wanted) and all(map(fnmatchcase, parts, wanted))


def fault(
    sources: Mapping[str, str],
    forbid: Sequence[Use],
    require: Sequence[Use],
    function: str = "",
    place: Callable[[int], str] = "line {}".format,
) -> str | None:
    """Return one sentence on the first thing in an answer that is forbidden, or that it lacks.

    Parameters
    ----------
    sources : mapping of str to str
        the answer, and after it the modules beside it that it imports: texts by the names of their files.
    forbid, require : sequence of Use
        what must not, and what must, be there.
    function : str
        name of the function or class that is asked for: while it is as the stub has it, there is nothing to look for.
    place : callable
        returns where a line of the answer stands, as a person looks for it.
    """
    # Imported here, because few exercises forbid anything, and the others are not to wait.
    from grader.uses_names import parse
    from grader.uses_paths import found_in

    trees = {file: (source, parse(source)) for file, source in sources.items()}
    answer, (_, tree) = next(iter(trees.items()))
    if tree is None or _is_unwritten(tree, function):  # what is no Python is told by the worker that loads it
        return None
    everything = [(file, found) for file, found in found_in(trees)]
    for file, all_found in everything:
        for found in sorted(all_found, key=_order):
            use = next((use for use in forbid if use.met_by(found)), None)
            if use:
                where = place(found.line) if file == answer else _where(found.line, file, answer)
                return _sentence(where, _shown(found, use), use.instead or _INSTEAD.get(use.use, ""))
    for use in require:
        if not any(found.form != "import" and use.met_by(found) for _, all_found in everything for found in all_found):
            more = f"; {use.instead}" if use.instead else ""
            return f"this exercise asks you to use {use.wanted()}, and your answer does not{more}"
    return None


def guarded(forbid: Iterable[Use]) -> tuple[tuple[str, str], ...]:
    """Return the paths that are also looked after while an answer runs, each with what to do instead."""
    return tuple((use.path, use.instead) for use in forbid if use.path and not use.path.startswith(_BUILT_IN))


def called(said: str, answer: str, forbidden: Iterable[tuple[str, str]]) -> str:
    """Return the sentence on something forbidden that was called, as told by the worker.

    Parameters
    ----------
    said : str
        what the worker says: a path, a file and a line.
    answer : str
        name of the answer's file.
    forbidden : iterable of pairs
        as `guarded` returns them.
    """
    match = re.fullmatch(_CALLED, said)
    if not match:
        return _sentence("the answer", "calls something", "")
    path, file, line = match.groups()
    instead = next((instead for pattern, instead in forbidden if leads_to(path, pattern)), "")
    return _sentence(_where(int(line), file, answer), f"calls `{path}`", instead)


def _sentence(where: str, what: str, instead: str) -> str:
    return f"{where} {what}, which this exercise asks you to do without; {instead or 'write that step yourself'}"


def _order(found: "Found") -> tuple[int, int, int]:
    return found.line, found.column, -len(found.text)  # of `scipy.linalg` and `scipy.linalg.lu` the latter says more


def _where(line: int, file: str, answer: str) -> str:
    return f"line {line}" if file == answer else f"line {line} of {file}"


def _shown(found: "Found", use: Use) -> str:
    written = found.written if len(found.written) <= _WRITTEN_CAP else ""
    match found.form:
        case "word":
            return f"has {found.written}"
        case "operator":
            return f"uses the operator `{use.use}`"
        case "import":
            return f"imports `{found.text}`"
        case "attribute":
            return f"uses `{written or f'.{found.text}'}`"
    path = found.text.removeprefix(_BUILT_IN)
    if not written or path in (written, re.sub(r"\Anp\b", "numpy", written)):
        return f"uses `{written or path}`"
    return f"uses `{written}` (`{path}`)"


def _is_unwritten(tree: ast.Module, name: str) -> bool:
    """Return whether a function, or every method of a class, does nothing but raise NotImplementedError."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return _is_stub(node)
        if isinstance(node, ast.ClassDef) and node.name == name:
            methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
            return bool(methods) and all(map(_is_stub, methods))
    return False


def _is_stub(function: ast.FunctionDef) -> bool:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if len(body) != 1 or not isinstance(body[0], ast.Raise):
        return False
    error = body[0].exc.func if isinstance(body[0].exc, ast.Call) else body[0].exc
    return isinstance(error, ast.Name) and error.id == _UNWRITTEN


def _as_mapping(raw: object) -> object:
    if isinstance(raw, str):
        return {"use": raw}
    if not isinstance(raw, dict):
        shown = "nothing" if raw is None else repr(raw)
        raise ValueError(f"a text such as `numpy.linalg.det`, or a mapping with `use:`, was expected, found {shown}")
    return raw


def _form_fault(use: str) -> str:
    """Return what is wrong with something that is to be forbidden or asked for, or nothing."""
    first, _, rest = use.partition(".")
    if use in _WORDS or use in _OPERATORS or re.fullmatch(_MEMBER, use):
        return ""
    if not re.fullmatch(_PATH, use):
        if use.endswith("()"):
            return f"{use!r} is written without its parentheses"
        return (
            f"{use!r} is nothing that can be looked for; there are a dotted path such as `numpy.linalg.det`, a "
            f"built-in function, `.name` for an attribute of anything, the operators {' '.join(_OPERATORS)}, and "
            f"{', '.join(_WORDS)}"
        )
    if iskeyword(use):
        return f"the word {use!r} is not looked for; the words are {', '.join(_WORDS)}"
    if _is_built_in(use) or _is_module(first):
        return ""
    if not rest:
        return (
            f"{use!r} is no built-in function and no module; write the whole path, such as `numpy.linalg.{use}`, or "
            f"`.{use}` for an attribute of anything"
        )
    if first in _SHORT:
        return f"write the whole path, `{_SHORT[first]}.{rest}`, for {use!r}; the names of a student's imports are followed"
    last = rest.rpartition(".")[2]
    return f"{first!r} in {use!r} is no module; write `.{last}` for an attribute of anything"


def _is_built_in(name: str) -> bool:
    return callable(getattr(builtins, name, None))


def _is_module(name: str) -> bool:
    # What is asked of the system comes last: an exercise should mean the same on every machine.
    return name in _LIBRARIES or name in sys.stdlib_module_names or find_spec(name) is not None
