#!/usr/bin/env bash
# Installs what tests of on-premises sites need and this machine lacks (Debian, as root): `install.sh incus …`, by technology.
# With `ci` first it does nothing unless MUSTER_NO_SKIPS=1: elsewhere a test says what it misses and skips.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

apt_install() {
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "$@" > /dev/null
}

incus() {
  if [ -x /usr/libexec/incus/incusd ] && command -v dnsmasq curl openssl > /dev/null && [ -x /bin/busybox ]; then return; fi
  # Debian has it since release 13; for release 12 it is among the backports.
  if [ "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" = bookworm ]; then
    echo 'deb http://deb.debian.org/debian bookworm-backports main' > /etc/apt/sources.list.d/bookworm-backports.list
    apt_install -t bookworm-backports incus-base incus-client
  else
    apt_install incus-base incus-client
  fi
  apt_install dnsmasq-base busybox-static curl openssl
}

if [ "${1:-}" = ci ]; then
  [ "${MUSTER_NO_SKIPS:-}" = 1 ] || exit 0
  shift
fi
for each in "$@"; do
  case $each in
    incus) "$each" ;;
    *) echo "install.sh does not know $each" >&2; exit 2 ;;
  esac
done
