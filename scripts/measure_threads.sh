#!/usr/bin/env bash
# Measures what the number of threads costs, on a machine on which nothing else should run:
#
#   scripts/measure_threads.sh steps [WORKLOAD=sbi] [ROUNDS=3]   a step with the threads that a training takes by itself, with one, and with
#                                                                all cores; quiet, and beside a busy loop on each core
#   scripts/measure_threads.sh runs [COUNT=16]                   so many trainings of one epoch started at once, and one after the other
#
# Each number is a median over rounds in alternation. FFF names the program (default: built here).
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
. scripts/check_setup.sh
need_fff
cores=$(nproc)
work=$(mktemp -d)
loops=()
cleanup() {
  [ ${#loops[@]} -eq 0 ] || kill "${loops[@]}" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

ratio() { awk "BEGIN { printf \"%.2f\", $1 / $2 }"; }
field() { sed -n "s/^  \"$1\": \([0-9.]*\),*\$/\1/p" "$2" | head -n 1; }

# A step of a few seconds at most, as the loops are in others' way.
step() {
  "$FFF" bench train-step --workload "$workload" --device cpu --threads "$1" --alone --repeats 5 --steps "$steps" --json >"$work/step.json" 2>/dev/null
  field ms_per_step "$work/step.json"
}

steps_beside() {
  local load=$1 threads
  for round in $(seq "$rounds"); do
    for threads in auto 1 "$cores"; do
      if [ "$load" = busy ]; then
        loops=()
        for _ in $(seq "$cores"); do timeout 20 sh -c 'while :; do :; done' & loops+=($!); done
      fi
      step "$threads" >>"$work/$load-$threads"
      [ "$threads" != auto ] || field threads "$work/step.json" >>"$work/$load-chosen"
      if [ "$load" = busy ]; then kill "${loops[@]}" 2>/dev/null || true; wait "${loops[@]}" 2>/dev/null || true; loops=(); fi
    done
  done
  local by_itself one all
  by_itself=$(median <"$work/$load-auto") one=$(median <"$work/$load-1") all=$(median <"$work/$load-$cores")
  echo "$load: $by_itself ms by itself (threads: $(paste -sd, "$work/$load-chosen")), $one with 1, $all with $cores;" \
    "by itself to the better of the two: $(awk "BEGIN { m = $one < $all ? $one : $all; printf \"%.2f\", $by_itself / m }")"
}

case ${1:-} in
steps)
  workload=${2:-sbi} rounds=${3:-3}
  steps=$([ "$workload" = sbi ] && echo 20 || echo 1)
  echo "processor: $(processor), $cores cores"
  steps_beside quiet
  steps_beside busy
  ;;
runs)
  count=${2:-16}
  cat >"$work/one.yaml" <<'YAML'
name: one
data: {kind: sbi, task: two_moons, simulations: 10000}
method:
  kind: fff
  flow:
    network:
      kind: stack
      networks:
        - {kind: dense, widths: [256, 256]}
        - {kind: residual, blocks: 2, widths: [256, 256]}
  objective: {beta: 25}
training: {epochs: 1, batch_size: 128}
evaluate: []
YAML
  train() { "$FFF" train --config "$work/one.yaml" --runs "$work/$1" --name "r$2" >/dev/null 2>&1; }
  train first 0 # draws the data, which are kept
  begun=$(date +%s.%N)
  for i in $(seq "$count"); do train after "$i"; done
  middle=$(date +%s.%N)
  pids=()
  for i in $(seq "$count"); do train together "$i" & pids+=($!); done
  for pid in "${pids[@]}"; do wait "$pid"; done
  ended=$(date +%s.%N)
  after=$(awk "BEGIN { printf \"%.1f\", $middle - $begun }") together=$(awk "BEGIN { printf \"%.1f\", $ended - $middle }")
  echo "processor: $(processor), $cores cores; threads of each: $(sed -n 's/^  "threads": \([0-9]*\),/\1/p' "$work"/together/*/*/manifest.json | sort -n | uniq -c | awk '{ print $1 " × " $2 }' | paste -sd, -)"
  echo "$count runs of one epoch: $after s one after the other, $together s started at once, ratio $(ratio "$together" "$after")"
  ;;
*)
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
  ;;
esac
