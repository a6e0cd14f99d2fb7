"""Where the names in a student's sources lead: dotted paths, followed through imports, assignments and modules.

Nothing is run. An attribute that is computed, or kept in a list, is not followed.
"""

import ast
import builtins
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from grader.uses_names import Found, Module, chain, parse, text_of
from grader.uses_scopes import Scope

_NOWHERE: Final[frozenset[str]] = frozenset()
_DEPTH_CAP: Final = 40
_PATHS_CAP: Final = 16
_DOTS_CAP: Final = 20
_NAMESPACE: Final = ".__dict__"


def found_in(trees: Mapping[str, tuple[str, ast.Module | None]]) -> Iterator[tuple[str, list[Found]]]:
    """Yield the name of each file, and all that its source uses.

    Parameters
    ----------
    trees : mapping of str to pair
        files that lie side by side: source and tree by name; one without a tree is passed over.
    """
    modules = {file: Module(source, tree) for file, (source, tree) in trees.items() if tree}
    paths = _Paths({file.removesuffix(".py"): module for file, module in modules.items()})
    for file, module in modules.items():
        yield file, list(paths.found(module))


def imported(source: str) -> set[str]:
    """Return the modules that a source imports by name, without what follows a dot."""
    tree = parse(source)
    found = _Paths({}).found(Module(source, tree)) if tree else ()
    return {item.text.partition(".")[0] for item in found if item.form == "import"}


def _few(paths: AbstractSet[str]) -> frozenset[str]:
    """Return paths, of very many the first: an odd source is not to keep the grader busy."""
    return frozenset(sorted(paths)[:_PATHS_CAP])


