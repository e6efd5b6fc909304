#!/bin/sh
# Compares the training of IRNet's boundary network (ResNet-50, random weights, crops of 512²) in two
# processes of one thread each with that in one process of one thread, in turns. Prints seconds per
# step, and the ratio of the medians.
#
#   Benchmarks/data_parallel.sh [STEPS [TURNS]]      # needs two idle cores and 6 GB of memory
set -eu
steps=${1:-4}
turns=${2:-3}
conta=${CONTA:-$(dirname "$0")/../.build/release/conta}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

size='width=96 height=96 training_images=8 test_images=1'
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

# Prints the seconds that a training needs for a step, as its progress says.
seconds() {
  "$conta" run "$folder/recipe.yaml" --out "$folder/run-$1-$2" --steps "$steps" --threads 1 \
    --processes "$1" >/dev/null 2>"$folder/messages" || { cat "$folder/messages" >&2; exit 1; }
  sed -n 's,^Speed · expander  .*  \([0-9.]*\) s/it  took .*,\1,p' "$folder/messages"
}

for turn in $(seq "$turns"); do
  one=$(seconds 1 "$turn")
  two=$(seconds 2 "$turn")
  echo "$one $two" >>"$folder/turns"
  echo "1 process: $one s per step; 2 processes: $two"
done
median() { cut -d ' ' -f "$1" "$folder/turns" | sort -n | sed -n "$(((turns + 1) / 2))p"; }
echo "$(median 1) $(median 2)" | awk '{ printf "speed-up: %.2f\n", $1 / $2 }'
