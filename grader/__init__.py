"""Exercises and an auto-grader for numerical mathematics.

The package is a chain of functions from frozen data to frozen data; `grader.grading.grade` is that chain. Nothing is
imported here, because this file is also loaded by the process that runs a student's code.
"""

__version__ = "0.1.0"
