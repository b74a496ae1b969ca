#!/bin/sh
# Compares `fff eval-c2st` with scikit-learn's classifier on the same samples and cores: accuracy, time, ratio.
#
#   scripts/compare_c2st.sh                                       10,000 points of two moons, blurred, against as many not
#   scripts/compare_c2st.sh --dimension 5 --count 2000            Gaussians, one shifted
#   scripts/compare_c2st.sh --samples A.npy --reference B.npy     your own, [N, D] each
#   scripts/compare_c2st.sh --repeats 5                           medians of five runs each, in alternation
#
# FFF names the program (default: built here), PYTHON the interpreter (default: /usr/bin/python3).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/check_setup.sh"
need_python sklearn python3-sklearn libopenblas0
need_blas
echo "processor: $(processor)"
need_fff

exec "$python" "$root/scripts/compare_c2st.py" --fff "$FFF" "$@"
