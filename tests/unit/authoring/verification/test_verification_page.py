"""What the page for authors says of the lines is true: its examples are run, and no claim is left out."""

import re
from collections.abc import Callable
from pathlib import Path

from grader.authoring.verification import Status
from grader.authoring.verification.excuses import Excuses, excuses
from grader.authoring.verification.mutation import Mutation
from grader.authoring.verification.precision import Precision
from grader.authoring.verification.probing import Probe
from grader.authoring.verification.proofs import CLAIMS
from grader.authoring.verification.subject import Subject
from grader.spec import loader, reading
from grader.spec.files import load_course

PAGE = (Path(__file__).parents[4] / "docs" / "authors" / "verify.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_every_claim_is_explained() -> None:
    headings = {
        name.strip() for names in re.findall(r"^\*\*(.+?)\.\*\*", PAGE, re.MULTILINE) for name in names.split(",")
    }
    assert headings == set(CLAIMS)


def test_every_standing_of_an_input_has_its_advice() -> None:
    table = PAGE.partition("| advice | means |")[2].partition("\n\n")[0]
    for words in (
        "more regimes than cases",
        "excluded",
        "small inputs",
        "seldom drawn",
        "accepts the answer",
        "no input reaches",
    ):
        assert words in table
    assert Probe.__annotations__["standing"]


def test_the_precise_computation_works(folder: Path) -> None:
    (folder / "solutions" / "exercise-01" / "precise.py").write_text(block("python"), encoding="utf-8")
    subject, proof = Subject(load_course(folder), "exercise-01"), Precision()
    facts = [proof.examine(subject, part) for part in proof.parts(subject, (subject.public_seed,))]
    assert [line.status for line in proof.conclude(subject, facts)] == [Status.PROVED]


def test_the_excuse_is_well_formed() -> None:
    read = reading.validate(loader.parse(block("yaml"), "excused.yaml"), Excuses, [])
    assert len(read.excused) == 1


def test_an_excused_mutant_has_not_survived(folder: Path, subject: Callable[[str], Subject]) -> None:
    survivor = {
        "name": "sign-1",
        "family": "sign",
        "line": 7,
        "before": "a + b",
        "after": "a - b",
        "status": "survived",
        "diff": "-a + b\n+a - b",
        "advice": ["inputs would show it"],
    }
    killed = {**survivor, "name": "sign-2", "after": "b", "status": "killed", "near": None, "by": {}, "alive_on": 0}
    facts = [{"mutants": [survivor, *[killed] * 20]}]
    sample = Subject(load_course(folder), "exercise-01")
    before = next(Mutation().conclude(sample, facts))
    text = 'excused: [{before: a + b, after: a - b, why: "b is always 0 here"}]\n'
    (folder / "solutions" / "exercise-01" / "excused.yaml").write_text(text, encoding="utf-8")
    assert excuses(sample)[0].why == "b is always 0 here"
    after = next(Mutation().conclude(sample, facts))
    assert before.status is Status.REFUTED
    assert before.details[:4] == ("survived: sign, line 7", "  -a + b", "  +a - b", "  inputs would show it")
    assert after.status is Status.PROVED
    assert after.text == "21 mutants: 20 killed, 0 as good as the reference, 1 excused, 0 survived"
    few = [{"mutants": [survivor, *[killed] * 5]}]
    assert "at most 10 % may be" in next(Mutation().conclude(sample, few)).details[-1]


def test_a_mutant_that_only_some_seeds_kill_is_a_warning(subject: Callable[[str], Subject]) -> None:
    seldom = {
        "name": "sign-1",
        "family": "sign",
        "line": 7,
        "before": "a",
        "after": "b",
        "status": "killed",
        "diff": "",
        "by": {},
        "alive_on": 1,
        "near": 10.0,
    }
    lines = list(Mutation().conclude(subject("exercise-01"), [{"mutants": [seldom] * 20}]))
    assert [line.status for line in lines] == [Status.WARNING, Status.WARNING]
    assert "killed on 2 of 3 seeds only: 'a' to 'b'" in lines[0].details
    assert lines[1].text == "20 of 20 killed mutants would pass with 100 times the tolerance"
