import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  readonly command: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Every living process of this machine that has to do with the folder: by what it runs, where it runs, or the mark it carries. Not this one. */
export function processesOf(folder: string): Process[] {
  return everyProcess().filter(
    ({ command, folder: cwd, env }) => command.includes(folder) || cwd.startsWith(folder) || (env['MUSTER_ROOT'] ?? '').startsWith(folder),
  );
}

/** As `ps` sees them. A zombie has no command line: it has ended. */
export function everyProcess(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      if (!command) return [];
      const env = Object.fromEntries(
        readFileSync(`/proc/${name}/environ`, 'utf8')
          .split('\0')
          .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
      );
      return [{ pid: Number(name), command, folder: readlinkSync(`/proc/${name}/cwd`), env }];
    } catch {
      // Gone meanwhile, or another user's.
      return [];
    }
  });
}

export interface Listener {
  readonly pid: number;
  readonly port: number;
}

/** As `ss` (of iproute2) sees them. */
export function listeners(): Listener[] {
  const text = execFileSync('ss', ['-ltnpH'], { encoding: 'utf8' });
  return text.split('\n').flatMap((line) => {
    const port = Number(/:(\d+)\s/.exec(line)?.[1]);
    return [...line.matchAll(/pid=(\d+)/g)].map(([, pid]) => ({ pid: Number(pid), port }));
  });
}

/** Which program a site's process is: `db`, `api`, or what stands above them. */
export function programOf({ command, env }: Process): 'db' | 'api' | undefined {
  if (!env['MUSTER_ROLE']) return undefined;
  if (/\bdb\.js$/.test(command)) return 'db';
  return /\bapi\.js$/.test(command) ? 'api' : undefined;
}
