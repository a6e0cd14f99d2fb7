"""Desks in somebody else's process: set up for whoever is fit to grade, shared by a batch, and put away."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.batch import rooms
from grader.batch.keys import versions
from grader.batch.parcel import Parcel, packed
from grader.batch.rooms import Errand, leave, refusal, room
from grader.errors import JudgeError
from grader.spec.files import load_course
from tests.unit.batch.crews import SEED, has_come, job, settings


@pytest.fixture
def parcel(course: Path) -> Parcel:
    return packed(load_course(course))


@pytest.fixture
def errand() -> Iterator[Errand]:
    yield Errand(batch="one", versions=versions(), settings=replace(settings(""), keep=False, hidden=("/nowhere",)))
    leave("one")


def test_a_batch_has_one_room_and_another_batch_another(errand: Errand, parcel: Parcel) -> None:
    first = room(errand, parcel)
    other = room(replace(errand, batch="two"), parcel)
    assert first is room(errand, parcel)
    assert first is not other
    leave("two")
    assert other is not room(replace(errand, batch="two"), parcel)
    leave("two")


def test_a_desk_grades_by_the_course_that_came_and_hides_it(errand: Errand, parcel: Parcel, cache: Path) -> None:
    with room(errand, parcel).desk() as desk:
        done = desk.grade(job("s1"))
        there = desk._settings
    assert done.result is not None
    assert done.result.score == done.result.points
    assert there.course == str(cache / "mathematics-for-deep-learning-grader" / parcel.content)
    assert there.hidden == (*errand.settings.hidden, there.course)
    assert there.seed == SEED


def test_the_seed_lies_in_no_file_of_a_worker(errand: Errand, parcel: Parcel, cache: Path) -> None:
    with room(errand, parcel).desk() as desk:
        desk.grade(job("s1"))
    kept = [path for path in cache.rglob("*") if path.is_file()]
    assert kept
    assert not any(str(SEED).encode() in path.read_bytes() for path in kept)


def test_threads_have_desks_of_their_own_which_are_used_again(errand: Errand, parcel: Parcel) -> None:
    ours = room(errand, parcel)
    with ours.desk() as first, ours.desk() as second:
        assert first is not second
    with ours.desk() as again:
        assert again in (first, second)
    assert len(ours._desks) == 2


def test_threads_that_come_at_once_meet_in_one_room(errand: Errand, parcel: Parcel) -> None:
    found = []
    threads = [threading.Thread(target=lambda: found.append(room(errand, parcel))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(map(id, found))) == 1


def test_who_leaves_ends_the_desks_also_those_at_work(errand: Errand, parcel: Parcel) -> None:
    with room(errand, parcel).desk() as desk:
        leave(errand.batch)
        done = desk.grade(job("s1"))
    assert done.result is not None
    assert done.result.errors == ("exercise-01: the batch was ended before this was graded",)
    assert errand.batch not in rooms._ROOMS
    leave(errand.batch)  # a second time, or where nothing was set up, it does nothing


def test_a_room_that_is_not_asked_for_is_put_away(
    errand: Errand, parcel: Parcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "_IDLE_SECONDS", 0.1)
    ours = room(errand, parcel)
    assert has_come(lambda: errand.batch not in rooms._ROOMS)
    assert has_come(lambda: not ours._desks)


@pytest.mark.parametrize("name", ["grader", "python", "numpy", "scipy"])
def test_other_versions_are_refused(errand: Errand, parcel: Parcel, name: str) -> None:
    other = replace(errand, versions=dict(errand.versions) | {name: "9.9"})
    reason = rf"it has {name} .* and not 9\.9: install the same versions there as here"
    with pytest.raises(JudgeError, match=rf"the worker on .* \(process \d+\): {reason}"):
        room(other, parcel)
    assert errand.batch not in rooms._ROOMS
    assert f"{name} {errand.versions[name]} and not 9.9" in refusal(other)


def test_a_level_that_cannot_be_had_is_refused(errand: Errand, parcel: Parcel, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = replace(errand, settings=replace(errand.settings, isolation="sealed"))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(JudgeError, match="`sealed` cannot be had here"):
        room(sealed, parcel)
    assert "`sealed` cannot be had here" in refusal(sealed)


def test_a_course_with_a_fault_is_refused_in_words(
    errand: Errand, parcel: Parcel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "course.yaml").write_text("title: nothing else", encoding="utf-8")
    monkeypatch.setattr(rooms, "unpacked", lambda parcel: tmp_path)
    with pytest.raises(JudgeError, match=r"the worker on .*: course\.yaml.*missing"):
        room(errand, parcel)


def test_who_is_fit_says_nothing(errand: Errand) -> None:
    assert refusal(errand) == ""


def test_what_is_logged_of_an_errand_has_no_seed(errand: Errand) -> None:
    assert str(SEED) not in repr(errand)
