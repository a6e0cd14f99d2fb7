#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image: a Python, bubblewrap, the grader, and all that can be
# computed beforehand. Whatever fails here fails before a student hands anything in.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"

# Prints the first Python that is new enough and can make an environment.
suitable_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

if ! command -v bwrap >/dev/null || ! suitable_python >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    apt-get install -y --no-install-recommends bubblewrap
    for version in 3.13 3.12 3.11; do
        suitable_python >/dev/null && break
        apt-get install -y --no-install-recommends "python$version" "python$version-venv" || true
    done
fi
python="$(suitable_python)" || { echo "Python 3.11 or newer is needed: choose a newer base image" >&2; exit 1; }

"$python" -m venv "$root/venv"
"$root/venv/bin/python" -m pip install --no-cache-dir --disable-pip-version-check "$root"/source/wheel/*.whl
"$root/venv/bin/grade" gradescope prepare "$root"
