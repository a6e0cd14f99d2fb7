"""The lines of a verification, as text and as JSON."""

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from grader.authoring.verification._contract import Line, Status, Verified
from grader.reports._layout import Line as Row
from grader.reports._layout import clean

FORMAT: Final = "grader/verification/1"
WIDTH: Final = 100
_MARKS: Final = {
    Status.PROVED: ("✓", "good"),
    Status.WARNING: ("!", "half"),
    Status.REFUTED: ("✗", "bad"),
    Status.OPEN: ("–", "dim"),
}
_CLAIM_WIDTH: Final = 21


def rows(verified: Verified) -> Iterator[Row]:
    """Yield the rows on one exercise, in pieces with roles that a terminal may colour, and an empty row."""
    head = f"{verified.exercise}  {verified.title}"
    took = "unchanged" if verified.reused else f"{verified.seconds:.1f} s"
    yield ((head, "title"), (" " * max(2, WIDTH - len(head) - len(took)), ""), (took, "dim"))
    for line in verified.lines:
        mark, role = _MARKS[line.status]
        yield ((f"  {mark} ", role), (line.claim.ljust(_CLAIM_WIDTH), ""), (clean(line.text), _text_role(line)))
        for detail in line.details:
            for text in clean(detail).splitlines():
                yield ((" " * 6 + text, _detail_role(text)),)
    yield ()


def summary(results: Sequence[Verified], seconds: float) -> Row:
    """Return the row that counts."""
    wrong = [result.exercise for result in results if not result.holds]
    reused = sum(result.reused for result in results)
    warned = sum(line.status is Status.WARNING for result in results for line in result.lines)
    total = f"{len(results)} exercise{'s' * (len(results) != 1)}"
    parts = [f"{len(results) - len(wrong)} of {total} proved in {seconds:.1f} s"]
    parts += [f"{reused} unchanged since the last time"] * bool(reused)
    parts += [f"{warned} warning{'s' * (warned != 1)}"] * bool(warned)
    parts += [f"wrong: {', '.join(wrong)}"] * bool(wrong)
    return (("; ".join(parts), "bad" if wrong else "good"),)


def text(found: Iterator[Row]) -> str:
    """Return rows without colours."""
    return "".join("".join(piece for piece, _ in row).rstrip() + "\n" for row in found)


def as_json(course: str, results: Sequence[Verified], seconds: float) -> str:
    """Return everything for programs."""
    data = {
        "format": FORMAT,
        "course": course,
        "holds": all(result.holds for result in results),
        "seconds": seconds,
        "exercises": [_exercise(result) for result in results],
    }
    return json.dumps(_plain(data), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _exercise(result: Verified) -> dict[str, Any]:
    return {
        "id": result.exercise,
        "title": result.title,
        "holds": result.holds,
        "seconds": result.seconds,
        "work_seconds": result.work,
        "unchanged": result.reused,
        "lines": [
            {
                "claim": line.claim,
                "status": line.status,
                "text": line.text,
                "details": list(line.details),
                "data": line.data,
            }
            for line in result.lines
        ],
    }


def _plain(value: Any) -> Any:
    """Return JSON data in which numbers that are not finite are texts."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _text_role(line: Line) -> str:
    return "dim" if line.status is Status.OPEN else ""


def _detail_role(row: str) -> str:
    """Return the role of a row: those of a diff are green and red."""
    stripped = row.strip()
    return "good" if stripped.startswith("+ ") else "bad" if stripped.startswith("- ") else "dim"
