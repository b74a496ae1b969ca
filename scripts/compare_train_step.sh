#!/usr/bin/env bash
# Times one training step of this program and of the published algorithm in plain PyTorch (pytorch_fff.py beside this
# file) on the same machine, in alternation, each with its best thread count, and prints the ratio.
#
#   [BATCH=B] scripts/compare_train_step.sh [WORKLOAD=sbi] [DEVICE=cpu] [ROUNDS=3]
#
# WORKLOAD: sbi, dw4, lj13, lj55 or qm9. BATCH: samples per step, the paper's if left out; the peer's lj13 takes about 15 GB
# of memory with all 256, and 4 GB with 64.
#
# Needs Python with PyTorch: PYTHON names the interpreter; without one that has it, Debian's python3-torch and
# libopenblas0 are installed. OpenBLAS is told what the processor can do (OPENBLAS_CORETYPE overrides), and the rate of a
# matrix product is printed for both sides: where the peer's is far below ours, the ratio is that of two BLAS.
set -euo pipefail
cd "$(dirname "$0")/.."
workload=${1:-sbi} device=${2:-cpu} rounds=${3:-3}
root=$PWD
. scripts/check_setup.sh
need_python torch python3-torch libopenblas0
need_blas
need_fff

# A step of a graph network takes the peer seconds on a CPU: fewer of them.
peer_effort=""
[ "$device" = cpu ] && [ "$workload" != sbi ] && peer_effort="--steps 2 --repeats 3"
counts=1
[ "$device" = cpu ] && [ "$(nproc)" -gt 1 ] && counts="1 $(nproc)"
log=$(mktemp); trap 'rm -f "$log"' EXIT
for round in $(seq "$rounds"); do
  for threads in $counts; do
    options=(--device "$device" --threads "$threads" ${BATCH:+--batch "$BATCH"})
    echo "peer $("$python" scripts/pytorch_fff.py "$workload" "${options[@]}" $peer_effort)" >>"$log"
    echo "ours $("$FFF" bench train-step --workload "$workload" "${options[@]}" --json | tr -d '\n')" >>"$log"
  done
done

"$python" - "$log" "$(processor)" <<'PY'
import json, os, statistics, sys
print(f"processor: {sys.argv[2] or 'unknown'}, {os.cpu_count()} cores; OPENBLAS_CORETYPE={os.environ.get('OPENBLAS_CORETYPE', '')}")
times, rates = {}, {}
for line in open(sys.argv[1]):
    who, text = line.split(" ", 1)
    result = json.loads(text)
    ms = result["ms_per_step"]
    rates.setdefault((who, result["threads"]), []).append(result["gflops" if who == "peer" else "roof_gflops"])
    times.setdefault((who, result["threads"]), []).append(statistics.median(ms) if isinstance(ms, list) else ms)
best = {}
for (who, threads), values in sorted(times.items()):
    median = statistics.median(values)
    print(f"{who}: {median:8.2f} ms per step with {threads} thread(s), rounds {[round(v, 2) for v in values]}; "
          f"matrix product {statistics.median(rates[who, threads]):.0f} GFLOP/s")
    best[who] = min(best.get(who, float("inf")), median)
print(f"ratio ours / peer, each with its best thread count: {best['ours'] / best['peer']:.2f}")
PY
