#!/usr/bin/env bash
# Writes PublicAPI.Unshipped.txt of both libraries anew: all that is public and not in PublicAPI.Shipped.txt, as the compiler names it.
# Further arguments go to dotnet build. What changed is then in git diff.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
kept=$(mktemp -d)
trap 'rm -rf "$log" "$kept"' EXIT
for project in FFF FFF.Experiments; do
  cp "src/$project/PublicAPI.Unshipped.txt" "$kept/$project"
  echo '#nullable enable' > "src/$project/PublicAPI.Unshipped.txt"
done

if ! dotnet build -c Release src/FFF.Experiments --no-incremental -p:TreatWarningsAsErrors=false "$@" > "$log"; then
  grep -E ': error ' "$log" | sort -u >&2
  for project in FFF FFF.Experiments; do
    cp "$kept/$project" "src/$project/PublicAPI.Unshipped.txt"
  done
  exit 1
fi

for project in FFF FFF.Experiments; do
  sed -n "s|.*RS0016: Symbol '\(.*\)' is not part of the declared public API.*/$project\.csproj\]\$|\1|p" "$log" | LC_ALL=C sort -u >> "src/$project/PublicAPI.Unshipped.txt"
  echo "src/$project/PublicAPI.Unshipped.txt: $(($(wc -l < "src/$project/PublicAPI.Unshipped.txt") - 1)) members"
done
