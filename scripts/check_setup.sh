# Sourced by the checks of this folder: finds what they need beside .NET, installs it from Debian's packages where it is
# missing (as root, by apt-get), and ends the check with code 77 and a message where it cannot.

# need TEST WHAT PACKAGE... : installs the packages where TEST, a command, fails.
need() {
  need_test=$1 need_what=$2
  shift 2
  if eval "$need_test" >/dev/null 2>&1; then return; fi
  if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    echo "Installing $* ..." >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null 2>&1 || true
    if eval "$need_test" >/dev/null 2>&1; then return; fi
  fi
  echo "skipped: $need_what is missing, and cannot be installed here (Debian, Ubuntu: sudo apt-get install $*)." >&2
  exit 77
}

# need_python MODULE PACKAGE... : sets python, an interpreter that has the module: PYTHON if set, or else Debian's.
need_python() {
  python=${PYTHON:-/usr/bin/python3}
  need_module=$1
  shift
  if [ -n "${PYTHON:-}" ] && ! "$python" -c "import $need_module" 2>/dev/null; then
    echo "skipped: $python, which PYTHON names, has no $need_module. Install it there, or leave PYTHON unset to use Debian's." >&2
    exit 77
  fi
  need "\"$python\" -c 'import $need_module'" "Python's $need_module" python3 "$@"
}

# need_blas : gives the interpreter that need_python found a fast BLAS, without which it would be no fair peer: Debian's takes whatever is there,
# and the reference one is ten times slower. OpenBLAS in turn falls back to SSE3 on processors that are newer than it (0.3.21 of Debian 12 calls
# them Prescott), so that it is told what the processor can do, unless OPENBLAS_CORETYPE says so already.
need_blas() {
  [ -n "${PYTHON:-}" ] || need 'ldconfig -p | grep -q libopenblas' 'OpenBLAS' libopenblas0
  need_flags=$(grep -m1 -E '^flags' /proc/cpuinfo 2>/dev/null || true)
  need_has() { case " $need_flags " in *" $1 "*) ;; *) return 1 ;; esac; }
  if [ -z "${OPENBLAS_CORETYPE:-}" ] && [ -n "$need_flags" ]; then
    if need_has avx512_bf16; then OPENBLAS_CORETYPE=Cooperlake
    elif need_has avx512f && need_has avx512vl && need_has avx512bw && need_has avx512dq; then OPENBLAS_CORETYPE=SkylakeX
    elif need_has avx2 && need_has fma && grep -q AuthenticAMD /proc/cpuinfo; then OPENBLAS_CORETYPE=Zen
    elif need_has avx2 && need_has fma; then OPENBLAS_CORETYPE=Haswell
    elif need_has avx; then OPENBLAS_CORETYPE=Sandybridge
    else return 0
    fi
    export OPENBLAS_CORETYPE
  fi
}

# processor : prints the processor's name, as timings need it beside them.
processor() {
  sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1
}

# median : prints the median of numbers, one a line.
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# need_browser : sets browser: CHROMIUM if set, or else chromium.
need_browser() {
  browser=${CHROMIUM:-chromium}
  need "command -v \"$browser\"" "the browser $browser" chromium
}

# need_fff : sets FFF, the program, where it is not set: built here.
need_fff() {
  if [ -z "${FFF:-}" ]; then
    FFF=$root/src/FFF.Cli/bin/Release/net10.0/fff
    dotnet build "$root/src/FFF.Cli" -c Release -v quiet --nologo >&2
  fi
}
