"""All proofs, in the order in which they are tried; a stage begins when the one before has found nothing in its way."""

from typing import Final

from grader.authoring.verification._contract import Proof
from grader.authoring.verification.chain import Chain
from grader.authoring.verification.choices import Choices
from grader.authoring.verification.description import Description
from grader.authoring.verification.example import Example
from grader.authoring.verification.mutation import Mutation
from grader.authoring.verification.precision import Precision
from grader.authoring.verification.solutions import Solutions
from grader.authoring.verification.statistics import Statistics
from grader.authoring.verification.tolerance import Distances

STAGES: Final[tuple[tuple[Proof, ...], ...]] = (
    (Description(),),
    (Chain(),),
    (Mutation(), Solutions(), Example(), Distances(), Choices(), Precision(), Statistics()),
)
BY_NAME: Final = {proof.name: proof for stage in STAGES for proof in stage}
CLAIMS: Final = (
    "description",
    "example",
    "reference",
    "precision",
    "stub",
    "idle answers",
    "accepted",
    "mistakes",
    "mutants",
    "nearest wrong answer",
    "tolerance",
    "arbitrary choices",
    "statistics",
)
"""In the order in which their lines are shown."""
