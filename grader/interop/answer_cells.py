"""The cell in which a student answers: the stub, with the reference between nbgrader's markers."""

import ast
import io
import tokenize
from collections.abc import Iterator, Mapping, Sequence

from grader.errors import AuthoringError
from grader.sandbox.syntax import parse_module

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
_INDENT = "    "
_UNWRITTEN = "NotImplementedError"

Definition = ast.FunctionDef | ast.ClassDef


def answer_cell(name: str, stub: str, reference: str) -> str:
    """Return the text of the cell: what `nbgrader generate_assignment` leaves of it is the stub.

    Parameters
    ----------
    name : str
        of the function or the class that is asked for.
    stub, reference : str
        sources of the two modules.

    Raises
    ------
    AuthoringError
        if the reference is no Python, or has no such function.
    """
    rows = stub.split("\n")
    tree = parse_module(stub)
    first = next(node for node in tree.body if not _is_text(node))
    regions = _regions(name, tree, _Module(reference))
    written: list[str] = []
    for number, row in enumerate(rows, start=1):
        if number >= first.lineno:
            written += regions.get(number, [row])
    return "\n".join(written).strip()


class _Module:
    """The reference, and its statements as text."""

    def __init__(self, source: str) -> None:
        try:
            self.tree = parse_module(source)
        except SyntaxError as error:
            raise AuthoringError(f"the reference is no Python: {error}") from None
        self._rows = source.split("\n")
        self._inside = set(_rows_inside_texts(source))

    def text(self, nodes: Sequence[ast.stmt], indent: str) -> list[str]:
        """Return statements that follow each other, indented anew; rows inside of texts stay as they are."""
        if not nodes:
            return []
        first, last = _first_row(nodes[0]), nodes[-1].end_lineno or nodes[-1].lineno
        depth = nodes[0].col_offset
        return [
            row if number in self._inside else (indent + row[depth:]).rstrip()
            for number, row in enumerate(self._rows[first - 1 : last], start=first)
        ]


def _regions(name: str, stub: ast.Module, module: _Module) -> Mapping[int, list[str]]:
    """Return what stands in the place of some rows of a stub, by their numbers; of a row that goes it is nothing."""
    ours = next((node for node in stub.body if isinstance(node, Definition) and node.name == name), None)
    theirs = next((node for node in module.tree.body if isinstance(node, Definition) and node.name == name), None)
    if ours is None or theirs is None or type(ours) is not type(theirs):
        raise AuthoringError(f"the reference has no {name} of the kind that the description asks for")
    known = {ast.dump(node) for node in stub.body if isinstance(node, ast.Import | ast.ImportFrom)}
    others = [node for node in module.tree.body if not (_is_text(node) or node is theirs or ast.dump(node) in known)]
    if isinstance(ours, ast.FunctionDef) and isinstance(theirs, ast.FunctionDef):
        return dict([_function(ours, theirs, others, module)])
    assert isinstance(ours, ast.ClassDef)
    assert isinstance(theirs, ast.ClassDef)
    found = dict(_methods(ours, theirs, module)) or _whole(ours, theirs, module)
    helpers = [row for node in others for row in module.text([node], "")]
    return found | ({ours.lineno - 1: ["", BEGIN, *helpers, END, "", ""]} if helpers else {})


def _function(
    ours: ast.FunctionDef, theirs: ast.FunctionDef, others: Sequence[ast.stmt], module: _Module
) -> tuple[int, list[str]]:
    """Return the row of a stub that raises, and the reference in its place, with all that the reference needs."""
    helpers = [row for node in others for row in module.text([node], _INDENT)]
    body = _body(theirs)
    if _names(ours) == _names(theirs) and body and body[0].lineno > theirs.lineno and not theirs.decorator_list:
        answer = module.text(body, _INDENT)
    else:
        call = f"{_INDENT}return {theirs.name}({', '.join(_names(ours))})"
        answer = [*module.text([theirs], _INDENT), call]
    return _raising_row(ours), _region([*helpers, *answer], _INDENT)


def _methods(ours: ast.ClassDef, theirs: ast.ClassDef, module: _Module) -> Iterator[tuple[int, list[str]]]:
    """Yield a region for each method, or nothing if the reference has others than the stub."""
    mine = {node.name: node for node in ours.body if isinstance(node, ast.FunctionDef)}
    given = {node.name: node for node in theirs.body if isinstance(node, ast.FunctionDef)}
    plain = all(isinstance(node, ast.FunctionDef) or _is_text(node) for node in theirs.body)
    if not plain or mine.keys() != given.keys() or any(_names(mine[name]) != _names(given[name]) for name in mine):
        return
    for name, method in mine.items():
        yield _raising_row(method), _region(module.text(_body(given[name]), 2 * _INDENT), 2 * _INDENT)


def _whole(ours: ast.ClassDef, theirs: ast.ClassDef, module: _Module) -> dict[int, list[str]]:
    """Return one region in the place of all methods of the stub."""
    body = _body(ours)
    first, last = body[0].lineno, ours.end_lineno or ours.lineno
    region = _region(module.text(_body(theirs), _INDENT), _INDENT)
    return {first: region} | {number: [] for number in range(first + 1, last + 1)}


def _region(rows: Sequence[str], indent: str) -> list[str]:
    return [indent + BEGIN, *rows, indent + END]


def _raising_row(function: ast.FunctionDef) -> int:
    raising = (node for node in function.body if isinstance(node, ast.Raise) and _UNWRITTEN in ast.dump(node))
    return next(raising).lineno


def _names(function: ast.FunctionDef) -> list[str]:
    """Return the names of the parameters; of a function that has others than plain ones, nothing that fits."""
    arguments = function.args
    odd = arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs or arguments.defaults
    return ["*"] if odd else [argument.arg for argument in arguments.args]


def _body(node: Definition) -> list[ast.stmt]:
    return node.body[1:] if node.body and _is_text(node.body[0]) else node.body


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _first_row(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(item.lineno for item in decorators)])


def _rows_inside_texts(source: str) -> Iterator[int]:
    """Yield the numbers of the rows that begin inside of a text of several rows."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.start[0] < token.end[0] and token.type not in (tokenize.NEWLINE, tokenize.NL):
            yield from range(token.start[0] + 1, token.end[0] + 1)
