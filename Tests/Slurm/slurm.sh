#!/bin/bash
# Starts and stops a Slurm of one node for tests: munged, slurmctld and slurmd, all below one folder.
#
#   Tests/Slurm/slurm.sh start DIR     then use it with SLURM_CONF=DIR/slurm.conf
#   Tests/Slurm/slurm.sh stop DIR
#
# Needs root and Debian's packages slurm-wlm and munge; exits with 77 and a reason where it cannot.
set -eu

# Daemons outlive this script; what they inherited open would seem to be in use for as long.
for handle in /proc/$$/fd/*; do
  number=${handle##*/}
  if [ "$number" -gt 2 ] && [ "$number" -ne 255 ]; then eval "exec $number>&-" || true; fi
done

cannot() {
  echo "$*" >&2
  exit 77
}

start() {
  [ "$(id -u)" -eq 0 ] || cannot "only root can start Slurm"
  for program in munged slurmctld slurmd sbatch squeue; do
    command -v "$program" >/dev/null 2>&1 \
      || cannot "there is no '$program' (apt-get install slurm-wlm munge)"
  done
  mkdir -p "$dir/state" "$dir/spool" "$dir/munge"
  # munged refuses folders that others may write to, and /tmp is one; the sticky bit makes it safe.
  chmod 755 "$dir" "$dir/munge"
  host=$(hostname -s)
  # Two ports that are free now; other tests may run beside this one.
  port=$((20000 + $$ % 20000))
  dd if=/dev/urandom of="$dir/munge/key" bs=1 count=128 2>/dev/null
  chmod 600 "$dir/munge/key"
  cat >"$dir/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1
ReturnToService=2
KillWait=30
MinJobAge=2
GresTypes=gpu
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=500 Gres=gpu:a100:2 State=UNKNOWN
PartitionName=test Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
  # Two devices stand for the GPUs, which nothing in the tests opens.
  printf 'Name=gpu Type=a100 File=%s\n' /dev/null /dev/zero >"$dir/gres.conf"
  munged --force --key-file="$dir/munge/key" --socket="$dir/munge/socket" \
    --pid-file="$dir/munge/pid" --log-file="$dir/munge/log" --seed-file="$dir/munge/seed" \
    >"$dir/munge/messages" 2>&1 || cannot "munged does not start: $(cat "$dir/munge/messages")"
  export SLURM_CONF="$dir/slurm.conf"
  slurmctld -c >"$dir/messages" 2>&1 || cannot "slurmctld does not start: $(cat "$dir/messages")"
  slurmd >"$dir/messages" 2>&1 || cannot "slurmd does not start: $(cat "$dir/messages")"
  for _ in $(seq 100); do
    if sinfo --noheader --format=%t 2>/dev/null | grep -q '^idle'; then exit 0; fi
    sleep 0.3
  done
  state=$(sinfo 2>&1 || true)
  stop
  cannot "the node does not become idle: $state"
}

stop() {
  for file in slurmd.pid slurmctld.pid munge/pid; do
    # Daemons that a thread with blocked signals started do not hear any other signal.
    if [ -s "$dir/$file" ]; then kill -9 "$(cat "$dir/$file")" 2>/dev/null || true; fi
  done
}

[ $# -eq 2 ] || { echo "usage: $0 start|stop DIR" >&2; exit 64; }
dir=$2
case $1 in
  start) start ;;
  stop) stop ;;
  *) echo "usage: $0 start|stop DIR" >&2; exit 64 ;;
esac
