import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { type GcpLab, type GcpLabOptions, startGcpLab } from '../../lab/gcp/lab.ts';
import { type Answered, instanceBody, mustHaveBeenRight, type RawGcp, rawGcp, tokenOf } from './gcpClient.ts';

/** A lab of one test's own, and a client that may write. */
export class GcpBench {
  readonly lab: GcpLab;
  readonly api: RawGcp;
  /** `zones/<the first>`. */
  readonly zone: string;
  readonly #folder: string;

  constructor(lab: GcpLab, api: RawGcp, folder: string) {
    this.lab = lab;
    this.api = api;
    this.zone = `zones/${lab.zones[0]}`;
    this.#folder = folder;
  }

  insert(name: string, more: object = {}, query = ''): Promise<Answered> {
    return this.api.ask('POST', `${this.zone}/instances${query}`, instanceBody(this.lab, name, more));
  }

  /** The operation, when it is done. */
  async make(name: string, more: object = {}): Promise<Readonly<Record<string, unknown>>> {
    return this.api.done(await this.insert(name, more));
  }

  async get(name: string): Promise<Readonly<Record<string, unknown>>> {
    return (await this.api.ask('GET', `${this.zone}/instances/${name}`)).body;
  }

  async statusOf(name: string): Promise<unknown> {
    return (await this.get(name)).status;
  }

  act(name: string, verb: string, body?: object): Promise<Answered> {
    return this.api.ask('POST', `${this.zone}/instances/${name}/${verb}`, body);
  }

  remove(name: string): Promise<Answered> {
    return this.api.ask('DELETE', `${this.zone}/instances/${name}`);
  }

  /** The next operation of this call takes long enough to look at, on a busy machine too. */
  slowly(call: string, times = 1): void {
    this.lab.faults.plant({ call: `compute.instances.${call}`, times, how: { kind: 'slowOperation', ms: 1000 } });
  }

  /** Fails when the lab itself was wrong. */
  async close(): Promise<void> {
    await this.lab.stop();
    rmSync(this.#folder, { recursive: true });
    mustHaveBeenRight(this.lab);
  }
}

export async function openGcpBench(options: GcpLabOptions = {}): Promise<GcpBench> {
  const folder = mkdtempSync(join(tmpdir(), 'gcp-'));
  const lab = await startGcpLab({ operationMs: 40, ...options });
  return new GcpBench(lab, rawGcp(lab, await tokenOf(lab, 'write', folder)), folder);
}

/** What an answer looks like that is such a refusal. */
export function refusal(status: number, reason: string, message: RegExp): object {
  return { status, body: { error: { code: status, message: expect.stringMatching(message), errors: [expect.objectContaining({ reason })] } } };
}

const list = z.object({ items: z.array(z.object({ name: z.string() })).default([]) });

/** Of a list's answer. */
export function namesIn({ body }: Answered): string[] {
  return list.parse(body).items.map(({ name }) => name);
}
