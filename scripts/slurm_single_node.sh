#!/usr/bin/env bash
# A Slurm of one machine, for tests of job arrays. See --help.
set -euo pipefail

usage() {
  cat <<'END'
Usage: scripts/slurm_single_node.sh start|stop|status [--dir DIR] [--cpus N]

Sets up Debian's slurm-wlm and munge on this machine as a cluster of one node, with everything in DIR (state, logs, keys,
configuration; /tmp/fff-slurm if left out), and leaves the system's own configuration alone. To use it, set what 'start'
prints: export SLURM_CONF=DIR/slurm.conf

  start   installs the packages where they are missing (as root, by apt-get), and starts munged, slurmctld and slurmd
  stop    ends the three daemons
  status  tells whether the node takes jobs
  --cpus N  the node's processor cores, as far as Slurm is concerned; 2 if left out

It keeps no accounts and uses no control groups: jobs run, wait, are cancelled and queued again as on a cluster, but are not
confined to what they asked for.

Exit codes: 0 done; 1 failed; 2 wrong usage; 77 skipped, as this is no Debian, not root, or the packages cannot be had.
END
}

refuse() { echo "slurm_single_node.sh: $1" >&2; exit 2; }
skip() { echo "slurm_single_node.sh: skipped: $1" >&2; exit 77; }
fail() { echo "slurm_single_node.sh: $1" >&2; exit 1; }

action='' dir=/tmp/fff-slurm cpus=2
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    start | stop | status) action=$1; shift ;;
    --dir) [ $# -ge 2 ] || refuse "--dir needs a value."; dir=$2; shift 2 ;;
    --cpus) [ $# -ge 2 ] || refuse "--cpus needs a value."; cpus=$2; shift 2 ;;
    *) refuse "'$1' is not expected here; see --help." ;;
  esac
done
[ "$action" ] || { usage >&2; exit 2; }
[[ $cpus =~ ^[1-9][0-9]*$ ]] || refuse "--cpus is a whole number above 0, found '$cpus'."
case $dir in /*) ;; *) dir=$PWD/$dir ;; esac

export SLURM_CONF=$dir/slurm.conf PATH=$PATH:/usr/sbin:/sbin
socket=$dir/munge.socket

# A daemon's process, if it is the one that was started here.
running() {
  local id
  id=$(cat "$dir/$1.pid" 2>/dev/null) && [ "$(cat "/proc/$id/comm" 2>/dev/null)" = "$1" ] && echo "$id"
}

stop() {
  local daemon id
  for daemon in slurmd slurmctld munged; do
    if id=$(running $daemon); then
      kill "$id"
      for _ in $(seq 50); do kill -0 "$id" 2>/dev/null || break; sleep 0.1; done
      if kill -0 "$id" 2>/dev/null; then kill -KILL "$id"; fi
    fi
  done
}

install_packages() {
  if command -v sbatch slurmctld slurmd munged >/dev/null; then return; fi
  command -v apt-get >/dev/null || skip "the packages slurm-wlm and munge are installed by apt-get, which is not here."
  echo "Installing slurm-wlm and munge." >&2
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends slurm-wlm munge; } >"$dir/apt.log" 2>&1 \
    || skip "slurm-wlm and munge cannot be installed; see $dir/apt.log."
}

configure() {
  local host memory
  host=$(hostname -s) memory=$(($(awk '/^MemTotal/ {print $2}' /proc/meminfo) / 1024 * 9 / 10))
  if ! [ -f "$dir/munge.key" ]; then
    (umask 077; dd if=/dev/urandom of="$dir/munge.key" bs=1024 count=1 status=none)
  fi
  cat >"$SLURM_CONF" <<END
ClusterName=fff
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$socket
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SchedulerType=sched/backfill
# A job that was queued again may start at once, and the scheduler looks every second.
SchedulerParameters=batch_sched_delay=1,sched_interval=2,requeue_delay=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SlurmctldTimeout=30
SlurmdTimeout=30
KillWait=10
MessageTimeout=20
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus RealMemory=$memory State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
}

case $action in
  start)
    [ "$(id -u)" = 0 ] || skip "munged and slurmd are started as root."
    mkdir -p "$dir/state" "$dir/spool"
    chmod 755 "$dir"
    install_packages
    stop
    configure
    # munge trusts only folders that nobody else can write to; those above DIR are the system's.
    munged --force --key-file="$dir/munge.key" --socket="$socket" --pid-file="$dir/munged.pid" --log-file="$dir/munged.log" --seed-file="$dir/munged.seed" \
      || fail "munged does not start; see $dir/munged.log."
    slurmctld || fail "slurmctld does not start; see $dir/slurmctld.log."
    slurmd -N "$(hostname -s)" 2>/dev/null || slurmd || fail "slurmd does not start; see $dir/slurmd.log."
    for _ in $(seq 60); do
      [ "$(sinfo --noheader --format=%t 2>/dev/null)" = idle ] && { echo "export SLURM_CONF=$SLURM_CONF"; exit 0; }
      sleep 0.5
    done
    sinfo >&2 || true
    fail "the node does not become idle; see $dir/slurmctld.log and $dir/slurmd.log."
    ;;
  stop) stop ;;
  status) sinfo ;;
esac
