"""Finds the answers among a student's files, and says of every other file what it is."""

import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Final, NamedTuple

from grader.batch.intake.archives import OF_A_STUDENT, list_zip
from grader.batch.intake.junk import is_passed_over, reason_to_ignore
from grader.batch.intake.names import Names, split, without_number
from grader.batch.intake.owners import Piece
from grader.batch.intake.places import origin
from grader.batch.intake.sources import MODULE_CAP, Source
from grader.batch.intake.students import Held
from grader.errors import SubmissionNotFound

FILES_CAP: Final = 20_000
ZIPS_CAP: Final = 20
_TEXTS: Final = (".txt", ".rtf", ".doc", ".docx")
_ARCHIVES: Final = (".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz", ".zip")


class Candidate(NamedTuple):
    """A file that answers an exercise.

    Attributes
    ----------
    exercise : str
        its name.
    main : str
        under which of the modules it is found.
    files : mapping of str to Source
        the modules that lie beside it, and itself.
    piece : Piece
        the file.
    rank : int
        how plainly it says what it is: 0 by its own name, 1 by `solution.py`, 2 as the only one in the folder.
    held : Held
        with what it was handed in.
    is_notebook : bool
        whether it is a notebook.
    """

    exercise: str
    main: str
    files: Mapping[str, Source]
    piece: Piece
    rank: int
    held: Held
    is_notebook: bool = False


class Remark(NamedTuple):
    """A file that is no answer, and why; `ignored` if nobody needs to look at it."""

    origin: str
    why: str
    exercise: str = ""
    ignored: bool = False


class Noted(NamedTuple):
    """A notebook, with the exercise that its name says or an empty text, and the modules that lie beside it."""

    exercise: str
    piece: Piece
    held: Held
    files: Mapping[str, Source]


class Finder:
    """Finds answers.

    Parameters
    ----------
    names : Names
        of the exercises.
    zone : tzinfo
        where the clocks stood that dated the files in zips.
    """

    def __init__(self, names: Names, zone: tzinfo) -> None:
        self._names = names
        self._zone = zone

    def find(self, held: Held) -> Iterator[Candidate | Noted | Remark]:
        """Yield what each file is that an owner handed in at one place."""
        folders: dict[tuple[str, ...], list[Piece]] = defaultdict(list)
        for count, found in enumerate(self._opened(held)):
            if count == FILES_CAP:
                yield Remark(
                    held.origin, f"it holds more than {FILES_CAP} files and folders; the rest is not looked at"
                )
                break
            if isinstance(found, Remark):
                yield found
            elif not found.entry.is_folder:
                folders[found.parts[:-1]].append(found)
        for parts, pieces in folders.items():
            yield from _Folder(self._names, held, parts, pieces).sorted()

    def _opened(self, held: Held) -> Iterator[Piece | Remark]:
        """Yield the files, those in zips with them; a zip is a folder to its files."""
        zips = 0
        passed: set[tuple[str, ...]] = set()
        for piece in held.pieces:
            entry = piece.entry
            if any(map(is_passed_over, piece.parts)):
                depth = next(depth for depth, part in enumerate(piece.parts) if is_passed_over(part))
                whole = entry.parts[: len(entry.parts) - len(piece.parts) + depth + 1]
                if whole not in passed:
                    passed.add(whole)
                    yield Remark(origin(held.place, whole), reason_to_ignore(piece.parts[depth]), ignored=True)
            elif entry.source is None or not entry.name.lower().endswith(".zip"):
                yield piece
            elif zips == ZIPS_CAP:
                yield Remark(
                    origin(held.place, entry.parts), f"more than {ZIPS_CAP} zips of one student are not opened"
                )
            else:
                zips += 1
                yield from self._unzipped(piece, held.place)

    def _unzipped(self, piece: Piece, label: str) -> Iterator[Piece | Remark]:
        assert piece.entry.source is not None
        try:
            entries = list_zip(piece.entry.source, OF_A_STUDENT, self._zone)
        except SubmissionNotFound as error:
            yield Remark(origin(label, piece.entry.parts), str(error))
            return
        folder = (*piece.parts[:-1], piece.parts[-1][: -len(".zip")])
        for entry in entries:
            parts = (*folder, *entry.parts)
            full = entry._replace(parts=(*piece.entry.parts, *entry.parts))
            if not any(is_passed_over(part) for part in entry.parts):
                yield Piece(parts, full, piece.clock, piece.number)
            elif not entry.is_folder:
                yield Remark(origin(label, full.parts), "a tool left it behind", ignored=True)


