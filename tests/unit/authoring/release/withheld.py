"""A course full of things that students must not get, each marked with one word."""

MARK = "platypus"
"""In all that must stay at home, and in nothing else."""

COURSE = """\
title: A course with secrets  # platypus: a comment
seed: 11
tolerance: {rtol: 1e-6}
roster: platypus.csv
late: {per_day: 10 %, at_most: 50 %}
topics:
  - id: numbers
    title: Numbers
    sections:
      - {title: Means, due: 2027-03-01 23:59, exercises: [exercise-01, exercise-02, exercise-03]}
extensions:
  - {student: platypus-1, time_factor: 2}
dropped:
  - {exercise: exercise-01, check: platypus large samples, why: platypus was wrong}
"""

MEAN = """\
# platypus: the reference uses a sum
title: The mean
difficulty: 1
statement: |
  Return the mean of $x$.

  ```python
  >>> mean(np.array([1.0, 3.0]))
  2.0
  ```
function:
  name: mean
  about: Return the mean.
  parameters:
    x: {array: [n], about: numbers}
  returns: {type: float, about: "their mean: one number"}
hints: ["1e-6", "# no comment", "Add, then divide."]
inputs:
  n: {integer: {low: 2, high: 6}}
  platypus_size: {integer: {low: 400, high: 500}}
  x: {vector: {size: n}}
checks:
  - name: platypus large samples
    points: 0.5
    visibility: hidden
    inputs: {x: {vector: {size: platypus_size}}}
    compare: allclose
    feedback: platypus
  - name: small samples
    points: 2
    cases: 6
    compare: {allclose: {scale: 1 + norm(x)}}
    feedback: "Divide by n, not by n - 1."
  - name: people who were measured
    points: 1
    needs: [small samples]
    inputs:
      rows: 3
      platypus_unused: 5
      x: {dataset: {file: people.csv, columns: [height], rows: rows}}
    compare: {allclose: {scale: norm(x)}}
  - name: what is added to all
    points: 1
    cases: 3
    compare: {property: {holds: mean(x + 1) == answer + 1, scale: 1 + norm(x)}}
  - name: platypus people
    points: 1
    visibility: hidden
    inputs:
      x: {dataset: {file: platypus.csv, columns: [value]}}
    compare: allclose
"""

ESTIMATE = """\
title: An estimate
difficulty: 2
statement: Estimate the mean of the square of a uniform number.
function:
  name: estimate
  about: Return an estimate from n draws.
  parameters:
    n: {type: int, about: how many}
    rng: {type: generator, about: where they come from}
  returns: {type: float, about: the estimate}
inputs:
  n: 100
  rng: rng
checks:
  - name: right on average
    points: 1
    compare: {estimator: {target: 1 / 3}}
  - name: platypus the same with few
    points: 1
    visibility: hidden
    inputs: {n: 20}
    compare: {estimator: {target: 1 / 3}}
"""

COUNTER = """\
title: A counter
difficulty: 1
statement: Count.
function:
  name: Counter
  about: Counts from a number.
  parameters:
    start: {type: int, about: where to begin}
  methods:
    step: {about: One further., parameters: {}, returns: {type: int, about: the number}}
inputs:
  start: {integer: {low: -3, high: 3}}
checks:
  - name: two steps
    points: 1
    cases: 3
    calls: [{method: step, compare: exact}, {method: step, compare: exact}]
  - name: text is refused
    points: 1
    inputs: {start: {literal: word}}
    raises: TypeError
"""

FILES = {
    "course.yaml": COURSE,
    "platypus.csv": "student,name\nplatypus-1,Platypus\n",
    "exercises/exercise-01/exercise.yaml": MEAN,
    "exercises/exercise-01/people.csv": "name,height\nAda,1.65\nEmmy,1.6\nKurt,1.68\nAlan,1.78\n",
    "exercises/exercise-01/platypus.csv": "value\n1\n2\n",
    "exercises/exercise-01/platypus.txt": "an author's note\n",
    "exercises/exercise-02/exercise.yaml": ESTIMATE,
    "exercises/exercise-03/exercise.yaml": COUNTER,
    "solutions/exercise-01/solution.py": (
        '"""The platypus of references."""\n\n\ndef mean(x):\n    platypus = sum(x)\n    return float(platypus / len(x))\n'
    ),
    "solutions/exercise-01/accepted/numpys.py": (
        "import numpy as np\n\n\ndef mean(x):\n    platypus = np.mean(x)\n    return platypus\n"
    ),
    "solutions/exercise-01/mistakes/sum_only.py": (
        '"""This is the sum;\ndivide it."""\n\n\ndef mean(x):\n    platypus = sum(x)\n    return float(platypus)\n'
    ),
    "solutions/exercise-01/mistakes/refuses.py": (
        '"""Nothing is to be refused."""\n\n\ndef mean(x):\n    raise ValueError(f"platypus {len(x)}")\n'
    ),
    "solutions/exercise-01/mistakes/large.py": (
        '"""The platypus of large samples is dead."""\n\n\ndef mean(x):\n    return float(sum(x[:300]) / len(x))\n'
    ),
    "solutions/exercise-02/solution.py": (
        "import numpy as np\n\n\ndef estimate(n, rng):\n    platypus = rng.random(n) ** 2\n    return np.mean(platypus)\n"
    ),
    "solutions/exercise-02/mistakes/not_squared.py": (
        '"""Square them."""\n\nimport numpy as np\n\n\ndef estimate(n, rng):\n    return np.mean(rng.random(n))\n'
    ),
    "solutions/exercise-03/solution.py": (
        "class Counter:\n    def __init__(self, start):\n        self.platypus = start + 0\n\n"
        "    def step(self):\n        self.platypus += 1\n        return self.platypus\n"
    ),
    "solutions/exercise-03/mistakes/stuck.py": (
        '"""It has to go on."""\n\n\nclass Counter:\n    def __init__(self, start):\n        self.start = start + 0\n\n'
        "    def step(self):\n        return self.start + 1\n"
    ),
}
