"""Runs all trials and prints, or writes, the page."""

import argparse
from pathlib import Path

from bench.verdicts import LEFT_OUT, TRIALS
from bench.verdicts.page import page
from bench.verdicts.running import tallies


def main() -> int:
    """Run the trials; the status is 1 if a verdict is another than it has to be."""
    parser = argparse.ArgumentParser(prog="python -m bench.verdicts", description=__doc__)
    parser.add_argument("--trials", type=int, default=1000, help="how many trials for each line of the page")
    parser.add_argument("--start", type=int, default=0, help="the number of the first")
    parser.add_argument("--kind", help="run one kind only")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page to a file instead of printing it")
    options = parser.parse_args()
    numbers = range(options.start, options.start + options.trials)
    found = [tally for trial in TRIALS if options.kind in (None, trial.kind) for tally in tallies(trial, numbers)]
    text = page(found, LEFT_OUT, options.trials)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return int(any(tally.faults for tally in found))


if __name__ == "__main__":
    raise SystemExit(main())
