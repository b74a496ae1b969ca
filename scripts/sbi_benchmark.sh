#!/usr/bin/env bash
# The simulation-based inference benchmark: tasks × budgets × methods × seeds. See --help.
set -euo pipefail

usage() {
  cat <<'END'
Usage: scripts/sbi_benchmark.sh [options] [-- key.path=value ...]

Trains and evaluates the simulation-based inference benchmark, one run for each task, budget, method and seed, then
prints a table of C2ST beside the published results and draws their figure. What has finished with the same settings is
skipped, what was interrupted or failed goes on from its last checkpoint: to go on, give the same command again.

  --tasks LIST         such as two_moons,slcp; all ten if left out
  --budgets LIST       numbers of simulations, such as 1000,10000,100000; 10000 if left out
  --methods LIST       of fff, spline-flow, flow-matching; fff if left out
  --seeds LIST         such as 0,1,2; 0 if left out
  --jobs N             how many runs at a time, which share the cores; 1 if left out
  --runs DIR           where runs are kept; runs if left out. Their names are TASK-BUDGET-METHOD-sSEED; what the program
                       says while it works is in DIR/logs
  --out FILE           the figure; DIR/c2st.png if left out
  --observations LIST  evaluates by some of the ten observations only, such as 1-3: to try things out in a DIR of its own
  --fff PROGRAM        the program; if left out, the one that FFF names, or else it is built here
  --dry-run            tells what would be done
  key.path=value       settings for all runs, such as training.device=cuda or training.epochs=10

The settings of a run are those of configs/sbi/TASK.yaml, over which are laid, where they exist, budgets/BUDGET.yaml,
budgets/TASK-BUDGET.yaml and methods/METHOD.yaml of the same folder.

Exit codes: 0 all done; 1 some runs failed, the others are done; 2 wrong usage; 3 interrupted, all is saved.

  scripts/sbi_benchmark.sh --budgets 1000,10000 --jobs 2
  scripts/sbi_benchmark.sh --tasks two_moons --methods fff,spline-flow,flow-matching --seeds 0,1,2
END
}

refuse() {
  echo "sbi_benchmark.sh: $1" >&2
  echo "See 'scripts/sbi_benchmark.sh --help'." >&2
  exit 2
}

say() { echo "$*" >&2; }

root=$(cd "$(dirname "$0")/.." && pwd)
configs=$root/configs/sbi

tasks=gaussian_linear,gaussian_linear_uniform,slcp,slcp_distractors,bernoulli_glm,bernoulli_glm_raw,gaussian_mixture,two_moons,sir,lotka_volterra
budgets=10000 methods=fff seeds=0 jobs=1 runs=runs figure='' observations='' fff=${FFF:-} dry_run=''
settings=()
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --dry-run) dry_run=yes; shift; continue ;;
    --) shift; settings=("$@"); break ;;
    --tasks | --budgets | --methods | --seeds | --jobs | --runs | --out | --observations | --fff) [ $# -ge 2 ] || refuse "$1 needs a value." ;;
    --*) refuse "there is no option '$1'." ;;
    *) refuse "'$1' is not expected here; settings come after '--'." ;;
  esac
  case $1 in
    --tasks) tasks=$2 ;;
    --budgets) budgets=$2 ;;
    --methods) methods=$2 ;;
    --seeds) seeds=$2 ;;
    --jobs) jobs=$2 ;;
    --runs) runs=$2 ;;
    --out) figure=$2 ;;
    --observations) observations=$2 ;;
    --fff) fff=$2 ;;
  esac
  shift 2
done

IFS=', ' read -r -a tasks <<<"$tasks"
IFS=', ' read -r -a budgets <<<"$budgets"
IFS=', ' read -r -a methods <<<"$methods"
IFS=', ' read -r -a seeds <<<"$seeds"

overlay() { echo "$configs/methods/${1//-/_}.yaml"; }

for task in "${tasks[@]}"; do
  [ -f "$configs/$task.yaml" ] || refuse "there is no task '$task': $configs/$task.yaml does not exist."
