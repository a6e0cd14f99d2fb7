"""One source of a student's, read into scopes, references and what is used without a name: loops, operators, imports."""

import ast
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from grader.sandbox.records import dataclass
from grader.sandbox.syntax import parse_module
from grader.uses_scopes import Scope

_CAP: Final = 2**18
_FILE: Final = "<a student's source>"
_FAULTS: Final = (SyntaxError, ValueError, RecursionError, MemoryError)

Place: TypeAlias = "tuple[ast.AST, Scope]"


@dataclass(frozen=True)
class Found:
    """Something that a source uses.

    Attributes
    ----------
    line, column : int
        where; the line is 1-based.
    form : str
        `name` (what a dotted path leads to), `import` (of such), `attribute` (of anything), `operator` or `word`.
    text : str
        the dotted path, the attribute, the operator's class in the syntax tree, or the word.
    written : str
        how it stands there; for a word, what it is called.
    """

    line: int
    column: int
    form: str
    text: str
    written: str


def parse(source: str) -> ast.Module | None:
    """Return the tree of a source, or None if it has none: the worker that loads it says what is wrong.

    Nor has one that is longer than any answer, which would keep the grader busy.
    """
    if len(source) > _CAP:
        return None
    # By its file name: what is set for a while in a thread would be set for the others, too.
    warnings.filterwarnings("ignore", module=re.escape(_FILE))
    try:
        return parse_module(source, _FILE)
    except _FAULTS:
        return None


