#!/usr/bin/env bash
# Times a training step of LJ13 (batches of 64) with one process of one thread, and with N processes of one thread that share each batch.
# usage: scripts/time_processes.sh [N [REPEATS]]; FFF names the program (default: built here)
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
. scripts/check_setup.sh
need_fff
processes=${1:-2}
repeats=${2:-5}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Milliseconds per step after the first epoch, which warms up.
step() {
  "$FFF" train --config "$root/configs/particles/lj13.yaml" --runs "$folder" --name "with$1" --processes "$1" evaluate=[] data.samples=400 \
    training.batch_size=64 training.epochs=6 training.threads=1 training.validate_every=1000 >"$folder/out" 2>"$folder/err" || { cat "$folder/err" >&2; exit 1; }
  local metrics
  metrics=$(ls "$folder/with$1"/v*/metrics.csv | tail -1)
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
    NR == 2 { s = $column["seconds"]; n = $column["step"] }
    END { printf "%.1f\n", ($column["seconds"] - s) / ($column["step"] - n) * 1000 }' "$metrics"
}

for _ in $(seq "$repeats"); do
  one=$(step 1)
  several=$(step "$processes")
  echo "$one $several" | awk -v n="$processes" '{ printf "1 process %s ms, %d processes %s ms per step, speed-up %.2f\n", $1, n, $2, $1 / $2 }'
done | tee "$folder/lines"
echo "median speed-up $(awk '{ print $NF }' "$folder/lines" | median)"
echo "processor: $(processor)"
