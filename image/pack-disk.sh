#!/usr/bin/env bash
# Packs the root file system of an amphora into a disk that BIOS and UEFI start, by writing files only: no loop device, no device mapper.
#
#   disk.raw, disk.qcow2    GPT: GRUB for BIOS; FAT with kernel, initramfs and GRUB for UEFI; the root (squashfs, read-only);
#                           what is writable (ext4, laid over the root)
#   vmlinuz, initrd.img     the same kernel and initramfs, to be started directly
#
# usage: pack-disk.sh -r ROOT -o OUT [-w MIB]
#   -r DIR   root file system: build-image.sh's, or an unpacked "disk-image-create -t tar"
#   -w MIB   size of what is writable (512)
# SOURCE_DATE_EPOCH stamps every file: the same root makes the same disk, bit by bit.
set -euo pipefail

root='' out='' writable=512
while getopts 'r:o:w:' option; do
  case $option in
    r) root=$OPTARG ;; o) out=$OPTARG ;; w) writable=$OPTARG ;;
    *) sed -n '2,12p' "$0" >&2; exit 2 ;;
  esac
done
{ [ -d "$root" ] && [ -n "$out" ]; } || { echo "pack-disk: -r and -o are needed" >&2; exit 2; }
case $writable in '' | *[!0-9]*) echo "pack-disk: -w is \"$writable\", has to be a number of MiB" >&2; exit 2 ;; esac

here=$(dirname "$(realpath "$0")")
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1700000000}
mkdir -p "$out"
work=$(mktemp -d "$out/.pack.XXXXXX")
trap 'rm -rf "$work"' EXIT

say() { printf '%s pack-disk: %s\n' "$(date +%T)" "$*"; }
stamp() { find "$@" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }
mebibytes() { echo $((($(stat -c %s "$1") + 1048575) / 1048576)); }

