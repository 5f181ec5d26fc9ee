import { DriverError } from './errors.ts';
import type { WorkloadSpec } from './spec.ts';
import { checkSpec } from './userData/checkSpec.ts';
import { envFile } from './userData/env.ts';
import { writeFile } from './userData/heredoc.ts';
import { leaseFunctions, leasesOf } from './userData/lease.ts';
import { RESTORE_FIRST, restoreFiles } from './userData/restore.ts';
import { FETCH, FOREGROUND, INSTALL, serveScript } from './userData/scripts.ts';
import { dataDir, quoted, type SelfFacts, word } from './userData/words.ts';

/** The smallest limit of the clouds: EC2's, counted before base64. */
const MOST_BYTES = 16_384;

export interface UserDataOptions {
  readonly site: string;
  /**
   * Shell, run by `sh -eu` at each start before the program: prints what to restore as lines `<data set> <sha256> <url>` (`restoreLines`),
   * nothing when nothing is ordered, and fails when it cannot know: it is asked again then. Not asked for components without data.
   */
  readonly restoreOrders?: string;
  /** For containers, which run the script at each start: the service takes the script's place and ends with it. `ready` is shell, run when the program starts. */
  readonly foreground?: { readonly ready: string };
}

/**
 * The script that a machine runs at its first boot: fetch, check, unpack, data, environment, and a service that starts again at each boot.
 * Needs sh, tar, sha256sum (or shasum), and curl (or wget where no lease is held). Everything is under /var/lib/muster, or under
 * MUSTER_BOOT_ROOT where that is set; then no unit is made. Ports listen on 0.0.0.0, or on MUSTER_BOOT_LISTEN where that is set.
 * An order to restore that was carried out is not carried out again; what it replaces stays as `<data set>.kept-<seconds>`.
 * The same spec and options give the same bytes. Throws Invalid for what cannot be written so, or is larger than 16,384 bytes.
 */
export function userData(spec: WorkloadSpec, { site, restoreOrders, foreground }: UserDataOptions): string {
  checkSpec(spec);
  const facts: SelfFacts = { site, ports: spec.ports, replicas: spec.replicas, data: spec.data };
  const leases = leasesOf(spec);
  const holder = `${spec.workload}/${spec.component}`;
  const restores = restoreOrders !== undefined && Object.keys(spec.data).length > 0;
  const script = [
    '#!/bin/sh\n# Boots one component of a workload. Made by Muster.\nset -eu\numask 077\n',
    // Process 1 of a container takes no signal that it does not name.
    foreground ? "trap 'exit 143' TERM INT HUP\n" : '',
    'root=${MUSTER_BOOT_ROOT:-/var/lib/muster}\nmkdir -p "$root/data"\ncd "$root"\n',
    leases.length > 0 ? "command -v curl > /dev/null || { echo 'muster: a lease needs curl on the image' >&2; exit 1; }\n" : '',
    // What holds an address keeps it: a unit does not see what the boot saw.
    `[ -z "\${MUSTER_BOOT_LISTEN:-}" ] || echo "MUSTER_BOOT_LISTEN='$MUSTER_BOOT_LISTEN'" > listen\n`,
    writeFile('fetch', FETCH, '600'),
    '. ./fetch\n',
    writeFile('env', envFile(spec, facts), '600'),
    writeFile(
      'run',
      `[ ! -f "$root/listen" ] || . "$root/listen"\ncd "$root/program"\nexport PATH="\${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"\n. "$root/env"\nexec ${spec.boot.map((each) => word(each, facts)).join(' ')}\n`,
      '700',
    ),
    writeFile('serve', `set -u\n${leaseFunctions(leases, holder, site)}${serveScript((restores ? RESTORE_FIRST : '') + (foreground?.ready ?? ''))}`, '700'),
    restores ? restoreFiles(spec, restoreOrders) : '',
    program(spec),
    ...Object.entries(spec.data).map(([name, { restore }]) => data(name, restore)),
    foreground ? FOREGROUND : INSTALL,
  ].join('');
  const bytes = Buffer.byteLength(script);
  if (bytes > MOST_BYTES)
    throw new DriverError('Invalid', `its boot script has ${bytes} bytes, and a machine takes ${MOST_BYTES}: put what is long into its files`);
  return script;
}

function program({ files }: WorkloadSpec): string {
  if (!files) return 'mkdir -p program\n';
  return [
    'if [ ! -d program ]; then\nrm -rf program.new; mkdir program.new\n',
    `fetch ${quoted(files.url)} ${files.sha256} files.tgz files\n`,
    'tar -xzof files.tgz -C program.new\nrm files.tgz\nmv program.new program\nfi\n',
  ].join('');
}

function data(name: string, restore: { readonly url: string; readonly sha256: string } | undefined): string {
  const directory = dataDir(name);
  const fetched = restore ? `fetch ${quoted(restore.url)} ${restore.sha256} ${directory}.new/recovery-point ${quoted(`recovery point of ${name}`)}\n` : '';
  return `if [ ! -d ${directory} ]; then\nrm -rf ${directory}.new; mkdir -p ${directory}.new\n${fetched}mv ${directory}.new ${directory}\nfi\n`;
}
