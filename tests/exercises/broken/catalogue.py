"""Exercises broken on purpose, each by one change of a sound one, and the claim that must be refuted."""

from dataclasses import dataclass, field

WHOLE = ""
"""In the place of a text to be replaced: the file as a whole."""


@dataclass(frozen=True)
class Broken:
    """A sound exercise with a fault.

    Attributes
    ----------
    name : str
        what is wrong.
    exercise : str
        the sound one.
    changes : dict
        file, from the exercise's own folders -> (what is replaced, by what); None removes the file.
    proof : str
        which finds it.
    claim, says : str
        the refuted line, and what must stand in it or below it.
    also : frozenset of str
        further claims that cannot hold then.
    """

    name: str
    exercise: str
    changes: dict[str, tuple[str, str] | None]
    proof: str
    claim: str
    says: str
    also: frozenset[str] = field(default_factory=frozenset)


RANDOM = "    points: 3\n    compare: {allclose: {rtol: 1e-9, atol: 1e-12}}\n"
GUARD = '    if len(x) < 2:\n        raise ValueError("two observations are needed")\n'
REFUSES = """\
  - name: refuses a single observation
    points: 1
    inputs: {x: [3.0]}
    raises: ValueError
    feedback: One observation has no spread.
"""
SUM = "return float(np.sum((x - np.mean(x)) ** 2) / (len(x) - 1))"

