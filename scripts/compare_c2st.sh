#!/bin/sh
# Compares `fff eval-c2st` with scikit-learn's classifier on the same samples and cores: accuracy, time, ratio.
#
#   scripts/compare_c2st.sh                                       10,000 points of two moons, blurred, against as many not
#   scripts/compare_c2st.sh --dimension 5 --count 2000            Gaussians, one shifted
#   scripts/compare_c2st.sh --samples A.npy --reference B.npy     your own, [N, D] each
#   scripts/compare_c2st.sh --repeats 5                           medians of five runs each, in alternation
#
# FFF names the program (default: built here), PYTHON the interpreter (default: /usr/bin/python3, else python3).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)

python=${PYTHON:-}
if [ -z "$python" ]; then
  python=$(command -v /usr/bin/python3 || command -v python3 || true)
fi
if [ -z "$python" ] || ! "$python" -c 'import sklearn' 2>/dev/null; then
  if [ -n "${PYTHON:-}" ]; then
    echo "$PYTHON has no scikit-learn. Install it there (pip install scikit-learn), or leave PYTHON unset to use Debian's." >&2
    exit 1
  fi
  if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    echo "scikit-learn is missing. Install it (Debian, Ubuntu: sudo apt-get install python3-sklearn), or name a Python that has it in PYTHON." >&2
    exit 1
  fi
  echo "Installing python3-sklearn ..." >&2
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-sklearn; } >&2; then
    echo "python3-sklearn could not be installed (see above). Name a Python that has scikit-learn in PYTHON." >&2
    exit 1
  fi
  python=/usr/bin/python3
fi

if [ -z "${FFF:-}" ]; then
  dotnet build "$root/src/FFF.Cli" -c Release -v quiet --nologo >&2
  FFF=$root/src/FFF.Cli/bin/Release/net10.0/fff
fi

exec "$python" "$root/scripts/compare_c2st.py" --fff "$FFF" "$@"
