# What a machine of the lab runs when its power comes on, in a directory of its own ($2): as process 1 under its own root (own), or beside
# everything else (shared), where its processes are known by a variable and $4 is what its image starts at later boots.
# Stdin is the power: when it ends, everything ends at once. The line `stop` shuts down politely first, for at most $3 seconds.
set -u
form=$1 machine=$2 patience=$3 later=$4
exec 3<&0 < /dev/null
disk=$machine/disk
mkdir -p "$disk"

# The machine's own directory in the place of this one, save for what the machine needs of it: its programs and its own directory.
own() {
  mkdir -p "$disk$1"
  rest=$PATH:$machine:
  while [ -n "$rest" ]; do
    each=${rest%%:*}
    rest=${rest#*:}
    case $each in
      "$1"/*)
        first=${each#"$1"/}; first=${first%%/*}
        [ -d "$1/$first" ] || continue
        mkdir -p "$disk$1/$first"
        mount --rbind "$1/$first" "$disk$1/$first"
        ;;
    esac
  done
  mount --rbind "$disk$1" "$1"
}

# As systemd starts a machine: configuration of its own without units of the host's, and an empty /run.
own_root() {
  if [ ! -d "$disk/etc" ]; then
    cp -a /etc "$disk/etc.new" 2> /dev/null
    rm -rf "$disk/etc.new/systemd"
    mkdir -p "$disk/etc.new/systemd/system"
    mv "$disk/etc.new" "$disk/etc"
  fi
  rm -rf "$disk/run" "$disk/tmp"
  mkdir -p "$disk/run/systemd/system" "$disk/tmp"
  chmod 1777 "$disk/tmp"
  # Where /etc/resolv.conf may lead to.
  if [ -d /run/systemd/resolve ]; then
    mkdir -p "$disk/run/systemd/resolve"
    mount --rbind /run/systemd/resolve "$disk/run/systemd/resolve"
  fi
  for each in /run /tmp /var/lib /root /etc; do own "$each"; done
}

first_boot() {
  [ -f "$machine/user-data" ] || return 0
  case $(head -c 2 "$machine/user-data") in
    '#!') cd / && "$machine/user-data" || echo "init: the boot script ended with $?" ;;
    *) echo 'init: the user-data is no script, nothing of it is run' ;;
  esac
}

boot() {
  if [ "$form" = own ]; then
    for each in /etc/systemd/system/multi-user.target.wants/*; do
      [ ! -e "$each" ] || systemctl start "${each##*/}"
    done
  elif [ -e "$machine/booted" ]; then
    cd / && sh -c "$later"
  fi
  # Once, whatever becomes of it, as cloud-init does it.
  [ ! -e "$machine/booted" ] || return 0
  : > "$machine/booted"
  first_boot
}

marked() { grep -lszxF "LAB_MACHINE=$machine" /proc/[0-9]*/environ | cut -d/ -f3; }

runs() {
  if [ "$form" = shared ]; then [ -n "$(marked)" ]; return; fi
  for each in /proc/[0-9]*; do
    [ "$each" != /proc/1 ] || continue
    { while read -r name value _; do
      [ "$name" != State: ] || break
    done < "$each/status"; } 2> /dev/null || continue
    [ "$value" = Z ] || return 0
  done
  return 1
}

pause() {
  tenths=$(( tenths - 1 ))
  [ $tenths -gt 0 ] && sleep 0.1
}

shut_down() {
  tenths=$(( patience * 10 ))
  if [ "$form" = own ]; then
    for each in /run/systemd/started/*.service; do [ ! -e "$each" ] || systemctl stop "${each##*/}" & done
    for each in /run/systemd/started/*.service; do while [ -e "$each" ] && pause; do :; done; done
    kill -TERM -1 2> /dev/null
  else
    marked | xargs -r kill -TERM 2> /dev/null
  fi
  while runs && pause; do :; done
}

echo "init: $(date -u +%FT%TZ) power on"
if [ "$form" = own ]; then
  own_root
  boot 3<&- &
else
  (export LAB_MACHINE="$machine"; boot) 3<&- &
fi
booting=$!
while read -r order <&3; do
  [ "$order" = stop ] || continue
  shut_down
  break
done
echo "init: $(date -u +%FT%TZ) power off"
# Under its own root everything ends with process 1.
[ "$form" = shared ] || exit 0
kill -KILL "$booting" 2> /dev/null
while runs; do marked | xargs -r kill -KILL 2> /dev/null; done
