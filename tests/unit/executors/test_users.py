"""Both levels for root, who becomes somebody else, and for an ordinary user: real gradings, and nothing to be read."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("zygotes are for Linux", allow_module_level=True)

from tests.folders import open_to_all
from tests.unit.executors.places import Place, build, copy_of_python, requirements
from tests.unit.executors.test_enclosure import SPY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can start processes of several users"),
]

ORDINARY = 65533
GRADE = "import sys\nfrom grader.cli.start import main\nsys.exit(main())"
SPYING = """
import json, os, sys
from pathlib import Path
from grader import registry
from grader.errors import JudgeError
from grader.model import Call, Limits, Submission

level, course, source = sys.argv[1:]
try:
    with registry.load("executors", level)(Limits(call=20.0), hidden=[Path(course)]) as executor:
        with executor.open(Submission("answer", source, "f")) as session:
            session.load()
            found = session.call(Call((course,))).value
        with executor.open(Submission("answer", "import os\\ndef f(): return os.geteuid(), os.getegid()", "f")) as session:
            session.load()
            who = session.call(Call(())).value
        said = {"isolation": executor.isolation, "found": found, "who": who}
except JudgeError as error:
    said = {"error": str(error)}
print(json.dumps(said | {"grader": os.geteuid()}))
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Yield a folder that all may enter, unlike those of pytest."""
    with open_to_all() as found:
        yield found


@pytest.fixture(scope="module", params=[0, ORDINARY], ids=["root", "ordinary"])
def place(request: pytest.FixtureRequest, folder: Path) -> Place:
    """Return a course that belongs to a user, with the reference readable by all: isolation alone hides it."""
    user: int = request.param
    # A new one, since the order in which several runners take tests can ask for a user's place again.
    mine = Path(tempfile.mkdtemp(dir=folder))
    mine.chmod(0o755)
    place = build(mine, sorted(set(requirements())), editable=False, base=copy_of_python(mine / "python"))
    shutil.copy(
        place.course / "solutions/exercise-01/solution.py", place.course / "exercises/exercise-01/exercise_01.py"
    )
    for name in (".", "exercises", "exercises/exercise-01"):
        os.chown(place.course / name, user, user)
    return place


def user_of(place: Place) -> int:
    return place.course.stat().st_uid


@pytest.mark.parametrize("level", ["confined", "sealed"])
def test_a_right_answer_gets_all_points_whoever_grades_it(place: Place, level: str) -> None:
    options = ["exercise-01", "--isolation", level, "--format", "json"]
    found = place.command("-c", GRADE, *options, user=user_of(place) or None)
    if "cannot be had here" in found.stderr:
        pytest.skip(found.stderr)
    assert found.returncode == 0, found.stdout + found.stderr
    assert f'"isolation": "{level}"' in found.stdout


@pytest.mark.parametrize("level", ["confined", "sealed"])
def test_nothing_of_the_course_is_read_whoever_grades(place: Place, level: str) -> None:
    said: dict[str, Any] = place.run(SPYING, level, str(place.course), SPY, user=user_of(place) or None)
    if "error" in said:
        pytest.skip(said["error"])
    assert said["grader"] == user_of(place)
    assert said["isolation"] == level
    assert said["found"] == [1.0, []]
    user, group = said["who"]
    assert user == group
    assert user in ([65534] if level == "sealed" else [ORDINARY] if user_of(place) else range(61001, 61100))
