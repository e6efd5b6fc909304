#!/bin/sh
# Installs what the build needs and is missing. Prints nothing when all is there.
set -eu

packages='build-essential libtorch-dev libgloo-dev libopenblas-dev libpng-dev libjpeg-dev'
# LIBTORCH=<dir> builds against another libtorch, for example the torch folder of a pip wheel.
if [ -n "${LIBTORCH:-}" ]; then
  packages='build-essential libopenblas-dev libpng-dev libjpeg-dev'
fi

fail() {
  echo "error: $*" >&2
  exit 1
}

# Swift comes first: without it nothing else is worth installing.
swift=${SWIFT:-swift}
command -v "$swift" >/dev/null 2>&1 \
  || fail "There is no 'swift' command. Install Swift 6.3 or newer from https://swift.org/install."
version=$("$swift" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
major=${version%%.*}
minor=${version#*.}
if [ -z "$version" ] || [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 3 ]; }; then
  fail "Found Swift ${version:-of an unknown version}. Expected 6.3 or newer, from https://swift.org/install."
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
  # Not Debian: the packages' names differ, and so do the ways to ask whether they are there.
  if [ ! -e .build/setup-was-shown ]; then
    echo "This is not a Debian system, so nothing was installed. The build needs:" >&2
    echo "  Ubuntu:   apt-get install $packages" >&2
    echo "  Homebrew: brew install pytorch openblas libpng jpeg-turbo" >&2
    echo "Elsewhere: libtorch (or LIBTORCH=<dir of a pip wheel's torch>), OpenBLAS, libpng, libjpeg." >&2
    mkdir -p .build && : >.build/setup-was-shown
  fi
  exit 0
fi

missing=
for package in $packages; do
  status=$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
  fail "Missing packages:$missing. Run as root: apt-get install --yes$missing"
fi
echo "Installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # The list is meant to be split.
if ! { apt-get update --quiet && apt-get install --yes --quiet --no-install-recommends $missing; } >&2; then
  fail "Could not install$missing. If this system has no libtorch-dev, set LIBTORCH to the torch folder of a pip wheel (pip download torch) and run this again."
fi
