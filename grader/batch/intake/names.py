"""Which exercise a file answers, by its name alone."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_BETWEEN: Final = re.compile(r"[\s_-]+")
_COPY: Final = re.compile(r"\(\d{1,3}\)\Z")
_AGAIN: Final = re.compile(r"-\d{1,3}\Z")
_ENDINGS: Final = (".py", ".ipynb")


class Names:
    """The names of a course's exercises, in the spellings that people use.

    Parameters
    ----------
    exercises : sequence of str
        as in the course: `exercise-04`.
    """

    def __init__(self, exercises: Sequence[str]) -> None:
        self._known = {_plain(exercise): exercise for exercise in exercises}
        self._numbered = {numbers[0]: name for name in exercises if len(numbers := _numbers(name)) == 1}

    def exercise(self, stem: str) -> str | None:
        """Return the exercise that a name means: `exercise_04`, `exercise-04`, `Exercise 04` or `exercise_04 (1)`."""
        return self._known.get(_plain(_COPY.sub("", stem)))

    def handed_in_again(self, stem: str) -> str | None:
        """Return the exercise that a name means once the number is gone that Canvas adds to a resubmission."""
        return self.exercise(stem) or self.exercise(_AGAIN.sub("", stem))

    def hint(self, name: str) -> str:
        """Return which exercise a name may be meant for, as advice, or an empty text."""
        numbers = _numbers(name)
        exercise = self._numbered.get(numbers[0]) if len(numbers) == 1 else None
        return f"; if it answers {exercise}, name it {exercise.replace('-', '_')}.py" if exercise else ""


def split(name: str) -> tuple[str, str]:
    """Return the stem and the ending of a file's name; the ending is empty unless it is `.py` or `.ipynb`."""
    for ending in _ENDINGS:
        if name.lower().endswith(ending):
            return name[: -len(ending)], ending
    return name, ""


def without_number(stem: str) -> str:
    """Return a name without the number that Canvas adds to a resubmission."""
    return _AGAIN.sub("", stem)


def _plain(text: str) -> str:
    return _BETWEEN.sub("-", unicodedata.normalize("NFKC", text).casefold()).strip("-")


def _numbers(text: str) -> list[int]:
    return [int(digits[:9]) for digits in re.findall(r"[0-9]+", text)]
