import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { flat } from '../../lab/gcp/json.ts';
import { type GcpLab, startGcpLab } from '../../lab/gcp/lab.ts';
import type { MachineHost, MachineSpec } from '../../lab/machines/host.ts';
import { bulkProperties, instanceBody, mustHaveBeenRight, type RawGcp, rawGcp, tokenOf } from './gcpClient.ts';
import { endAll, firstLine, run } from './process.ts';

/** Writes down what it is asked for; going off takes it a while, and can be refused. */
class Recorded implements MachineHost {
  readonly asked: string[] = [];
  readonly specs: MachineSpec[] = [];
  offMs = 0;
  broken = false;

  boot(spec: MachineSpec): void {
    this.specs.push(spec);
    this.asked.push(`boot ${spec.id}`);
  }

  async stop(id: string, how: 'polite' | 'power'): Promise<void> {
    await sleep(this.offMs);
    if (this.broken) throw new Error('the switch is stuck');
    this.asked.push(`stop ${id} ${how}`);
  }

  start(id: string): void {
    this.asked.push(`start ${id}`);
  }

  async remove(id: string): Promise<void> {
    this.asked.push(`remove ${id}`);
  }
}

const USER_DATA = '#!/bin/sh\necho "ünïcode" $1\n\ttab\n';

let folder: string;
let lab: GcpLab;
let api: RawGcp;
let machines: Recorded;
const zone = 'zones/europe-west4-a';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gcp-'));
  machines = new Recorded();
  lab = await startGcpLab({ operationMs: 60, machines });
  api = rawGcp(lab, await tokenOf(lab, 'write', folder));
});
afterEach(async () => {
  await endAll();
  await lab.stop();
  rmSync(folder, { recursive: true });
  mustHaveBeenRight(lab);
});

const make = async (name: string, more: object = {}): Promise<MachineSpec> => {
  const metadata = { items: [{ key: 'user-data', value: USER_DATA }] };
  await api.done(await api.ask('POST', `${zone}/instances`, instanceBody(lab, name, { metadata, ...more })));
  const spec = machines.specs.at(-1);
  if (!spec) throw new Error('nothing booted');
  return spec;
};
const act = async (verb: string): Promise<unknown> => api.done(await api.ask('POST', `${zone}/instances/one/${verb}`));

describe('the machine of an instance', () => {
  it('boots with the very bytes of user-data, at the instance’s own address', async () => {
    const spec = await make('one');
    expect(Buffer.from(spec.userData ?? []).toString()).toBe(USER_DATA);
    const { body } = await api.ask('GET', `${zone}/instances/one`);
    expect(body).toMatchObject({ networkInterfaces: [{ networkIP: spec.address }] });
    expect((await make('two')).address).not.toBe(spec.address);
  });

  it('has none where none were given, and is told when its boot is to fail', async () => {
    expect(await make('one', { metadata: {} })).not.toHaveProperty('userData');
    lab.faults.plant({ call: 'compute.instances.insert', how: { kind: 'bootFailure' } });
    expect((await make('two')).failsToBoot).toBe(true);
    expect((await make('three')).failsToBoot).toBe(false);
  });

  it('goes off and on with it, and away with it', async () => {
    const { id } = await make('one');
    await act('stop');
    await act('start');
    await act('stop?noGracefulShutdown=true');
    await api.done(await api.ask('DELETE', `${zone}/instances/one`));
    expect(machines.asked).toEqual([`boot ${id}`, `stop ${id} polite`, `start ${id}`, `stop ${id} power`, `remove ${id}`]);
  });

  it('is off before its instance is TERMINATED', async () => {
    await make('one');
    machines.offMs = 1000;
    const stopping = await api.ask('POST', `${zone}/instances/one/stop`);
    await sleep(200);
    expect((await api.ask('GET', `${zone}/instances/one`)).body).toMatchObject({ status: 'STOPPING' });
    await api.done(stopping);
    expect((await api.ask('GET', `${zone}/instances/one`)).body).toMatchObject({ status: 'TERMINATED' });
  });

  it('that cannot be stopped fails the operation', async () => {
    await make('one');
    machines.broken = true;
    expect(await act('stop')).toMatchObject({ error: { errors: [{ code: 'INTERNAL_ERROR', message: 'Internal error: the switch is stuck' }] } });
  });

  it('never boots when its instance was deleted first, and each of many has its own', async () => {
    lab.faults.plant({ call: 'compute.instances.insert', how: { kind: 'slowOperation', ms: 1000 } });
    const starting = await api.ask('POST', `${zone}/instances`, instanceBody(lab, 'one'));
    await api.done(await api.ask('DELETE', `${zone}/instances/one`));
    await api.done(starting);
    expect(machines.specs).toEqual([]);
    await api.done(await api.ask('POST', `${zone}/instances/bulkInsert`, { count: 3, namePattern: 'w-#', instanceProperties: bulkProperties(lab) }));
    expect(new Set(machines.specs.map(({ id }) => id)).size).toBe(3);
    expect(new Set(machines.specs.map(({ address }) => address)).size).toBe(3);
  });
});

