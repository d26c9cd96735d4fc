#!/bin/sh
# Fetches HubSpot's official clients, which judge the sandbox in the test suite "peers". Does nothing
# where both are there already in the versions asked for. With "bench", fetches the Singer tap too, beside
# which reading is measured.
set -eu
cd "$(dirname "$0")"

for program in node npm python3; do
    command -v "$program" >/dev/null || { echo "tests/peers needs $program" >&2; exit 1; }
done

if ! cmp -s node/package-lock.json node/node_modules/.prepared; then
    rm -rf node/node_modules
    (cd node && npm ci --no-audit --no-fund --silent)
    cp node/package-lock.json node/node_modules/.prepared
fi

if ! cmp -s python/requirements.txt python/.venv/.prepared; then
    rm -rf python/.venv
    python3 -m venv python/.venv
    python/.venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --requirement python/requirements.txt
    cp python/requirements.txt python/.venv/.prepared
fi

if [ "${1:-}" = bench ] && ! cmp -s python/bench-requirements.txt python/.venv-bench/.prepared; then
    rm -rf python/.venv-bench
    python3 -m venv python/.venv-bench
    python/.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check \
        --requirement python/bench-requirements.txt
    cp python/bench-requirements.txt python/.venv-bench/.prepared
fi
