#!/bin/sh
# Checks the rule that keeps methods replaceable: a plugin imports neither another plugin nor
# anything above CoreAPI, and only the program names plugins.
#
#   scripts/check-imports.sh [SOURCES]
set -eu
sources=${1:-"$(dirname "$0")/../Sources"}

# Prints "file:line: module" for every import below a folder, whatever stands before the word. An
# indented one is part of a text.
imports() {
  grep -rnE --include='*.swift' \
    '^((@[A-Za-z_]+|public|package|internal|fileprivate|private)[[:space:]]+)*import[[:space:]]' \
    "$1" |
    sed -E 's/^([^:]*:[0-9]+):.*import[[:space:]]+((struct|class|enum|protocol|func|var|let|typealias)[[:space:]]+)?([A-Za-z_0-9]+).*/\1: \4/'
}

# Prints the imports of a folder that are among the modules that may not be imported there.
refuse() {
  folder=$1
  reason=$2
  shift 2
  for module in "$@"; do
    imports "$folder" | grep ": $module\$" | sed "s|\$| is imported, but $reason.|" || true
  done
}

plugins=$(ls "$sources/Plugins")
found=$(
  for plugin in $plugins; do
    others=$(printf '%s\n' $plugins | grep -vx "$plugin" || true)
    # shellcheck disable=SC2086 # one argument for each module
    refuse "$sources/Plugins/$plugin" 'a plugin stands on CoreAPI and Networks alone' \
      $others Datasets Harness BuiltinPlugins ContaCommandLine
  done
  for folder in "$sources"/*; do
    case ${folder##*/} in
      Plugins | BuiltinPlugins | conta) continue ;;
    esac
    # shellcheck disable=SC2086
    refuse "$folder" 'only BuiltinPlugins knows the plugins' $plugins BuiltinPlugins
    case ${folder##*/} in
      Harness | ContaCommandLine) continue ;;
    esac
    refuse "$folder" 'it stands below the Harness' Harness ContaCommandLine
  done
)
if [ -n "$found" ]; then
  printf '%s\n' "$found" >&2
  exit 1
fi
