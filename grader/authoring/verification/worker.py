"""A process that examines parts of exercises: `python -m grader.authoring.verification.worker COURSE`.

It reads a request a line, `{"exercise": …, "part": {…}}`, and writes a line for each, `{"facts": …}` or `{"fault": …}`. What
the author's code prints goes nowhere, once this process serves.
"""

import json
import os
import sys
import time
import traceback
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.authoring.verification._contract import Part
from grader.authoring.verification.proofs import BY_NAME
from grader.authoring.verification.subject import Subject
from grader.errors import GraderError
from grader.spec.files import load_course


def serve(folder: Path) -> None:
    """Answer requests until there are no more."""
    requests, answers = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    with open(os.devnull, "r+b") as nothing:  # noqa: PTH123 - a device is no path
        for descriptor in (0, 1, 2):
            os.dup2(nothing.fileno(), descriptor)
    course = load_course(folder)
    subject = lru_cache(maxsize=2)(lambda name: Subject(course, name))
    for request in requests:
        answers.write(json.dumps(answer(subject, json.loads(request))) + "\n")
        answers.flush()


def answer(subject: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a part, or what kept them from being found."""
    began = time.perf_counter()
    try:
        part = Part(**{**request["part"], "seeds": tuple(request["part"]["seeds"])})
        facts = BY_NAME[part.proof].examine(subject(request["exercise"]), part)
    except GraderError as error:
        return {"fault": str(error)}
    except Exception as error:  # a fault of ours, or an author's code that no proof was ready for; it is told in full
        return {"fault": "".join(traceback.format_exception(error)).rstrip()}
    return {"facts": facts, "seconds": time.perf_counter() - began}


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
