import type { ProbeSpec } from '../../../drills/probing.ts';
import { reasonOf } from '../process/exchange.ts';
import { askCommand } from './askCommand.ts';
import { askHttp } from './askHttp.ts';
import { askTcp } from './askTcp.ts';

/** What a client would have seen; `site` when the answerer said who it is. */
export interface Seen {
  readonly site?: string;
}

/** Rejects when a client would not have been served, in words for the reader. */
export type Ask<K extends ProbeSpec['ask']['kind']> = (ask: Extract<ProbeSpec['ask'], { kind: K }>, spec: ProbeSpec) => Promise<Seen>;

/** One question, one sample. */
export async function askOnce(spec: ProbeSpec, i: number, at: Date): Promise<object> {
  const began = performance.now();
  const took = (): number => Math.round((performance.now() - began) * 10) / 10;
  try {
    const seen = await seek(spec);
    return { i, at, ms: took(), ok: true, ...seen };
  } catch (error) {
    return { i, at, ms: took(), ok: false, error: reasonOf(error) };
  }
}

function seek(spec: ProbeSpec): Promise<Seen> {
  const { ask } = spec;
  switch (ask.kind) {
    case 'http':
      return askHttp(ask, spec);
    case 'tcp':
      return askTcp(ask, spec);
    case 'command':
      return askCommand(ask, spec);
  }
}
