# The one door to the project's checks; `.ci/run` and pre-commit call the same lines.

# What there is
default:
    @just --list

# Format, and mend what can be mended
format:
    ruff format .
    ruff check --fix .

# Style, types, layers
lint:
    ruff format --check .
    ruff check .
    mypy
    lint-imports

# The fast tests
test *ARGS:
    pytest {{ARGS}}

# The slow tests
test-slow *ARGS:
    pytest -m slow {{ARGS}}

# What is claimed about speed, measured here and now
bench *ARGS:
    python bench/run.py {{ARGS}}
    python bench/isolation.py {{ARGS}}
    python bench/verification.py {{ARGS}}
    python -m bench.batch --nbgrader {{ARGS}}

# Notebooks graded here and by nbgrader, side by side; takes minutes
notebooks *ARGS:
    python -m bench.notebooks {{ARGS}}

# A million frames that no worker of ours would send, each changed where the last ones led to code not seen before
fuzz *ARGS:
    python -m tests.hostile.fuzz_frames {{ARGS}}

# Write the stub files again from the descriptions
stubs:
    grade author stub --write $(ls exercises)

# All that must hold before a change lands
check: lint test

# Write the reference of inputs and checks again from the kinds
reference:
    python -m grader.authoring.reference > docs/reference.md

# Write the JSON Schemas of both kinds of YAML files again from the classes that read them
schema:
    grade author schema --write

# How answers with a known verdict are judged, a thousand trials for each line
verdicts:
    python -m bench.verdicts --write docs/verdicts.md

# Which layer of isolation stops which hostile submission
attacks:
    python -m tests.hostile --write docs/operators/attacks.md

# False alarms and power of the statistical checks, and the time that each kind takes
measure:
    python bench/statistical_checks.py
    python bench/kinds.py
