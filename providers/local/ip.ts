import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { z } from 'zod';
import { DriverError } from '../errors.ts';
import { codeOf } from './json.ts';

/** `ip` with these words. Rejects with what it said. */
export async function ip(...words: readonly string[]): Promise<string> {
  return (await ipBytes(words)).toString('utf8');
}

/** The same for what `ip` saves and restores in a form of its own; it wants to restore from a file and not from a pipe. */
export async function ipBytes(words: readonly string[], input?: FileHandle): Promise<Buffer> {
  const child = spawn('ip', words, { stdio: [input?.fd ?? 'ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const [stdout, stderr] = [child.stdout ?? Readable.from([]), child.stderr ?? Readable.from([])];
  try {
    const [out, said] = await Promise.all([buffer(stdout), text(stderr), ended]);
    if (child.exitCode === 0) return out;
    throw new DriverError(/not permitted|denied/i.test(said) ? 'Denied' : 'Unknown', `ip ${words.join(' ')}: ${said.trim() || 'failed'}`);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new DriverError('Unsupported', 'there is no `ip` command here: install iproute2', { cause: error });
    throw error;
  }
}

const link = z.object({
  ifindex: z.number(),
  link_index: z.number().optional(),
  ifname: z.string(),
  flags: z.array(z.string()),
  ifalias: z.string().optional(),
  addr_info: z.array(z.object({ family: z.string(), local: z.string(), scope: z.string() }).partial()).default([]),
});
export type Link = z.infer<typeof link>;

/** The network devices of this machine, or of a namespace of it. */
export async function links(namespace?: string): Promise<Link[]> {
  const found = await ip(...(namespace === undefined ? [] : ['-n', namespace]), '-j', '-d', 'addr', 'show');
  return z.array(link).parse(JSON.parse(found));
}

export function needRoot(what: string): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new DriverError('Unsupported', `${what} needs Linux and root: run Muster as root, or leave it out of the site`);
}
