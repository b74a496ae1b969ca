#!/usr/bin/env bash
# Publishes the program for Windows and runs it under Wine: what users do there, and what is different there.
#
#   scripts/check_windows.sh [FOLDER]
#
# Installs Debian's wine where it is missing (as root, by apt-get). FOLDER, a temporary one if left out, keeps what was
# published and all that the checks wrote; what is there already is published again over it. A line per check.
# Exit codes: 0 all is well; 1 a check failed; 77 skipped, as there is no Wine and it cannot be installed.
set -uo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/check_setup.sh"
need 'command -v wine' "Wine" wine wine64
need 'command -v script' "script, which gives a program a terminal," bsdutils
if [ $# -gt 0 ]; then
  mkdir -p "$1"
  base=$(realpath "$1")
  trap cleanup EXIT
else
  base=$(mktemp -d)
  trap 'cleanup; rm -rf "$base"' EXIT
fi
work=$base/work disk=$base/disk
cleanup() {
  wineserver -k 2>/dev/null
  mountpoint -q "$disk" && umount -l "$disk"
}

# Wine 8 lacks a call by which OpenMP asks for nodes of memory, and cannot map memory twice, as .NET does to keep code from
# being written.
export WINEPREFIX=$base/wine WINEDEBUG=-all KMP_AFFINITY=disabled DOTNET_EnableWriteXorExecute=0
export FFF_CACHE="$work/cache" DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 LC_ALL=C.UTF-8
unset DISPLAY

passed=0 failed=0 unknown=0
report() { printf '%-9s %s\n' "$1" "$2"; }
# check WHAT COMMAND... : a line that says whether the command succeeded, and what it said where not.
check() {
  local what=$1
  shift
  # Not in the condition itself, where the shell would not end the check at its first failure.
  (set -e; "$@") >"$base/said" 2>&1 </dev/null
  if [ $? -eq 0 ]; then
    report ok "$what"
    passed=$((passed + 1))
  else
    report FAILED "$what"
    grep -av ' Epoch ' "$base/said" | tail -n 20 | cut -c 1-300 | sed 's/^/            /'
    failed=$((failed + 1))
  fi
}
cannot() {
  report unknown "$1"
  unknown=$((unknown + 1))
}

fff() { timeout -k 5 "${LIMIT:-300}" wine "$base/fff/fff.exe" "$@"; }
# refused CODE TEXT ARGUMENT... : the program ends with the code and says the text.
refused() {
  local code=$1 text=$2 status=0
  shift 2
  fff "$@" >"$base/refusal" 2>&1 || status=$?
  cat "$base/refusal"
  [ "$status" -eq "$code" ] && grep -qF -- "$text" "$base/refusal" || { echo "exit code $status; expected $code and '$text'"; return 1; }
}
is() { [ "$1" = "$2" ] || { echo "found '$1', expected '$2'"; return 1; }; }
status_of() { sed -n 's/^  "status": "\(.*\)",/\1/p' "$1/manifest.json"; }
# weights RUN : a checksum of a run's last weights, without the names and texts before them.
weights() {
  local file=$1/checkpoints/last.safetensors
  tail -c +$(($(od -An -t u8 -N 8 "$file") + 9)) "$file" | sha256sum
}
same_weights() { [ "$(weights "$1")" = "$(weights "$2")" ] || { echo "$1 and $2 have other weights"; return 1; }; }
wait_for() { for _ in $(seq 600); do [ -e "$1" ] && return; sleep 0.1; done; echo "$1 is not there after a minute"; return 1; }

toy="--config toy.yaml evaluate=[]"
publish() {
  dotnet publish "$root/src/FFF.Cli" -c Release -r win-x64 --self-contained -p:TorchSystem=windows -p:TorchBackend=cpu -o "$base/fff" --nologo
  dotnet publish "$root/scripts/windows/console_event.cs" -c Release -r win-x64 --self-contained -o "$base/events"
}
backend() { dotnet msbuild "$root/src/FFF/FFF.csproj" -getProperty:TorchBackend -p:TorchSystem=windows "-p:SystemRoot=$1"; }
backend_is_chosen() {
  mkdir -p "$base/with/System32" "$base/without/System32"
  touch "$base/with/System32/nvcuda.dll"
  is "$(backend "$base/without")" cpu
  is "$(backend "$base/with")" cuda
}
doctor() {
  fff doctor >doctor.out
  cat doctor.out
  grep -q "All works" doctor.out
}
train() {
  fff train --config toy.yaml --name plain >plain.out 2>plain.err
  is "$(tail -n 1 plain.out | tr -d '\r')" 'runs\plain\v0001'
  is "$(status_of runs/plain/v0001)" finished
  ! grep -q $'\r' runs/plain/v0001/{manifest.json,config.yaml,metrics.csv,eval/nll.json}
}
characters() {
  fff train $toy --name characters training.epochs=2 >characters.out 2>characters.err
  iconv -f utf-8 -t utf-8 plain.out plain.err characters.err >/dev/null
  grep -q 'β' characters.err
  grep -q '±' plain.out
  is "$(cat plain.out characters.err | grep -c $'\xef\xbf\xbd')" 0
}
on_screen() {
  script -qec "wine '$base/fff/fff.exe' eval-nll --run plain" screen.txt >/dev/null
  grep -q '±' screen.txt
  is "$(grep -c $'\xef\xbf\xbd' screen.txt)" 0
}
# event KIND RUN : sends it to a training as soon as there is a checkpoint; the program must save and end with 3.
event() {
  local code=0
  timeout -k 5 180 script -qec "wine '$base/events/console_event.exe' $1 runs/$2/v0001/checkpoints/last.safetensors '$base/fff/fff.exe' train $toy --name $2" "$2.txt" >/dev/null || code=$?
  tail -n 4 "$2.txt"
  is "$code" 3
  is "$(status_of "runs/$2/v0001")" interrupted
}
resumed() {
  fff train --resume "$1"
  is "$(status_of "runs/$1/v0001")" finished
  same_weights "runs/plain/v0001" "runs/$1/v0001"
}
start() { fff train $toy --name "$@" >"$1.out" 2>"$1.err" & }
kill_it() {
  start killed
  wait_for runs/killed/v0001/checkpoints/last.safetensors
  wine taskkill /f /pid "$(grep -o '"process":[0-9]*' runs/killed/v0001/.lock | grep -o '[0-9]*')"
  is "$(wait $! && echo done)" ""
  is "$(status_of runs/killed/v0001)" running
}
second_is_refused() {
  start twice training.epochs=100000
  wait_for runs/twice/v0001/checkpoints/last.safetensors
  refused 2 "is being trained by another process" train --resume twice
  wine taskkill /f /pid "$(grep -o '"process":[0-9]*' runs/twice/v0001/.lock | grep -o '[0-9]*')"
  wait $! || true
}
sample() {
  fff sample --run plain -n 1000 --log-prob --out theta.csv
  fff sample --run plain -n 1000 --out theta.npy
  fff sample --run sbi --observation 3 -n 500
  is "$(wc -l <theta.csv)" 1001
  is "$(stat -c %s theta.npy)" 8128
  ls runs/sbi/v0001/samples/observation-3_n500_seed*.npy
}
eval_nll() {
  rm runs/plain/v0001/eval/nll.json
  fff eval-nll --run plain
  [ -s runs/plain/v0001/eval/nll.json ]
}
eval_c2st() {
  fff train --config sbi.yaml evaluate='[]'
  fff eval-c2st --run sbi --observations 1
  [ -s runs/sbi/v0001/eval/c2st.observations-1.json ]
}
eval_calibration() {
  fff eval-calibration --run sbi --simulations 60 --posterior-samples 40
  [ -s runs/sbi/v0001/eval/calibration.pairs-60.samples-40.json ]
}
eval_boltzmann() {
  fff train --config dw4.yaml evaluate='[]'
  fff eval-boltzmann --run dw4 --samples 100 --chains 30 --annealing-steps 20
  [ -s runs/dw4/v0001/eval/boltzmann.samples-100.chains-30.steps-20.json ]
}
eval_molecules() {
  fff train --config mine.yaml evaluate='[]'
  fff sample --run mine -n 30 --out molecules.sdf
  fff eval-molecules --run mine -n 30 --likelihoods 3
  [ -s runs/mine/v0001/eval/molecules.samples-30.likelihoods-3.json ]
  [ -s molecules.sdf ]
}
make_report() {
  fff report plain sbi --out report.html
  fff plot posterior --run sbi --observation 1
  fff runs compare plain characters --plot both.png
  fff runs show plain
  grep -q '</main>' report.html
  [ -s both.png ]
  ls runs/plain/v0001/plots/*.png
}
finished() { grep -l '"status": "finished"' "$@" | wc -l; }
sweep() {
  fff sweep --config sweep.yaml --jobs 2
  is "$(finished runs/beta-000*/v0001/manifest.json)" 4
  fff sweep best beta --metric val_nll
  grep -q β runs/beta.sweep/logs/0000.log
}
sweep_is_stopped() {
  local code=0
  timeout -k 5 180 script -qec "wine '$base/events/console_event.exe' c runs/long-0000/v0001/checkpoints/last.safetensors,runs/long-0001/v0001/checkpoints/last.safetensors '$base/fff/fff.exe' sweep --config long.yaml --jobs 2" long.txt >/dev/null || code=$?
  tail -n 3 long.txt
  is "$code" 3
  is "$(status_of runs/long-0000/v0001) $(status_of runs/long-0001/v0001)" 'interrupted interrupted'
  fff sweep --config long.yaml --jobs 2
  is "$(status_of runs/long-0000/v0001) $(status_of runs/long-0001/v0001)" 'finished finished'
  same_weights runs/plain/v0001 runs/long-0000/v0001
}
sixteen() {
  local pids=() code=0
  for i in $(seq 16); do fff train $toy --name many training.epochs=2 >"many$i.out" 2>"many$i.err" & pids+=($!); done
  for pid in "${pids[@]}"; do wait "$pid" || code=$?; done
  cat many*.err | grep '^fff:' || true
  is "$code" 0
  is "$(ls runs/many | tr '\n' ' ')" "$(printf 'v%04d ' $(seq 16))"
  is "$(finished runs/many/*/manifest.json)" 16
}
listed_while_written() {
  start busy
  local writer=$! run=runs/busy/v0001
  wait_for $run/checkpoints/last.safetensors
  # A program that shares nothing, as virus scanners do, besides our own readers.
  timeout 60 wine "$base/events/console_event.exe" hold 200 $run/manifest.json $run/checkpoints/last.safetensors $run/checkpoints/best.safetensors &
  local holder=$! lists=0
  while kill -0 $writer 2>/dev/null; do
    fff runs list --json >list.json
    grep -q '"busy' list.json
    fff runs show busy >/dev/null
    lists=$((lists + 1))
  done
  wait $writer
  wait $holder
  echo "$lists lists"
  [ "$lists" -gt 1 ]
  is "$(status_of $run)" finished
  same_weights runs/plain/v0001 $run
  is "$(find $run -name '*.tmp')" ''
}
folders() {
  local place='Zwei Wörter & (mehr)'
  mkdir -p "$place/Läufe"
  cp toy.yaml "$place/größe 1.yaml"
  fff train --config "$place\\größe 1.yaml" --runs "$place\\Läufe" --name x evaluate='[]' training.epochs=2
  fff sample --runs "$place\\Läufe" --run 'x\v0001' -n 10 --out "$place\\Läufe\\größe 1.csv"
  fff train --config "$(wine winepath -w "$work/toy.yaml" | tr -d '\r')" --runs "$(wine winepath -w "$work/$place/Läufe" | tr -d '\r')" --name y evaluate='[]' training.epochs=2
  fff runs list --runs "$place/Läufe" | tee list.txt
  [ -s "$place/Läufe/größe 1.csv" ]
  grep -q 'y/v0001' list.txt
}
names() {
  local name
  for name in con nul AUX prn com1 lpt9 con.v2 nul.tar.gz; do
    refused 2 "cannot name a run" train $toy --name "$name"
  done
  refused 2 "cannot name a run" train $toy --name 'ends.'
  refused 2 "cannot name a run" sweep --config sweep.yaml name=aux
  refused 2 "for a device" sample --run plain -n 10 --out nul.npy
  refused 2 "cannot hold ':'" sample --run plain -n 10 --out 'ab:c.npy'
  refused 2 "cannot hold '?'" sample --run plain -n 10 --out 'a?.npy'
  refused 2 "by upper and lower case only" train $toy --name PLAIN
  is "$(ls runs | grep -icE '^(con|nul|aux|prn|com1|lpt9)')" 0
  [ ! -e runs/PLAIN ]
}
long_paths() {
  local deep
  deep=$(printf 'a_folder_with_a_name_of_fifty_characters_%09d/' 1 2 3 4 5 6)
  mkdir -p "$deep"
  cp toy.yaml "$deep"
  fff train --config "${deep}toy.yaml" --runs "${deep}runs" --name x training.epochs=2
  fff sample --runs "${deep}runs" --run x -n 10
  fff report --runs "${deep}runs" x
  [ "$(printf %s "$work/${deep}runs/x/v0001/manifest.json" | wc -c)" -gt 300 ]
  [ -s "${deep}runs/x/v0001/report.html" ]
}
line_ends() {
  { printf '\xef\xbb\xbf'; sed 's/$/\r/' toy.yaml; } >crlf.yaml
  fff train --config crlf.yaml evaluate='[]' --name crlf
  same_weights runs/plain/v0001 runs/crlf/v0001
  iconv -f utf-8 -t utf-16 crlf.yaml >utf16.yaml
  fff train --config utf16.yaml evaluate='[]' --name utf16 training.epochs=2
  sed 's/$/\r/' theta.csv >crlf.csv
  printf 'name: table\ndata: {kind: table, path: crlf.csv}\nmethod: {flow: {network: {kind: dense, widths: [8]}}}\ntraining: {epochs: 1, threads: 1}\n' >table.yaml
  fff train --config table.yaml
}
full_disk() {
  mkdir -p "$disk"
  mount -t tmpfs -o size=1m tmpfs "$disk"
  fff train $toy --runs ../disk --name first training.epochs=2
  head -c 2m /dev/zero >"$disk/ballast" 2>/dev/null || true
  truncate -s -24K "$disk/ballast"
  refused 1 "its disk is not full" train $toy --runs ../disk --name full training.checkpoints='{keep_last: 100}'
  rm "$disk/ballast"
  mount -o remount,size=20m "$disk"
  fff train --runs ../disk --resume full
  is "$(status_of "$disk/full/v0001")" finished
  same_weights runs/plain/v0001 "$disk/full/v0001"
  umount "$disk"
}
prune() {
  fff runs prune --name many --keep-best 1 --metric val_nll --yes
  is "$(ls runs/many | wc -l)" 1
}

