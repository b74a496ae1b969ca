#!/usr/bin/env bash
# Times 'fff runs list', 'fff sweep status' and 'fff sweep best' with metrics on a sweep of many synthetic runs, each with a
# manifest, a configuration and 200 rows of metrics.
#
#   scripts/time_runs_list.sh [COUNT]        10000 runs if left out
#
# Prints the seconds of five calls of each command, the first of which finds the files just written. FFF names the program,
# if it is not on the PATH as fff. It needs some 300 MB in TMPDIR, and removes them.
set -euo pipefail

count=${1:-10000} fff=${FFF:-fff}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

"$fff" config show --config sbi/two_moons name=synthetic objective.beta=1000 >"$root/config.yaml"
awk 'BEGIN {
  print "step,epoch,seconds,learning_rate,beta,loss,latent_nll,reconstruction,gradient_norm,skipped_steps,val_nll,val_nll_decoder,val_reconstruction,val_objective"
  for (e = 1; e <= 200; e++) {
    printf "%d,%d,%.6f,0.00051234567,%.10f,%.12f,%.12f,%.12f,%.10f,0,", e * 71, e, e * 0.31, e * 2.5, 9 / e, 3 / e, 1 / e, 7 / e
    if (e % 20 == 0) printf "%.12f,%.12f,%.12f,%.12f\n", 5 / e, 5.1 / e, 1 / e, 6 / e; else print ",,,"
  }
}' >"$root/metrics.csv"

runs=$root/runs
mkdir -p "$runs/synthetic.sweep"
cat >"$runs/synthetic.sweep/sweep.yaml" <<END
name: synthetic
configs: [sbi/two_moons]
metric: nll
search: {kind: random, trials: $count, keys: {objective.beta: {kind: log-uniform, low: 10, high: 3000}}}
END
for ((i = 0; i < count; i++)); do
  printf -v name 'synthetic-%05d' "$i"
  printf '{"number":%d,"run":"%s","seed":%d,"values":{"objective.beta":"%d.5"},"results":["nll"]}\n' "$i" "$name" "$i" $((10 + i % 2990)) >&3
  folder=$runs/$name/v0001
  mkdir -p "$folder"
  { cat "$root/metrics.csv"; echo "14271,201,62,0.0001,500,$((i % 97)).5,1,1,1,0,$((i % 89)).25,1,1,1"; } >"$folder/metrics.csv"
  cp "$root/config.yaml" "$folder/config.yaml"
  printf '{"name":"%s","version":"v0001","status":"finished","started":"2026-01-01T00:00:00+00:00","ended":"2026-01-01T00:01:%02d+00:00","command_line":["train"],"seed":%d,"device":"cpu","threads":1,"program_version":"0.1.0","torch_sharp_version":"0.107.0","libtorch_version":"2.10.0","dotnet_version":"10.0.0","operating_system":"Linux","epoch":200,"step":14271,"results":{"nll":%d.5,"c2st.mean":0.5}}\n' \
    "$name" $((i % 60)) "$i" $((i % 83)) >"$folder/manifest.json"
done 3>"$runs/synthetic.sweep/trials.jsonl"

measure() {
  local repeat before
  printf '%-60s' "fff $* "
  for repeat in 1 2 3 4 5; do
    before=$EPOCHREALTIME
    "$fff" "$@" --runs "$runs" >/dev/null
    awk -v a="$before" -v b="$EPOCHREALTIME" 'BEGIN { printf " %6.2f", b - a }'
  done
  echo " s"
}

measure runs list
measure runs list --sort val_nll --limit 20
measure runs list --sort val_nll
measure runs list --json
measure runs list --csv
measure runs list --where objective.beta=1000 --limit 20
measure sweep status synthetic
measure sweep best synthetic
measure sweep best synthetic --metric val_nll
