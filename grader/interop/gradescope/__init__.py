"""An autograder for Gradescope: a zip that is uploaded there, and what runs from it.

::

    course, some exercises, a secret seed ─▶ build ─▶ autograder.zip ─▶ (Gradescope) /autograder/source
    /autograder/submission ─▶ run: answers found, graded sealed or confined ─▶ /autograder/results/results.json
"""

from grader.interop.gradescope.building import build
from grader.interop.gradescope.running import prepare, run

__all__ = ["build", "prepare", "run"]
