#!/usr/bin/env bash
# The one entry: deps, build, test, publish, demo, bench, clean. Every verb may be repeated and starts from what is there.
# AMPHORA_TFM=net10.0 picks another framework.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

tfm=${AMPHORA_TFM:-net9.0}
configuration=Release
msbuild=(-c "$configuration" -v quiet -nologo "-p:AmphoraTfm=$tfm")
suites=(shape contract templates linux agent controller end-to-end)
packages=(clang zlib1g-dev libsystemd0 haproxy keepalived ipvsadm iproute2 nftables iputils-ping procps openssl curl dbus systemd)

run() { printf '+ %s\n' "$*" >&2; "$@"; }

verb_deps() {
  local missing=()
  for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && { echo "deps: all there"; return; }
  run apt-get update -qq
  # The distribution's own haproxy and keepalived services are not wanted: the agent runs its own.
  DEBIAN_FRONTEND=noninteractive run apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

verb_build() { run dotnet build Amphora.sln "${msbuild[@]}"; }

# test [suite…]: build, check the format, run each suite, print "N passed, N failed, N skipped".
verb_test() {
  local chosen=("$@") passed=0 failed=0 skipped=0 broken=0 suite dll log rc total errors bad skip
  if [ ${#chosen[@]} -eq 0 ]; then
    chosen=("${suites[@]}")
    verb_build
    run dotnet format Amphora.sln --verify-no-changes --no-restore || broken=1
  else
    for suite in "${chosen[@]}"; do run dotnet build "tests/$suite" "${msbuild[@]}"; done
  fi
  for suite in "${chosen[@]}"; do
    dll=$(echo "artifacts/$tfm/bin/$suite-tests/release/Amphora."*.Tests.dll)
    log=$(mktemp)
    rc=0
    run dotnet "$dll" -noColor -noLogo 2>&1 | tee "$log" || rc=$?
    if read -r total errors bad skip < <(sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/p' "$log" | tail -n 1); then
      passed=$((passed + total - bad - skip)) failed=$((failed + bad + errors)) skipped=$((skipped + skip))
    else
      broken=1
    fi
    [ "$rc" -eq 0 ] || broken=1
    rm -f "$log"
  done
  [ "$broken" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
}

verb_clean() { run rm -rf artifacts out; }

verb=${1:-}
case $verb in
  deps | build | test | publish | demo | bench | clean) shift; "verb_$verb" "$@" ;;
  *) sed -n '2,3p' "$0"; exit 2 ;;
esac
