"""Stand-ins for the modules with which a notebook draws and shows: they take everything and do nothing.

They stand in the way of the real ones, too: those want a folder to write to and threads, which a sealed process has not,
and a picture earns no points.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any, Final, Self

_NAMES: Final = frozenset(
    ["matplotlib", "mpl_toolkits", "pylab", "seaborn", "plotly", "bokeh", "IPython", "ipywidgets", "ipykernel"]
)

ASKERS: Final[set[str]] = set()
"""Files whose own code has asked a stand-in for something: what a test finds out from nothing is worth nothing."""


def _note_asker(frames: int = 2) -> None:
    """Note the file whose code has called what calls this, so many frames up."""
    ASKERS.add(sys._getframe(frames).f_code.co_filename)  # noqa: SLF001 - there is no other way to the caller


class Nothing:
    """Takes whatever is done to it.

    Parameters
    ----------
    lengths : int
        how many items it has, and how many each of them: a grid of axes has rows and columns.
    """

    def __init__(self, *lengths: int) -> None:
        self._lengths = lengths

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Return a function that is decorated, or else nothing again."""
        _note_asker()
        if len(arguments) == 1 and not named and callable(arguments[0]) and not isinstance(arguments[0], Nothing):
            return arguments[0]
        return NOTHING

    def __getattr__(self, name: str) -> Any:
        """Return nothing, whatever is asked for."""
        return _part(name)

    def __getitem__(self, key: object) -> Any:
        """Return nothing."""
        _note_asker()
        return NOTHING

    def __setitem__(self, key: object, value: object) -> None:
        """Keep nothing."""

    def __iter__(self) -> Iterator["Nothing"]:
        """Yield as many as there should be."""
        _note_asker()
        return iter([Nothing(*self._lengths[1:])] * (self._lengths[0] if self._lengths else 0))

    def __len__(self) -> int:
        """Return how many there should be."""
        _note_asker()
        return self._lengths[0] if self._lengths else 0

    def __enter__(self) -> Self:
        """Return the object itself."""
        return self

    def __exit__(self, *arguments: object) -> None:
        """Let what happened happen."""


NOTHING: Final = Nothing()


def _subplots(nrows: int = 1, ncols: int = 1, *_: object, **__: object) -> tuple[Nothing, Nothing]:
    lengths = [count for count in (nrows, ncols) if count != 1]
    return NOTHING, Nothing(*lengths)


_SPECIAL: Final = {
    "subplots": _subplots,
    "plot": lambda *_, **__: [NOTHING],
    "hist": lambda *_, **__: (NOTHING, NOTHING, NOTHING),
}
"""What is often taken apart."""


def _part(name: str) -> Any:
    """Return what a stand-in has under a name: nothing, but for names that Python itself asks for."""
    if name.startswith("__"):
        raise AttributeError(name)
    _note_asker(3)
    return _SPECIAL.get(name, NOTHING)


class Drawing(ModuleType):
    """A module of which every part is nothing."""

    def __getattr__(self, name: str) -> Any:
        """Return nothing, whatever is asked for."""
        return _part(name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a stand-in for every module that draws."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the place of a stand-in."""
        if fullname.partition(".")[0] not in _NAMES:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Return a stand-in."""
        return Drawing(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing."""


_FINDER: Final = _Finder()


def draw_nowhere() -> None:
    """Let modules that draw be stand-ins from now on: a function may import them when it is called."""
    if _FINDER not in sys.meta_path:
        sys.meta_path.insert(0, _FINDER)
