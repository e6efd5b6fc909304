#!/bin/sh
# Prints the table of docs/performance.md. Without PYTHON it makes a virtual environment for the
# peers in Benchmarks/.build-peers; PYTHON= (empty) leaves the peers out.
set -eu
cd "$(dirname "$0")"
if [ -z "${PYTHON+set}" ]; then
  PYTHON="$PWD/.build-peers/bin/python"
  if ! "$PYTHON" -c 'import pydensecrf.densecrf, scipy, torch' 2>/dev/null; then
    python3 -m venv .build-peers
    "$PYTHON" -m pip install --quiet -r peers/requirements.txt
    sh peers/build_pydensecrf.sh "$PYTHON"
  fi
fi
# The flags and the folder of `make build`, so that the package is not built twice.
build() { swift build -c release -Xswiftc -enable-testing --scratch-path "$SCRATCH" "$@"; }
SCRATCH=${SCRATCH:-../.build}
build --product conta-benchmark >&2
exec "$(build --show-bin-path)/conta-benchmark" ${PYTHON:+--python "$PYTHON"} "$@"