def text_of(node: ast.AST | None) -> str | None:
    """Return the text that an expression is, if it is one."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


class Module:
    """One source: its scopes, the expressions that may lead to something, and what needs no following.

    Attributes
    ----------
    scope : Scope
        the module's own names.
    references : list
        expressions, each with the scope in which it stands.
    found : list of Found
        imports, operators and words.
    """

    def __init__(self, source: str, tree: ast.Module) -> None:
        self._lines = re.split(r"\r\n|\r|\n", source)
        self.scope = Scope(kind="module")
        self.references: list[tuple[ast.expr, Scope]] = []
        self.found: list[Found] = []
        todo: list[Place] = [(tree, self.scope)]
        while todo:  # in the order of the source, so that `global` comes before what it is about
            node, scope = todo.pop()
            reader = _READERS.get(type(node))
            todo += reversed(reader(self, node, scope) if reader else _at(scope, ast.iter_child_nodes(node)))

    def note(self, node: ast.AST, form: str, text: str, written: str = "") -> Found:
        """Return something found at a node."""
        # The name of an attribute stands at its end, which may be some lines below.
        line = getattr(node, "end_lineno" if isinstance(node, ast.Attribute) else "lineno", 0)
        column = getattr(node, "col_offset", 0)
        return Found(line, column, form, text, written or self._segment(node))

    def add(self, node: ast.AST, form: str, text: str, written: str = "") -> None:
        """Note something found at a node."""
        self.found.append(self.note(node, form, text, written))

    def _segment(self, node: ast.AST) -> str:
        line, end = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        if line != end:
            return ""
        data = self._lines[line - 1].encode(errors="replace")
        return data[getattr(node, "col_offset", 0) : getattr(node, "end_col_offset", 0)].decode(errors="replace")


def chain(node: ast.expr) -> tuple[ast.expr, list[ast.Attribute]]:
    """Return what stands before the first dot of `a.b.c`, and the attributes from left to right."""
    attributes: list[ast.Attribute] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node)
        node = node.value
    return node, attributes[::-1]


def _at(scope: Scope, nodes: "Sequence[ast.AST] | Iterator[ast.AST]") -> list[Place]:
    return [(node, scope) for node in nodes]


def _import(module: Module, node: ast.Import, scope: Scope) -> Sequence[Place]:
    for alias in node.names:
        module.add(node, "import", alias.name)
        top = alias.name.partition(".")[0]
        scope.bind(alias.asname or top, alias.name if alias.asname else top)
    return ()


def _import_from(module: Module, node: ast.ImportFrom, scope: Scope) -> Sequence[Place]:
    source = node.module if node.module and not node.level else ""  # there is no package around an answer
    if source:
        module.add(node, "import", source)
    for alias in node.names:
        path = f"{source}.{alias.name}" if source else None
        if alias.name == "*":
            module.scope.stars += [source] if source else []
            continue
        scope.bind(alias.asname or alias.name, path)
        if path:
            module.add(node, "import", path)
    return ()


def _function(
    module: Module, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope
) -> Sequence[Place]:
    inner, args = Scope(scope), node.args
    places, named = [*args.posonlyargs, *args.args], args.kwonlyargs
    for arg in [*places, *named, *(arg for arg in (args.vararg, args.kwarg) if arg)]:
        inner.bind(arg.arg)
    defaults = [*zip(places[::-1], args.defaults[::-1], strict=False), *zip(named, args.kw_defaults, strict=True)]
    for arg, default in defaults:
        inner.bind(arg.arg, (default, scope) if default else None)
    if isinstance(node, ast.Lambda):
        module.add(node, "word", "lambda", "a `lambda`")
        return _at(scope, [args]) + _at(inner, [node.body])
    scope.bind(node.name)
    outside = [*node.decorator_list, args, *([node.returns] if node.returns else [])]
    return _at(scope, outside) + _at(inner, node.body)


def _class(_: Module, node: ast.ClassDef, scope: Scope) -> Sequence[Place]:
    scope.bind(node.name)
    outside = [*node.decorator_list, *node.bases, *node.keywords]
    return _at(scope, outside) + _at(Scope(scope, "class"), node.body)


def _comprehension(
    module: Module, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, scope: Scope
) -> Sequence[Place]:
    inner = Scope(scope, "comprehension")
    module.add(node, "word", "for", "a comprehension with `for`")
    first, *rest = node.generators
    results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    targets = _items(first.target, first.iter, inner, scope)
    return _at(scope, [first.iter]) + _at(inner, [*targets, *first.ifs, *rest, *results])


def _loop(module: Module, node: ast.For | ast.AsyncFor, scope: Scope) -> Sequence[Place]:
    module.add(node, "word", "for", "a `for` loop")
    targets = _items(node.target, node.iter, scope, scope)
    return _at(scope, [node.iter, *targets, *node.body, *node.orelse])


def _items(target: ast.expr, items: ast.expr, scope: Scope, outer: Scope) -> list[ast.expr]:
    if not isinstance(items, ast.Tuple | ast.List | ast.Set) or not items.elts:
        return [target]
    return [left for item in items.elts for left in _bound(target, item, scope, outer)]


def _while(module: Module, node: ast.While, scope: Scope) -> Sequence[Place]:
    module.add(node, "word", "while", "a `while` loop")
    return _at(scope, ast.iter_child_nodes(node))


def _assignment(_: Module, node: ast.Assign | ast.AnnAssign, scope: Scope) -> Sequence[Place]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    value = node.value
    if value:
        targets = [left for target in targets for left in _bound(target, value, scope, scope)]
    annotation = [node.annotation] if isinstance(node, ast.AnnAssign) else []
    return _at(scope, [*([value] if value else []), *annotation, *targets])


def _bound(target: ast.expr, value: ast.expr, scope: Scope, outer: Scope) -> list[ast.expr]:
    """Bind the names that a value is assigned to, and return the targets that are left."""
    match target, value:
        case ast.Name(), _:
            scope.bind(target.id, (value, outer))
            return []
        case ((ast.Tuple() | ast.List()), (ast.Tuple() | ast.List())):
            pairs = list(zip(target.elts, value.elts, strict=False))
            plain = len(target.elts) == len(value.elts) and not any(
                isinstance(item, ast.Starred) for pair in pairs for item in pair
            )
            if plain:
                return [left for one, other in pairs for left in _bound(one, other, scope, outer)]
    return [target]


def _walrus(_: Module, node: ast.NamedExpr, scope: Scope) -> Sequence[Place]:
    scope.bind_walrus(node.target.id, (node.value, scope))
    return _at(scope, [node.value])


def _operation(module: Module, node: ast.BinOp | ast.AugAssign, scope: Scope) -> Sequence[Place]:
    right = node.right if isinstance(node, ast.BinOp) else node.value
    left = node.left if isinstance(node, ast.BinOp) else right
    about_text = any(isinstance(side, ast.JoinedStr) or text_of(side) is not None for side in (left, right))
    if not about_text:  # `"%d" % n` is no remainder
        module.add(right, "operator", type(node.op).__name__)
    return _at(scope, ast.iter_child_nodes(node))


def _name(module: Module, node: ast.Name, scope: Scope) -> Sequence[Place]:
    if isinstance(node.ctx, ast.Load):
        module.references.append((node, scope))
    else:
        scope.bind(node.id)
    return ()


def _attribute(module: Module, node: ast.Attribute, scope: Scope) -> Sequence[Place]:
    if not isinstance(node.ctx, ast.Load):
        return _at(scope, [node.value])
    module.references.append((node, scope))
    base, _ = chain(node)
    return () if isinstance(base, ast.Name) else _at(scope, [base])


def _call(module: Module, node: ast.Call, scope: Scope) -> Sequence[Place]:
    # Of calls only these may lead somewhere: `getattr(x, "name")` and `attrgetter("name")(x)`.
    if isinstance(node.func, ast.Call) or any(text_of(argument) is not None for argument in node.args):
        module.references.append((node, scope))
    return _at(scope, ast.iter_child_nodes(node))


def _subscript(module: Module, node: ast.Subscript, scope: Scope) -> Sequence[Place]:
    if text_of(node.slice) is not None and isinstance(node.ctx, ast.Load):
        module.references.append((node, scope))
    return _at(scope, ast.iter_child_nodes(node))


def _elsewhere(_: Module, node: ast.Global | ast.Nonlocal, scope: Scope) -> Sequence[Place]:
    for name in node.names:
        scope.send(name, to_module=isinstance(node, ast.Global))
    return ()


def _named(
    _: Module, node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar | ast.MatchMapping, scope: Scope
) -> Sequence[Place]:
    name = node.rest if isinstance(node, ast.MatchMapping) else node.name
    if name:
        scope.bind(name)
    return _at(scope, ast.iter_child_nodes(node))


_READERS: Final[dict[type[ast.AST], Callable[..., Sequence[Place]]]] = {
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda), _function),
    ast.ClassDef: _class,
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), _comprehension),
    **dict.fromkeys((ast.For, ast.AsyncFor), _loop),
    ast.While: _while,
    **dict.fromkeys((ast.Assign, ast.AnnAssign), _assignment),
    ast.NamedExpr: _walrus,
    **dict.fromkeys((ast.BinOp, ast.AugAssign), _operation),
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Subscript: _subscript,
    **dict.fromkeys((ast.Global, ast.Nonlocal), _elsewhere),
    **dict.fromkeys((ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping), _named),
}
