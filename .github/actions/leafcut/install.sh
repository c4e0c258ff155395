#!/usr/bin/env bash
# Say which leafcut the next steps use: the one that is given, or this repository's own, installed
# beside the job with the versions and digests that it names.
set -euo pipefail

leafcut=${INSTALLED:-}
if [ -z "$leafcut" ]; then
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
    place=$RUNNER_TEMP/leafcut-installed
    if [ ! -x "$place/bin/leafcut" ]; then
        python3 -m venv "$place"
        "$place/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
            --require-hashes -r "$root/constraints.txt"
        "$place/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
            --no-build-isolation "$root"
    fi
    leafcut=$place/bin/leafcut
fi
printf 'leafcut=%s\n' "$leafcut" >> "$GITHUB_OUTPUT"
