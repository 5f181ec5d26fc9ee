import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const linux = process.platform === 'linux';

/** Linux counts a start in ticks since it booted: with another boot the same pid and tick are another process. */
const boot = linux ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8) : '';

/** One process for as long as it lives. A pid alone is given to another process soon after; pid and start together are not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own words: compare, never parse. */
  readonly start: string;
  /** Environment that it and its descendants carry; needed to find a group whose leader has ended. */
  readonly mark?: Readonly<Record<string, string>> | undefined;
}

interface Stat {
  readonly state: string;
  readonly group: number;
  readonly start: string;
}

/** Undefined when there is no such process. A zombie has ended: it is none. */
export function identify(pid: number, mark?: ProcessIdentity['mark']): Promise<ProcessIdentity | undefined> {
  return statOf(pid).then((stat) => (stat ? { pid, start: stat.start, ...(mark && { mark }) } : undefined));
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await statOf(identity.pid))?.start === identity.start;
}

/** Signals this one process. False when it has ended, even if another has its pid by now. */
export async function signal(identity: ProcessIdentity, name: NodeJS.Signals): Promise<boolean> {
  return (await isAlive(identity)) && kill(identity.pid, name);
}

/**
 * Signals the process group that this process leads. False when nothing of it is left. While a group has members the kernel gives
 * its number to nobody, so a living leader proves the group; without one only members that carry the identity's mark are signalled.
 */
export async function signalGroup(identity: ProcessIdentity, name: NodeJS.Signals): Promise<boolean> {
  const leader = await statOf(identity.pid);
  if (leader?.start === identity.start && leader.group === identity.pid) return kill(-identity.pid, name);
  let any = false;
  for (const member of await groupOf(identity)) any = (await signal(member, name)) || any;
  return any;
}

/** What lives of the group that this process leads, itself included. */
export async function groupOf(identity: ProcessIdentity): Promise<ProcessIdentity[]> {
  const leader = await statOf(identity.pid);
  const proven = leader?.start === identity.start;
  if (leader && !proven) return [];
  const members: ProcessIdentity[] = [];
  for (const pid of await pids()) {
    const stat = await statOf(pid);
    if (stat?.group !== identity.pid) continue;
    if (proven || (identity.mark && carries(await environOf(pid), identity.mark))) members.push({ pid, start: stat.start });
  }
  return members;
}

/** Every living process whose environment has this name, and this value if one is given. Those of other users are seen by root only. */
export async function listByEnv(name: string, value?: string): Promise<(ProcessIdentity & { readonly env: Readonly<Record<string, string>> })[]> {
  const found = [];
  for (const pid of await pids()) {
    const env = await environOf(pid);
    if (env[name] === undefined || (value !== undefined && env[name] !== value)) continue;
    const identity = await identify(pid);
    if (identity) found.push({ ...identity, env });
  }
  return found;
}

/** The environment it was started with; empty when it has ended or may not be read. */
export async function environOf(pid: number): Promise<Record<string, string>> {
  return linux ? pairs((readProc(pid, 'environ') ?? '').split('\0')) : environByPs(pid);
}

export interface SpawnOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Output is appended here. */
  readonly log: string;
  readonly mark?: ProcessIdentity['mark'];
  /** Gives the child a pipe as standard input; without it there is none. */
  readonly pipe?: boolean;
  /** User and group to run under; root only. */
  readonly uid?: number;
}

/** Starts a process in a session and group of its own that survives this one. Rejects when the program cannot be started. */
export async function spawnDetached(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const log = openSync(options.log, 'a', 0o600);
  try {
    const user = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid };
    const child = spawn(program, args, { cwd: options.cwd, env: options.env, detached: true, stdio: [options.pipe ? 'pipe' : 'ignore', log, log], ...user });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    const pid = child.pid ?? 0;
    // Not yet reaped, so the pid is still its own; if it has ended already its start is not known and it counts as ended.
    const identity = { pid, start: (await statOf(pid))?.start ?? 'ended', ...(options.mark && { mark: options.mark }) };
    return { child, identity };
  } finally {
    closeSync(log);
  }
}

function carries(env: Readonly<Record<string, string>>, mark: Readonly<Record<string, string>>): boolean {
  return Object.entries(mark).every(([name, value]) => env[name] === value);
}

function kill(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

async function pids(): Promise<number[]> {
  if (linux) return (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const { stdout } = await run('ps', ['-A', '-o', 'pid=']);
  return stdout
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
}

async function statOf(pid: number): Promise<Stat | undefined> {
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  const stat = linux ? statByProc(pid) : await statByPs(pid);
  return stat && stat.state !== 'Z' && stat.state !== 'X' ? stat : undefined;
}

function statByProc(pid: number): Stat | undefined {
  const text = readProc(pid, 'stat');
  if (text === undefined) return undefined;
  // The second field is the program's name in brackets and may hold anything, brackets included.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', group: Number(fields[2]), start: `${boot}-${fields[19]}` };
}

/** At once: what /proc gives is in memory, and there are hundreds to read. */
function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}

async function statByPs(pid: number): Promise<Stat | undefined> {
  const { stdout } = await run('ps', ['-o', 'state=,pgid=,lstart=', '-p', String(pid)], { env: { LC_ALL: 'C' } }).catch(() => ({ stdout: '' }));
  const [state, group, ...start] = stdout.trim().split(/\s+/);
  return state ? { state: state.slice(0, 1), group: Number(group), start: start.join(' ') } : undefined;
}

async function environByPs(pid: number): Promise<Record<string, string>> {
  const { stdout } = await run('ps', ['eww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return pairs(stdout.trim().split(' '));
}

function pairs(words: readonly string[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    if (at > 0) env[word.slice(0, at)] ??= word.slice(at + 1);
  }
  return env;
}
