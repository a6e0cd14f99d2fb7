"""The driver: stages, what is left open, what is kept."""

from pathlib import Path

import pytest

from grader.authoring.verification import Line, Status, verifying
from grader.authoring.verification.proofs import BY_NAME, CLAIMS, STAGES
from grader.authoring.verification.verifying import Options, verify
from grader.spec.files import load_course


def test_every_claim_of_a_proof_has_its_place() -> None:
    made = {claim for proof in BY_NAME.values() for claim in proof.claims}
    assert made == set(CLAIMS)
    assert len(BY_NAME) == sum(map(len, STAGES))


def test_of_two_lines_on_one_claim_the_refuted_one_stays() -> None:
    good, bad, open_ = (Line("accepted", status, status) for status in (Status.PROVED, Status.REFUTED, Status.OPEN))
    for lines in ([good, bad], [bad, good], [bad, open_]):
        assert verifying._one_each(lines) == [bad]
    assert verifying._one_each([good, open_]) == [good]


def test_a_proof_that_could_not_be_examined_refutes_its_claims(sound: Path) -> None:
    from grader.authoring.verification.subject import Subject

    subject = Subject(load_course(sound), "exercise-01")
    lines, reason = verifying._concluded(subject, BY_NAME["choices"], [{"fault": "one\ntwo"}, {"fault": "one\ntwo"}])
    assert [(line.claim, line.status, line.details) for line in lines] == [
        ("arbitrary choices", Status.REFUTED, ("one", "two"))
    ]
    assert reason == ""
    assert verifying._concluded(subject, BY_NAME["chain"], [{"fault": "x"}])[1] != ""


def test_a_description_that_is_not_valid_leaves_the_rest_open(folder: Path) -> None:
    file = folder / "exercises" / "exercise-01" / "exercise.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("difficulty: 1", "difficulty: 9"), encoding="utf-8")
    (result,) = verify(load_course(folder), ["exercise-01"], Options(others=2))
    first, *rest = result.lines
    assert (first.claim, first.status) == ("description", Status.REFUTED)
    assert "exercise.yaml:2:" in first.details[0]
    assert {line.status for line in rest} == {Status.OPEN}


@pytest.mark.slow
def test_what_has_not_changed_is_not_proved_again(folder: Path) -> None:
    course, options = load_course(folder), Options(others=2)
    told: list[tuple[str, int, int]] = []
    (first,) = verify(course, ["exercise-04"], options, lambda *said: told.append(said))
    (second,) = verify(course, ["exercise-04"], options)
    (third,) = verify(course, ["exercise-04"], Options(others=2, fresh=True))
    assert first.holds
    assert [result.reused for result in (first, second, third)] == [False, True, False]
    assert second.lines == first.lines
    assert told[-1][0] == "exercise-04"
    assert told[-1][1] == told[-1][2] > 5
