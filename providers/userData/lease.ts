import type { WorkloadSpec } from '../spec.ts';
import { quoted } from './words.ts';

interface Wanted {
  readonly get: string;
  readonly put: string;
  readonly ttlSeconds: number;
}

/** In one order everywhere, so that two who want the same never wait for each other. */
export function leasesOf({ data }: WorkloadSpec): Wanted[] {
  return Object.values(data)
    .flatMap(({ lease }) => (lease ? [{ get: lease.at, put: lease.put ?? lease.at, ttlSeconds: lease.ttlSeconds }] : []))
    .toSorted((a, b) => (a.get < b.get ? -1 : 1));
}

/**
 * Shell functions that hold storage leases as `providers/leases` does: take, renew by If-Match, release. The clock is the one that
 * counts while a machine sleeps. `lost` is true from two seconds before the end of a life that could not be renewed.
 * `release` may come between a renewal and the note of it: then it asks what the lease is now.
 * `take again` is for who lost it: it waits as `take` does, and never takes what somebody else has held since.
 */
export function leaseFunctions(leases: readonly Wanted[], holder: string, site: string): string {
  if (leases.length === 0) return 'leases=""\ntake() { :; }\nrenew() { :; }\nlost() { false; }\nrelease() { :; }\n';
  const urls = leases.map(({ get, put, ttlSeconds }, index) => `${index}) get=${quoted(get)}; put=${quoted(put)}; ttl=${Math.ceil(ttlSeconds)} ;;\n`).join('');
  const record = JSON.stringify({ holder, site });
  return `leases="${leases.map((_, index) => index).join(' ')}"
lease() { case $1 in
${urls}esac; at="$root/lease/$1"; third=$(( ttl / 3 > 1 ? ttl / 3 : 1 )); }
now() { if [ -r /proc/uptime ]; then cut -d. -f1 /proc/uptime; else date +%s; fi; }
${ASK}${BODY.replace('@RECORD@', () => quoted(record.slice(0, -1)))}`;
}

/** The URL goes in by a pipe: command lines can be read by everybody on the machine, and a signed URL is a credential. */
const ASK = `ask() {
  out=$1; url=$2; shift 2
  status=$(printf 'url = "%s"\\n' "$url" | curl -K - -sS --max-time "$third" -D "$at.head" -o "$at.$out" -w '%{http_code}' "$@" 2>/dev/null) || status=000
  etag=$(sed -n 's/^[Ee][Tt][Aa][Gg]: *//p' "$at.head" 2>/dev/null | tr -d '\\r')
}
`;

const BODY = `read_lease() { : > "$at.body"; ask body "$get"; }
number() { sed -n 's/.*"'"$1"'":\\([0-9]*\\).*/\\1/p' "$at.body"; }
write_lease() {
  printf '%s,"epoch":%s,"term":"%s","renewal":%s,"released":%s,"ttlSeconds":%s}' @RECORD@ "$epoch" "$term" "$renewal" "$1" "$ttl" > "$at.next"
  started=$(now)
  if [ -n "$2" ]; then set -- "If-Match: $2"; else set -- "If-None-Match: *"; fi
  ask reply "$put" -X PUT -H "$1" -H 'Content-Type:' --data-binary "@$at.next"
  [ "$status" = 200 ] && [ -n "$etag" ]
}
keep() { printf '%s\\n%s\\n%s\\n%s\\n' "$etag" "$epoch" "$renewal" "$(( started + ttl ))" > "$at.held"; }
held() { { read -r etag; read -r epoch; read -r renewal; read -r until; } < "$at.held"; }
take() {
  mkdir -p "$root/lease"; again=\${1:-}
  term=$(cat /proc/sys/kernel/random/uuid 2>/dev/null || echo "$(date +%s)-$$")
  for each in $leases; do
    lease "$each"; seen=; since=0
    [ -z "$again" ] || held; last=\${epoch:-}
    while :; do
      asked=$(now); read_lease; known=$etag; free=
      if [ -n "$again" ] && { [ "$status" = 200 ] || [ "$status" = 404 ]; } && [ "$(number epoch)" != "$last" ] && ! grep -q "\\"term\\":\\"$term\\"" "$at.body"; then
        echo 'muster: another has held the lease since: the data here is old, the program stays down until it is restored' >&2
        while :; do sleep 60 & child=$!; wait "$child"; done
      fi
      if [ "$status" = 404 ] && ! grep -q NoSuchBucket "$at.body"; then free=1; known=; fi
      if [ "$status" = 200 ]; then
        if grep -q '"released":true' "$at.body" || grep -q "\\"term\\":\\"$term\\"" "$at.body"; then free=1; fi
        life=$(number ttlSeconds)
        if [ "$known" != "$seen" ]; then seen=$known; since=$(now); elif [ $(( asked - since )) -ge $(( \${life:-$ttl} + 2 )) ]; then free=1; fi
      fi
      if [ -n "$free" ]; then
        epoch=$(number epoch); epoch=$(( \${epoch:-0} + 1 )); renewal=0
        if write_lease false "$known"; then keep; break; fi
      fi
      sleep 1
    done
  done
}
renew() {
  for each in $leases; do
    lease "$each"; held
    [ "$(now)" -ge $(( until - ttl * 2 / 3 )) ] || continue
    renewal=$(( renewal + 1 ))
    if write_lease false "$etag"; then keep; continue; fi
    [ "$status" != 000 ] || continue
    read_lease
    if [ "$status" = 200 ] && grep -q "\\"term\\":\\"$term\\"" "$at.body"; then
      known=$etag; renewal=$(( $(number renewal) + 1 ))
      if write_lease false "$known"; then keep; fi
    elif [ "$status" = 200 ]; then : > "$at.gone"
    fi
  done
}
lost() {
  for each in $leases; do
    lease "$each"; held
    if [ -e "$at.gone" ]; then rm -f "$at.gone"; return 0; fi
    [ "$(now)" -lt $(( until - 2 )) ] || return 0
  done
  return 1
}
release() {
  for each in $leases; do
    lease "$each"; held; renewal=$(( renewal + 1 ))
    ! write_lease true "$etag" || continue
    read_lease
    grep -q "\\"term\\":\\"$term\\"" "$at.body" || continue
    known=$etag; renewal=$(( $(number renewal) + 1 ))
    write_lease true "$known" || :
  done
}
`;
