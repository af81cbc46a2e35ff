# What every script of this folder shares: words on standard error, and where the private folder is.
# Sourced, never run. The caller has set `set -euo pipefail`.

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=${SEGMA_WORK:-$repo/.work}

say() { printf '%s\n' "tests: $*" >&2; }
warn() { printf '%s\n' "tests: $*" >&2; }

# Installs Debian packages where that is possible; elsewhere says what to install.
debian() {
  if ! command -v apt-get >/dev/null; then
    warn "please install: $*"
    return 1
  fi
  local as=()
  [ "$(id -u)" = 0 ] || as=(sudo -n)
  say "apt-get install $*"
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 &&
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# `fresh STAMP FILE…`: the installation that STAMP names was made from these very files.
fresh() {
  local stamp=$1
  shift
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(cat "$@" | sha256sum)" ]
}

# `stamp STAMP FILE…`: remember what an installation was made from.
stamp() {
  local stamp=$1
  shift
  cat "$@" | sha256sum >"$stamp"
}
