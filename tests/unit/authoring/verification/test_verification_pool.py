"""Worker processes: answers to parts, and what is said where none comes."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.authoring.verification import Part
from grader.authoring.verification.pool import Pool
from grader.authoring.verification.subject import Subject
from grader.authoring.verification.worker import answer

EXAMPLE = Part("example")


def source(folder: Path) -> Path:
    return folder / "solutions" / "exercise-04" / "solution.py"


def test_parts_are_examined_and_several_at_once(folder: Path) -> None:
    with Pool(folder, 2) as pool:
        futures = [pool.submit(0, name, EXAMPLE) for name in ("exercise-01", "exercise-02", "exercise-04")]
        found = [future.result(timeout=60) for future in futures]
    assert [item["facts"]["said"] for item in found] == [[], [], []]
    assert all(item["seconds"] > 0 for item in found)


def test_a_worker_that_dies_is_replaced(folder: Path) -> None:
    good = source(folder).read_text(encoding="utf-8")
    source(folder).write_text("import os\nos._exit(3)\n", encoding="utf-8")
    with Pool(folder, 1) as pool:
        dead = pool.submit(0, "exercise-04", EXAMPLE).result(timeout=60)
        source(folder).write_text(good, encoding="utf-8")
        well = pool.submit(0, "exercise-04", EXAMPLE).result(timeout=60)
    assert dead == {"fault": "the process that examined it ended (exit status 3)"}
    assert well["facts"]["said"] == []


def test_a_part_that_hangs_is_given_up(folder: Path) -> None:
    source(folder).write_text("while True:\n    pass\n", encoding="utf-8")
    with Pool(folder, 1, seconds=3.0) as pool:
        found = pool.submit(0, "exercise-04", EXAMPLE).result(timeout=60)
    assert found["fault"].startswith("given up after 3 s")


def test_closing_ends_what_is_running_at_once(folder: Path) -> None:
    source(folder).write_text("import time\ntime.sleep(600)\n", encoding="utf-8")
    pool = Pool(folder, 2)
    future = pool.submit(0, "exercise-04", EXAMPLE)
    time.sleep(0.5)
    began = time.monotonic()
    pool.close()
    assert time.monotonic() - began < 10
    assert "fault" in future.result(timeout=5)


def test_what_an_author_prints_does_not_disturb(folder: Path) -> None:
    text = source(folder).read_text(encoding="utf-8")
    noisy = "import os, sys\nprint('{')\nsys.stderr.write('x')\nos.write(1, b'}')\n"
    source(folder).write_text(noisy + text, encoding="utf-8")
    with Pool(folder, 1) as pool:
        assert pool.submit(0, "exercise-04", EXAMPLE).result(timeout=60)["facts"]["said"] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [("exercise-01", "has no function"), ("exercise-09", "no such file"), ("exercise-02", "Traceback")],
)
def test_a_fault_is_told_whosever_it_is(folder: Path, subject: Callable[[str], Subject], name: str, said: str) -> None:
    (folder / "solutions" / "exercise-01" / "solution.py").write_text("x = 1\n", encoding="utf-8")
    part: dict[str, object] = {
        "proof": "example" if name != "exercise-02" else "solutions",
        "seeds": [],
        "index": 0,
        "of": 1,
    }

    def chosen(wanted: str) -> Subject:
        if wanted == "exercise-02":
            raise RuntimeError("a fault of ours")
        from grader.spec.files import load_course

        return Subject(load_course(folder), wanted)

    found = answer(chosen, json.loads(json.dumps({"exercise": name, "part": part})))
    assert said in found["fault"]
