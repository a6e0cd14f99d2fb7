"""The lines of a verification as text and as JSON."""

import json

from grader.authoring.verification import Line, Status, Verified, wording

GOOD = Verified("exercise-01", "The variance", (Line("stub", Status.PROVED, "0 points"),), 1.25, 2.0)
BAD = Verified(
    "exercise-02",
    "An axis",
    (
        Line(
            "mutants", Status.REFUTED, "1 survived", ("survived: sign, line 2\n  - a\n  + b",), {"worst": float("inf")}
        ),
        Line("tolerance", Status.WARNING, "near", ("by less than ten times",)),
        Line("example", Status.OPEN, "not tried: the reference fails"),
    ),
    3.0,
    4.0,
)
KEPT = Verified("exercise-03", "Kept", (), reused=True)


def test_each_line_has_its_mark_and_its_details_below() -> None:
    rows = wording.text(wording.rows(BAD)).splitlines()
    assert rows[0].startswith("exercise-02  An axis")
    assert rows[0].endswith("3.0 s")
    assert rows[1:] == [
        "  ✗ mutants              1 survived",
        "      survived: sign, line 2",
        "        - a",
        "        + b",
        "  ! tolerance            near",
        "      by less than ten times",
        "  – example              not tried: the reference fails",
        "",
    ]


def test_a_diff_is_in_two_colours() -> None:
    roles = {text.strip(): role for row in wording.rows(BAD) for text, role in row}
    assert (roles["- a"], roles["+ b"], roles["by less than ten times"]) == ("bad", "good", "dim")


def test_the_summary_counts_what_holds_and_names_what_does_not() -> None:
    def said(*results: Verified) -> str:
        return wording.text(iter([wording.summary(results, 5.0)])).strip()

    assert said(GOOD) == "1 of 1 exercise proved in 5.0 s"
    assert said(GOOD, KEPT) == "2 of 2 exercises proved in 5.0 s; 1 unchanged since the last time"
    assert said(GOOD, BAD) == "1 of 2 exercises proved in 5.0 s; 1 warning; wrong: exercise-02"
    assert "unchanged" in wording.text(wording.rows(KEPT))


def test_as_json_everything_is_there_and_nothing_is_not_finite() -> None:
    data = json.loads(wording.as_json("A course", [GOOD, BAD], 5.0))
    assert (data["format"], data["course"], data["holds"]) == ("grader/verification/1", "A course", False)
    assert [exercise["holds"] for exercise in data["exercises"]] == [True, False]
    mutants = data["exercises"][1]["lines"][0]
    assert mutants["status"] == "refuted"
    assert mutants["data"] == {"worst": "inf"}


def test_an_open_line_means_that_nothing_is_proved() -> None:
    assert not Verified("e", "t", (Line("example", Status.OPEN, "not tried"),)).holds
    assert Verified("e", "t", (Line("example", Status.WARNING, "none"),)).holds
