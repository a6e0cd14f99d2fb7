"""Frozen dataclasses, made quickly.

The standard library writes and compiles six methods for every frozen dataclass. A run makes more than fifty of these
classes, and that takes a tenth of a whole `grade exercise-04`. Here only the constructor is written; the other methods
are shared. Type checkers see the standard library's own decorator.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - re-exported under its own name
else:
    import dataclasses

    def dataclass(cls=None, /, *, frozen=False, kw_only=False):
        """Make a class a frozen dataclass: equal if of one type with equal fields, never changed once made."""
        if not frozen:
            raise TypeError("only frozen records are made here")

        def make(cls):
            made = dataclasses.dataclass(repr=False, eq=False, kw_only=kw_only)(cls)
            for name, method in _SHARED.items():
                if name not in made.__dict__:
                    setattr(made, name, method)
            return made

        return make if cls is None else make(cls)

    def _set_once(self, name, value):
        if name in self.__dict__ or name not in self.__dataclass_fields__:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        self.__dict__[name] = value

    def _delete(self, name):
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    def _values(self):
        return tuple(getattr(self, field.name) for field in dataclasses.fields(self))

    def _equal(self, other):
        return _values(self) == _values(other) if type(other) is type(self) else NotImplemented

    def _hash(self):
        return hash(_values(self))

    def _show(self):
        fields = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self))
        return f"{type(self).__qualname__}({', '.join(fields)})"

    _SHARED = {
        "__setattr__": _set_once,
        "__delattr__": _delete,
        "__eq__": _equal,
        "__hash__": _hash,
        "__repr__": _show,
    }
