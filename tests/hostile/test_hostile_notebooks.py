"""Hostile submissions handed in as notebooks: what asks for points without merit gets none, whatever cell it stands in."""

import os
import secrets
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from grader import notebooks
from grader.executors import Executor
from grader.grading import grade
from grader.model import Submission
from grader.tasks import Task
from tests.hostile.attack import Aim, Attack, Level
from tests.hostile.catalogue import ATTACKS
from tests.hostile.catalogue.tools import TOOLS, complete, numbers
from tests.hostile.levels import WHOLE
from tests.hostile.scene import EXERCISE, FUNCTION, Scene, build
from tests.unit.notebooks.files import notebook

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the levels for other people's submissions are Linux's")

AFTER_POINTS = [attack for attack in ATTACKS if Aim.CREDIT in attack.aims and not attack.honest and not attack.beside]
HONEST = "import numpy as np\n\n\ndef eigenvalues(A):\n    return np.linalg.eigvalsh(A)"


@pytest.fixture(scope="module")
def place(strongest: Level, open_folder: Path) -> Iterator[tuple[Scene, Executor]]:
    scene = build(open_folder / "scene")
    with WHOLE[strongest].executor(scene.course.limits, (open_folder,)) as executor:
        yield scene, executor


def handed_in(scene: Scene, *cells: str) -> Task:
    """Return what has to be graded for a notebook, read from its bytes."""
    code = notebooks.code_of(notebooks.read(notebook(*cells)).cells)
    task = scene.task(scene.folder / "there is no such file")
    return replace(task, submission=Submission("exercise_04", code.source, FUNCTION, cells=code.cells))


def in_cells(scene: Scene, attack: Attack) -> list[str]:
    """Return an attack as a notebook: its tools in one cell, itself in the next."""
    places = {
        **scene.places,
        "CALLS": numbers(),
        "GRADER": os.getpid(),
        "OWN": str(scene.folder),
        "MARK": f"mark-{secrets.token_hex(8)}",
    }
    whole = complete(attack.source, places)
    before, _, after = whole.partition(TOOLS)
    return ["%matplotlib inline", before + TOOLS, after]


def entries() -> list[object]:
    return [pytest.param(item, id=item.name, marks=[] if item.quick else pytest.mark.slow) for item in AFTER_POINTS]


def test_an_honest_notebook_gets_its_points(place: tuple[Scene, Executor]) -> None:
    scene, executor = place
    result = grade(handed_in(scene, TOOLS, HONEST), executor)
    assert (result.score, result.errors) == (result.points, ())


@pytest.mark.parametrize("attack", entries())
def test_points_without_merit_are_not_to_be_had_from_a_notebook(place: tuple[Scene, Executor], attack: Attack) -> None:
    scene, executor = place
    result = grade(handed_in(scene, *in_cells(scene, attack)), executor)
    assert (result.score, result.errors) == (Fraction(0), ())


@pytest.mark.parametrize(
    "trick",
    [
        "import sys\nsys.modules['grader.sandbox.cells'].run = None\ndef eigenvalues(A): return 7",
        "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
        "raise SystemExit",
        "import os\nos._exit(0)",
        "import sys\nsys.stdout = sys.stderr = None\ndef eigenvalues(A): return 7",
        "import builtins\nbuiltins.compile = builtins.exec = lambda *_: None",
        "import ast\nast.Module = None",
        "import linecache\nlinecache.cache = None\ndef eigenvalues(A): return 1 / 0",
        "import time\ntime.monotonic = lambda: 0\nwhile True: pass",
        "print('x' * 10**8)\nimport grader\ngrader.score = lambda *_, **__: 6.0\ngrader.check = None\ndef eigenvalues(A): return 7",
        "class E(BaseException):\n    def __str__(self): raise self\nraise E",
        "def eigenvalues(A): raise KeyboardInterrupt",
    ],
)
def test_tricks_with_what_runs_cells_gain_nothing_and_harm_nobody_else(
    place: tuple[Scene, Executor], trick: str
) -> None:
    scene, executor = place
    result = grade(handed_in(scene, "import numpy as np", trick, "x = 1"), executor)
    assert (result.score, result.errors) == (Fraction(0), ())
    after = grade(handed_in(scene, HONEST), executor)
    assert (after.score, after.errors) == (after.points, ())


def test_there_are_hostile_notebooks_enough() -> None:
    assert len(AFTER_POINTS) >= 30
    assert EXERCISE == "exercise-04"
