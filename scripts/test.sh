#!/usr/bin/env bash
# Runs `swift test` with the arguments given, and repeats what failed below everything else.
set -euo pipefail

# Suites run beside each other, and OpenMP's threads would spin where they wait.
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
"${SWIFT:-swift}" test "$@" 2>&1 | tee "$log" || status=$?
if [ "$status" -ne 0 ]; then
  printf '\n== What failed (exit code %s)\n' "$status"
  # The lines below an issue have its values. Known issues are expected ones.
  awk '/(^|: )error: / || /^✘ .* recorded an issue/ { print; inside = 1; next }
    inside && /^↳/ { print; next }
    { inside = 0 }' "$log"
fi
exit "$status"
