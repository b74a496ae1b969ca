#!/usr/bin/env bash
# A sweep in plain shell: every combination of two settings, one run after the other. What 'fff sweep' does beyond it:
# all trials are checked before the first starts, several run at a time, and status, retry and best know them.
#
#   scripts/sweep_loop.sh configs/sbi/two_moons.yaml [key.path=value ...]
#
# Edit the two lists. Ctrl+C saves the run that is under way and ends; the same command goes on with it, and passes over
# the runs that have finished. FFF names the program, if it is not on the PATH as fff.
set -uo pipefail

betas=(100 1000)
rates=(1.0e-3 2.0e-3)

[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
config=$1
shift
fff=${FFF:-fff}
failed=0
for beta in "${betas[@]}"; do
  for rate in "${rates[@]}"; do
    name=loop-beta$beta-rate$rate
    [[ $("$fff" runs list --name "$name" --status finished --csv) == *finished* ]] && { echo "$name: done" >&2; continue; }
    "$fff" train --config "$config" objective.beta="$beta" training.optimizer.learning_rate="$rate" "$@" --name "$name" --resume auto
    code=$?
    [ "$code" -eq 3 ] && exit 3
    [ "$code" -eq 0 ] || { echo "$name: failed with exit code $code" >&2; failed=$((failed + 1)); }
  done
done
"$fff" runs list --name 'loop-*' --sort val_nll
[ "$failed" -eq 0 ]
