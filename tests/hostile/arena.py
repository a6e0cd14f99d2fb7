"""Runs hostile submissions beside a good classmate's, and finds out from outside what came of it."""

import contextlib
import ctypes
import os
import secrets
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeAlias

from grader.errors import GraderError
from grader.executors import Executor
from grader.grading import grade
from grader.model import Limits, Verdict
from grader.results import ExerciseResult
from grader.tasks import Task
from tests.folders import open_to_all
from tests.hostile import traces
from tests.hostile.attack import Aim, Attack
from tests.hostile.catalogue.tools import complete, numbers
from tests.hostile.costly import bound
from tests.hostile.overheard import Overheard
from tests.hostile.scene import build
from tests.hostile.watching import Ears, Victim, Watch, adopt, descendants, end, processes, settled

ANSWER: Final = "exercise_04.py"
MakeExecutor: TypeAlias = Callable[[Limits, Sequence[Path]], Executor]
Result: TypeAlias = ExerciseResult | GraderError

_LONGEST: Final = 15.0
"""Seconds in which two submissions must be graded, whatever they do, on a busy machine."""
_SETTLING: Final = 3.0
_SPREAD: Final = 6
"""As many threads more than with two honest submissions are somebody's own."""
_GROWTH: Final = bound(2**23)
"""By how many bytes the grader may grow in the scene, where an answer has at most 8 MiB."""


@dataclass(frozen=True)
class Observed:
    """What came of an attack.

    Attributes
    ----------
    verdict : Verdict
        on the hostile submission.
    harm : mapping of Aim to list of str
        what was reached, with the evidence.
    """

    verdict: Verdict
    harm: Mapping[Aim, Sequence[str]]


@dataclass(frozen=True)
class _Tokens:
    """Words and a number that are new for every attack.

    Attributes
    ----------
    mark : str
        stands in the names of all files that it makes outside the scene.
    parcel : str
        what it hands to its heir, which does not know it.
    key : int
        of the shared memory that it makes.
    """

    mark: str
    parcel: str
    key: int