done
for number in "${budgets[@]}" "${seeds[@]}" "$jobs"; do
  [[ $number =~ ^(0|[1-9][0-9]{0,8})$ ]] || refuse "budgets, seeds and jobs are whole numbers, found '$number'."
done
for method in "${methods[@]}"; do
  [ "$method" = fff ] || [ -f "$(overlay "$method")" ] || refuse "there is no method '$method': $(overlay "$method") does not exist."
done
[ "$jobs" -ge 1 ] || refuse "--jobs is at least 1."

if [ -z "$fff" ]; then
  dotnet build "$root/src/FFF.Cli" -c Release -v quiet --nologo >&2
  fff=$root/src/FFF.Cli/bin/Release/net10.0/fff
fi
command -v "$fff" >/dev/null || refuse "the program '$fff' does not exist."
figure=${figure:-$runs/c2st.png}

# With more threads than cores, jobs that run beside each other would hinder each other.
if [ "$jobs" -gt 1 ]; then
  share=$(($(getconf _NPROCESSORS_ONLN) / jobs))
  export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$((share > 1 ? share : 1))}
fi

# --- one run -------------------------------------------------------------------------------------------------------

# Sets name, files and changes: what describes a run.
describe() {
  local task=$1 budget=$2 method=$3 seed=$4 file
  name=$task-$budget-$method-s$seed
  files=(--config "$configs/$task.yaml")
  for file in "$configs/budgets/$budget.yaml" "$configs/budgets/$task-$budget.yaml" "$(overlay "$method")"; do
    if [ -f "$file" ]; then
      files+=(--config "$file")
    fi
  done
  changes=("data.simulations=$budget" 'evaluate=[nll]' ${settings[@]+"${settings[@]}"})
  train=("$fff" train "${files[@]}" "${changes[@]}" --seed "$seed" --runs "$runs" --name "$name" --resume auto)
  wanted=("$fff" config show "${files[@]}" "${changes[@]}" "seed=$seed" "name=$name")
}

# The newest finished version of the run that was described, if it has the same settings.
finished() {
  local folder expected='' newest=''
  for folder in "$runs/$name"/v[0-9]*; do
    if grep -qs '"status": "finished"' "$folder/manifest.json"; then
      expected=${expected:-$("${wanted[@]}")} || return
      # As the program reads it today: it may have learnt keys since then.
      if [ "$("$fff" config show --config "$folder/config.yaml" 2>/dev/null)" = "$expected" ]; then
        newest=$folder
      fi
    fi
  done
  echo "$newest"
}

was_done=4 interrupted=3

# Does what it is given, unless the job has been asked to stop.
step() {
  [ -z "$told" ] || return $interrupted
  "$@"
}

# Trains and evaluates the run that was described, where that is not done yet, and notes its folder.
work() {
  local run told=''
  # What is under way is waited for, and its exit code tells how it ended.
  trap 'told=yes' INT TERM
  run=$(finished) || return
  if [ -n "$run" ] && [ -f "$run/eval/nll.json" ] && [ -f "$run/eval/c2st.json" ]; then
    echo "$run" >"$notes/$name"
    return $was_done
  fi
  if [ -z "$run" ]; then
    step "${train[@]}" || return
    run=$(finished) || return
    if [ -z "$run" ]; then
      echo "After training there is no finished run of these settings in $runs/$name."
      return 1
    fi
  fi
  if [ ! -f "$run/eval/nll.json" ]; then
    step "$fff" eval-nll --run "$run" || return
  fi
  if [ ! -f "$run/eval/c2st.json" ]; then
    if [ -z "$observations" ]; then
      step "$fff" eval-c2st --run "$run" || return
    else
      step "$fff" eval-c2st --run "$run" --observations "$observations" --out "$run/eval/c2st.json" || return
    fi
  fi
  echo "$run" >"$notes/$name"
}

# --- all runs ------------------------------------------------------------------------------------------------------

points=()
for budget in "${budgets[@]}"; do
  for seed in "${seeds[@]}"; do
    for method in "${methods[@]}"; do
      for task in "${tasks[@]}"; do
        points+=("$task $budget $method $seed")
      done
    done
  done
