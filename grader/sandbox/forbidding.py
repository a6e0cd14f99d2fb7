"""Functions that an exercise forbids: called by a student's own code they refuse, called by anyone else they work.

The syntax tree has been searched before; this finds what was reached in a roundabout way. It is no wall: a student's
code can take it down.
"""

import functools
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from types import BuiltinFunctionType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any, Final

import numpy as np

_FUNCTIONS: Final = (FunctionType, BuiltinFunctionType, MethodType, np.ufunc, type(np.dot), type(np.linalg.det))


class ForbiddenCall(BaseException):
    """A student's code has called what the exercise asks to do without; no `except Exception` keeps it quiet."""


class Guard:
    """Puts stand-ins in the place of forbidden functions.

    Parameters
    ----------
    files : callable
        returns the names of the files that are the student's, as code has them.
    """

    def __init__(self, files: Callable[[], frozenset[str]]) -> None:
        self._files = files
        self._patterns: list[list[str]] = []
        self._modules = 0

    def forbid(self, paths: tuple[str, ...]) -> None:
        """Forbid the functions that dotted paths lead to, parts of which may have stars; or all of a module."""
        self._patterns = [path.split(".") for path in paths]
        self._modules = 0
        self.renew()

    def renew(self) -> None:
        """Put stand-ins into the modules that were imported since."""
        if not self._patterns or len(sys.modules) == self._modules:
            return
        self._modules = len(sys.modules)
        for name, module in list(sys.modules.items()):
            for pattern in self._patterns:
                for member in _members(pattern, name, module):
                    self._replace(name, module, member)

    def _replace(self, name: str, module: ModuleType, member: str) -> None:
        found = vars(module)[member]
        if type(found) is not StandIn and _is_function(found):
            vars(module)[member] = StandIn(found, f"{name}.{member}", self._files)


class StandIn:
    """Stands in the place of a function, and is like it in all but who may call it."""

    def __init__(self, function: Callable[..., object], path: str, files: Callable[[], frozenset[str]]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._path = path
        self._files = files

    def __call__(self, *arguments: object, **named: object) -> object:
        """Call the function, unless the frame that asks for it is the student's."""
        files = self._files()
        caller: FrameType | None = sys._getframe(1)  # noqa: SLF001 - there is no other way to the caller
        assert caller is not None
        # Code that was made of a text has no file, but it has the names of the module that made it.
        if caller.f_code.co_filename in files or f"{caller.f_globals.get('__name__')}.py" in files:
            while caller is not None and caller.f_code.co_filename not in files:
                caller = caller.f_back
            place = f"{caller.f_code.co_filename} {caller.f_lineno}" if caller is not None else ""
            raise ForbiddenCall(f"{self._path} {place}")
        return self._function(*arguments, **named)

    def __getattr__(self, name: str) -> Any:
        """Return what the function has."""
        return getattr(self.__dict__["_function"], name)

    def __repr__(self) -> str:
        """Return what the function shows of itself."""
        return repr(self._function)

    def __reduce__(self) -> str:
        """Return the name, for which a copy is the thing itself."""
        return str(self._function.__name__)

    @property  # type: ignore[misc] # so that `isinstance(np.matmul, np.ufunc)` goes on being true
    def __class__(self) -> type:
        """The function's own."""
        return type(self._function)


def _is_function(value: object) -> bool:
    """Return whether nothing is done with a value but to call it: for a class, or a type for annotations, nothing stands in."""
    return isinstance(value, _FUNCTIONS) or type(value).__name__ == "cython_function_or_method"


def _members(pattern: list[str], name: object, module: object) -> Iterator[str]:
    """Yield the names in a module that a pattern means: those of its last part, or all where it names the module."""
    if type(name) is not str or not isinstance(module, ModuleType):
        return
    parts = name.split(".")
    if len(parts) not in (len(pattern), len(pattern) - 1) or not all(map(_fits, parts, pattern)):
        return
    wanted = pattern[len(parts)] if len(parts) < len(pattern) else "*"
    yield from [member for member in vars(module) if _fits(member, wanted)]


def _fits(name: str, wanted: str) -> bool:
    """Return whether a name is a wanted one; a star stands for no name that is private."""
    return name == wanted or (not name.startswith("_") and fnmatchcase(name, wanted))
