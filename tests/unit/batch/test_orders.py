"""What a batch is asked for, and what it comes to."""

from collections import Counter
from pathlib import Path

import pytest

from grader.batch.orders import Order, Summary, Watcher
from grader.model import Verdict
from tests.unit.batch.crews import job, settings
from tests.unit.batch.instant import result_of


def test_an_order_without_more_is_no_regrade_and_has_no_roster() -> None:
    order = Order(settings=settings("course"), origin="secret")
    assert (order.regrade, order.roster, order.options) == (False, (), {})


def test_a_summary_counts_what_was_graded_by_verdict() -> None:
    summary = Summary(
        students=2,
        verdicts={Verdict.ACCEPTED: 3, Verdict.RAISED: 1},
        reused=7,
        judge_errors={},
        not_read={},
        faults={},
        left_out={},
        seconds=1.0,
    )
    assert summary.graded == 4


def test_a_watcher_that_wants_to_show_nothing_shows_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    watcher = Watcher()
    watcher.is_left_out("ada", "exercise-01", "it is gone")
    watcher.remarks("note")
    watcher.begins(Counter(ada=1), 0)
    watcher.prepares(1)
    watcher.starts()
    watcher.is_graded("ada", result_of(job("ada"), "right"))
    watcher.repeats(1)
    watcher.ends(
        Summary(students=0, verdicts={}, reused=0, judge_errors={}, not_read={}, faults={}, left_out={}, seconds=0)
    )
    assert capsys.readouterr() == ("", "")
