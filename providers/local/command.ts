import { existsSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { files, replicaDir } from './layout.ts';
import type { BootOrder } from './order.ts';
import type { Ports } from './records.ts';
import { resolveSelf } from './self.ts';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** For `spawn` itself, where no `setpriv` sees to it. */
  readonly uid?: number;
}

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv', '/usr/local/bin/setpriv'].find((path) => existsSync(path));

/** This Node first: a workload that says `node` gets the one that Muster runs on. */
export const PATH = [dirname(process.execPath), '/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', '/opt/homebrew/bin'].join(
  delimiter,
);

/** What starts a replica's own program: in its namespace, as its user, ended by the kernel should the supervisor end. */
export function commandOf(order: BootOrder, ports: Ports): Command {
  const { plan, thing, replica } = order;
  const directory = replicaDir(thing, replica);
  const resolved = (text: string): string => resolveSelf(text, plan, replica, directory, ports);
  const [first = '', ...rest] = plan.spec.boot.map(resolved);
  const cwd = files.program(directory);
  const env = {
    PATH,
    HOME: cwd,
    ...Object.fromEntries(Object.entries(plan.spec.env).map(([name, value]) => [name, resolved(value)])),
    ...plan.spec.secrets,
    ...plan.mark,
  };
  const words = [...intoNamespace(plan.namespace), ...asUser(plan.uid), first === 'node' ? process.execPath : first, ...rest];
  const [program = '', ...args] = words;
  return { program, args, cwd, env, ...(plan.uid !== undefined && !SETPRIV && { uid: plan.uid }) };
}

function intoNamespace(name: string | undefined): string[] {
  return name === undefined ? [] : ['nsenter', `--net=/run/netns/${name}`];
}

function asUser(uid: number | undefined): string[] {
  if (!SETPRIV) return [];
  const user = uid === undefined ? [] : ['--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--no-new-privs'];
  return [SETPRIV, ...user, '--pdeathsig', 'KILL'];
}
