"""Loads an answer from its source, and the modules beside it when the answer imports them."""

import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import linecache
import sys
from collections.abc import Callable, Sequence
from types import CodeType, ModuleType
from typing import NamedTuple

from grader.sandbox import cells
from grader.sandbox.cell_running import keep_lines
from grader.sandbox.channel import Channel
from grader.sandbox.wire import Node


class Parts(NamedTuple):
    """A notebook's cells, by name and number of lines, and the seconds that all of them may take together."""

    cells: Sequence[tuple[str, int]]
    seconds: float


class AnswerModule(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """The module a student wrote, and the finder of the modules beside it.

    Parameters
    ----------
    channel : Channel
        where the source of a module beside the answer is asked for, when nothing installed has its name.

    Attributes
    ----------
    function : callable
        the student's function, once loaded.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._sources: dict[str, str] = {}
        self._titles: list[str] = []
        self._put_away: dict[str, object] = {}
        self._module = ModuleType("")
        self.function: Callable[..., object] = _not_loaded
        builtins.exit = builtins.quit = sys.exit  # type: ignore[assignment] # there is no `site` here to define them
        sys.meta_path.append(self)

    def forget(self) -> None:
        """Stand in no import's way any more, keep no module's source, and put back what was put out of the way."""
        sys.meta_path.remove(self)
        vars(sys.modules["grader"]).update(self._put_away)
        for file in self.files:
            linecache.cache.pop(file, None)

    @property
    def files(self) -> frozenset[str]:
        """Names of the files that are the student's, as they stand in tracebacks."""
        return frozenset([*(f"{name}.py" for name in self._sources), *self._titles])

    def load(self, source: str, name: str, function: str, parts: Parts | None = None) -> dict[str, Node]:
        """Run the answer's module and find the function in it.

        Parameters
        ----------
        source : str
            of the answer.
        name, function : str
            of the module, and of the function in it.
        parts : Parts, optional
            the cells of a notebook, where the answer is one.

        Returns
        -------
        dict
            `found` (whether there is such a callable), `names` of all functions that the module defines, and the
            `parameters` of the function as text with their number (`fewest`, `most`; null where there is no limit).
        """
        self._sources[name] = source
        spec = importlib.util.spec_from_loader(name, self)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        self._put_away = _let_it_be()
        if parts:
            self._titles = [title for title, _ in parts.cells]
            # What failed is of interest where the function is missing; it is told as if it were printed.
            print(cells.run(cells.split(source, parts.cells), module.__dict__, parts.seconds), end="")  # noqa: T201
        else:
            self.exec_module(module)
        self._module = module
        return self.find(function)

    def find(self, function: str) -> dict[str, Node]:
        """Find another function in the module that is loaded; what is returned is as `load` does."""
        module, name = self._module, self._module.__name__
        found = module.__dict__.get(function)
        names: list[Node] = [
            key
            for key, value in module.__dict__.items()
            if callable(value) and getattr(value, "__module__", None) == name
        ]
        if not callable(found):
            return {"found": False, "names": names}
        self.function = found
        return {"found": True, "names": names, **_signature(found)}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Ask the grader for `fullname.py` from beside the answer file."""
        if path is not None or "." in fullname or self._channel.ticket is None:
            return None
        reply = self._channel.ask({"module": fullname})
        if reply.kind != "module":
            return None
        self._sources[fullname] = reply.payload.decode("utf-8-sig", errors="replace")
        return importlib.util.spec_from_loader(fullname, self)

    def get_source(self, fullname: str) -> str:
        """Return the source of a module of the student's."""
        return self._sources[fullname]

    def get_code(self, fullname: str) -> CodeType:
        """Compile a module of the student's, keeping its lines for tracebacks."""
        source, file = self._sources[fullname], f"{fullname}.py"
        keep_lines(file, source)
        return compile(source, file, "exec", dont_inherit=True)


def _let_it_be() -> dict[str, object]:
    """Make nothing of `grader.check` in an answer: it is for a student's own notebook, and this is where it ends up."""
    package = vars(sys.modules["grader"])
    before = {name: package[name] for name in ("check", "score")}
    package.update(dict.fromkeys(before, lambda *_, **__: None))
    return before


def _not_loaded() -> None:
    raise RuntimeError("no answer is loaded")


def _signature(function: Callable[..., object]) -> dict[str, Node]:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some functions of C have none
        return {"parameters": "(...)", "fewest": 0, "most": None}
    places = [p for p in signature.parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [p for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY and p.default is p.empty]
    fewest = sum(p.default is p.empty for p in places) + (10**6 if needed else 0)
    open_ended = any(p.kind is p.VAR_POSITIONAL for p in signature.parameters.values())
    names = ", ".join(p.name for p in signature.parameters.values())
    return {"parameters": f"({names})", "fewest": fewest, "most": None if open_ended else len(places)}
