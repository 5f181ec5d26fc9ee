import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerConfig } from '../../providers/docker/config.ts';
import { carryImage } from '../../providers/docker/index.ts';
import { baseName } from '../../providers/docker/marks.ts';
import { Provider } from '../../providers/provider.ts';
import type { Observation, ResourceId } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { becomes, dockerDriverOf, dockerSpec } from './dockerHarness.ts';
import { type PodmanLab, SMALL, startPodmanLab } from './podmanLab.ts';
import { podmanIsMissing } from './setup/podman.ts';

const run = promisify(execFile);
const missing = podmanIsMissing();
if (missing !== undefined) console.warn(missing);

describe.skipIf(missing !== undefined)('a site of containers', { concurrent: false }, () => {
  let lab: PodmanLab;
  let docker: Docker;
  let provider: Provider;
  const idOf = (role: string): ResourceId => ({ owner: { installation: 'dr', run: hex16(), expires: '2099-01-01T00:00:00.000Z' }, role, generation: 1 });
  const one = dockerSpec({ replicas: 1 });
  const until = (id: ResourceId, phase: Observation['phase'], signal: AbortSignal): Promise<boolean> =>
    becomes(async () => (await provider.observe('workload', id, signal))?.phase === phase);
  const removed = async (id: ResourceId, signal: AbortSignal): Promise<void> => {
    await provider.remove('workload', id, signal);
    expect(await becomes(async () => (await provider.observe('workload', id, signal)) === undefined)).toBe(true);
  };

  beforeAll(async () => {
    lab = await startPodmanLab();
    docker = new Docker({ socketPath: lab.a.socket });
    provider = new Provider(dockerDriverOf(lab));
  });
  afterAll(async () => {
    await provider?.close();
    await lab?.stop();
  });

  it('lists a volume that its container has left behind, and removes it', async ({ signal }) => {
    const id = idOf('orders/left');
    await provider.ensure('workload', id, one, one, signal);
    expect(await until(id, 'ready', signal)).toBe(true);
    await docker.getContainer(`${baseName(id)}-0`).remove({ force: true });
    expect(await provider.list({ installation: 'dr', run: id.owner.run }, signal)).toMatchObject([{ id, kind: 'workload' }]);
    await removed(id, signal);
    expect((await lab.a.inventory())['volumes']).toEqual([]);
  });

  it('shows neither secrets nor signed URLs in what inspection tells of a container', async ({ signal }) => {
    const id = idOf('orders/secret');
    await provider.ensure('workload', id, one, one, signal);
    expect(await until(id, 'ready', signal)).toBe(true);
    expect(JSON.stringify(await docker.getContainer(`${baseName(id)}-0`).inspect())).not.toContain('hunter2');
    await removed(id, signal);
  });

  it('limits memory and CPU to the size of the component', async ({ signal }) => {
    const id = idOf('orders/small');
    const spec = { ...one, size: { ...one.size, cpu: 0.25, memoryBytes: 48 * 2 ** 20 } };
    await provider.ensure('workload', id, spec, spec, signal);
    expect(await until(id, 'ready', signal)).toBe(true);
    expect((await docker.getContainer(`${baseName(id)}-0`).inspect()).HostConfig).toMatchObject({ NanoCpus: 250_000_000, Memory: 48 * 2 ** 20 });
    await removed(id, signal);
  });

  it('goes on where a start was broken off', async ({ signal }) => {
    const id = idOf('orders/broken');
    await provider.ensure('workload', id, one, one, signal);
    expect(await until(id, 'ready', signal)).toBe(true);
    const name = `${baseName(id)}-0`;
    const { Config, HostConfig, NetworkSettings } = await docker.getContainer(name).inspect();
    await docker.getContainer(name).remove({ force: true });
    const address = Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '';
    const { Image, Entrypoint, Cmd, Labels } = Config;
    const { Mounts, NetworkMode } = HostConfig;
    const EndpointsConfig = { [lab.a.network]: { IPAMConfig: { IPv4Address: address } } };
    const mounts = Mounts ?? [{ Type: 'volume' as const, Source: name, Target: '/var/lib/muster' }];
    await docker.createContainer({
      name,
      Image,
      Entrypoint: Entrypoint ?? [],
      Cmd,
      Labels,
      HostConfig: { Mounts: mounts, NetworkMode: NetworkMode ?? '' },
      NetworkingConfig: { EndpointsConfig },
    });
    expect(await provider.observe('workload', id, signal)).toMatchObject({ phase: 'pending' });
    await provider.ensure('workload', id, one, one, signal);
    expect(await until(id, 'ready', signal)).toBe(true);
    await removed(id, signal);
  });

  it('takes a container that is isolated off its networks, and gives them back after its host was asked anew', async ({ signal }) => {
    const made = await docker.createContainer({
      name: 'theirs',
      Image: SMALL,
      Entrypoint: ['sh', '-c', 'cd /tmp && echo here > index.html && exec httpd -f -p 80'],
      HostConfig: { NetworkMode: lab.a.network },
    });
    await made.start();
    const ref = { selector: 'name:theirs' };
    const address = async () => Object.values((await made.inspect()).NetworkSettings.Networks)[0]?.IPAddress;
    const before = await address();
    const answers = (): Promise<boolean> =>
      fetch(`http://${before}/`, { signal: AbortSignal.timeout(1000) }).then(
        ({ ok }) => ok,
        () => false,
      );
    expect(await becomes(answers)).toBe(true);
    await provider.writePower(ref, 'isolated', (await provider.readPower(ref, signal)).version, signal);
    expect(await provider.readPower(ref, signal)).toMatchObject({ power: 'isolated' });
    expect(await answers()).toBe(false);
    const anew = new Provider(dockerDriverOf(lab));
    await anew.writePower(ref, 'running', (await anew.readPower(ref, signal)).version, signal);
    expect(await address()).toBe(before);
    expect(await becomes(answers)).toBe(true);
    expect((await lab.a.inventory())['volumes']).toEqual([]);
    await made.remove({ force: true });
  });

  it('takes a stop that is asked for again while it goes on as the same one', async ({ signal }) => {
    const names = ['slow', 'slower'];
    for (const [index, name] of names.entries()) {
      const Entrypoint = ['sh', '-c', `trap 'sleep ${index + 1}; exit' TERM; while :; do sleep 0.1; done`];
      await (await docker.createContainer({ name, Image: SMALL, Entrypoint, Labels: { pair: 'slow' }, HostConfig: { NetworkMode: lab.a.network } })).start();
    }
    const ref = { selector: 'label:pair=slow' };
    await provider.writePower(ref, 'stopped', (await provider.readPower(ref, signal)).version, signal);
    let asked = 0;
    const stopped = async (): Promise<boolean> => {
      const { power, version } = await provider.readPower(ref, signal);
      if (power === 'stopped') return true;
      await sleep(200);
      await provider.writePower(ref, 'stopped', version, signal);
      asked++;
      return false;
    };
    expect(await becomes(stopped)).toBe(true);
    expect(asked).toBeGreaterThan(0);
    for (const name of names) await docker.getContainer(name).remove({ force: true });
  });

  it('refuses to restore data in a container that Muster did not make', async ({ signal }) => {
    const made = await docker.createContainer({ name: 'stopped', Image: SMALL, Entrypoint: ['sleep', '1000'], HostConfig: { NetworkMode: lab.a.network } });
    const ref = { selector: 'name:stopped' };
    const { version } = await provider.readPower(ref, signal);
    const point = { orders: { url: 'http://127.0.0.1:9/none', sha256: '0'.repeat(64) } };
    await expect(provider.writePower(ref, 'running', version, signal, point)).rejects.toMatchObject({ code: 'Unsupported' });
    expect((await made.inspect()).State.Running).toBe(false);
    await made.remove({ force: true });
  });

  it('carries an image that no registry has from host to host, once', async ({ signal }) => {
    const fresh = 'localhost/carried:1';
    await docker.getImage(SMALL).tag({ repo: 'localhost/carried', tag: '1' });
    await lab.b.podman('rmi', '-f', SMALL);
    const config = ({ socket }: PodmanLab['a']) => dockerConfig.parse({ provider: 'docker', host: `unix://${socket}` });
    const way = { from: config(lab.a), to: config(lab.b), signal };
    let bytes = 0;
    const carried = await carryImage(fresh, { ...way, progress: (now) => void (bytes = now) });
    expect(bytes).toBeGreaterThan(1_000_000);
    expect((await lab.b.podman('image', 'inspect', fresh, '--format', '{{.Id}}')).trim()).toBe(carried.replace('sha256:', ''));
    const out = ['run', '--rm', '--network', 'none', fresh, '/bin/sh', '-c', 'echo it runs; ip route'];
    expect(await lab.b.podman(...out)).toBe('it runs\n');
    let again = 0;
    await carryImage(fresh, { ...way, progress: (now) => void (again = now) });
    expect(again).toBe(0);
  });

  it('is unavailable when its daemon is away, and denied where its certificate is not trusted', async ({ signal }) => {
    const away = new Provider(dockerDriverOf(lab, { host: 'tcp://127.0.0.1:9' }));
    await expect(away.list({ installation: 'dr' }, signal)).rejects.toMatchObject({ code: 'Unavailable' });
    const certificate = async (name: string) => {
      const [cert, key] = [join(lab.folder, `${name}.crt`), join(lab.folder, `${name}.key`)];
      const how = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', `/CN=${name}`];
      await run('openssl', ['req', ...how, '-out', cert, '-keyout', key]);
      return { ca: cert, cert, key };
    };
    const [theirs, tls] = [await certificate('stranger'), await certificate('known')];
    const server = createServer({ cert: readFileSync(theirs.cert), key: readFileSync(theirs.key) }, (_, response) => response.end('[]'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const untrusted = new Provider(dockerDriverOf(lab, { host: `tcp://127.0.0.1:${port}`, tls }));
    const refused = untrusted.list({ installation: 'dr' }, signal);
    await expect(refused).rejects.toMatchObject({ code: 'Denied' });
    server.close();
  });
});
