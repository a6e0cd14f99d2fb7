"""The gradebook: what is put on record is there, once and whole, and nothing that was there is lost."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import pytest

from grader.gradebook import reading
from grader.gradebook.book import Gradebook
from grader.gradebook.records import Adjustment, Change, Conditions, Graded, HandedIn, Run
from grader.model import Verdict
from grader.results import CheckResult
from grader.roster import Student

Make = Callable[..., Graded]
Hand = Callable[..., HandedIn]
PLACE = "s1", "exercise-01"


def scores(book: Gradebook) -> dict[tuple[str, str], Fraction | None]:
    """Return the scores that stand."""
    return {place: item.graded.result.score for place, item in book.snapshot().standing.items()}


def test_the_secret_seed_has_128_bits_and_stays_the_same(where: str, book: Gradebook) -> None:
    seed = book.secret_seed()
    assert 0 < seed.bit_length() <= 128
    assert book.secret_seed() == seed
    with Gradebook(where) as again:
        assert again.secret_seed() == seed


def test_two_gradebooks_have_different_secret_seeds(tmp_path: object) -> None:
    seeds = set()
    for name in ("one", "two"):
        with Gradebook(f"{tmp_path}/{name}.db", create=True) as book:
            seeds.add(book.secret_seed())
    assert len(seeds) == 2


def test_a_run_is_on_record_with_its_conditions_and_without_its_seed(book: Gradebook, conditions: Conditions) -> None:
    number = book.begin_run(conditions)
    (run,) = book.runs()
    assert (run.id, run.state, run.finished, run.origin) == (number, "running", None, "given")
    assert (run.isolation, run.versions, run.options) == ("sealed", {"grader": "0.1.0"}, {"jobs": 2})
    assert run.started.tzinfo is not None
    assert not any(getattr(run, field) == conditions.seed for field in Run.__dataclass_fields__ if field != "id")


@pytest.mark.parametrize("state", ["finished", "interrupted"])
def test_the_end_of_a_run_is_on_record(book: Gradebook, run: int, state: str) -> None:
    book.finish_run(run, state)  # type: ignore[arg-type] # both are states
    (found,) = book.runs()
    assert found.state == state
    assert found.finished is not None
    assert found.finished >= found.started


def test_a_run_whose_process_is_gone_is_an_interrupted_one(
    book: Gradebook, conditions: Conditions, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = os.fork()
    if gone == 0:
        os._exit(0)
    os.waitpid(gone, 0)
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: gone)
        book.begin_run(conditions)
    book.begin_run(conditions)
    book.begin_run(conditions)
    assert [run.state for run in book.runs()] == ["interrupted", "running", "running"]


def test_a_result_comes_back_as_it_was_given(book: Gradebook, run: int, graded: Make, handed_in: Hand) -> None:
    given = graded(score=0)
    book.record_submissions(run, [handed_in()])
    book.add(run, [given])
    found = book.snapshot(["s1"], details=True)
    assert found.standing[PLACE].graded == given
    assert found.standing[PLACE].run == run
    assert found.handed_in[PLACE] == handed_in()
    assert found.students == (Student("s1"),)


def test_a_result_without_a_score_comes_back_without_one(book: Gradebook, run: int, graded: Make) -> None:
    given = graded(score=None, errors=("exercise-01, check 'small': Traceback …",))
    book.add(run, [given])
    assert book.snapshot(details=True).standing[PLACE].graded == given


def test_a_result_without_checks_comes_back_without_any(book: Gradebook, run: int, graded: Make) -> None:
    given = graded(score=None, checks=(), errors=("no reference",))
    book.add(run, [given])
    assert book.snapshot(details=True).standing[PLACE].graded == given


def test_without_details_checks_have_scores_and_only_where_they_are_asked_for(
    book: Gradebook, run: int, graded: Make
) -> None:
    book.add(run, [graded(score=0), graded(key="k2", exercise="exercise-02", score=0)])
    found = book.snapshot(checks_of=["exercise-02"]).standing
    assert found[PLACE].graded.result.checks == ()
    first, second = found["s1", "exercise-02"].graded.result.checks
    assert first == CheckResult("small", Verdict.WRONG_ANSWER, Fraction(0), Fraction(2))
    assert second == CheckResult("large", Verdict.ACCEPTED, Fraction(2), Fraction(2), "hidden")


def test_only_the_students_that_are_wanted_are_read(book: Gradebook, run: int, graded: Make, handed_in: Hand) -> None:
    names = [f"s{number}" for number in range(5)]
    book.record_submissions(run, [handed_in(name) for name in names])
    book.add(run, [graded(name) for name in names])
    found = book.snapshot(["s3", "s1", "nobody"])
    assert [student.id for student in found.students] == ["s1", "s3"]
    assert {name for name, _ in found.standing} == {name for name, _ in found.handed_in} == {"s1", "s3"}


STRANGE = [
    "Ada Lovelace",
    "Zoë",
    'O\'Brien "the" third',
    "../../etc/passwd",
    "学生",
    "-rf",
    "a\\b",
    "%s; DROP TABLE student",
    "🦉",
]


@pytest.mark.parametrize("name", STRANGE)
def test_any_name_is_a_name(book: Gradebook, run: int, graded: Make, handed_in: Hand, name: str) -> None:
    book.record_submissions(run, [handed_in(name)])
    book.add(run, [graded(name)])
    assert book.known({(name, "exercise-01"): "k1"}) == {(name, "exercise-01")}
    assert scores(book) == {(name, "exercise-01"): 4}
    assert book.erase(name, "me")["results"] == 1
    assert book.students() == ()


@pytest.mark.parametrize("text", ["\0", "a\0b", "half a pair \ud800", "\x1b[31m", "ü\n\r\t"])
def test_whatever_an_answer_says_is_kept(book: Gradebook, run: int, graded: Make, text: str) -> None:
    given = graded(score=0)
    checks = tuple(replace(check, message=text, printed=text) for check in given.result.checks)
    given = replace(given, result=replace(given.result, checks=checks))
    book.add(run, [given])
    assert book.snapshot(details=True).standing[PLACE].graded == given


def test_what_was_printed_without_end_is_cut_in_the_middle(book: Gradebook, run: int, graded: Make) -> None:
    given = graded(score=0)
    check = replace(given.result.checks[0], printed="a" * 100_000 + "end", trace="b" * 100_000)
    book.add(run, [replace(given, result=replace(given.result, checks=(check,)))])
    (found,) = book.snapshot(details=True).standing[PLACE].graded.result.checks
    assert len(found.printed) < 9_000 > len(found.trace)
    assert found.printed.startswith("aaa")
    assert "(92003 characters left out)" in found.printed
    assert found.printed.endswith("aend")


def test_a_result_is_known_by_student_and_key(book: Gradebook, run: int, graded: Make) -> None:
    book.add(run, [graded("s1", "k1"), graded("s2", "k2")])
    wanted = {("s1", "exercise-01"): "k1", ("s2", "exercise-01"): "k1", ("s3", "exercise-01"): "k2"}
    assert book.known(wanted) == {PLACE}
    assert book.known({}) == set()


def test_equal_submissions_of_two_students_are_two_results(book: Gradebook, run: int, graded: Make) -> None:
    book.add(run, [graded("s1", "k"), graded("s2", "k")])
    assert len(scores(book)) == 2


def test_the_same_result_is_put_on_record_once(book: Gradebook, run: int, graded: Make) -> None:
    book.add(run, [graded(), graded()])
    book.add(run, [graded()])
    assert [event.kind for event in book.history("s1")] == ["result"]


def test_more_results_are_known_at_once_than_fit_into_one_question(
    book: Gradebook, run: int, graded: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_PART", 20)
    many = [graded(f"s{number}", f"k{number}") for number in range(55)]
    book.add(run, many)
    assert book.known({item.place: item.key for item in many}) == {item.place for item in many}
    assert book.reuse(run, {item.place: item.key for item in many}) == {item.place for item in many}
    assert len(book.snapshot([item.student for item in many]).standing) == 55


def test_a_later_result_stands_and_the_earlier_stays_on_record(
    book: Gradebook, run: int, conditions: Conditions, graded: Make
) -> None:
    book.add(run, [graded(key="old", score=0)])
    second = book.begin_run(conditions)
    book.add(second, [graded(key="new", score=2)])
    assert scores(book) == {PLACE: 4}
    assert [event.text.split(" (")[0] for event in book.history("s1")] == [
        "partial, 2 of 4 points",
        "accepted, 4 of 4 points",
    ]


def test_a_known_result_stands_again_when_it_is_reused(
    book: Gradebook, run: int, conditions: Conditions, graded: Make
) -> None:
    book.add(run, [graded(key="old", score=0)])
    book.add(run, [graded(key="new", score=2)])
    third = book.begin_run(conditions)
    assert book.reuse(third, {PLACE: "old", ("s9", "exercise-01"): "old"}) == {PLACE}
    assert scores(book) == {PLACE: 2}
    assert book.snapshot().standing[PLACE].run == run  # made by the first, on the third's account
    assert len(book.history("s1")) == 3


def test_reusing_what_stands_puts_nothing_on_record(book: Gradebook, run: int, graded: Make) -> None:
    book.add(run, [graded()])
    before = book.history("s1")
    book.reuse(run, {PLACE: "k1"})
    assert book.history("s1") == before


class TestRegrade:
    """Results that are held back until the difference was seen."""

    def test_what_is_held_back_does_not_stand(
        self, book: Gradebook, run: int, conditions: Conditions, graded: Make
    ) -> None:
        book.add(run, [graded(key="old", score=0)])
        regrade = book.begin_run(conditions)
        book.add(regrade, [graded(key="new", score=2)], hold=True)
        assert scores(book) == {PLACE: 2}
        assert book.known({PLACE: "new"}) == {PLACE}
        assert book.history("s1")[-1].text.endswith("held back")

    def test_what_is_held_back_stands_once_it_is_settled(
        self, book: Gradebook, run: int, conditions: Conditions, graded: Make
    ) -> None:
        book.add(run, [graded(key="old", score=0)])
        regrade = book.begin_run(conditions)
        book.add(regrade, [graded(key="new", score=2)], hold=True)
        assert book.settle(regrade) == 1
        assert scores(book) == {PLACE: 4}
        assert book.settle(regrade) == 0

    def test_the_difference_is_the_same_before_and_after(
        self, book: Gradebook, run: int, conditions: Conditions, graded: Make
    ) -> None:
        book.add(run, [graded("s1", "a", score=0), graded("s2", "b"), graded("s4", "d", score=0)])
        regrade = book.begin_run(conditions)
        results = [graded("s1", "A"), graded("s2", "B"), graded("s3", "C", score=0), graded("s4", "D", score=None)]
        book.add(regrade, results, hold=True)
        wanted = (
            Change(*PLACE, Verdict.PARTIAL, Fraction(2), Verdict.ACCEPTED, Fraction(4), Fraction(4)),
            Change("s3", "exercise-01", None, None, Verdict.PARTIAL, Fraction(2), Fraction(4)),
            Change("s4", "exercise-01", Verdict.PARTIAL, Fraction(2), Verdict.JUDGE_ERROR, None, Fraction(4)),
        )
        assert book.difference(regrade) == wanted
        book.settle(regrade)
        assert book.difference(regrade) == wanted
        assert len(book.difference(run)) == 3  # for whom there was nothing before

    def test_after_an_interruption_the_results_that_are_there_are_held_back_again(
        self, book: Gradebook, run: int, conditions: Conditions, graded: Make
    ) -> None:
        book.add(run, [graded(key="old", score=0)])
        book.add(book.begin_run(conditions), [graded(key="new", score=2)], hold=True)
        again = book.begin_run(conditions)
        assert book.reuse(again, {PLACE: "new"}, hold=True) == {PLACE}
        assert scores(book) == {PLACE: 2}
        assert [change.score_after for change in book.difference(again)] == [4]
        book.settle(again)
        assert scores(book) == {PLACE: 4}

    def test_the_last_result_that_is_held_back_counts(self, book: Gradebook, run: int, graded: Make) -> None:
        book.add(run, [graded(key="one", score=0)], hold=True)
        book.add(run, [graded(key="two", score=2)], hold=True)
        book.settle(run)
        assert scores(book) == {PLACE: 4}


def test_the_submission_that_was_recorded_last_counts(
    book: Gradebook, run: int, handed_in: Hand, later: Callable[..., datetime]
) -> None:
    newer = handed_in(content="c2", at=later(hours=1))
    assert book.record_submissions(run, [handed_in(content="c0", counts=False), handed_in()]) == 2
    assert book.record_submissions(run, [newer]) == 1
    assert book.snapshot().handed_in == {PLACE: newer}


def test_a_submission_that_is_there_is_not_recorded_again(book: Gradebook, run: int, handed_in: Hand) -> None:
    both = [handed_in(content="c0", counts=False), handed_in()]
    assert [book.record_submissions(run, both) for _ in range(3)] == [2, 0, 0]


def test_a_submission_that_counts_again_is_recorded_again(book: Gradebook, run: int, handed_in: Hand) -> None:
    first, second = handed_in(), handed_in(content="c2")
    for item in (first, second, first):
        assert book.record_submissions(run, [item]) == 1
    assert book.snapshot().handed_in == {PLACE: first}


def test_a_submission_of_an_unknown_time_has_none(book: Gradebook, run: int, handed_in: Hand) -> None:
    book.record_submissions(run, [handed_in(at=None)])
    assert book.snapshot().handed_in[PLACE].at is None


def test_what_is_known_of_a_student_is_replaced_and_others_stay(book: Gradebook, run: int, handed_in: Hand) -> None:
    book.record_submissions(run, [handed_in("s1"), handed_in("s2")])
    book.remember_students([Student("s1", "Ada", "a@b.c", {"canvas_id": "7"}), Student("s3", "Zoë")])
    assert book.students() == (Student("s1", "Ada", "a@b.c", {"canvas_id": "7"}), Student("s2"), Student("s3", "Zoë"))
    book.remember_students([Student("s1", "Ada L."), Student("s3")])
    assert book.students()[0] == Student("s1", "Ada L.", "a@b.c", {"canvas_id": "7"})
    assert book.students()[2] == Student("s3", "Zoë")


def test_a_score_that_a_person_set_is_kept_through_a_regrade(
    book: Gradebook, run: int, graded: Make, later: Callable[..., datetime]
) -> None:
    made = Adjustment(*PLACE, Fraction(7, 2), "a reason", "me", later())
    book.add(run, [graded(key="old", score=0)])
    book.adjust(made)
    book.add(run, [graded(key="new")])
    assert book.snapshot().adjustments == {PLACE: made}


def test_the_newest_adjustment_holds_and_can_be_taken_back(book: Gradebook, later: Callable[..., datetime]) -> None:
    first = Adjustment(*PLACE, Fraction(1), "first", "me", later())
    second = replace(first, points=Fraction(2), why="second")
    for made in (first, second):
        book.adjust(made)
        assert book.snapshot().adjustments == {PLACE: made}
    book.adjust(replace(first, points=None, why="a mistake"))
    assert book.snapshot().adjustments == {}
    assert [event.text for event in book.history("s1")] == [
        "set to 1 points by me: first",
        "set to 2 points by me: second",
        "taken back by me: a mistake",
    ]


def test_history_tells_all_in_order(
    book: Gradebook, run: int, graded: Make, handed_in: Hand, later: Callable[..., datetime]
) -> None:
    book.record_submissions(run, [handed_in(content="c0", counts=False), handed_in(at=None)])
    book.add(run, [graded(score=None)])
    kinds = [(event.kind, event.exercise) for event in book.history("s1")]
    assert kinds == [("submission", "exercise-01")] * 2 + [("result", "exercise-01")]
    assert [event.text for event in book.history("s1")] == [
        "s1/exercise-01.py, handed in 2027-03-01 12:00:00+00:00; a newer one counts",
        "s1/exercise-01.py",
        f"judge error, no score (run {run}, sealed, grader 0.1.0)",
    ]


class TestErasing:
    """A student taken out for good."""

    def test_all_of_one_student_goes_and_all_of_the_others_stays(
        self, book: Gradebook, run: int, graded: Make, handed_in: Hand, later: Callable[..., datetime]
    ) -> None:
        for name in ("s1", "s2"):
            book.record_submissions(run, [handed_in(name)])
            book.add(run, [graded(name), graded(name, "k2", exercise="exercise-02")])
            book.add(run, [graded(name, "k3")], hold=True)
            book.adjust(Adjustment(name, "exercise-01", Fraction(1), "why", "me", later()))
        other = book.snapshot(["s2"], details=True)
        assert book.erase("s1", "me") == {"submissions": 1, "results": 3, "adjustments": 1, "checks": 6}
        assert book.snapshot(details=True) == other
        assert book.history("s1") == ()
        assert book.settle(run) == 1  # of the other, who is still held back

    def test_a_student_who_is_not_there_leaves_everything_as_it_was(
        self, book: Gradebook, run: int, graded: Make
    ) -> None:
        book.add(run, [graded()])
        assert book.erase("s9", "me") == {}
        assert scores(book) == {PLACE: 4}

    def test_who_was_erased_may_hand_in_again(self, book: Gradebook, run: int, graded: Make) -> None:
        book.add(run, [graded()])
        book.erase("s1", "me")
        assert book.known({PLACE: "k1"}) == set()
        book.add(run, [graded(score=0)])
        assert scores(book) == {PLACE: 2}
