"""Submissions as a course gets them: right ones, known mistakes, slow ones, crashes, endless loops, and nothing at all.

They are made from the course's own solutions, the same ones for the same seed and student whatever else is asked for,
and written as a folder a student or as a learning platform exports them (`bench/layouts.py`):

    python -m bench.submissions OUT --students 1000 --seed 1 --layout moodle --mix right=0.7 endless=0.01
"""

import argparse
import ast
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from bench.layouts import LAYOUTS

ROOT: Final = Path(__file__).parents[1]

FIRST: Final = (
    *("Anna", "Ben", "Chloé", "Đorđe", "Elif", "Fatima", "Gülşen", "Hans-Peter", "Íris", "Jürg", "Kwame", "Łukasz"),
    *("Mei", "Nguyễn", "Óscar", "Priya", "Quentin", "Raúl", "Søren", "Thandiwe", "Umut", "Việt", "Wanjiru", "Zoë"),
)
LAST: Final = (
    *("Ångström", "Brunner", "O'Connor", "da Silva", "Ekström", "Fässler", "García Márquez", "Hoàng", "Ivanović"),
    *("Jensen", "Kowalczyk", "Lê", "Müller", "Nakamura", "Özdemir", "Pérez-Reverte", "Roth", "Schmid", "van der Berg"),
)

_OVERRIDES: Final = {
    "slow": "import time\n\n    time.sleep(0.05)\n    return answer(*arguments, **options)",
    "crashing": "import os\n\n    os.abort()",
    "endless": "while True:\n        pass",
    "raising": "raise ValueError('I thought that this cannot happen')",
}


@dataclass(frozen=True)
class Mix:
    """How often a student does what, for one exercise; the shares are taken in proportion to their sum.

    Attributes
    ----------
    right, mistaken, slow, raising, syntax, crashing, endless, absent : float
        the reference or another right way; a known mistake; right, with a pause of 50 ms in every call; raises an
        exception; is no Python; kills its process; never returns; hands in nothing.
    """

    right: float = 0.62
    mistaken: float = 0.16
    slow: float = 0.02
    raising: float = 0.05
    syntax: float = 0.03
    crashing: float = 0.015
    endless: float = 0.005
    absent: float = 0.1


@dataclass(frozen=True)
class Student:
    """Somebody who takes the course.

    Attributes
    ----------
    number : int
        0-based.
    first, last : str
        names; two students may have the same.
    late : bool
        whether everything comes late.
    """

    number: int
    first: str
    last: str
    late: bool

    @property
    def id(self) -> str:
        """The university's own id."""
        return f"s{self.number + 1:05}"

    @property
    def login(self) -> str:
        """The name on GitHub."""
        letters = "".join(sign for sign in f"{self.first}{self.last}".lower() if sign.isascii() and sign.isalpha())
        return f"{letters[:12]}-{self.number + 1}"


@dataclass(frozen=True)
class Made:
    """What a student did for one exercise.

    Attributes
    ----------
    exercise : str
        its name.
    kind : str
        a field of `Mix`.
    text : str
        of the answer file; empty if there is none.
    """

    exercise: str
    kind: str
    text: str


