import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { DriverError } from '../errors.ts';
import { codeOf } from './json.ts';

const run = promisify(execFile);

/** `ip` with these words. Rejects with what it said. */
export async function ip(...words: readonly string[]): Promise<string> {
  try {
    return (await run('ip', words)).stdout;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new DriverError('Unsupported', 'there is no `ip` command here: install iproute2');
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new DriverError(/not permitted|denied/i.test(said) ? 'Denied' : 'Unknown', `ip ${words.join(' ')}: ${said || 'failed'}`, { cause: error });
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
  const text = await ip(...(namespace === undefined ? [] : ['-n', namespace]), '-j', '-d', 'addr', 'show');
  return z.array(link).parse(JSON.parse(text));
}

export function needRoot(what: string): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new DriverError('Unsupported', `${what} needs Linux and root: run Muster as root, or leave it out of the site`);
}
