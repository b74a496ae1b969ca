#!/usr/bin/env bash
# Opens a report in a real browser without network, and keeps what it looks like.
#
#   scripts/check_report.sh REPORT.html [SCREENSHOT.png]
#
# Installs Debian's chromium where it is missing (as root, by apt-get). Checks that the page was loaded, asks for nothing
# outside of itself, and that nothing was refused or went wrong.
# Exit codes: 0 all is well; 1 something is wrong with the page; 2 wrong usage; 77 skipped, as there is no chromium and it
# cannot be installed.
set -euo pipefail

[ $# -ge 1 ] && [ -f "$1" ] || { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
page=$(realpath "$1") picture=$(realpath -m "${2:-${1%.html}.png}")
. "$(dirname "$0")/check_setup.sh"
need_browser

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
browse() {
  timeout 180 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" --hide-scrollbars \
    --host-resolver-rules='MAP * ~NOTFOUND' --enable-logging=stderr --v=0 "$@" "file://$page" 2>"$work/log"
}

browse --dump-dom >"$work/dom.html"
grep -q '</main>' "$work/dom.html" || { echo "check_report.sh: the page was not loaded." >&2; exit 1; }
if grep -E 'CONSOLE|Refused to' "$work/log" >&2; then echo "check_report.sh: the browser complains." >&2; exit 1; fi
if grep -oE '(src|href)="[^"#d][^"]*"|url\([^#)][^)]*\)|@import' "$page" >&2; then echo "check_report.sh: the page asks for something outside of itself." >&2; exit 1; fi
browse --window-size=1200,"${HEIGHT:-2400}" --screenshot="$picture" >/dev/null
echo "$picture"