# The newest kernel, one for clouds before others.
find_kernel() {
  local kernel
  kernel=$(cd "$root/boot" && { ls -v vmlinuz-*cloud* 2>/dev/null || ls -v vmlinuz-*; } | tail -n 1)
  version=${kernel#vmlinuz-}
  cp "$root/boot/$kernel" "$out/vmlinuz"
}

# What finds and mounts the root: static busybox, one script, the modules of the buses a cloud attaches disks to.
make_initramfs() {
  local tree=$work/initramfs module path
  mkdir -p "$tree"/{bin,modules,dev,proc,sys,root,lower,writable}
  cp "$(command -v busybox)" "$tree/bin/busybox"
  for module in virtio_pci virtio_blk virtio_scsi sd_mod ahci ata_piix nvme squashfs overlay ext4; do
    # A module that is built in, or that this kernel does not have, names no file.
    while read -r _ path _; do
      [ -e "$tree/modules/${path##*/}" ] && continue
      cp "$path" "$tree/modules/"
      echo "${path##*/}" >>"$tree/modules/order"
    done < <(modprobe -d "$(realpath "$root")" -S "$version" --show-depends "$module" 2>/dev/null | grep ^insmod || true)
  done
  install -m 755 "$here/initramfs/init" "$tree/init"
  stamp "$tree"
  (cd "$tree" && find . -print0 | LC_ALL=C sort -z | cpio --quiet --null -o -H newc -R 0:0 --reproducible | gzip -9n) >"$out/initrd.img"
}

# The kernel is beside the root, not in it.
make_root() {
  mkdir -p "$root"/{proc,sys,dev,run,tmp}
  mksquashfs "$root" "$work/root" -noappend -quiet -no-progress -comp zstd -Xcompression-level 9 -b 256K -wildcards \
    -e 'boot/*' 'dev/*' 'proc/*' 'sys/*' 'run/*' 'tmp/*' 'vmlinuz*' 'initrd*' >/dev/null
}

make_writable() {
  truncate -s "${writable}M" "$work/writable"
  E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH mke2fs -q -F -t ext4 -L amphora-data -m 0 -U 5a0cdd1c-6a55-4a52-8a27-3e4f3a4cfb01 \
    -E "hash_seed=5a0cdd1c-6a55-4a52-8a27-3e4f3a4cfb02,root_owner=0:0,lazy_itable_init=1" -O ^metadata_csum_seed "$work/writable"
}

# GRUB looks for the partition by its label: the order of disks is not the same under BIOS and UEFI.
make_boot() {
  local modules=(part_gpt fat normal linux serial terminal configfile search search_label echo)
  cat >"$work/find.cfg" <<'GRUB'
search.fs_label AMPHORABOOT root
set prefix=($root)/grub
GRUB
  cat >"$work/grub.cfg" <<'GRUB'
set timeout=0
serial --unit=0 --speed=115200
terminal_output serial console
linux /vmlinuz quiet console=tty0 console=ttyS0,115200 net.ifnames=0
initrd /initrd.img
boot
GRUB
  grub-mkimage -O i386-pc -c "$work/find.cfg" -p /grub -o "$work/bios.img" biosdisk "${modules[@]}"
  grub-mkimage -O x86_64-efi -c "$work/find.cfg" -p /grub -o "$work/uefi.img" "${modules[@]}" efi_gop
  stamp "$work/grub.cfg" "$work/uefi.img" "$out/vmlinuz" "$out/initrd.img"
  truncate -s "$(($(mebibytes "$out/vmlinuz") + $(mebibytes "$out/initrd.img") + 4))M" "$work/boot"
  mkfs.vfat --invariant -n AMPHORABOOT "$work/boot" >/dev/null
  mmd -i "$work/boot" ::/grub ::/EFI ::/EFI/BOOT
  mcopy -m -i "$work/boot" "$out/vmlinuz" "$out/initrd.img" ::/
  mcopy -m -i "$work/boot" "$work/grub.cfg" ::/grub/
  mcopy -m -i "$work/boot" "$work/uefi.img" ::/EFI/BOOT/BOOTX64.EFI
}

# $1 as 8 bytes, little-endian, into file $2 at offset $3.
write_quad() {
  local shift bytes=''
  for shift in 0 8 16 24 32 40 48 56; do bytes+=$(printf '\\x%02x' $(($1 >> shift & 255))); done
  printf '%b' "$bytes" | dd of="$2" bs=1 seek="$3" conv=notrunc status=none
}

# GRUB's boot sector names the sector of its core, whose first sector names the next one (grub-core/boot/i386/pc/boot.S, diskboot.S).
make_bios() {
  local grub=${GRUB_DIR:-/usr/lib/grub/i386-pc} sector=$1
  head -c 440 "$grub/boot.img" >"$work/sector0"
  write_quad "$sector" "$work/sector0" 92
  cp "$work/bios.img" "$work/bios"
  write_quad $((sector + 1)) "$work/bios" 500
}

make_disk() {
  local disk=$out/.disk.raw bios=21686148-6449-6E6F-744E-656564454649 efi=C12A7328-F81F-11D2-BA4B-00A0C93EC93B linux=0FC63DAF-8483-4772-8E79-3D69D8477DE4
  local at=1 number=1 name type size begin=()
  make_bios $((at * 2048))
  printf 'label: gpt\nlabel-id: 5A0CDD1C-6A55-4A52-8A27-3E4F3A4CFB00\n' >"$work/layout"
  for name in bios boot root writable; do
    case $name in bios) type=$bios ;; boot) type=$efi ;; *) type=$linux ;; esac
    size=$(mebibytes "$work/$name")
    printf 'start=%d, size=%d, type=%s, name=amphora-%s, uuid=5A0CDD1C-6A55-4A52-8A27-3E4F3A4CFB1%d\n' \
      $((at * 2048)) $((size * 2048)) "$type" "$name" "$number" >>"$work/layout"
    begin+=("$at")
    at=$((at + size)) number=$((number + 1))
  done
  rm -f "$disk"
  truncate -s "$((at + 1))M" "$disk"
  sfdisk -q --no-reread --no-tell-kernel "$disk" <"$work/layout"
  dd if="$work/sector0" of="$disk" conv=notrunc status=none
  number=0
  for name in bios boot root writable; do
    dd if="$work/$name" of="$disk" bs=1M seek="${begin[$number]}" conv=notrunc,sparse status=none
    number=$((number + 1))
  done
  mv "$disk" "$out/disk.raw"
  qemu-img convert -O qcow2 "$out/disk.raw" "$out/.disk.qcow2"
  mv "$out/.disk.qcow2" "$out/disk.qcow2"
}

find_kernel
say "kernel $version"
make_initramfs
make_root
make_writable
make_boot
make_disk
say "disk.raw $(du -m "$out/disk.raw" | cut -f1) MiB used, disk.qcow2 $(($(stat -c %s "$out/disk.qcow2") / 1000000)) MB"
