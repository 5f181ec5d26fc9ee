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
    # From wherever this machine has the release itself from.
    uri=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2> /dev/null |
      sed -nE 's#^(deb( \[[^]]*\])?|URIs:) +([a-z]+://[^ ]*/debian/?)( .*)?$#\3#p' | head -1)
    [ -n "$uri" ] || { echo 'no Debian source is configured in /etc/apt: add bookworm-backports by hand' >&2; exit 1; }
    echo "deb $uri bookworm-backports main" > /etc/apt/sources.list.d/backports.list
    apt_install -t bookworm-backports incus-base incus-client
  else
    apt_install incus-base incus-client
  fi
  apt_install dnsmasq-base busybox-static curl openssl
}

podman() {
  if command -v podman runc iptables curl > /dev/null && [ -x /bin/busybox ]; then return; fi
  apt_install podman runc netavark aardvark-dns containernetworking-plugins iptables nftables busybox-static curl
}

if [ "${1:-}" = ci ]; then
  [ "${MUSTER_NO_SKIPS:-}" = 1 ] || exit 0
  shift
fi
for each in "$@"; do
  case $each in
    incus | podman) "$each" ;;
    *) echo "install.sh does not know $each" >&2; exit 2 ;;
  esac
done