class _Paths:
    """The sources of one answer together: a name may stand for what another of them has imported."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self._modules = modules
        self._known: dict[tuple[int, str], frozenset[str]] = {}

    def found(self, module: Module) -> Iterator[Found]:
        """Yield all that a module uses."""
        yield from (item for item in module.found if not (item.form == "import" and self._is_own(item.text)))
        for node, scope in module.references:
            base, attributes = chain(node)
            paths = self._paths(base, scope, 0)
            for attribute in attributes:
                if not any(path in self._modules for path in paths):
                    yield module.note(attribute, "attribute", attribute.attr)
                paths = self._members(paths, attribute.attr, 0)
            if isinstance(node, ast.Call):
                yield from (module.note(node, form, text) for form, text in self._named_by_text(node, scope))
            yield from (module.note(node, "name", path) for path in sorted(paths))

    def _is_own(self, path: str) -> bool:
        return path.partition(".")[0] in self._modules

    def _paths(self, node: ast.AST, scope: Scope, depth: int) -> frozenset[str]:
        """Return the dotted paths that an expression may lead to."""
        if depth > _DEPTH_CAP:
            return _NOWHERE
        found = _NOWHERE
        match node:
            case ast.Name():
                found = self._name(node.id, scope, depth + 1)
            case ast.Attribute():
                base, attributes = chain(node)
                found = self._paths(base, scope, depth + 1)
                for attribute in attributes:
                    found = self._members(found, attribute.attr, depth)
            case ast.Call():
                found = self._call(node, scope, depth + 1)
            case ast.Subscript():
                found = self._item(self._paths(node.value, scope, depth + 1), text_of(node.slice), depth)
            case ast.NamedExpr():
                found = self._paths(node.value, scope, depth + 1)
            case ast.IfExp():
                found = self._paths(node.body, scope, depth + 1) | self._paths(node.orelse, scope, depth + 1)
            case ast.BoolOp():
                found = _NOWHERE.union(*(self._paths(value, scope, depth + 1) for value in node.values))
        return _few(found)

    def _name(self, name: str, scope: Scope, depth: int) -> frozenset[str]:
        key = (id(scope), name)
        if key not in self._known:
            self._known[key] = _NOWHERE  # what a name stands for by way of itself is nothing new
            origins, found = scope.origins(name), set[str]()
            for origin in self._unbound(name, scope) if origins is None else origins:
                if isinstance(origin, str):
                    found |= self._resolved(origin, depth + 1)
                elif origin:
                    found |= self._paths(*origin, depth + 1)
            self._known[key] = _few(found)
        return self._known[key]

    def _unbound(self, name: str, scope: Scope) -> list[str]:
        """Return what a name that is bound nowhere may stand for: something built in, or from an `import *`."""
        stars = scope.module.stars[:_PATHS_CAP]
        own = [star for star in stars if star in self._modules and self._modules[star].scope.origins(name) is not None]
        if own:
            return [f"{star}.{name}" for star in own]
        built_in = [f"builtins.{name}"] if hasattr(builtins, name) else []
        return [f"{star}.{name}" for star in stars if star not in self._modules] + built_in

    def _resolved(self, path: str, depth: int) -> frozenset[str]:
        """Return where a path leads that may begin with a module of the student's."""
        first, _, rest = path.partition(".")
        if first not in self._modules or not rest or depth > _DEPTH_CAP:
            return frozenset([path])
        name, _, rest = rest.partition(".")
        found = self._name(name, self._modules[first].scope, depth + 1)
        return _NOWHERE.union(*(self._resolved(f"{path}.{rest}" if rest else path, depth + 1) for path in found))

    def _members(self, paths: frozenset[str], name: str, depth: int) -> frozenset[str]:
        joined = [f"{path}.{name}" for path in paths if path.count(".") < _DOTS_CAP]
        return _NOWHERE.union(*(self._resolved(path, depth + 1) for path in joined))

    def _item(self, paths: frozenset[str], key: str | None, depth: int) -> frozenset[str]:
        """Return where `namespace["key"]` leads."""
        if key is None:
            return _NOWHERE
        owners = frozenset(path.removesuffix(_NAMESPACE) for path in paths if path.endswith(_NAMESPACE))
        return self._members(owners, key, depth) | (frozenset([key]) if "sys.modules" in paths else _NOWHERE)

    def _call(self, node: ast.Call, scope: Scope, depth: int) -> frozenset[str]:
        """Return where a call leads, of those functions that look something up."""
        functions = self._paths(node.func, scope, depth)
        if not node.args:
            return _NOWHERE
        first = node.args[0]
        text, name = text_of(first), text_of(node.args[1]) if len(node.args) > 1 else None
        if "builtins.getattr" in functions and name is not None:
            return self._members(self._paths(first, scope, depth), name, depth)
        if "builtins.vars" in functions:
            return self._members(self._paths(first, scope, depth), _NAMESPACE[1:], depth)
        if "importlib.import_module" in functions and text is not None:
            return self._resolved(text, depth)
        if "builtins.__import__" in functions and text is not None:
            return frozenset([text.partition(".")[0]])
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            return self._item(self._paths(node.func.value, scope, depth), text, depth)
        if isinstance(node.func, ast.Call) and "operator.attrgetter" in self._paths(node.func.func, scope, depth):
            name = text_of(node.func.args[0]) if node.func.args else None
            return self._members(self._paths(first, scope, depth), name, depth) if name else _NOWHERE
        return _NOWHERE

    def _named_by_text(self, node: ast.Call, scope: Scope) -> Iterator[tuple[str, str]]:
        """Yield the form and the text of what a call names in quotes: an attribute, or a module to import."""
        functions = self._paths(node.func, scope, 0)
        texts = [text_of(argument) for argument in node.args]
        if functions & {"operator.attrgetter", "operator.methodcaller"} and texts[0]:
            yield from (("attribute", name) for name in texts[0].split("."))
        if "builtins.getattr" in functions and len(texts) > 1 and texts[1]:
            yield "attribute", texts[1]
        imports = functions & {"importlib.import_module", "builtins.__import__"}
        if imports and texts[0] and not self._is_own(texts[0]):
            yield "import", texts[0]
