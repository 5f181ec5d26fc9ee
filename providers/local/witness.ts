import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Endpoint } from '../spec.ts';
import { answers } from './answers.ts';

const run = promisify(execFile);
const REACH = fileURLToPath(new URL('reach.ts', import.meta.url));

/** How long a connection may take to be opened. */
export const REACH_MS = 1000;

export interface Reach {
  readonly witness: Endpoint;
  readonly outside: boolean;
  readonly inside: boolean;
}

/** Tries each witness twice at the same time: as the host, and as what runs inside. */
export async function tryWitnesses(namespace: string, witnesses: readonly Endpoint[], signal: AbortSignal): Promise<Reach[]> {
  if (witnesses.length === 0) return [];
  const words = [`--net=/run/netns/${namespace}`, process.execPath, REACH, ...witnesses.flatMap(({ host, port }) => [host, String(port)])];
  const [inside, ...outside] = await Promise.all([
    run('nsenter', words, { signal, env: {} }),
    ...witnesses.map(({ host, port }) => answers(host, port, REACH_MS)),
  ]);
  const reached = z.array(z.boolean()).length(witnesses.length).parse(JSON.parse(inside.stdout));
  return witnesses.map((witness, index) => ({ witness, outside: outside[index] ?? false, inside: reached[index] ?? true }));
}
