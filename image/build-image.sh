#!/usr/bin/env bash
# Builds the amphora from Debian packages and the elements beside this file, and packs it (pack-disk.sh).
#
#   root/           the root file system
#   manifest.txt    packages with versions, files with sizes and hashes
#
# usage: build-image.sh -o OUT [-t TOOL] [-b BINARY] [-e "ELEMENTS" | -E "ELEMENTS"] [-w MIB] [-d]
#   -t TOOL  what installs packages and runs elements: mmdebstrap (and this script), or dib: diskimage-builder itself
#   -b FILE  amphora-agent (out/amphora-agent)
#   -e LIST  further elements, as "amphora-debug"
#   -E LIST  these elements, and not the amphora's
#   -w MIB   size of what is writable
#   -d       make no disk
# SUITE (bookworm), MIRROR, SECURITY_MIRROR: where packages come from; by default from where this machine's own apt has them.
# ELEMENTS_PATH: more folders with elements.
# AMPHORA_UPGRADE_KEYS: public keys that later binaries are signed with (docs/upgrade.md); without, the agent takes none.
# As root; needs mmdebstrap, or python3-diskimage-builder, debootstrap and sudo, and the packages pack-disk.sh needs. OUT and TMPDIR on
# tmpfs save half the time.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
out='' tool=mmdebstrap binary=$here/../out/amphora-agent more='' directory_only=0 pack=()
elements=(amphora-agent haproxy-octavia keepalived-octavia no-sshd amphora-lean)
while getopts 'o:t:b:e:E:w:d' option; do
  case $option in
    o) out=$OPTARG ;; t) tool=$OPTARG ;; b) binary=$OPTARG ;; e) more=$OPTARG ;; E) elements=() more=$OPTARG ;; w) pack+=(-w "$OPTARG") ;; d) directory_only=1 ;;
    *) sed -n '2,19p' "$0" >&2; exit 2 ;;
  esac
done
[ -n "$out" ] || { echo "build-image: -o is needed" >&2; exit 2; }
case $tool in mmdebstrap | dib) ;; *) echo "build-image: -t is \"$tool\", has to be mmdebstrap or dib" >&2; exit 2 ;; esac
[ -x "$binary" ] || { echo "build-image: $binary is not there: ./build.sh publish makes it" >&2; exit 2; }

export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1700000000} AMPHORA_AGENT_BINARY ELEMENTS_PATH=$here/elements${ELEMENTS_PATH:+:$ELEMENTS_PATH}
AMPHORA_AGENT_BINARY=$(realpath "$binary")
suite=${SUITE:-bookworm}
mirror_of() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $1" | head -n 1 | sed 's#/$##'; }
mirror=${MIRROR:-$(mirror_of "$suite")}
security=${SECURITY_MIRROR:-$(mirror_of "$suite-security")}
[ -n "$mirror" ] && [ -n "$security" ] || { echo "build-image: apt has no lists of $suite: run apt-get update, or set MIRROR and SECURITY_MIRROR" >&2; exit 1; }

sources="deb $mirror $suite main
deb $mirror $suite-updates main
deb $security $suite-security main"

# The system below the elements. usr-is-merged and INITRD=No keep perl's modules and an initramfs nobody starts from out.
packages=(linux-image-cloud-amd64 systemd systemd-sysv udev dbus kmod procps e2fsprogs usr-is-merged)
export INITRD=No

say() { printf '%s build-image: %s\n' "$(date +%T)" "$*"; }

# The folder of an element; empty when it is none of ours.
find_element() {
  local folder
  while read -r folder; do
    if [ -d "$folder/$1" ]; then echo "$folder/$1"; return; fi
  done <<<"${ELEMENTS_PATH//:/$'\n'}"
}

# An element and what it depends on that is ours too, each once, dependencies first.
resolve() {
  local element dependency folder
  for element; do
    folder=$(find_element "$element")
    [ -n "$folder" ] || { echo "build-image: there is no element $element in $ELEMENTS_PATH" >&2; exit 2; }
    case " ${resolved[*]:-} " in *" $element "*) continue ;; esac
    while read -r dependency; do
      if [ -n "$(find_element "$dependency")" ]; then resolve "$dependency"; fi
    done < <(cat "$folder/element-deps" 2>/dev/null)
    resolved+=("$element")
  done
}

# Package names are the keys of package-installs.yaml.
element_packages() {
  local element
  for element; do sed -nE 's/^([a-z0-9][a-z0-9.+-]*):.*/\1/p' "$(find_element "$element")/package-installs.yaml" 2>/dev/null || true; done
}

