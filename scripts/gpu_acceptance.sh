#!/usr/bin/env bash
# Does on a CUDA device all that the program does there, in under eight minutes, and says what holds. See --help.
set -uo pipefail

usage() {
  cat <<'END'
Usage: scripts/gpu_acceptance.sh [--device cuda:N] [--out FILE] [--program FFF] [--qm9 FOLDER] [--emulate] [--only CHECK,...]

Checks in this order, so that an early end still tells most:
  doctor     what was found; whether the native library fits libtorch; draws, training, sampling and likelihood of a dense and
             a graph network against the CPU's numbers
  step-W     the same for each kind W that can be trained: sbi, dw4, lj13, qm9, spline-flow, flow-matching
  train-qm9  qm9 as published, trained for a while and stopped: steps per second. Only with --qm9
  train-C    two_moons, dw4_small and a short qm7_small trained there and on the CPU, with both scores
  graph      two_moons trained with its steps as CUDA graphs and launch by launch: the same scores
  resume     a training that is killed and goes on ends with the weights of one that was not, or by how much they differ
  memory     a batch far too large: exit code, message, manifest, checkpoint
  bench-W    a training step beside scripts/pytorch_fff.py, where python3 has a PyTorch that sees the device
  peak       the largest memory of the device that was seen in use meanwhile, where nvidia-smi tells

Needs a CUDA device, and either a PyTorch 2.10 (FFF_LIBTORCH names its 'lib' folder) or a build with TorchBackend=cuda. The program:
--program, else fff beside this script or on the PATH, else it is built where there is a .NET SDK.

  --device   cuda:0 if left out
  --out      one JSON object per line, written as it goes; gpu_acceptance.jsonl if left out
  --qm9      the folder of QM9's files, dsgdb9nsd.xyz.tar.bz2 and uncharacterized.txt, as fff data fetch qm9 --folder leaves them
  --emulate  on the second device within the CPU that the program emulates, and smaller: tests this script, and says nothing
             about any GPU
  --only     some of the checks, by what their names begin with

Each check has a time limit, and all together have 470 s. Exit codes: 0 all hold; 1 one does not; 2 wrong usage; 77 skipped, as there is no CUDA device.
END
}

refuse() { echo "gpu_acceptance.sh: $1" >&2; exit 2; }

device=cuda:0 out=gpu_acceptance.jsonl program='' emulate='' only='' qm9=''
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --emulate) emulate=1; device=emulated; shift ;;
    --device | --out | --program | --only | --qm9)
      [ $# -ge 2 ] || refuse "$1 needs a value."
      declare "${1#--}=$2"; shift 2 ;;
    *) refuse "'$1' is not expected here; see --help." ;;
  esac
