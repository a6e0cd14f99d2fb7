"""The scopes of a source: which names are bound where, and what each may stand for."""

import ast
from typing import TypeAlias

Origin: TypeAlias = "str | tuple[ast.expr, Scope] | None"
"""What a name may stand for: a dotted path, an expression of a scope, or something of the student's own."""


class Scope:
    """The names that a module, function, class or comprehension binds."""

    def __init__(self, parent: "Scope | None" = None, kind: str = "function") -> None:
        self.parent = parent
        self.kind = kind
        self.names: dict[str, list[Origin]] = {}
        self.stars: list[str] = []
        self._elsewhere: dict[str, Scope] = {}

    @property
    def module(self) -> "Scope":
        """The scope around all."""
        scope = self
        while scope.parent:
            scope = scope.parent
        return scope

    def bind(self, name: str, origin: Origin = None) -> None:
        """Note one thing that a name may stand for."""
        self._elsewhere.get(name, self).names.setdefault(name, []).append(origin)

    def bind_walrus(self, name: str, origin: Origin) -> None:
        """Note what `name := …` binds, which a comprehension leaves to the scope around it."""
        scope = self
        while scope.kind == "comprehension" and scope.parent:
            scope = scope.parent
        scope.bind(name, origin)

    def send(self, name: str, *, to_module: bool) -> None:
        """Let a name be bound outside, as `global` and `nonlocal` say."""
        scope = self.parent
        while scope and scope.kind == "class":
            scope = scope.parent
        self._elsewhere[name] = self.module if to_module else scope or self

    def origins(self, name: str) -> list[Origin] | None:
        """Return all that a name may stand for, seen from here, or None if nothing binds it."""
        scope: Scope | None = self._elsewhere.get(name, self)
        while scope:
            # The names of a class are seen in its own body alone.
            if name in scope.names and (scope is self or scope.kind != "class"):
                return scope.names[name]
            scope = scope.parent
        return None
