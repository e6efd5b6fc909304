#!/bin/sh
# Builds pydensecrf 1.0rc3 for a current Python: build_pydensecrf.sh <python>.
# Its source release contains C++ that was generated for Python 3.7; it has to be generated anew.
set -eu
python="$1"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
"$python" -m pip install --quiet 'setuptools<70' 'cython<3' wheel
"$python" -m pip download --quiet --no-deps --no-binary :all: --no-build-isolation \
  -d "$folder" pydensecrf==1.0rc3
tar -xzf "$folder"/pydensecrf-1.0rc3.tar.gz -C "$folder"
rm "$folder"/pydensecrf-1.0rc3/pydensecrf/eigen.cpp "$folder"/pydensecrf-1.0rc3/pydensecrf/densecrf.cpp
"$python" -m pip install --quiet --no-build-isolation "$folder"/pydensecrf-1.0rc3