describe('the metadata service', () => {
  let server: Server;
  let handle: (request: IncomingMessage, response: ServerResponse) => void;
  const ask = async (
    path: string,
    headers: Record<string, string> = { 'metadata-flavor': 'Google' },
  ): Promise<{ status: number; text: string; flavor: string | null }> => {
    const address = server.address();
    const response = await fetch(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/computeMetadata/v1/${path}`, { headers });
    return { status: response.status, text: await response.text(), flavor: response.headers.get('metadata-flavor') };
  };
  beforeEach(async () => {
    const { metadata } = await make('one');
    if (metadata?.variable !== 'GCE_METADATA_HOST' || metadata.form !== 'host') throw new Error('programs would not find the metadata service');
    handle = metadata.handle;
    server = createServer((request, response) => handle(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it.each([
    ['instance/attributes/user-data', USER_DATA],
    ['instance/name', 'one'],
    ['instance/zone', 'projects/731904286155/zones/europe-west4-a'],
    ['project/project-id', 'lab-project'],
    ['instance/attributes/', 'user-data\n'],
  ])('tells %s', async (path, text) => {
    expect(await ask(path)).toEqual({ status: 200, text, flavor: 'Google' });
  });

  it('tells nothing without its header or through a proxy, and 404 of what there is not', async () => {
    expect((await ask('instance/name', {})).status).toBe(403);
    expect((await ask('instance/name', { 'metadata-flavor': 'Google', 'x-forwarded-for': '10.0.0.1' })).status).toBe(403);
    expect((await ask('instance/attributes/none')).status).toBe(404);
    expect((await ask('nothing')).status).toBe(404);
  });

  it('tells what setMetadata has set since', async () => {
    const fingerprint = flat((await api.ask('GET', `${zone}/instances/one`)).body)['metadata.fingerprint'];
    const items = [{ key: 'late', value: 'order\n' }];
    await api.done(await api.ask('POST', `${zone}/instances/one/setMetadata`, { fingerprint, items }));
    expect(await ask('instance/attributes/late')).toMatchObject({ status: 200, text: 'order\n' });
    expect((await ask('instance/attributes/user-data')).status).toBe(404);
  });
});

describe('two labs on one machine', () => {
  it('give no address twice', async () => {
    const other = await startGcpLab({ operationMs: 60 });
    try {
      const range = async (of: GcpLab): Promise<unknown> =>
        (await rawGcp(of, await tokenOf(of, 'read', folder)).ask('GET', `regions/${of.region}/subnetworks/default`)).body.ipCidrRange;
      expect(await range(lab)).not.toEqual(await range(other));
    } finally {
      await other.stop();
    }
  });
});

describe('the program', () => {
  const ready = z.object({ url: z.url(), adminUrl: z.url(), project: z.string(), credentials: z.object({ read: z.string(), write: z.string() }) });

  it('says in one line where it is, and ends when it is told to', async () => {
    const program = run(new URL('../../lab/gcp/main.ts', import.meta.url).pathname, ['--credentials', join(folder, 'credentials'), '--project', 'other']);
    const { url, adminUrl, project } = ready.parse(await firstLine(program));
    expect(project).toBe('other');
    expect((await fetch(`${url}/compute/v1/projects/other/zones`)).status).toBe(401);
    expect(await (await fetch(`${adminUrl}/inventory`)).json()).toEqual({ instances: [], disks: [] });
    await program.end('SIGTERM');
    expect(program.child.exitCode).toBe(0);
  });

  it('refuses options that it does not know', async () => {
    const program = run(new URL('../../lab/gcp/main.ts', import.meta.url).pathname, ['--port', 'x']);
    await expect(firstLine(program)).rejects.toThrow(/gcp: .*--credentials/s);
  });
});