class Course:
    """The solutions of a course, as a source of submissions.

    Parameters
    ----------
    folder : path
        with `exercises/` and `solutions/`.
    """

    def __init__(self, folder: Path = ROOT) -> None:
        self.exercises = tuple(sorted(path.name for path in (folder / "exercises").glob("exercise-*")))
        self._right: dict[str, list[str]] = {}
        self._mistaken: dict[str, list[str]] = {}
        self._function: dict[str, str] = {}
        for name in self.exercises:
            solutions = folder / "solutions" / name
            right = [solutions / "solution.py", *sorted((solutions / "accepted").glob("*.py"))]
            self._right[name] = [_plain(file) for file in right]
            self._mistaken[name] = [_plain(file) for file in sorted((solutions / "mistakes").glob("*.py"))]
            stub = folder / "exercises" / name / f"{name.replace('-', '_')}.py"
            self._function[name] = _functions(stub.read_text(encoding="utf-8"))[-1]

    def students(self, count: int, seed: int) -> Iterator[Student]:
        """Yield students; the first ones are the same whatever the count."""
        for number in range(count):
            draw = random.Random(f"student {seed} {number}")
            yield Student(number, draw.choice(FIRST), draw.choice(LAST), draw.random() < 0.08)

    def made(self, student: Student, seed: int, mix: Mix) -> Iterator[Made]:
        """Yield what a student did, exercise by exercise."""
        kinds = [field.name for field in fields(mix)]
        shares = [getattr(mix, kind) for kind in kinds]
        for exercise in self.exercises:
            draw = random.Random(f"answer {seed} {student.number} {exercise}")
            kind = draw.choices(kinds, shares)[0]
            if kind == "mistaken" and not self._mistaken[exercise]:
                kind = "raising"
            yield Made(exercise, kind, self._text(exercise, kind, student, draw))

    def _text(self, exercise: str, kind: str, student: Student, draw: random.Random) -> str:
        """Return a student's answer; the first line makes everybody's a text of its own, as it is in a course."""
        if kind == "absent":
            return ""
        text = draw.choice(self._mistaken[exercise] if kind == "mistaken" else self._right[exercise])
        head = f"# {student.first} {student.last} ({student.id}), {exercise}\n"
        if kind == "syntax":
            return f"{head}{text}\n    retrun result)\n"
        if kind in _OVERRIDES:
            name = self._function[exercise]
            text = f"{text}\n\nanswer = {name}\n\n\ndef {name}(*arguments, **options):\n    {_OVERRIDES[kind]}\n"
        return head + text


def _plain(file: Path) -> str:
    """Return a solution without the text at its head, which no student would write."""
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text)
    if ast.get_docstring(tree) is None:
        return text
    return "".join(text.splitlines(keepends=True)[tree.body[0].end_lineno :]).lstrip("\n")


def _functions(text: str) -> list[str]:
    return [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which submissions to make.

    Attributes
    ----------
    students : int
        how many students take part.
    seed : int
        the same submissions for the same seed.
    mix : Mix
        how often what happens.
    """

    students: int
    seed: int = 1
    mix: Mix = Mix()


def write(
    out: Path, wanted: Wanted, layout: str = "folders", course: Course | None = None
) -> tuple[Path, Mapping[tuple[str, str], str]]:
    """Write the submissions of many students.

    Parameters
    ----------
    out : path
        a folder to write into.
    wanted : Wanted
        whose, and what they did.
    layout : str
        a key of `bench.layouts.LAYOUTS`.
    course : Course, optional
        whose exercises; this repository's.

    Returns
    -------
    path
        what to name on the command line.
    mapping
        kind by (student's id, exercise).
    """
    course = course or Course()
    kinds: dict[tuple[str, str], str] = {}

    def handed_in() -> Iterator[tuple[Student, Sequence[Made]]]:
        for student in course.students(wanted.students, wanted.seed):
            made = list(course.made(student, wanted.seed, wanted.mix))
            kinds.update({(student.id, one.exercise): one.kind for one in made})
            yield student, [one for one in made if one.text]

    out.mkdir(parents=True, exist_ok=True)
    return LAYOUTS[layout](out, handed_in()), kinds


def main() -> None:
    """Write submissions and say where."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--students", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--layout", choices=sorted(LAYOUTS), default="folders")
    parser.add_argument("--mix", nargs="*", default=[], metavar="KIND=SHARE")
    given = parser.parse_args()
    known = {field.name for field in fields(Mix)}
    shares = dict(item.partition("=")[::2] for item in given.mix)
    if shares.keys() - known:
        sys.exit(f"--mix knows {', '.join(sorted(known))}")
    mix = Mix(**{kind: float(share) for kind, share in shares.items()})
    where, kinds = write(given.out, Wanted(students=given.students, seed=given.seed, mix=mix), given.layout)
    counts = {kind: list(kinds.values()).count(kind) for kind in sorted(known)}
    print(f"{where}: {', '.join(f'{count} {kind}' for kind, count in counts.items())}")


if __name__ == "__main__":
    main()
