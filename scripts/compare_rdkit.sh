#!/bin/sh
# Compares `fff eval-molecules` with RDKit on the same molecules: stability, validity, uniqueness.
#
#   scripts/compare_rdkit.sh                           QM7's molecules of H, C, N and O
#   scripts/compare_rdkit.sh --samples samples.xyz     your own, .xyz or .xyz.gz, of H, C, N, O and F
#
# FFF names the program (default: built here), PYTHON the interpreter (default: /usr/bin/python3).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/check_setup.sh"
need_python rdkit python3-rdkit
need_fff

if [ $# -eq 0 ]; then
  set -- --samples "$root/src/FFF.Experiments/Datasets/Molecules/Reference/qm7.xyz.gz"
fi
exec "$python" "$root/scripts/compare_rdkit.py" --fff "$FFF" "$@"
