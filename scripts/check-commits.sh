#!/usr/bin/env bash
# Holds the subjects of commits to `area: imperative` in at most 72 characters, since the last tag or the commit below.
set -euo pipefail
cd "$(dirname "$0")/.."

base=4850518
last_tag=$(git describe --tags --abbrev=0 2>/dev/null || true)
since=${last_tag:-$base}
if ! git merge-base --is-ancestor "$since" HEAD 2>/dev/null; then
  echo "CI: $since is not in this checkout, so the subjects of commits are not checked"
  exit 0
fi

wrong=$(git log --no-merges --format='%h %s' "$since..HEAD" | grep -vE '^[0-9a-f]+ [a-z][a-z0-9./-]*: [^ ].{0,69}$' || true)
long=$(git log --no-merges --format='%h %s' "$since..HEAD" | awk '{ hash = $1; sub(/^[^ ]+ /, ""); if (length($0) > 72) print hash, $0 }')
if [ -n "$wrong$long" ]; then
  echo "CI: the subject of a commit is \`area: imperative\`, in at most 72 characters:"
  printf '%s\n' "$wrong" "$long" | grep . | sort -u
  exit 1
fi
