"""Runs every attack against every level and every single layer, and prints, or writes, the page."""

import argparse
from pathlib import Path

from tests.hostile.levels import machine
from tests.hostile.matrix import COLUMNS, page, promised, tried


def main() -> int:
    """Run the attacks; the status is 1 if a level does not stop what it promises to stop."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page to a file instead of printing it")
    options = parser.parse_args()
    stopped = {column.title: tried(column) for column in COLUMNS}
    text = page(stopped, machine())
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    else:
        print(text, end="")  # noqa: T201 - it is a command
    broken = [
        f"{column.title}: {name}"
        for column in COLUMNS
        if not column.layer
        for name, is_stopped in stopped[column.title].items()
        if promised(column.level)[name] and not is_stopped
    ]
    for line in broken:
        print(f"not stopped: {line}")  # noqa: T201 - the same
    return int(bool(broken))


if __name__ == "__main__":
    raise SystemExit(main())
