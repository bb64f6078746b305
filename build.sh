#!/usr/bin/env bash
# The one entry: deps, build, test, publish, demo, bench, image, vm-test, clean. Every verb may be repeated and starts from what is there.
# AMPHORA_TFM=net10.0 picks another framework.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

tfm=${AMPHORA_TFM:-net9.0}
configuration=Release
msbuild=(-c "$configuration" -v quiet -nologo "-p:AmphoraTfm=$tfm")
test_options=()
suites=(shape contract templates linux agent controller end-to-end systemd)
packages=(clang gcc libc6-dev zlib1g-dev libsystemd0 haproxy keepalived ipvsadm iproute2 nftables iputils-ping procps openssl curl dbus systemd
  systemd-container bsdutils isc-dhcp-client dnsmasq-base rsyslog logrotate python3-octavia octavia-agent genisoimage dosfstools mtools e2fsprogs mount
  mmdebstrap python3-diskimage-builder debootstrap sudo kmod busybox-static cpio fdisk squashfs-tools grub-common grub-pc-bin grub-efi-amd64-bin qemu-utils qemu-system-x86 ovmf postgresql)

run() { printf '+ %s\n' "$*" >&2; "$@"; }

verb_deps() {
  local missing=()
  for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && { echo "deps: all there"; return; }
  run apt-get update -qq
  DEBIAN_FRONTEND=noninteractive run apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  # The distribution's own services are not wanted: the agent runs its own.
  if [ -d /run/systemd/system ]; then
    for package in "${missing[@]}"; do
      case $package in haproxy | keepalived | octavia-agent | postgresql) run systemctl disable --now "$package" ;; esac
    done
  fi
}

verb_build() { run dotnet build Amphora.sln "${msbuild[@]}"; }

# test [suite…]: build, check the format, run each suite, print what failed and "N passed, N failed, N skipped".
verb_test() {
  local chosen=("$@") passed=0 failed=0 skipped=0 broken=0 failures='' suite dll log rc total errors bad skip explicit
  if [ ${#chosen[@]} -eq 0 ]; then
    chosen=("${suites[@]}")
    verb_build
    run dotnet format Amphora.sln --verify-no-changes --no-restore || broken=1
  else
    for suite in "${chosen[@]}"; do run dotnet build "tests/$suite" "${msbuild[@]}"; done
  fi
  # The native image exists for the default framework only (dotnet's packs for others are not on every feed).
  if [[ $tfm == net9.0 && " ${chosen[*]} " =~ \ (end-to-end|systemd|vm)\  ]]; then native_programs; fi
  for suite in "${chosen[@]}"; do
    dll=$(echo "artifacts/$tfm/bin/$suite-tests/release/Amphora."*.Tests.dll)
    log=$(mktemp)
    rc=0
    run dotnet "$dll" -noColor -noLogo "${test_options[@]}" 2>&1 | tee "$log" || rc=$?
    if read -r total errors bad skip explicit < <(
      sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+), Not Run: ([0-9]+).*/\1 \2 \3 \4 \5/p' "$log" | tail -n 1
    ); then
      passed=$((passed + total - bad - skip - explicit)) failed=$((failed + bad + errors)) skipped=$((skipped + skip))
    else
      broken=1
    fi
    [ "$rc" -eq 0 ] || broken=1
    failures+=$(sed -n 's/ \[FAIL\]$/\\n/p' "$log")
    rm -f "$log"
  done
  [ "$broken" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
  [ -z "$failures" ] || printf 'failed:\n%b' "$failures"
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
}

# publish: both programs as native binaries in out/; a trim or AOT warning is an error.
verb_publish() {
  local program log rid=linux-x64 target
  [ "$(uname -m)" = aarch64 ] && rid=linux-arm64
  mkdir -p out
  log=$(mktemp)
  for program in agent controller; do
    target=artifacts/$tfm/native/$program
    run dotnet publish "$program/$program.csproj" "${msbuild[@]}" -r "$rid" -p:Native=true -o "$target" 2>&1 | tee "$log"
    if grep -E 'warning (IL|[A-Z]+[0-9])' "$log"; then
      echo "publish: warnings in amphora-$program, see above" >&2
      rm -f "$log"
      return 1
    fi
    # A new file and a rename: the binary may be running.
    run install -m 755 "$target/amphora-$program" "out/.amphora-$program"
    run mv "out/.amphora-$program" "out/amphora-$program"
  done
  # SQLite: the controller looks for it beside itself.
  run install -m 644 artifacts/"$tfm"/native/controller/libe_sqlite3.so out/.libe_sqlite3.so
  run mv out/.libe_sqlite3.so out/libe_sqlite3.so
  rm -f "$log"
  for program in agent controller; do
    printf '%-20s %6.1f MiB\n' "amphora-$program" "$(awk "BEGIN { print $(stat -c %s "out/amphora-$program") / 1048576 }")"
  done
}

# What end-to-end tests, demo and benchmark run is what ships: published again when a source is newer.
native_programs() {
  local program
  for program in agent controller; do
    if [ ! -x "out/amphora-$program" ] || [ -n "$(find agent controller templates Directory.*.props -type f -newer "out/amphora-$program" -print -quit)" ]; then
      verb_publish
      break
    fi
  done
  export AMPHORA_AGENT=$PWD/out/amphora-agent AMPHORA_CONTROLLER=$PWD/out/amphora-controller
}

# demo, bench: build the program, then run it in place of this shell, so that it gets Ctrl-C and SIGTERM itself.
verb_demo() {
  native_programs
  run dotnet build tests/demo "${msbuild[@]}"
  exec dotnet "artifacts/$tfm/bin/demo/release/Amphora.Demo.dll" "$@"
}

verb_bench() {
  native_programs
  run dotnet build tests/bench "${msbuild[@]}"
  exec dotnet "artifacts/$tfm/bin/bench/release/Amphora.Bench.dll" "$@"
}

# image: the bootable amphora in out/image; options are those of image/build-image.sh.
verb_image() {
  native_programs
  run image/build-image.sh -o out/image "$@"
}

# vm-test [dib | certs-ramfs]: the image booted in qemu, without KVM; built first when it is missing or older than what is in it. With dib it is
# diskimage-builder's, and what carries traffic is tested; with certs-ramfs it has that element, and where tenants' keys are is tested.
verb_vm_test() {
  local folder=out/image options=()
  case ${1:-} in
    '') ;;
    dib)
      folder=out/image-dib options=(-t dib)
      test_options=(-class Amphora.Vm.Tests.ListenerTests)
      ;;
    certs-ramfs)
      folder=out/image-certs-ramfs options=(-e certs-ramfs)
      test_options=(-class Amphora.Vm.Tests.EncryptedKeysTests -explicit only)
      ;;
    *) echo "vm-test: \"$1\", has to be dib, certs-ramfs or nothing" >&2; return 2 ;;
  esac
  native_programs
  if [ ! -e $folder/disk.qcow2 ] || [ -n "$(find image out/amphora-agent -type f -newer $folder/disk.qcow2 -print -quit)" ]; then
    verb_image "${options[@]}" -o $folder
  fi
  export AMPHORA_IMAGE=$PWD/$folder
  verb_test vm
}

verb_clean() { run rm -rf artifacts out; }

verb=${1:-}
case $verb in
  deps | build | test | publish | demo | bench | image | vm-test | clean) shift; "verb_${verb//-/_}" "$@" ;;
  *) sed -n '2,3p' "$0"; exit 2 ;;
esac