# What diskimage-builder does with an element: its files, then its scripts of each phase, in the order of their names.
run_elements() {
  local element phase folder hooks=$root/tmp/in_target.d
  export TMP_HOOKS_PATH=$hooks
  mkdir -p "$hooks"
  for element; do
    folder=$(find_element "$element")
    if [ -d "$folder/static" ]; then cp -a --no-preserve=ownership "$folder/static/." "$root/"; fi
    for phase in extra-data.d install.d post-install.d; do
      if [ -d "$folder/$phase" ]; then
        mkdir -p "$hooks/$phase"
        cp "$folder/$phase/"* "$hooks/$phase/"
      fi
    done
  done
  for phase in extra-data.d install.d post-install.d; do
    for script in "$hooks/$phase/"*; do
      [ -e "$script" ] || continue
      case $phase in
        extra-data.d) "$script" ;;
        *) chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DISTRO_NAME=debian "DIB_RELEASE=$suite" "/tmp/in_target.d/$phase/${script##*/}" ;;
      esac
    done
  done
  rm -rf "$hooks"
}

# A directory of packages, then the elements' scripts.
install_with_mmdebstrap() {
  say "installing ${#packages[@]} packages and what they need"
  mmdebstrap --quiet --variant=minbase --mode=root --format=directory --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
    --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/perl/*' --dpkgopt='path-exclude=/usr/share/misc/pci.ids' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --include="$(IFS=,; echo "${packages[*]}")" "$suite" "$root" - <<<"$sources"
  run_elements "${resolved[@]}"
}

# The operator's command, but for the element vm, which needs a device mapper: a tar, unpacked. Its own list of sources has a path of
# Debian's security updates that is gone.
install_with_dib() {
  local work
  work=$(mktemp -d "${TMPDIR:-/tmp}/amphora-dib.XXXXXX")
  trap 'rm -rf --one-file-system "$work"' EXIT
  say "diskimage-builder runs; its log is $out/dib.log"
  DIB_RELEASE=$suite DIB_DISTRIBUTION_MIRROR=$mirror TMP_DIR=$work \
    DIB_APT_SOURCES_CONF=$(awk '{ print "amphora-" NR ":" $0 }' <<<"$sources") \
    disk-image-create --no-tmpfs --image-cache "$work/cache" -t tar -o "$work/amphora" debian-minimal "${resolved[@]}" >"$out/dib.log" 2>&1 ||
    { tail -n 20 "$out/dib.log" >&2; exit 1; }
  mkdir "$root"
  tar -C "$root" --numeric-owner -xf "$work/amphora.tar"
  mkdir -p "$root"/{proc,sys,dev,run}
  rm -rf "$work"
  trap - EXIT
}

# What differs from build to build, and what only a package manager needs.
clean() {
  rm -rf "$root"/var/{log,cache,lib/apt/lists}/* "$root"/var/lib/dpkg/*-old "$root"/var/lib/systemd/* "$root"/tmp/* "$root"/run/* \
    "$root"/boot/initrd* "$root"/initrd* "$root"/vmlinuz* "$root"/etc/resolv.conf "$root"/var/lib/dbus/machine-id
  mkdir -p "$root"/var/cache/apt/archives/partial "$root"/var/log/journal
  : >"$root/etc/machine-id"
  : >"$root/etc/fstab"
  echo amphora >"$root/etc/hostname"
  printf '127.0.0.1 localhost\n::1 localhost\n127.0.1.1 amphora\n' >"$root/etc/hosts"
  find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

manifest() {
  echo "# packages"
  chroot "$root" dpkg-query -W -f='${Package} ${Version} ${Architecture}\n'
  echo "# files: mode owner size hash path"
  (cd "$root" && find . -xdev -type f -printf '%m %U:%G %s %p\0' | LC_ALL=C sort -z -k 4 | while read -r -d '' mode owner size path; do
    printf '%s %s %s %s %s\n' "$mode" "$owner" "$size" "$(sha256sum <"$path" | cut -d ' ' -f 1)" "$path"
  done)
}

mkdir -p "$out"
out=$(realpath "$out") root=$(realpath "$out")/root
[ ! -e "$root" ] || rm -rf --one-file-system "$root"
resolved=()
# shellcheck disable=SC2086  # lists of words
resolve "${elements[@]}" $more
mapfile -t -O "${#packages[@]}" packages < <(element_packages "${resolved[@]}")
say "elements ${resolved[*]}"
"install_with_$tool"
clean
manifest >"$out/manifest.txt"
say "root $(du -smx "$root" | cut -f 1) MiB, $(grep -c ^ii < <(chroot "$root" dpkg -l)) packages"
[ "$directory_only" = 1 ] || "$here/pack-disk.sh" -r "$root" -o "$out" "${pack[@]}"
