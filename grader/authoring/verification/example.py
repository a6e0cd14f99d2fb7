"""The worked examples of the statement are run, with the reference in the place of the student's function."""

import doctest
import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

import numpy as np

from grader.author_code import load_function
from grader.authoring.verification._contract import Facts, Line, Part, Proof, Status
from grader.authoring.verification.subject import Subject

_BLOCK: Final = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


class Example(Proof):
    """What the statement shows is what the reference gives."""

    name: ClassVar[str] = "example"
    claims: ClassVar[tuple[str, ...]] = ("example",)

    def parts(self, subject: Subject, seeds: Sequence[int]) -> Sequence[Part]:
        """Return one part."""
        return [Part(self.name)]

    def examine(self, subject: Subject, part: Part) -> Facts:
        """Run the examples as doctests."""
        name = subject.exercise.function.name
        text = "\n".join(_BLOCK.findall(subject.exercise.statement))
        names = {"np": np, name: load_function(subject.reference_file, name)}
        examples = doctest.DocTestParser().get_doctest(text, names, subject.name, None, 0)
        said: list[str] = []
        doctest.DocTestRunner(verbose=False).run(examples, out=said.append)
        uses = any(re.search(rf"\b{re.escape(name)}\b", example.source) for example in examples.examples)
        return {"examples": len(examples.examples), "uses": uses, "said": said}

    def conclude(self, subject: Subject, facts: Sequence[Facts]) -> Iterator[Line]:
        """Yield one line."""
        (found,) = facts
        count = found["examples"]
        lines = f"{count} line{'s' * (count != 1)}"
        if found["said"]:
            details = tuple(row for text in found["said"] for row in _wanted_and_got(text))
            yield Line("example", Status.REFUTED, "the statement's worked example gives something else", details)
        elif not count:
            yield Line("example", Status.WARNING, "the statement has no worked example in a ```python block")
        elif not found["uses"]:
            text = f"the worked example never calls `{subject.exercise.function.name}`"
            yield Line("example", Status.REFUTED, text)
        else:
            yield Line("example", Status.PROVED, f"the statement's worked example gives what it says ({lines} run)")


def _wanted_and_got(text: str) -> Iterator[str]:
    """Yield the rows of a doctest's report that an author needs."""
    rows = text.splitlines()
    start = next((i for i, row in enumerate(rows) if row.startswith("Failed example")), 0)
    yield from (f"  {row.strip()}" for row in rows[start:] if row.strip())
