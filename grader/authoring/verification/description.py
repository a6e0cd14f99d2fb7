"""The description, the stub and the files that belong to an exercise: they are there, and agree with one another."""

import ast
import re
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import ClassVar, Final

from grader.author_code import feedback_of
from grader.authoring.stubs import stub
from grader.authoring.verification._contract import Facts, Line, Part, Proof, Status
from grader.authoring.verification.subject import Subject
from grader.errors import AuthoringError
from grader.sandbox.syntax import parse_module

_LINK: Final = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_DIFF_LINES: Final = 8


class Description(Proof):
    """The description is valid (or there were no subject), the stub is its own, and every file that is named is there."""

    name: ClassVar[str] = "description"
    claims: ClassVar[tuple[str, ...]] = ("description",)

    def parts(self, subject: Subject, seeds: Sequence[int]) -> Sequence[Part]:
        """Return one part."""
        return [Part(self.name)]

    def examine(self, subject: Subject, part: Part) -> Facts:
        """Look at all files."""
        missing = list(_file_faults(subject))
        return {"faults": [*_stub_faults(subject), *missing, *_text_faults(subject)], "missing": missing}

    def blocks(self, facts: Sequence[Facts]) -> str:
        """Stop where a file cannot be run."""
        return "a file is missing or cannot be read" if any(part["missing"] for part in facts) else ""

    def conclude(self, subject: Subject, facts: Sequence[Facts]) -> Iterator[Line]:
        """Yield one line."""
        faults = tuple(fault for part in facts for fault in part["faults"])
        if faults:
            count = f"{len(faults)} faults" if len(faults) > 1 else "1 fault"
            yield Line("description", Status.REFUTED, count, faults)
        else:
            files = 3 + len(subject.accepted_files) + len(subject.mistake_files)
            text = f"valid; statement and stub agree; all {files} files are there and can be read"
            yield Line("description", Status.PROVED, text)


def _stub_faults(subject: Subject) -> Iterator[str]:
    file = subject.course.answer_file(subject.name)
    shown = file.relative_to(subject.course.folder).as_posix()
    remedy = f"`grade author stub --write {subject.name}` writes it"
    wanted = stub(subject.name, subject.exercise)
    if not file.is_file():
        yield f"{shown}: the stub is missing; {remedy}"
        return
    found = file.read_text(encoding="utf-8", errors="replace")
    if found != wanted:
        rows = list(unified_diff(found.splitlines(), wanted.splitlines(), n=0, lineterm=""))[2:]
        more = "\n".join(f"    {row}" for row in rows[:_DIFF_LINES])
        yield f"{shown}: the stub is not the one that the description gives; {remedy}\n{more}"


def _file_faults(subject: Subject) -> Iterator[str]:
    """Yield what is wrong with the author's files before any of them is run."""
    folder = subject.course.folder
    if not subject.reference_file.is_file():
        yield f"{subject.reference_file.relative_to(folder).as_posix()}: the reference solution is missing"
    for file in subject.programs().values():
        if not file.is_file():
            continue
        shown = file.relative_to(folder).as_posix()
        fault = _python_fault(file, subject.exercise.function.name)
        if fault:
            yield f"{shown}: {fault}"
        elif file in subject.mistake_files:
            try:
                feedback_of(file)
            except AuthoringError as error:
                yield str(error).replace(str(file), shown)


def _python_fault(file: Path, function: str) -> str:
    try:
        tree = parse_module(file.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        return f"it is not Python: {error}"
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names |= {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    names |= {
        target.id for node in tree.body for target in getattr(node, "targets", []) if isinstance(target, ast.Name)
    }
    return "" if function in names else f"it has no `{function}`"


def _text_faults(subject: Subject) -> Iterator[str]:
    """Yield what the statement names that is not there, and formulas in it that make no sense."""
    from grader.pages import prose  # it loads a reader of Markdown, which no other part of a proof needs

    exercise = subject.exercise
    shown = subject.course.description_file(subject.name).relative_to(subject.course.folder).as_posix()
    folder = subject.course.description_file(subject.name).parent
    for target in _LINK.findall(exercise.statement):
        if "://" not in target and not target.startswith("#") and not (folder / target).is_file():
            yield f"{shown}: the statement names the file {target}, and there is none"
    for fault in prose.page(exercise.statement).faults:
        yield f"{shown}: statement: {fault}"
    for name, value in exercise.function.parameters.items():
        if not value.about:
            yield f"{shown}: function.parameters.{name} has no `about`, so the stub does not say what it is"
