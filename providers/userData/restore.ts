import type { Fetchable, WorkloadSpec } from '../spec.ts';
import { checkFetchable } from './checkSpec.ts';
import { writeFile } from './heredoc.ts';
import { quoted } from './words.ts';

/**
 * Lines that order a machine to restore data sets at its next start, as `restoreOrders` prints them: `<data set> <sha256> <url>`.
 * Throws Invalid for what would be no line.
 */
export function restoreLines(restore: Readonly<Record<string, Fetchable>>): string[] {
  return Object.entries(restore)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, point]) => {
      checkFetchable(`recovery point of ${name}`, point);
      return `${name} ${point.sha256} ${point.url}`;
    });
}

/** Files of the boot that carry restore orders out: shell that writes them. */
export function restoreFiles({ data }: WorkloadSpec, orders: string): string {
  const known = Object.keys(data).map(quoted).join('|');
  return (
    writeFile('orders', `${orders.trimEnd()}\n`, '700') +
    writeFile(
      'restore',
      RESTORE.replace('@KNOWN@', () => known),
      '700',
    )
  );
}

/** For `serve`: carries the orders out, with the leases held, before the program runs. */
export const RESTORE_FIRST = `own env root="$root" sh "$root/restore" & child=$!
while kill -0 "$child" 2> /dev/null; do
  sleep 0.2 2> /dev/null || sleep 1
  renew
  if lost; then end KILL; echo 'muster: the lease is lost while data is restored' >&2; exit 1; fi
done
wait "$child" || { release; exit 1; }
`;

/**
 * An order is an object and its content: signed again it is the same. What a crash interrupts is done again from the beginning, and what
 * was moved aside stays there.
 */
const RESTORE = `set -eu
umask 077
cd "$root"
. ./fetch
mkdir -p restored
said=
until sh -eu ./orders > restored/orders; do
  [ -n "$said" ] || echo 'muster: the metadata service does not tell what to restore, asking again' >&2
  said=1; sleep 1
done
while read -r name sum url; do
  case $name in @KNOWN@) ;; *) fail "there is no data set $name to restore" ;; esac
  order="$sum \${url%%\\?*}"
  [ "$(cat "restored/$name.done" 2> /dev/null || :)" != "$order" ] || continue
  at="data/$name"
  rm -rf "$at.new"; mkdir -p "$at.new"
  fetch "$url" "$sum" "$at.new/recovery-point" "recovery point of $name"
  if [ -d "$at" ]; then
    kept="$at.kept-$(date +%s)"
    while [ -e "$kept" ]; do sleep 1; kept="$at.kept-$(date +%s)"; done
    mv "$at" "$kept"
  fi
  mv "$at.new" "$at"
  sync
  echo "$order" > "restored/$name.next"
  mv "restored/$name.next" "restored/$name.done"
done < restored/orders
`;