rm -rf "$work"
mkdir -p "$work"
cd "$work" || exit 1
cat >toy.yaml <<'YAML'
name: moons
data: {kind: toy, distribution: two_moons, samples: 400}
method: {flow: {network: {kind: dense, widths: [16]}}}
training: {epochs: 150, batch_size: 64, threads: 1, validate_every: 1}
evaluate: [nll]
YAML
cat >sbi.yaml <<'YAML'
name: sbi
data: {kind: sbi, task: two_moons, simulations: 500}
method: {flow: {network: {kind: residual, blocks: 1, widths: [16]}}}
training: {epochs: 5, batch_size: 50, threads: 1}
YAML
cat >dw4.yaml <<'YAML'
name: dw4
data: {kind: particles, system: dw4, samples: 150}
method: {flow: {network: {kind: egnn, blocks: 1, sublayers: 1, width: 8}}}
training: {epochs: 1, batch_size: 40, threads: 1}
YAML
cat >mine.yaml <<'YAML'
name: mine
data: {kind: molecules, path: qm7.xyz, elements: [H, C, N, O]}
method:
  flow:
    network: {kind: egnn, blocks: 1, sublayers: 1, width: 8}
    dequantizer: {blocks: 1, sublayers: 1, width: 8, charge_scale: 8}
