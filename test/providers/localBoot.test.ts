import { access, appendFile, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { thingDir } from '../../providers/local/layout.ts';
import { FIRST_PORT, LAST_PORT, releasePorts, reservePorts } from '../../providers/local/ports.ts';
import { identify, isAlive, signal, spawnDetached } from '../../providers/processes.ts';
import type { Observation, ResourceId, WorkloadSpec } from '../../providers/spec.ts';
import { TestFiles } from './localFiles.ts';
import { ECHO, spec, TestSite } from './localSite.ts';

let site: TestSite;
let files: TestFiles;

beforeAll(async () => {
  files = await new TestFiles().listen();
});

afterAll(() => files.close());

beforeEach(async () => {
  site = await TestSite.make();
});

afterEach(() => site.close());

const echoed = z.object({ pid: z.number(), argv: z.array(z.string()), env: z.record(z.string(), z.string()), data: z.array(z.string()) });
const ask = async (url: string | undefined) => echoed.parse(await (await fetch(url ?? '')).json());
const replica = (id: ResourceId, number = 0) => join(thingDir(site.root, id), String(number));
const script = (text: string): WorkloadSpec => ({ ...spec, ports: {}, env: {}, boot: ['sh', '-c', text] });
async function killAll(): Promise<void> {
  for (const each of await site.processes()) await signal(each, 'SIGKILL');
  await site.until('all have ended', async () => ((await site.processes()).length === 0 ? true : undefined));
}

const log = (id: ResourceId) => readFile(join(replica(id), 'log'), 'utf8').catch(() => '');

async function failure(id: ResourceId): Promise<Extract<Observation, { phase: 'failed' }>> {
  const seen = await site.settled(id);
  if (seen.phase !== 'failed') throw new Error(`it is ${seen.phase}`);
  return seen;
}

describe('what a program is given', () => {
  it('is its environment, with what only the boot knows filled in, and nothing of the worker', async () => {
    const id = site.id('orders/db');
    const data = { orders: { sizeBytes: 1, recovery: 'http://store.invalid/prefix', restore: files.put('point', 'an order') } };
    const env = {
      LISTEN: '${self.listen.http}',
      PORT: '${self.port.http}',
      DATA: '${self.data.orders}',
      TO: '${self.recovery.orders}',
      WHO: '${self.site}/${self.replica}',
      THEIRS: '${HOME}',
    };
    const urls = await site.start(id, { ...spec, replicas: 2, data, env, secrets: { TOKEN: 'hunter2' }, boot: [...spec.boot, '${self.port.http}'] });
    const [first, second] = await Promise.all(urls.map(ask));
    const port = urls[0]?.split(':').at(-1);
    expect(first?.env).toMatchObject({
      LISTEN: `127.0.0.1:${port}`,
      PORT: port,
      DATA: join(replica(id), 'data', 'orders'),
      TO: 'http://store.invalid/prefix',
      THEIRS: '${HOME}',
      TOKEN: 'hunter2',
    });
    expect([first?.env['WHO'], second?.env['WHO']]).toEqual(['ams/0', 'ams/1']);
    expect(first?.data).toEqual(['recovery-point']);
    expect(first?.argv.at(-1)).toBe(port);
    const others = Object.keys(first?.env ?? {}).filter((name) => !(name in env) && !name.startsWith('MUSTER_') && name !== 'TOKEN');
    expect(others.toSorted()).toEqual(['HOME', 'PATH']);
    expect(first?.env['MUSTER_TEST']).toBeUndefined();
  });

  it('is no secret in the words of any process', async () => {
    const id = site.id('orders/db');
    await site.start(id, { ...spec, secrets: { TOKEN: 'hunter2' } });
    const all = await site.processes();
    expect(all.length).toBeGreaterThan(1);
    for (const { pid } of all) expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('hunter2');
  });

  it('is refused when it asks for what is not there', async () => {
    const id = site.id('orders/db');
    await site.ensure(id, { ...spec, env: { LISTEN: '${self.listen.nosuch}' } });
    expect(await failure(id)).toMatchObject({ code: 'Invalid', detail: expect.stringContaining('${self.listen.nosuch}') });
  });

  it('is its files, unpacked', async () => {
    const id = site.id('orders/db');
    const [url] = await site.start(id, {
      ...spec,
      files: files.pack('app.tgz', `mkdir app; cat > app/main.cjs <<'END'\n${ECHO}\nEND`),
      boot: ['node', 'app/main.cjs'],
    });
    expect((await ask(url)).argv[1]).toBe(join(replica(id), 'files', 'app', 'main.cjs'));
  });
});

describe('files', () => {
  const refused = async (file: { url: string; sha256: string }): Promise<Extract<Observation, { phase: 'failed' }>> => {
    const id = site.id('orders/db');
    await site.ensure(id, { ...script('echo booted; exec sleep 100'), files: file });
    const seen = await failure(id);
    expect(await log(id)).not.toContain('booted');
    expect(await readdir(replica(id))).not.toContain('files');
    return seen;
  };

  it('with another sha256 are never booted', async () => {
    expect(await refused({ ...files.pack('app.tgz', 'touch a'), sha256: '0'.repeat(64) })).toMatchObject({
      code: 'Invalid',
      detail: expect.stringContaining('sha256'),
    });
  });

  it('that are not there are said to be not there, without the URL and its signature', async () => {
    const seen = await refused({ url: `${files.url}/none.tgz?signature=hunter2`, sha256: '0'.repeat(64) });
    expect(seen).toMatchObject({ code: 'NotFound' });
    expect(seen.detail).not.toContain('hunter2');
  });

  it('that are no archive are refused', async () => {
    expect(await refused(files.put('text.tgz', 'no archive'))).toMatchObject({ code: 'Invalid', detail: expect.stringContaining('.tgz') });
  });

  it.each([
    ['a name that climbs out', 'mkdir in; touch out; cd in', ['in/../out']],
    ['an absolute name', 'touch out', ['--transform', 's,^,/tmp/,', 'out']],
    ['a link that leads out', 'ln -s /etc/passwd out', ['out']],
    ['a file behind a link that leads out', 'ln -s .. up; tar -cf - up > /dev/null', ['up', '--transform', 's,^x,up/x,']],
  ])('with %s are refused', async (_, make, words) => {
    expect(await refused(files.pack('way-out.tgz', make, words))).toMatchObject({ code: 'Invalid', detail: expect.stringContaining('out of its directory') });
  });
});

describe('a program', () => {
  it('that ends again and again has failed, with its last words', async () => {
    const id = site.id('orders/db');
    await site.ensure(id, script('echo no database; exit 3'));
    const seen = await failure(id);
    expect(seen).toMatchObject({ code: 'Unavailable' });
    expect(seen.detail).toMatch(/exit 3.*no database/);
  });

  it('that is not there has failed', async () => {
    const id = site.id('orders/db');
    await site.ensure(id, { ...spec, boot: ['no-such-program'] });
    expect((await failure(id)).detail).toContain('no-such-program');
  });

  it('that ends once is started again', async () => {
    const id = site.id('orders/db');
    await site.start(id, script('test -e again && exec sleep 100; touch again; exit 1'));
    await expect(access(join(replica(id), 'files', 'again'))).resolves.toBeUndefined();
  });

  it('ends with its supervisor, and then reads as failed with its last words', async () => {
    const id = site.id('orders/db');
    const [url] = await site.start(id, spec);
    const { pid } = await ask(url);
    const child = await identify(pid);
    const supervisor = (await site.processes()).find((each) => each.pid !== pid);
    if (!child || !supervisor) throw new Error('it has no two processes');
    await signal(supervisor, 'SIGKILL');
    await site.until('the program ends', async () => ((await isAlive(child)) ? undefined : true));
    expect(await failure(id)).toMatchObject({ code: 'Unavailable', detail: expect.stringContaining('listening') });
    expect(await site.ensure(id, spec)).toMatchObject({ phase: 'failed' });
  });

  it('outlives the worker that started it', async () => {
    const id = site.id('orders/db');
    const folder = await mkdtemp(join(tmpdir(), 'worker-'));
    const module = pathToFileURL(join(import.meta.dirname, '../../providers/local/index.ts')).href;
    await writeFile(
      join(folder, 'worker.ts'),
      `import { localDriver } from ${JSON.stringify(module)};
       const [options, id, spec] = JSON.parse(process.argv[2]);
       await localDriver(options).owned.workload.ensure(id, spec, { signal: new AbortController().signal, token: '', digest: 'one' });
       process.kill(process.pid, 'SIGKILL');`,
    );
    const options = { site: 'ams', config: site.config, root: site.root, installation: site.installation };
    await once(spawn(process.execPath, [join(folder, 'worker.ts'), JSON.stringify([options, id, spec])], { stdio: 'inherit' }), 'exit');
    await rm(folder, { recursive: true });
    expect(await site.settled(id)).toMatchObject({ phase: 'ready' });
  });

  it('is one, however many workers ensure it at once', async () => {
    const id = site.id('orders/db');
    const wanted = script('echo started; exec sleep 100');
    await Promise.all(Array.from({ length: 6 }, () => site.ensure(id, wanted)));
    await site.settled(id);
    await site.until('the others have gone', async () => ((await site.processes()).length === 2 ? true : undefined));
    expect((await log(id)).match(/started/g)).toHaveLength(1);
  });

  it('has failed, and says why, when not even its supervisor starts', async () => {
    const id = site.id('orders/db');
    await site.start(id, spec);
    await killAll();
    await rm(join(replica(id), 'state.json'));
    await appendFile(join(replica(id), 'log'), 'SyntaxError: not the Node it needs\n');
    expect(await failure(id)).toMatchObject({ code: 'Unavailable', detail: expect.stringContaining('not the Node it needs') });
  });

  it('is booted by the next ensure when the worker died before it was', async () => {
    const id = site.id('orders/db');
    await site.start(id, spec);
    await killAll();
    const records = (await readdir(replica(id))).filter((name) => /^(supervisor-|state)/.test(name));
    for (const name of records) await rm(join(replica(id), name));
    expect(await site.observe(id)).toMatchObject({ phase: 'pending' });
    await site.ensure(id, spec);
    expect(await site.settled(id)).toMatchObject({ phase: 'ready' });
  });
});

describe('ports', () => {
  it('are never given twice', async () => {
    const things = ['/no/such/thing-a', '/no/such/thing-b', '/no/such/thing-c'];
    const given = await Promise.all(things.map((thing) => reservePorts(thing, 40, '127.0.0.1')));
    expect(new Set(given.flat()).size).toBe(120);
    for (const port of given.flat()) expect(port >= FIRST_PORT && port < LAST_PORT).toBe(true);
    await Promise.all(things.map((thing, index) => releasePorts(thing, given[index] ?? [])));
  });

  it('change when another took one before the program ever ran', async () => {
    const id = site.id('orders/db');
    await site.start(id, spec);
    await killAll();
    for (const name of await readdir(replica(id))) if (/^(supervisor-|state|ran)/.test(name)) await rm(join(replica(id), name));
    const { http } = z.object({ http: z.number() }).parse(JSON.parse(await readFile(join(replica(id), 'ports.json'), 'utf8')));
    const taken = await takePort(http);
    const [url] = await site.start(id, spec).finally(() => taken.close());
    expect(url).not.toBe(`http://127.0.0.1:${http}`);
    expect((await ask(url)).env['LISTEN']).toBe(url?.replace('http://', ''));
  });

  it('stay its own from the first time it ran, and another there is no sign of life', async () => {
    const id = site.id('orders/db');
    const [url] = await site.start(id, spec);
    const power = async (to: 'cut' | 'running') =>
      site.provider.writePower({ id }, to, (await site.provider.readPower({ id }, AbortSignal.timeout(5000))).version, AbortSignal.timeout(5000));
    await power('cut');
    const taken = await takePort(Number(url?.split(':').at(-1)));
    await power('running');
    const seen = await failure(id).finally(() => taken.close());
    expect(seen).toMatchObject({ code: 'Conflict', detail: expect.stringContaining('taken') });
  });
});

/** Listens there as soon as the program that was killed has let go of it. */
function takePort(port: number): Promise<Server> {
  return site.until(`${port} is free`, async () => {
    const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
    return once(server, 'listening').then(
      () => server,
      () => undefined,
    );
  });
}

describe('removal', () => {
  it('leaves no process, however it hides, and no directory, and keeps the logs', async () => {
    const id = site.id('orders/db');
    await site.start(id, script('trap "" TERM; setsid sh -c "trap \\"\\" TERM; sleep 100 & wait" & sleep 100 & echo ready; wait; wait'));
    await site.until('all of them live', async () => ((await site.processes()).length >= 5 ? true : undefined));
    await site.removed(id);
    expect(await site.processes()).toEqual([]);
    expect(await readdir(site.root)).toEqual(expect.not.arrayContaining([site.installation]));
    expect(await readFile(join(site.root, 'logs', id.owner.run, 'orders.db-g1', '0.log'), 'utf8')).toContain('ready');
    expect(await site.provider.list({ installation: site.installation }, AbortSignal.timeout(5000))).toEqual([]);
  });

  it('is polite first', async () => {
    const id = site.id('orders/db');
    await site.start(id, script('trap "echo good bye; exit 0" TERM; while :; do sleep 0.1; done'));
    await site.removed(id);
    expect(await readFile(join(site.root, 'logs', id.owner.run, 'orders.db-g1', '0.log'), 'utf8')).toContain('good bye');
  });

  it('finds a process whose directory is gone, and leaves one that only looks like it', async () => {
    const id = site.id('orders/db');
    await site.start(id, spec);
    const [marked] = await site.processes();
    const lookAlike = await spawnDetached('sleep', ['100'], {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', ...marked?.env, MUSTER_INSTALLATION: 'another' },
      log: '/dev/null',
    });
    await rename(thingDir(site.root, id), join(site.root, '..', 'gone'));
    const list = () => site.provider.list({ installation: site.installation, run: id.owner.run }, AbortSignal.timeout(5000));
    expect((await list()).map((found) => found.id)).toEqual([id]);
    await site.provider.remove('workload', id, AbortSignal.timeout(5000));
    expect(await list()).toEqual([]);
    expect((await site.processes()).map(({ pid }) => pid)).toEqual([lookAlike.identity.pid]);
    expect(await isAlive(lookAlike.identity)).toBe(true);
  });

  it('is finished by whoever looks next when the worker died in the middle', async () => {
    const id = site.id('orders/db');
    await site.start(id, spec);
    await writeFile(join(thingDir(site.root, id), 'removing.json'), JSON.stringify({ since: new Date(Date.now() - 60_000).toISOString() }));
    await site.until('nothing is listed', async () =>
      (await site.provider.list({ installation: site.installation }, AbortSignal.timeout(5000))).length === 0 ? true : undefined,
    );
    expect(await site.processes()).toEqual([]);
  });
});
