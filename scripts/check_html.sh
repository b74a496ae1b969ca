#!/bin/sh
# Opens a page of `fff plot molecules --html` in headless Chromium: whether it shows a molecule without any network,
# turns it when it is dragged, and shows the next one when a key is pressed. Leaves a screenshot.
#
#   scripts/check_html.sh                               a page of QM7's first molecules
#   scripts/check_html.sh page.html [screenshot.png]    your own
#
# FFF names the program (default: built here), CHROMIUM the browser (default: chromium, else Debian's is installed).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/check_setup.sh"
need_browser

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ $# -eq 0 ]; then
  need_fff
  "$FFF" plot molecules --samples qm7 --html "$folder/page.html" >/dev/null
  set -- "$folder/page.html"
fi
screenshot=${2:-molecules.png}

run() {
  # Without a graphics card, WebGL is computed; names resolve to nothing, so that nothing can be fetched.
  "$browser" --headless=new --no-sandbox --use-gl=angle --use-angle=swiftshader --enable-unsafe-swiftshader --hide-scrollbars \
    --host-resolver-rules="MAP * ~NOTFOUND" --user-data-dir="$folder/profile" --window-size=1200,750 --virtual-time-budget=8000 "$@" 2>"$folder/log"
}

run --screenshot="$screenshot" "file://$(realpath "$1")"

# The same page, with a script that drags, presses a key, and notes what came of it.
sed '/<\/body>/,$d' "$1" >"$folder/driven.html"
cat >>"$folder/driven.html" <<'SCRIPT'
<script>
const canvas = document.querySelector("#view canvas");
const mouse = (kind, x, y) => canvas.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true, clientX: x, clientY: y, button: 0, buttons: 1, view: window }));
const before = viewer.getView();
mouse("mousedown", 700, 300); mouse("mousemove", 800, 360); mouse("mouseup", 800, 360);
const after = viewer.getView();
document.body.dataset.turned = before.slice(4).some((value, i) => Math.abs(value - after[i + 4]) > 1e-3);
document.body.dataset.atoms = viewer.getModel().selectedAtoms({}).length;
document.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown" }));
</script></body></html>
SCRIPT
run --dump-dom "file://$folder/driven.html" >"$folder/dom.html"
found=$(grep -o '<body[^>]*>' "$folder/dom.html" | tail -n 1)
echo "$found"
for expected in 'data-turned="true"' 'data-shown="2"'; do
  case $found in
    *"$expected"*) ;;
    *) echo "The page lacks $expected; the browser said:" >&2; cat "$folder/log" >&2; exit 1 ;;
  esac
done
echo "The page works; see $screenshot."