training: {epochs: 1, batch_size: 16, threads: 1}
YAML
gzip -dc "$root/src/FFF.Experiments/Datasets/Molecules/Reference/qm7.xyz.gz" | awk '
  NF == 1 && left == 0 { left = $1 + 2; text = ""; good = 1 }
  { text = text $0 "\n"; if ($1 == "S") good = 0; if (--left == 0 && good && ++count <= 60) printf "%s", text }' >qm7.xyz
cat >sweep.yaml <<'YAML'
name: beta
configs: [toy.yaml]
set: {training.epochs: 3, evaluate: []}
search: {kind: grid, keys: {objective.beta: [10, 20, 50, 100]}}
YAML
cat >long.yaml <<'YAML'
name: long
configs: [toy.yaml]
set: {evaluate: []}
trial_seeds: shared
search: {kind: list, trials: [{}, {objective.beta: 20}]}
YAML

echo "$(wine --version), $(nproc) cores"
check "publish: the program for Windows is built" publish
[ "$failed" -eq 0 ] || exit 1
check "backend: the build chooses CUDA only where NVIDIA's driver is" backend_is_chosen
check "doctor: all works" doctor
check "train: ends with 0 and names its folder" train
check "characters: β and ± reach files and pipes as UTF-8" characters
check "screen: ± reaches a console" on_screen
check "Ctrl+C: saves and ends with 3" event c pressed
check "Ctrl+C: resumed, the run has the bits of one left alone" resumed pressed
check "Ctrl+Break: saves and ends with 3" event break broken
check "Ctrl+Break: resumed, the same bits" resumed broken
check "window closed: saves and ends with 3" event close closed
check "window closed: resumed, the same bits" resumed closed
check "taskkill: the run stays as it was" kill_it
check "taskkill: resumed, the same bits" resumed killed
check "lock: a second process in the folder is refused" second_is_refused
check "eval-nll" eval_nll
check "eval-c2st" eval_c2st
check "eval-calibration" eval_calibration
check "sample: .csv with densities, .npy, into the run" sample
check "eval-boltzmann" eval_boltzmann
check "eval-molecules, and molecules sampled as .sdf" eval_molecules
check "report, pictures, comparison" make_report
check "sweep: two jobs at a time" sweep
check "sweep: Ctrl+C saves all trials, and the same command goes on to the same bits" sweep_is_stopped
check "sixteen starts at once: a folder each" sixteen
check "runs list while a run writes and another program holds its files: nothing is lost" listed_while_written
check "prune: removes runs" prune
check "folders with spaces, umlauts and backslashes" folders
check "names that Windows keeps, or that differ by case, are refused" names
check "paths of more than 260 characters" long_paths
check "a configuration with CRLF and a byte order mark, in UTF-16, a table with CRLF" line_ends
if [ "$(id -u)" -eq 0 ]; then
  check "full disk: an error that says so, and what was there stays" full_disk
else
  cannot "full disk: only root can make a small one"
fi

for event in broken closed; do
  if tr -d '\r\n' <$event.txt | grep -q 'at CtrlRoutine'; then
    report note "the event for $event was delivered by a thread of ours, the way Windows does it: Wine does not send it"
  fi
done
echo "$passed passed, $failed failed, $unknown unknown, $((SECONDS / 60)) min $((SECONDS % 60)) s"
[ "$failed" -eq 0 ]