class Arena:
    """A scene, an executor, and everything that watches them; used in a `with` block.

    Parameters
    ----------
    make : callable
        returns an executor for limits and hidden folders.
    forks : bool
        whether the executor forks its workers from processes that stay.
    """

    def __init__(self, make: MakeExecutor, *, forks: bool) -> None:
        self._make = make
        self._forks = forks

    def __enter__(self) -> Self:
        """Build everything, and see how two honest submissions look."""
        with contextlib.ExitStack() as stack:
            self._others = descendants(processes())
            adopt(on=True)
            stack.callback(adopt, on=False)
            self._folder = stack.enter_context(open_to_all())
            self.scene = build(self._folder / "scene")
            self._copy = self._folder / "copy"
            shutil.copytree(self.scene.folder, self._copy, symlinks=True)
            self._folder.joinpath("ears").mkdir()
            self._ears = Ears(self._folder / "ears", f"ear-{secrets.token_hex(8)}")
            stack.callback(self._ears.close)
            self._memory = ctypes.create_string_buffer(self.scene.secrets["memory"].encode())
            stack.enter_context((self.scene.course.folder / "gradebook.sqlite").open("rb"))  # as a grader holds it
            self._start()
            stack.callback(self._stop)
            self._look()
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take everything down."""
        self._open.close()

    def _start(self) -> None:
        self.executor = Overheard(self._make(self.scene.course.limits, (self._folder,)))
        self._victim = Victim(self.scene.secrets["environment"], self.scene.secrets["command"])

    def _look(self) -> None:
        """See what two honest submissions look like, and which processes are there when they are graded."""
        file = self._folder_of("hostile") / ANSWER
        shutil.copyfile(self._classmate, file)
        with self._watch() as watch:
            verdicts = [_verdict(result) for result in self._graded(file)]
            self._settle()
        assert verdicts == [Verdict.ACCEPTED] * 2, verdicts
        self._usual_tasks, self._usual_left = watch.tasks, len(descendants(processes()))

    def _settle(self) -> None:
        """Wait until what is started ahead is there, and learn which processes of the grader's must stay."""
        self.executor.warm(1)
        time.sleep(0.3)
        known = processes()
        self._stay: set[int] = set()
        if self._forks:
            mine = {number for number in descendants(known) if known[number].parent == os.getpid()}
            self._stay = mine - self._others - {self._victim.number}

    def _stop(self) -> None:
        self.executor.close()
        end(descendants(processes()) - self._others - {self._victim.number})
        self._victim.close()

    @property
    def _classmate(self) -> Path:
        return Path(str(self.scene.places["CLASSMATE"]))

    def _folder_of(self, student: str) -> Path:
        folder = self.scene.folder / "submissions" / student
        traces.remove(folder)
        folder.mkdir()
        folder.chmod(0o777)
        return folder

    def _watch(self) -> Watch:
        return Watch(self._victim, int(str(self._ears.places["BACKDOOR"])))

    def _graded(self, hostile: Path) -> list[Result]:
        """Grade a hostile answer and the classmate's at the same time."""
        tasks = [self.scene.task(file) for file in (hostile, self._classmate)]  # read before anything can delete them
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(self._grade, tasks))

    def _grade(self, task: Task) -> Result:
        try:
            return grade(task, self.executor)
        except GraderError as error:
            return error

    def attempt(self, attack: Attack) -> Observed:
        """Return what comes of an attack, and put everything back as it was before."""
        tokens = _tokens()
        try:
            verdict, harm = self._attempted(attack, tokens)
        except BaseException:
            self._mend(frozenset(Aim), tokens)
            raise
        self._mend(harm.keys(), tokens)
        return Observed(verdict, harm)

    def _attempted(self, attack: Attack, tokens: _Tokens) -> tuple[Verdict, dict[Aim, list[str]]]:
        file = self._handed_in(attack, tokens)
        before, memory, began = traces.contents(self.scene.folder), processes()[os.getpid()].memory, time.monotonic()
        with self._watch() as watch:
            hostile, classmate = self._graded(file)
            seconds = time.monotonic() - began
            heir = self._inherited(attack, tokens)
            self.executor.warm(1)
            left = settled(self._usual_left, _SETTLING)
        said = self.executor.said_by(str(file.parent)) + heir
        found: dict[Aim, list[str]] = {
            Aim.CREDIT: [f"{_points(hostile)} points"] if _points(hostile) and not attack.honest else [],
            Aim.SECRET: [kind for kind, secret in self.scene.secrets.items() if secret in said],
            Aim.PARCEL: ["the heir has found it"] if tokens.parcel in heir else [],
            Aim.CHANGE: self._changed(before, tokens),
            Aim.TOUCH: [*sorted(watch.touched), *self._victim.harm(), *self._missing()],
            Aim.OUTLIVE: [f"{len(left) - self._usual_left} processes"] if len(left) > self._usual_left else [],
            Aim.SPREAD: [f"{watch.tasks} threads"] if watch.tasks > self._usual_tasks + _SPREAD else [],
            Aim.CONTACT: self._ears.heard() + ["a port was opened"] * bool(watch.doors),
            Aim.HOLD: self._held(hostile, classmate, seconds, watch.own - memory) + self._swollen(watch.memory),
        }
        return _verdict(hostile), {aim: evidence for aim, evidence in found.items() if evidence}

    def _handed_in(self, attack: Attack, tokens: _Tokens) -> Path:
        """Return the answer file of an attack, with all that is handed in beside it."""
        folder = self._folder_of("hostile")
        places = {**self._places(folder, tokens), "PARCEL": tokens.parcel}
        if ANSWER not in attack.beside:
            (folder / ANSWER).write_text(complete(attack.source, places), encoding="utf-8")
        for name, place in attack.beside.items():
            (folder / name).symlink_to(str(places[place]))
        return folder / ANSWER

    def _inherited(self, attack: Attack, tokens: _Tokens) -> str:
        """Let the heir look for what was left, and return all that it says."""
        return self.said_of(attack.heir, tokens) if attack.heir else ""

    def said_of(self, source: str, tokens: _Tokens | None = None) -> str:
        """Return all that a submission says when it is graded by itself."""
        file = self._folder_of("heir") / ANSWER
        places = self._places(file.parent, tokens or _tokens())
        file.write_text(complete(source, places), encoding="utf-8")
        self._grade(self.scene.task(file))
        said = self.executor.said_by(str(file.parent))
        traces.remove(file.parent)
        return said

    def _places(self, folder: Path, tokens: _Tokens) -> dict[str, object]:
        return {
            **self.scene.places,
            **self._ears.places,
            "OWN": str(folder),
            "MARK": tokens.mark,
            "KEY": tokens.key,
            "CALLS": numbers(),
            "GRADER": os.getpid(),
            "ADDRESS": ctypes.addressof(self._memory),
            "VICTIM": self._victim.number,
        }

    def _changed(self, before: dict[str, tuple[object, ...]], tokens: _Tokens) -> list[str]:
        found = traces.difference(before, traces.contents(self.scene.folder))
        found += map(str, traces.marked(tokens.mark))
        return found + ["shared memory"] * (traces.segment(tokens.key) is not None)

    def _missing(self) -> list[str]:
        known = descendants(processes())
        return [f"process {number} of the grader is gone" for number in sorted(self._stay - known)]

    def _held(self, hostile: Result, classmate: Result, seconds: float, growth: int) -> list[str]:
        found = [f"no result: {result}" for result in (hostile, classmate) if not isinstance(result, ExerciseResult)]
        found += [f"judge error: {error}" for result in (hostile, classmate) for error in getattr(result, "errors", ())]
        if not isinstance(classmate, ExerciseResult) or classmate.score != classmate.points:
            found.append(f"the classmate's result: {_verdict(classmate)}, {_points(classmate)} points")
        found += [f"{seconds:.1f} seconds"] if seconds > _LONGEST else []
        return found + ([f"the grader grew by {growth} bytes"] if growth > _GROWTH else [])

    def _swollen(self, memory: int) -> list[str]:
        allowed = self.scene.course.limits.memory
        return [f"a submission had {memory} bytes"] if memory > allowed else []

    def _mend(self, harm: AbstractSet[Aim], tokens: _Tokens) -> None:
        """Put back what an attack has harmed."""
        for path in traces.marked(tokens.mark):
            traces.remove(path)
        number = traces.segment(tokens.key)
        if number is not None:
            traces.remove_segment(number)
        if Aim.CHANGE in harm:
            for path in self.scene.folder.iterdir():
                traces.remove(path)
            shutil.copytree(self._copy, self.scene.folder, symlinks=True, dirs_exist_ok=True)
        if {Aim.OUTLIVE, Aim.TOUCH, Aim.HOLD, Aim.SPREAD} & harm:
            self._stop()
            self._start()
            self._settle()


def _tokens() -> _Tokens:
    key = 2**20 + secrets.randbelow(2**30)
    return _Tokens(f"mark-{secrets.token_hex(8)}", f"parcel-{secrets.token_hex(8)}", key)


def _verdict(result: Result) -> Verdict:
    return result.verdict if isinstance(result, ExerciseResult) else Verdict.JUDGE_ERROR


def _points(result: Result) -> float:
    return float(result.score or 0) if isinstance(result, ExerciseResult) else 0.0
