#!/bin/sh
# Compares `fff eval-molecules` with RDKit on the same molecules: stability, validity, uniqueness.
#
#   scripts/compare_rdkit.sh                           QM7's molecules of H, C, N and O
#   scripts/compare_rdkit.sh --samples samples.xyz     your own, .xyz or .xyz.gz, of H, C, N, O and F
#
# FFF names the program (default: built here), PYTHON the interpreter (default: /usr/bin/python3, else python3).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)

python=${PYTHON:-}
if [ -z "$python" ]; then
  python=$(command -v /usr/bin/python3 || command -v python3 || true)
fi
if [ -z "$python" ] || ! "$python" -c 'import rdkit' 2>/dev/null; then
  if [ -n "${PYTHON:-}" ]; then
    echo "$PYTHON has no RDKit. Install it there (pip install rdkit), or leave PYTHON unset to use Debian's." >&2
    exit 1
  fi
  if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    echo "RDKit is missing. Install it (Debian, Ubuntu: sudo apt-get install python3-rdkit), or name a Python that has it in PYTHON." >&2
    exit 1
  fi
  echo "Installing python3-rdkit ..." >&2
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-rdkit; } >&2; then
    echo "python3-rdkit could not be installed (see above). Name a Python that has RDKit in PYTHON." >&2
    exit 1
  fi
  python=/usr/bin/python3
fi

if [ -z "${FFF:-}" ]; then
  dotnet build "$root/src/FFF.Cli" -c Release -v quiet --nologo >&2
  FFF=$root/src/FFF.Cli/bin/Release/net10.0/fff
fi

if [ $# -eq 0 ]; then
  set -- --samples "$root/src/FFF/Datasets/Molecules/Reference/qm7.xyz.gz"
fi
exec "$python" "$root/scripts/compare_rdkit.py" --fff "$FFF" "$@"
