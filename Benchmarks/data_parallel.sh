#!/bin/sh
# Compares the training of IRNet's boundary network (ResNet-50, random weights, crops of 512²) in two
# processes of one thread each with that in one process of one thread. Prints seconds per step.
#
#   Benchmarks/data_parallel.sh [STEPS]      # 4 by default; needs two idle cores and 6 GB of memory
set -eu
steps=${1:-4}
conta=${CONTA:-$(dirname "$0")/../.build/release/conta}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

size='width=96 height=96 training_images=24 test_images=1'
# shellcheck disable=SC2086 # The list is meant to be split.
"$conta" world --out "$folder/world" $size 2>/dev/null
cat >"$folder/recipe.yaml" <<RECIPE
title: Speed
data: {kind: contextworld, $(echo "$size" | sed 's/=/: /g; s/ \([a-z]\)/, \1/g')}
seed_generator: {name: external, folder: $folder/world/SegmentationClass}
expander:
  name: irnet
  backbone: resnet50
  batch_size: 4
  epochs: 10
  crop_size: 512
segmenter: {name: external, folder: $folder/world/SegmentationClass}
intervention: {rounds: 0}
RECIPE

# Prints the seconds that a run takes whose training has a number of steps.
seconds() {
  begin=$(date +%s.%N)
  "$conta" run "$folder/recipe.yaml" --out "$folder/run-$1-$2" --steps "$2" --threads 1 \
    --processes "$1" >/dev/null 2>"$folder/messages" || { cat "$folder/messages" >&2; exit 1; }
  echo "$begin $(date +%s.%N)" | awk '{ print $2 - $1 }'
}

# What starting costs cancels in the difference of a long and a short training.
for count in 1 2; do
  short=$(seconds "$count" 1)
  long=$(seconds "$count" $((steps + 1)))
  echo "$count $short $long"
done | awk -v steps="$steps" '
  { seconds[$1] = ($3 - $2) / steps; printf "%d process(es): %.2f s per step\n", $1, seconds[$1] }
  END { printf "speed-up: %.2f\n", seconds[1] / seconds[2] }'