BROKEN = [
    Broken(
        "a kind of check that is misspelt",
        "exercise-01",
        {"exercise.yaml": ("{allclose: {rtol: 1e-9, atol: 1e-12}}", "{allclos: {rtol: 1e-9}}")},
        "",
        "description",
        "did you mean 'allclose'?",
    ),
    Broken(
        "a stub that is out of date",
        "exercise-01",
        {"exercise.yaml": ("about: the observations", "about: two or more observations")},
        "description",
        "description",
        "the stub is not the one that the description gives",
    ),
    Broken(
        "a figure that is not there",
        "exercise-01",
        {"exercise.yaml": ("Return the sample variance, with", "![The spread](spread.png) Return it, with")},
        "description",
        "description",
        "names the file spread.png, and there is none",
    ),
    Broken(
        "a formula that makes no sense",
        "exercise-01",
        {"exercise.yaml": ("Return the sample variance, with", "Return the variance $\\frac{S}{n - \\one}$, with")},
        "description",
        "description",
        'cannot be set: Unknown command "\\one"',
    ),
    Broken(
        "no reference",
        "exercise-01",
        {"solution.py": None},
        "description",
        "description",
        "the reference solution is missing",
    ),
    Broken(
        "a mistake without feedback",
        "exercise-01",
        {"mistakes/divided_by_n.py": ('"""You divide by n; the sample variance divides by n - 1."""', "")},
        "description",
        "description",
        "has no docstring; it is the feedback to give",
    ),
    Broken(
        "a worked example with a slip",
        "exercise-01",
        {"exercise.yaml": ("  4.0\n", "  2.6666666666666665\n")},
        "example",
        "example",
        "gives something else",
    ),
    Broken(
        "a worked example of something else",
        "exercise-01",
        {"exercise.yaml": ("sample_variance(np.array([1.0, 3.0, 5.0]))", "2.0 + 2.0")},
        "example",
        "example",
        "never calls `sample_variance`",
    ),
    Broken(
        "a reference that is nan where all is equal",
        "exercise-01",
        {
            "exercise.yaml": ("[zeros, repeated]", "[zeros]"),
            "solution.py": (
                SUM,
                "return float(np.sum((x - np.mean(x)) ** 2) / (len(x) - 1) / (np.ptp(x) / np.ptp(x)))",
            ),
        },
        "chain",
        "reference",
        "not made of finite numbers",
    ),
    Broken(
        "a reference that fails now and then",
        "exercise-01",
        {
            "solution.py": (
                "    return float",
                "    if len(x) == 7 and np.max(x) > 4.5:\n        return 0.0\n    return float",
            )
        },
        "solutions",
        "accepted",
        "pairs loses points on",
        frozenset(["mutants", "precision"]),
    ),
    Broken(
        "a reference that is not the same twice",
        "exercise-03",
        {
            "solution.py": ("rng.random(n)", "np.random.default_rng().random(n)"),
            "exercise.yaml": (
                '{distribution: {cdf: "maximum(x, 0) ** 2", size: n}}',
                "{allclose: {atol: 10, scale: unit}}",
            ),
        },
        "solutions",
        "reference",
        "not deterministic",
        frozenset(["mistakes", "mutants"]),
    ),
    Broken(
        "a reference that takes its time",
        "exercise-04",
        {"solution.py": ("    q = ", "    import time\n    time.sleep(0.12 * (p[0] == 0))\n    q = ")},
        "solutions",
        "reference",
        "a call",
    ),
    Broken(
        "a reference that never ends",
        "exercise-01",
        {"solution.py": ("    return float", "    while len(x) == 2:\n        pass\n    return float")},
        "chain",
        "reference",
        "no answer after",
    ),
    Broken(
        "a reference that loses digits",
        "exercise-01",
        {
            "exercise.yaml": ("center: 2", "center: 30000"),
            "solution.py": (SUM, "return float((np.sum(x**2) - np.sum(x) ** 2 / len(x)) / (len(x) - 1))"),
        },
        "precision",
        "precision",
        "disagree",
        frozenset(["accepted"]),
    ),
    Broken(
        "a stub that earns points",
        "exercise-01",
        {
            "exercise.yaml": ("raises: ValueError", "raises: RuntimeError"),
            "solution.py": ("ValueError", "RuntimeError"),
            "accepted/pairs.py": ("ValueError", "RuntimeError"),
            "mistakes/divided_by_n.py": ("ValueError", "RuntimeError"),
        },
        "chain",
        "stub",
        "the stub earns 1 points",
    ),
    Broken(
        "a constant that earns points",
        "exercise-01",
        {
            "exercise.yaml": (
                REFUSES,
                REFUSES + "  - name: no spread\n    points: 1\n    inputs: {x: [2, 2]}\n    compare: allclose\n",
            )
        },
        "chain",
        "idle answers",
        "`return 0.0` earns 1 points",
    ),
    Broken(
        "an argument that earns points",
        "exercise-04",
        {"exercise.yaml": ("    needs: [random points]\n", "")},
        "chain",
        "idle answers",
        "`return p` earns 1 points",
    ),
    Broken(
        "a tolerance that only the reference meets",
        "exercise-01",
        {"exercise.yaml": (RANDOM, "    points: 3\n    compare: {allclose: {rtol: 0, atol: 0}}\n")},
        "solutions",
        "accepted",
        "pairs loses points on",
        frozenset(["precision"]),
    ),
    Broken(
        "an accepted solution that uses what is forbidden",
        "exercise-01",
        {
            "accepted/pairs.py": (
                "return float(np.sum((x[:, np.newaxis] - x) ** 2) / (2 * n * (n - 1)))",
                "return float(x.var(ddof=1))",
            )
        },
        "chain",
        "accepted",
        "uses `x.var`",
    ),
    Broken(
        "a mistake that nobody notices",
        "exercise-01",
        {"exercise.yaml": ("{rtol: 1e-9, atol: 1e-12}", "{rtol: 0.6}")},
        "solutions",
        "mistakes",
        "gets its own feedback on 0",
        frozenset(["mutants"]),
    ),
    Broken(
        "a mistake that is told another's feedback",
        "exercise-01",
        {
            "mistakes/again.py": (
                WHOLE,
                '"""You divide by n, again."""\n\n\ndef sample_variance(x):\n    return float(x.std() ** 2)\n',
            )
        },
        "solutions",
        "mistakes",
        "the feedback of again",
    ),
    Broken(
        "a guard that no check tries",
        "exercise-01",
        {"exercise.yaml": (REFUSES, "")},
        "mutants",
        "mutants",
        "no input reaches line 8",
    ),
    Broken(
        "a tolerance that lets wrong answers pass",
        "exercise-04",
        {
            "exercise.yaml": (
                "    compare: {allclose: {rtol: 1e-12, atol: 1e-12}}",
                "    compare: {allclose: {atol: 1.5}}",
            )
        },
        "mutants",
        "mutants",
        "its tolerance is too wide",
        frozenset(["mistakes", "idle answers"]),
    ),
    Broken(
        "an excuse for a mutant that is killed",
        "exercise-04",
        {
            "excused.yaml": (
                WHOLE,
                'excused:\n  - {before: "q[2] = 0.0", after: "q[1] = 0.0", why: "the second will do as well"}\n',
            )
        },
        "mutants",
        "mutants",
        "excused without need",
    ),
    Broken(
        "an eigenvector of one sign",
        "exercise-02",
        {"exercise.yaml": ("compare: up_to_sign", "compare: allclose")},
        "choices",
        "arbitrary choices",
        "depends on the signs of the vectors that numpy.linalg.eigh happens to give",
        frozenset(["accepted"]),
    ),
    Broken(
        "eigenvalues in whatever order they come",
        "exercise-02",
        {
            "exercise.yaml": ("compare: up_to_sign", "compare: allclose"),
            "solution.py": ("return np.linalg.eigh(A)[1][:, -1]", "return np.linalg.eigvals(A).real"),
        },
        "choices",
        "arbitrary choices",
        "depends on the order of the values that numpy.linalg.eigvals happens to give",
        frozenset(["accepted", "example", "mutants"]),
    ),
    Broken(
        "one basis of a plane",
        "exercise-02",
        {
            "exercise.yaml": ("[1, 2, 5, 9]", "[1, 2, 9, 9]"),
        },
        "choices",
        "arbitrary choices",
        "depends on the basis of a space that numpy.linalg.eigh happens to give",
        frozenset(["accepted", "mutants"]),
    ),
    Broken(
        "too few draws to find a mistake",
        "exercise-03",
        {
            "exercise.yaml": ("n: 1000", "n: 12"),
            "mistakes/squared.py": ("rng.random(n) ** 2", "rng.random(n) ** 0.6"),
        },
        "solutions",
        "mistakes",
        "squared",
        frozenset(["mutants"]),
    ),
]