class _Folder:
    """The files of one folder."""

    def __init__(self, names: Names, held: Held, parts: tuple[str, ...], pieces: list[Piece]) -> None:
        self._names = names
        self._held = held
        self._folder_exercise = names.exercise(parts[-1]) if parts else None
        self._pieces = pieces
        self._canvas = held.owner.platform == "canvas"

    def sorted(self) -> Iterator[Candidate | Noted | Remark]:
        """Yield what each file is."""
        modules: list[tuple[Piece, str]] = []
        notebooks: list[tuple[Piece, str]] = []
        for piece in self._pieces:
            remark = self._unfit(piece)
            if piece.only_beside and remark:
                continue
            stem, ending = split(piece.parts[-1]) if piece.parts else ("", "")
            if remark:
                yield remark
            elif ending == ".ipynb":
                notebooks.append((piece, stem))
            else:
                modules.append((piece, stem))
        files = self._importable(modules, {})[0] if notebooks else {}
        for piece, stem in notebooks:
            yield Noted(self._exercise(stem) or self._folder_exercise or "", piece, self._held, files)
        named = any(self._exercise(stem) or self._folder_exercise for _, stem in notebooks)
        yield from self._answers(modules, beside_notebook=named)

    def _unfit(self, piece: Piece) -> Remark | None:
        """Return why a file can be neither an answer nor a module, or None."""
        entry, name = piece.entry, piece.parts[-1] if piece.parts else ""
        stem, ending = split(name)
        reason = reason_to_ignore(name)
        why = reason or entry.fault or self._why_not(name, ending)
        if not why:
            return None
        exercise = (self._exercise(stem) if ending else None) or ""
        return Remark(origin(self._held.place, entry.parts), why, exercise, ignored=bool(reason))

    def _why_not(self, name: str, ending: str) -> str:
        lower = name.lower()
        if lower.endswith(_ARCHIVES):
            return "a zip in a student's zip is not opened" if lower.endswith(".zip") else "only zips are opened"
        if not ending:
            hint = self._names.hint(name) if lower.endswith(_TEXTS) else ""
            return f"it is neither a Python file nor a notebook{hint}"
        return ""

    def _answers(self, modules: list[tuple[Piece, str]], *, beside_notebook: bool) -> Iterator[Candidate | Remark]:
        chosen: dict[int, tuple[str, int]] = {}
        for place, (piece, stem) in enumerate(modules):
            if not piece.only_beside and (exercise := self._exercise(stem)):
                chosen[place] = (exercise, 0)
        own = self._folder_exercise
        if own and all(exercise != own for exercise, _ in chosen.values()):
            rest = [place for place, (piece, _) in enumerate(modules) if place not in chosen and not piece.only_beside]
            called = [place for place in rest if modules[place][1].lower() == "solution"]
            likely = called or ([] if beside_notebook else rest)  # beside a notebook it is more likely a module
            if len(likely) == 1:
                chosen[likely[0]] = (own, 1 if called else 2)
        files, names = self._importable(modules, chosen)
        for place, (piece, stem) in enumerate(modules):
            if place in chosen:
                exercise, rank = chosen[place]
                yield Candidate(exercise, names[place], files, piece, rank, self._held)
            elif not piece.only_beside and (place not in names or not (chosen or beside_notebook)):
                yield Remark(
                    origin(self._held.place, piece.entry.parts), self._why_no_answer(stem, piece, modules, chosen)
                )

    def _importable(
        self, modules: list[tuple[Piece, str]], chosen: Mapping[int, tuple[str, int]]
    ) -> tuple[dict[str, Source], dict[int, str]]:
        """Return the modules by the names under which answers find them; an answer is always among them."""
        files: dict[str, Source] = {}
        names: dict[int, str] = {}
        taken = {stem for _, stem in modules}
        for place, (piece, stem) in enumerate(modules):
            name = sys.intern(unicodedata.normalize("NFKC", stem))
            if self._canvas and not name.isidentifier() and without_number(name) not in taken:
                name = without_number(name)  # Canvas renamed it, and the answer imports it by the name that it had
            fits = name.isidentifier() and piece.entry.size <= MODULE_CAP and name not in files
            if not fits and place not in chosen:
                continue
            names[place] = name if fits else f"{name} {place}"
            assert piece.entry.source is not None
            files[names[place]] = piece.entry.source
        return files, names

    def _why_no_answer(
        self, stem: str, piece: Piece, modules: list[tuple[Piece, str]], chosen: Mapping[int, tuple[str, int]]
    ) -> str:
        if chosen:
            if piece.entry.size > MODULE_CAP:
                return f"a module beside an answer may have {MODULE_CAP // 2**20} MiB"
            return f"it answers no exercise, and no answer can import a module of this name{self._names.hint(stem)}"
        if self._folder_exercise:
            wanted = f"{self._folder_exercise.replace('-', '_')}.py"
            return f"which of {len(modules)} files answers {self._folder_exercise}? Name it {wanted}"
        return f"its name is no exercise's, and no answer lies beside it{self._names.hint(stem)}"

    def _exercise(self, stem: str) -> str | None:
        return self._names.handed_in_again(stem) if self._canvas else self._names.exercise(stem)
