"""Takes in what was handed in, from folders, zips and exports of learning platforms, and guesses nothing."""

from grader.batch.intake.content import Content, read
from grader.batch.intake.records import Found, Intake, Notebook, TimeSource, Unrecognised
from grader.batch.intake.taking import take_in

__all__ = ["Content", "Found", "Intake", "Notebook", "TimeSource", "Unrecognised", "read", "take_in"]