done
total=${#points[@]}

if [ -n "$dry_run" ]; then
  for point in "${points[@]}"; do
    # shellcheck disable=SC2086 # Four words.
    describe $point
    run=$(finished)
    if [ -z "$run" ]; then
      printf '%s: train:' "$name"
      printf ' %q' "${train[@]}"
      printf '\n'
    elif [ -f "$run/eval/nll.json" ] && [ -f "$run/eval/c2st.json" ]; then
      echo "$name: done, in $run"
    else
      echo "$name: evaluate, in $run"
    fi
  done
  exit 0
fi

mkdir -p "$runs/logs" || exit 1
notes=$(mktemp -d)
pids=() names=() starts=()
next=0 ended=0 worked=0 worked_seconds=0 failures=() stopping=''

clock() { printf '%d:%02d:%02d' $(($1 / 3600)) $(($1 / 60 % 60)) $(($1 % 60)); }

# Each job is a process group of its own, which Ctrl+C does not reach: so the program hears of it once, from here. The
# first signal lets it save and stop, a second one ends it at once.
signal_jobs() {
  local pid
  for pid in ${pids[@]+"${pids[@]}"}; do
    kill -TERM -- "-$pid" 2>/dev/null || true
  done
}

interrupt() {
  stopping=yes
  say "Interrupted: saving what is under way. Once more ends it at once."
  signal_jobs
}

leave() {
  signal_jobs
  rm -rf "$notes"
}

trap interrupt INT TERM
trap leave EXIT

start() {
  # shellcheck disable=SC2086 # Four words.
  describe ${points[next]}
  next=$((next + 1))
  say "[$next/$total] $name: starts"
  set -m
  work </dev/null >>"$runs/logs/$name.log" 2>&1 &
  set +m
  pids[next]=$! names[next]=$name starts[next]=$SECONDS
}

end() {
  local index=$1 code=$2 name=${names[$1]} took=$((SECONDS - starts[$1])) how left=''
  ended=$((ended + 1))
  case $code in
    0) how="done in $(clock $took)" ;;
    "$was_done") how='was done' ;;
    *)
      if [ -n "$stopping" ]; then
        how='interrupted'
      else
        how="FAILED with exit code $code after $(clock $took), see $runs/logs/$name.log"
        failures+=("$name")
      fi
      ;;
  esac
  if [ "$code" -ne $was_done ]; then
    worked=$((worked + 1)) worked_seconds=$((worked_seconds + took))
  fi
  if [ $worked -gt 0 ] && [ $ended -lt "$total" ] && [ -z "$stopping" ]; then
    left=", about $(clock $((worked_seconds * (total - ended) / worked / jobs))) left"
  fi
  say "[$ended of $total] $name: $how; $(clock $SECONDS) elapsed$left"
  unset "pids[$index]" "names[$index]" "starts[$index]"
}

while true; do
  for index in ${pids[@]+"${!pids[@]}"}; do
    if ! kill -0 "${pids[index]}" 2>/dev/null; then
      code=0
      wait "${pids[index]}" || code=$?
      end "$index" "$code"
    fi
  done
  while [ -z "$stopping" ] && [ $next -lt "$total" ] && [ ${#pids[@]} -lt "$jobs" ]; do
    start
  done
  if [ ${#pids[@]} -eq 0 ] && { [ -n "$stopping" ] || [ $next -eq "$total" ]; }; then
    break
  fi
  sleep 0.3 || true
done

if [ -n "$stopping" ]; then
  say "Interrupted; the same command goes on."
  exit $interrupted
fi

found=()
for point in "${points[@]}"; do
  # shellcheck disable=SC2086 # Four words.
  describe $point
  if [ -f "$notes/$name" ]; then
    found+=("$(cat "$notes/$name")")
  fi
done
if [ ${#found[@]} -gt 0 ]; then
  "$fff" plot c2st "${found[@]}" --runs "$runs" --out "$figure"
fi
if [ ${#failures[@]} -gt 0 ]; then
  say "${#failures[@]} of $total runs failed; the same command tries them again: ${failures[*]}"
  exit 1
fi
