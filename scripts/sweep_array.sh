#!/usr/bin/env bash
# A sweep in plain shell as a job array of Slurm, one task per combination of two settings. What 'fff sweep --launcher
# slurm' does beyond it: all trials are checked before they are submitted, and status, retry and best know them.
#
#   sbatch scripts/sweep_array.sh configs/sbi/two_moons.yaml [key.path=value ...]
#
# Edit the two lists, and the array to have as many tasks as there are combinations. A task that is preempted, or whose
# node fails, is queued again by Slurm; one whose time is nearly over (signal USR1) saves and queues itself again. Both go on
# from the last checkpoint. FFF names the program, if it is not on the PATH as fff.
#SBATCH --job-name=sweep
#SBATCH --array=0-3
#SBATCH --time=60
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:USR1@60

betas=(100 1000)
rates=(1.0e-3 2.0e-3)

config=$1
shift
beta=${betas[SLURM_ARRAY_TASK_ID / ${#rates[@]}]}
rate=${rates[SLURM_ARRAY_TASK_ID % ${#rates[@]}]}

again=
trap 'again=yes; kill -TERM "$program"' USR1
trap 'kill -TERM "$program"' TERM
"${FFF:-fff}" train --config "$config" objective.beta="$beta" training.optimizer.learning_rate="$rate" "$@" \
  --name "array-beta$beta-rate$rate" --resume auto &
program=$!
wait "$program"; code=$?
while kill -0 "$program" 2>/dev/null; do wait "$program"; code=$?; done
if [ "$again" ] && [ "$code" -eq 3 ]; then
  exec scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
fi
exit "$code"
