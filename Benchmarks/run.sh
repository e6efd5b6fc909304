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
swift build -c release --product conta-benchmark
exec "$(swift build -c release --show-bin-path)/conta-benchmark" \
  ${PYTHON:+--python "$PYTHON"} "$@"