done

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
work=$(mktemp -d)
watch_id='' failures=0 started=$SECONDS budget=470 # seconds
finish() {
  # Only what was started here: this shell's children, each in a process group of its own.
  for id in $(jobs -p); do kill -KILL -- "-$id" 2>/dev/null || kill -KILL "$id" 2>/dev/null; done
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM
set -m

find_program() {
  if [ -n "$program" ]; then return; fi
  for candidate in "$here/fff" "$root/fff"; do [ -x "$candidate" ] && [ -f "$candidate" ] && { program=$candidate; return; }; done
  if command -v fff >/dev/null; then program=$(command -v fff); return; fi
  command -v dotnet >/dev/null && [ -d "$root/src/FFF.Cli" ] || refuse "there is no fff beside this script or on the PATH, and no .NET SDK to build it: name it by --program."
  local backend=cuda
  [ -n "${FFF_LIBTORCH:-}" ] && backend=none
  [ -n "$emulate" ] && backend=cpu
  echo "Building the program with TorchBackend=$backend." >&2
  dotnet publish "$root/src/FFF.Cli" -c Release -p:TorchBackend=$backend -o "$work/fff" >&2 || refuse "the program cannot be built."
  program=$work/fff/fff
}

skip() { echo "gpu_acceptance.sh: skipped: $1" >&2; exit 77; }
if [ -z "$emulate" ]; then
  ls /dev/nvidia[0-9]* >/dev/null 2>&1 || [ -e /dev/dxg ] || skip "there is no CUDA device here. --emulate tests the script itself."
fi
find_program
[ -z "$qm9" ] || qm9=$(realpath "$qm9")
program=$(realpath "$program") out=$(realpath -m "$out")
mkdir -p "$(dirname "$out")"
: >"$out" || refuse "$out cannot be written."
export FFF_CACHE=$work/cache
cd "$work" || exit 1

# --- Results: a line of the table and a line of JSON each. ---

escape() { tr '\n\t' '  ' | tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g' | cut -c1-600; }

# report CHECK ok|failed|skipped SECONDS TEXT [JSON MEMBERS]
report() {
  printf '%-22s %-8s %6s s  %s\n' "$1" "$2" "$3" "$(printf %s "$4" | tr '\n' ' ' | cut -c1-200)"
  printf '{"check": "%s", "result": "%s", "seconds": %s, "text": "%s"%s}\n' "$1" "$2" "$3" "$(printf %s "$4" | escape)" "${5:+, $5}" >>"$out"
  if [ "$2" = failed ]; then failures=$((failures + 1)); fi
}

wanted() {
  [ -z "$only" ] && return 0
  local name
  for name in ${only//,/ }; do case $1 in "$name"*) return 0 ;; esac; done
  return 1
}

# limited SECONDS COMMAND...: stdout to "$work/out", stderr to "$work/err"; 124 where it took too long.
limited() {
  local limit=$1 id i left=$((budget - (SECONDS - started)))
  shift
  : >"$work/out"
  echo "no time is left of $budget s" >"$work/err"
  [ "$left" -gt 0 ] || return 124
  [ "$limit" -le "$left" ] || limit=$left
  "$@" >"$work/out" 2>"$work/err" &
  id=$!
  for ((i = 0; i < limit * 10; i++)); do
    kill -0 "$id" 2>/dev/null || { wait "$id"; return; }
    sleep 0.1
  done
  kill -KILL -- "-$id" 2>/dev/null
  wait "$id" 2>/dev/null
  return 124
}

reason() { if [ "$1" = 124 ]; then echo "took longer than its limit; the last it said: $(tail -n 1 "$work/err")"; else echo "exit code $1: $(grep -v '^ *$' "$work/err" | tail -n 1)"; fi; }
number() { sed -n "s/.*\"$1\": *\(-\{0,1\}[0-9.eE+-]*\).*/\1/p" "$2" | head -n 1; }
text() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" "$2" | head -n 1; }
largest() { sed -n 's/.*"difference": *\([0-9.eE+-]*\).*/\1/p' "$1" | awk 'BEGIN {m = 0} $1 + 0 > m {m = $1 + 0} END {print m}'; }

# The device's numbers against the CPU's, for some workloads.
examine() {
  local check=$1 limit=$2 begun=$SECONDS code
  shift 2
  wanted "$check" || return 0
  limited "$limit" "$program" doctor --device "$device" --json "$@"
  code=$?
  cp "$work/out" "$work/$check.json"
  local failing missing
  failing=$(grep -c '"works": false' "$work/$check.json")
  missing=$(sed -n '/"missing_imports": \[$/,/\]/p' "$work/$check.json" | grep -c '"_')
  if [ $code = 0 ]; then
    report "$check" ok $((SECONDS - begun)) "as on the CPU up to $(largest "$work/$check.json") relative" "\"largest_difference\": $(largest "$work/$check.json"), \"missing_symbols\": $missing"
  elif [ -s "$work/$check.json" ]; then
    report "$check" failed $((SECONDS - begun)) "$(sed -n '/"problems": \[$/,$p' "$work/$check.json" | sed '1d' | grep '"' | head -n 5)" "\"missing_symbols\": $missing, \"failing\": $failing"
  else
    report "$check" failed $((SECONDS - begun)) "$(reason $code)"
  fi
}

# The scores of a finished run, "name value name value".
scores() { sed -n '/"results": {/,/}/p' "$1/manifest.json" | sed -n 's/.*"\([a-z0-9_.]*\)": *\(-\{0,1\}[0-9][0-9.eE+-]*\).*/\1 \2/p' | tr '\n' ' '; }

# train CHECK NAME LIMIT ARGUMENTS...: there and on the CPU.
train() {
  local check=$1 name=$2 limit=$3 begun=$SECONDS code there cpu
  shift 3
  wanted "$check" || return 0
  limited "$limit" "$program" train "$@" --name "$name-there" --device "$device"
  code=$?
  there=$((SECONDS - begun))
  if [ $code != 0 ]; then report "$check" failed $there "$(reason $code)"; return; fi
  limited "$limit" "$program" train "$@" --name "$name-cpu" --device cpu
  code=$?
  cpu=$((SECONDS - begun - there))
  local table
  table=$(paste -d' ' <(scores "runs/$name-there/v0001" | xargs -n2) <(if [ $code = 0 ]; then scores "runs/$name-cpu/v0001" | xargs -n2; fi) | awk '{printf "%s%s %.4g (CPU %s)", (NR > 1 ? ", " : ""), $1, $2, ($4 == "" ? "not done" : sprintf("%.4g", $4))}')
  report "$check" ok $((SECONDS - begun)) "$table; $there s there, $cpu s on the CPU" \
    "\"seconds_there\": $there, \"seconds_cpu\": $cpu, \"scores_there\": \"$(scores "runs/$name-there/v0001")\", \"scores_cpu\": \"$(if [ $code = 0 ]; then scores "runs/$name-cpu/v0001"; fi)\""
}

# The published QM9 for so many seconds of training: interrupted, it must have saved.
published() { # SECONDS
  local begun=$SECONDS code id i manifest=runs/qm9-there/v0001/manifest.json steps
  wanted train-qm9 || return 0
  if [ -z "$qm9" ]; then report train-qm9 skipped 0 "--qm9 names the folder of the data"; return; fi
  : >"$work/err"
  "$program" train --config "$(config molecules/qm9)" --name qm9-there --device "$device" data.folder="$qm9" data.cache=false >"$work/out" 2>"$work/err" &
  id=$!
  # Reading the archive and making the graphs come first.
  for ((i = 0; i < 1200; i++)); do
    grep -q 'epoch 1/' "$work/err" && break
    kill -0 "$id" 2>/dev/null || break
    sleep 0.1
  done
  sleep "$1"
  kill -INT "$id" 2>/dev/null
  wait "$id"
  code=$?
  steps=$(sed -n 's/.*Interrupted after step \([0-9,]*\).*/\1/p' "$work/err" "$work/out" | head -n 1 | tr -d ,)
  if [ $code = 3 ] && [ "${steps:-0}" -gt 0 ] && [ -f "$manifest" ]; then
    report train-qm9 ok $((SECONDS - begun)) "$steps steps of 64 molecules in about $1 s, saved; $(grep -o '[0-9,]* samples/s' "$work/err" | tail -n 1)" "\"steps\": $steps"
  else
    report train-qm9 failed $((SECONDS - begun)) "${steps:-no} steps; $(reason $code)"
  fi
}

tiny() { # NAME KEYS...: a small experiment whose steps are many and short
  printf 'name: %s\ndata: {kind: toy, distribution: two_moons, samples: %s}\nmethod: {flow: {network: {kind: dense, widths: [%s]}}}\ntraining: {epochs: %s, batch_size: %s, validate_every: 1}\nevaluate: [nll]\n' "$@"
}

graph() {
  local begun=$SECONDS code on a b
  wanted graph || return 0
  for on in true false; do
    limited 60 "$program" train --config "$(config sbi/two_moons)" --name "graph-$on" --device "$device" training.epochs=5 training.cuda_graphs=$on evaluate='[nll]'
    code=$?
    if [ $code != 0 ]; then report graph failed $((SECONDS - begun)) "cuda_graphs=$on: $(reason $code)"; return; fi
    if grep -q 'operation by operation' "$work/err"; then report graph failed $((SECONDS - begun)) "$(grep -m 1 'operation by operation' "$work/err")"; return; fi
  done
  a=$(number nll runs/graph-true/v0001/manifest.json) b=$(number nll runs/graph-false/v0001/manifest.json)
  if awk -v a="$a" -v b="$b" 'BEGIN {d = a - b; exit !(d < 0.01 && d > -0.01)}'; then
    report graph ok $((SECONDS - begun)) "nll $a as graphs, $b launch by launch" "\"nll\": $a, \"nll_launch_by_launch\": $b"
  else
    report graph failed $((SECONDS - begun)) "nll $a as graphs, but $b launch by launch"
  fi
}

resume() { # EPOCHS LIMIT SAMPLES
  local begun=$SECONDS code id i
  wanted resume || return 0
  tiny killed "$3" 32 "$1" 32 >killed.yaml
  tiny whole "$3" 32 "$1" 32 >whole.yaml
  "$program" train --config killed.yaml --device "$device" >"$work/out" 2>"$work/err" &
  id=$!
  for ((i = 0; i < 300; i++)); do
    [ -f runs/killed/v0001/checkpoints/last.safetensors ] && break
    kill -0 "$id" 2>/dev/null || break
    sleep 0.1
  done
  sleep 0.3
  kill -KILL "$id" 2>/dev/null
  wait "$id" 2>/dev/null
  local status
  status=$(text status runs/killed/v0001/manifest.json 2>/dev/null)
  if [ "$status" != running ]; then report resume failed $((SECONDS - begun)) "the training was not killed in the middle: its status is '${status:-none}'. $(tail -n 1 "$work/err")"; return; fi
  limited "$2" "$program" train --resume killed
  code=$?
  if [ $code != 0 ]; then report resume failed $((SECONDS - begun)) "resumed: $(reason $code)"; return; fi
  limited "$2" "$program" train --config whole.yaml --device "$device"
  code=$?
  if [ $code != 0 ]; then report resume failed $((SECONDS - begun)) "not interrupted: $(reason $code)"; return; fi
  local a b
  a=$(number nll runs/killed/v0001/manifest.json) b=$(number nll runs/whole/v0001/manifest.json)
  if cmp -s <(tail -n 1 runs/killed/v0001/metrics.csv | cut -d, -f1,2,4-) <(tail -n 1 runs/whole/v0001/metrics.csv | cut -d, -f1,2,4-); then
    report resume ok $((SECONDS - begun)) "the same digits as without an interruption, nll $a" "\"nll\": $a, \"same\": true"
  elif awk -v a="$a" -v b="$b" 'BEGIN {d = a - b; exit !(d < 0.1 && d > -0.1)}'; then
    report resume ok $((SECONDS - begun)) "other last digits than without an interruption: nll $a and $b" "\"nll\": $a, \"nll_uninterrupted\": $b, \"same\": false"
  else
    report resume failed $((SECONDS - begun)) "nll $a, but $b without an interruption"
  fi
}

exhaust() {
  local begun=$SECONDS code
  wanted memory || return 0
  if [ -n "$emulate" ] && [ "$(cat /proc/sys/vm/overcommit_memory)" = 1 ]; then
    report memory skipped 0 "this system promises any amount of memory"
    return
  fi

  tiny large 1000000 200000 1 500000 >large.yaml
  limited "$1" "$program" train --config large.yaml --device "$device"
  code=$?
  local message status problems=''
  message=$(grep -m 1 'not enough memory' "$work/err") status=$(text status runs/large/v0001/manifest.json 2>/dev/null)
  [ $code = 1 ] || problems="exit code $code instead of 1. "
  case $message in *training.batch_size*) ;; *) problems+="the message does not name training.batch_size: $(tail -n 1 "$work/err"). " ;; esac
  grep -q '^   at ' "$work/err" && problems+="a stack trace. "
  [ "$status" = failed ] || problems+="the manifest says '$status'. "
  # What was trained before is still whole.
  if [ -f runs/whole/v0001/checkpoints/last.safetensors ]; then
    limited 60 "$program" sample --run whole -n 10 --device "$device" --checkpoint last || problems+="an earlier checkpoint cannot be sampled: $(tail -n 1 "$work/err")"
  fi
  if [ -z "$problems" ]; then report memory ok $((SECONDS - begun)) "$message"; else report memory failed $((SECONDS - begun)) "$problems"; fi
}

bench() { # WORKLOAD LIMIT REPEATS OPTIONS...
  local workload=$1 limit=$2 repeats=$3 begun=$SECONDS code ours theirs='' batch
  shift 3
  wanted "bench-$workload" || return 0
  batch=("$@")
  limited "$limit" "$program" bench train-step --workload "$workload" --device "$device" --repeats "$repeats" --json "${batch[@]}"
  code=$?
  if [ $code != 0 ]; then report "bench-$workload" failed $((SECONDS - begun)) "$(reason $code)"; return; fi
  ours=$(number ms_per_step "$work/out")
  if [ -z "$emulate" ] && [ -f "$here/pytorch_fff.py" ] && python3 -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
    limited "$limit" python3 "$here/pytorch_fff.py" "$workload" --device "${device%%:*}" "${batch[@]}" --steps 5 --repeats 3 &&
      theirs=$(sed -n 's/.*"ms_per_step": *\[\([^]]*\)\].*/\1/p' "$work/out" | tr -d ' ' | tr ',' '\n' | sed -n 2p)
  fi
  if [ -n "$theirs" ]; then
    local ratio
    ratio=$(awk -v a="$ours" -v b="$theirs" 'BEGIN {printf "%.2f", a / b}')
    report "bench-$workload" ok $((SECONDS - begun)) "$ours ms per step, PyTorch $theirs ms, ratio $ratio" "\"ms\": $ours, \"ms_pytorch\": $theirs, \"ratio\": $ratio"
  else
    report "bench-$workload" ok $((SECONDS - begun)) "$ours ms per step; no python3 with a PyTorch for this device to compare with" "\"ms\": $ours"
  fi
}

watch_memory() { while sleep 0.5; do nvidia-smi --query-gpu=index,memory.used --format=csv,noheader,nounits 2>/dev/null | sed -n "s/^${device#cuda:}, *//p"; done >"$work/memory"; }

# --- The checks. ---

if [ -z "$emulate" ] && command -v nvidia-smi >/dev/null; then
  watch_memory &
  watch_id=$!
fi

configs=$root/configs
[ -d "$configs" ] || configs=''
config() { if [ -n "$configs" ]; then echo "$configs/$1.yaml"; else echo "$1"; fi; }

if [ -n "$emulate" ]; then
  examine doctor 30 --workloads sbi
  published 5
  for workload in dw4 lj13 qm9 spline-flow flow-matching; do examine "step-$workload" 30 --workloads "$workload"; done
  train train-two_moons two_moons 60 --config "$(config sbi/two_moons)" data.simulations=300 data.cache=false training.epochs=1 evaluate='[nll]'
  resume 40 60 100
  exhaust 60
  bench sbi 90 1 --batch 8 --steps 1
else
  published 30
  examine doctor 60
  for workload in sbi dw4 lj13 qm9 spline-flow flow-matching; do examine "step-$workload" 45 --workloads "$workload"; done
  train train-two_moons two_moons 75 --config "$(config sbi/two_moons)" training.epochs=10
  train train-dw4_small dw4_small 75 --config "$(config particles/dw4_small)" data.samples=5000 training.epochs=2 'evaluate=[{kind: boltzmann, samples: 1000, limit: false}]'
  train train-qm7_small qm7_small 75 --config "$(config molecules/qm7_small)" data.samples=1000 training.epochs=1 'evaluate=[{kind: molecules, samples: 50, likelihoods: 5}]'
  graph
  resume 200 60 400
  exhaust 60
  for workload in sbi dw4 lj13; do bench "$workload" 40 3; done
fi

if [ -n "$watch_id" ]; then
  kill -KILL "$watch_id" 2>/dev/null
  peak=$(sort -n "$work/memory" 2>/dev/null | tail -n 1)
  if [ -n "$peak" ]; then report peak ok 0 "$peak MiB of the device in use at most, other programs' included" "\"mebibytes\": $peak"; fi
fi

echo "$((SECONDS - started)) s; $failures failed; every line is in $out"
[ "$failures" = 0 ]
