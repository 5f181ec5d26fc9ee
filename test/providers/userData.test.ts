import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningStore, startStore } from '../../lab/store/server.ts';
import { DriverError } from '../../providers/errors.ts';
import { parseLease } from '../../providers/leases/record.ts';
import type { WorkloadSpec } from '../../providers/spec.ts';
import { userData } from '../../providers/userData.ts';
import { SMALLEST } from '../conformance/smallest.ts';
import { Machine } from './userDataMachine.ts';

const site = { site: 'aws' };
const spec = (change: Partial<WorkloadSpec> = {}): WorkloadSpec => ({ ...SMALLEST.workload, ...change });
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const refusal = (change: Partial<WorkloadSpec>): unknown => {
  try {
    return userData(spec(change), site);
  } catch (error) {
    return error;
  }
};

const machines: Machine[] = [];
const machine = (): Machine => {
  const made = new Machine();
  machines.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(machines.splice(0).map((each) => each.close()));
});

describe('a boot script', () => {
  it('is the same bytes for the same spec', () => {
    const wanted = spec({ env: { A: '1' }, ports: { http: 80 } });
    expect(userData(wanted, site)).toBe(userData(structuredClone(wanted), site));
  });

  it('holds a secret once: where the environment file is written', () => {
    const script = userData(spec({ secrets: { TOKEN: 'hunter2' } }), site);
    expect(script.split('hunter2')).toHaveLength(2);
    expect(script).toContain("export TOKEN='hunter2'");
  });

  it.each([
    ['more bytes than a machine takes', { env: { A: 'x'.repeat(16_384) } }, /16384/],
    ['a NUL', { env: { A: 'a\0b' } }, /NUL/],
    ['half a character', { secrets: { A: '\uD800' } }, /half a character/],
    ['a variable that is none', { env: { 'A;B': '1' } }, /environment variable/],
    ['a data set that leads elsewhere', { data: { '../up': { sizeBytes: 1, recovery: '' } } }, /data set/],
    ['a URL with a line end', { files: { url: 'http://a/\nrm', sha256: 'a'.repeat(64) } }, /URL/],
    ['a sha256 that is none', { files: { url: 'http://a/', sha256: '$(id)' } }, /sha256/],
    ['nothing to boot', { boot: [] }, /boot/],
    ['a port that is not declared', { env: { A: '${self.listen.none}' } }, /not known here/],
    ['the number of one of several replicas', { replicas: 2, env: { A: '${self.replica}' } }, /do not know their number/],
  ])('is refused as Invalid for %s', (_, change, why) => {
    const error = refusal(change);
    expect(error).toBeInstanceOf(DriverError);
    expect(error).toMatchObject({ code: 'Invalid', message: expect.stringMatching(why) });
  });

  it('brings every value of the environment through the shell as it was', () => {
    const box = machine();
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom("'", '"', '\n', '\nEND\n', 'END', '$(id)', '`id`', '\\', '${HOME}', '\r\n', '!', '√'),
    );
    const value = fc.array(text, { maxLength: 4 }).map((parts) => parts.join('').replaceAll('\0', ''));
    fc.assert(
      fc.property(value, value, (env, secret) => {
        fc.pre(!env.includes('${self.'));
        const seen: unknown = JSON.parse(box.environment(userData(spec({ env: { A: env }, secrets: { B: secret } }), site)));
        expect(seen).toMatchObject({ A: env, B: secret });
      }),
      { numRuns: 60 },
    );
  });

  it('fills in what only the machine knows', () => {
    const box = machine();
    const data = { orders: { sizeBytes: 1, recovery: 'http://store/points' } };
    const env = {
      L: 'at ${self.listen.http}!',
      P: '${self.port.http}',
      D: "${self.data.orders}/it's",
      R: '${self.recovery.orders}',
      S: '${self.site}',
      N: '${self.replica}',
      W: '${own}',
    };
    const seen: unknown = JSON.parse(box.environment(userData(spec({ ports: { http: 8080 }, data, env }), site)));
    expect(seen).toMatchObject({
      L: 'at 0.0.0.0:8080!',
      P: '8080',
      D: `${box.root}/data/orders/it's`,
      R: 'http://store/points',
      S: 'aws',
      N: '0',
      W: '${own}',
    });
  });
});

describe('a booted machine', () => {
  let store: RunningStore;
  let dir: string;
  let tgz: Uint8Array;
  const point = 'an order\n';
  const lease = (ttlSeconds: number) => ({ at: `${store.url}/dr/lease.json?x-amz-for=get`, put: `${store.url}/dr/lease.json?x-amz-for=put`, ttlSeconds });
  const leaseText = async (): Promise<string> => (await fetch(`${store.url}/dr/lease.json`)).text();
  const until = async (what: string, check: () => Promise<boolean> | boolean, seconds = 20): Promise<void> => {
    for (const end = Date.now() + seconds * 1000; !(await check()); await sleep(50)) if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
  };
  const put = (key: string, body: string | Uint8Array): Promise<Response> => fetch(`${store.url}/dr/${key}`, { method: 'PUT', body: Buffer.from(body) });
  /** Says when it began, and counts as long as it lives. */
  const ticking = (change: Partial<WorkloadSpec> = {}): WorkloadSpec =>
    spec({ boot: ['sh', 'tick.sh'], files: { url: `${store.url}/dr/app.tgz`, sha256: sha256(tgz) }, ...change });

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'boot-'));
    mkdirSync(join(dir, 'app'));
    writeFileSync(join(dir, 'app', 'tick.sh'), 'echo "$GREETING" > "$root/began"\nwhile :; do date +%s > "$root/tick"; sleep 0.2; done\n');
    execFileSync('tar', ['-czf', join(dir, 'app.tgz'), '-C', join(dir, 'app'), '.']);
    tgz = readFileSync(join(dir, 'app.tgz'));
    store = await startStore({ dir: join(dir, 'store'), buckets: ['dr'] });
    await put('app.tgz', tgz);
    await put('point', point);
  });
  afterAll(async () => {
    await Promise.all(machines.splice(0).map((each) => each.close()));
    await store.close();
    rmSync(dir, { recursive: true });
  });

  it('runs the program with its files, data and environment, and what holds secrets is for its owner only', async () => {
    const box = machine();
    const data = { orders: { sizeBytes: 1, recovery: '', restore: { url: `${store.url}/dr/point`, sha256: sha256(point) } } };
    await box.boot(userData(ticking({ data, env: { GREETING: "it's up" } }), site));
    await until('it runs', () => box.read('began') === "it's up\n");
    expect(box.read('data/orders/recovery-point')).toBe(point);
    expect(execFileSync('find', [join(box.root, 'env'), '-perm', '600'], { encoding: 'utf8' })).toContain('env');
  });

  it('starts nothing from a file with another sha256, and says which', async () => {
    const box = machine();
    const boot = box.boot(userData(ticking({ files: { url: `${store.url}/dr/app.tgz`, sha256: '0'.repeat(64) } }), site));
    await expect(boot).rejects.toThrow('files has another sha256 than announced');
    expect(box.read('pid')).toBeUndefined();
  });

  it('holds the lease of what it writes, renews it, and lets go when it is turned off', async () => {
    const box = machine();
    await box.boot(userData(ticking({ data: { orders: { sizeBytes: 1, recovery: '', lease: lease(6) } } }), site));
    await until('it runs', () => box.read('began') !== undefined);
    expect(parseLease(await leaseText())).toMatchObject({ holder: 'conformance/one', site: 'aws', released: false, ttlSeconds: 6 });
    await until('a renewal', async () => parseLease(await leaseText()).renewal > 0);
    await box.off();
    expect(parseLease(await leaseText())).toMatchObject({ released: true });
  });

  it('keeps its lease for as long as its program takes to end', async () => {
    const box = machine();
    const slow = ['sh', '-c', 'trap "sleep 6; echo ended > \\"$root/ended\\"; exit 0" TERM; echo > "$root/began"; while :; do sleep 0.2; done'];
    await box.boot(userData(ticking({ boot: slow, data: { orders: { sizeBytes: 1, recovery: '', lease: lease(5) } } }), site));
    await until('it runs', () => box.read('began') !== undefined);
    await box.off();
    expect(box.read('ended')).toBe('ended\n');
    expect(parseLease(await leaseText())).toMatchObject({ released: true });
  });

  it('waits for a lease that another holds, and ends its program when its own is taken away', async () => {
    const other = { holder: 'other', site: 'onprem', epoch: 7, term: 't', renewal: 0, released: false, ttlSeconds: 60 };
    await put('lease.json', JSON.stringify(other));
    const box = machine();
    await box.boot(userData(ticking({ data: { orders: { sizeBytes: 1, recovery: '', lease: lease(6) } } }), site));
    await sleep(2500);
    expect(box.read('began')).toBeUndefined();
    await put('lease.json', JSON.stringify({ ...other, renewal: 1, released: true }));
    await until('it runs', () => box.read('began') !== undefined);
    expect(parseLease(await leaseText()).epoch).toBe(8);
    await put('lease.json', JSON.stringify({ ...other, epoch: 9, renewal: 2 }));
    await until('it was ended', () => (box.read('log') ?? '').includes('the lease is lost'));
    const last = box.read('tick');
    await sleep(1500);
    expect(box.read('tick')).toBe(last);
    expect(parseLease(await leaseText())).toMatchObject({ holder: 'other', epoch: 9 });
    await put('lease.json', JSON.stringify({ ...other, epoch: 9, renewal: 3, released: true }));
    await until('it says why it stays down', () => (box.read('log') ?? '').includes('another has held the lease since'));
    await sleep(1500);
    expect([box.read('tick'), parseLease(await leaseText()).epoch]).toEqual([last, 9]);
  });

  it('ends its program before a lease that it cannot renew runs out, and runs it again when nobody has held it since', async () => {
    const own = await startStore({ dir: join(dir, 'own'), buckets: ['dr'] });
    const url = `${own.url}/dr/lease.json`;
    const box = machine();
    await box.boot(userData(ticking({ data: { orders: { sizeBytes: 1, recovery: '', lease: { at: url, put: url, ttlSeconds: 6 } } } }), site));
    await until('it runs', () => box.read('began') !== undefined);
    await own.close();
    const cut = Date.now();
    await until('it was ended', () => (box.read('log') ?? '').includes('the lease is lost'));
    expect(Date.now() - cut).toBeLessThan(6000);
    const last = box.read('tick');
    const back = await startStore({ dir: join(dir, 'own'), buckets: ['dr'], port: Number(new URL(url).port) });
    await until('it runs again', () => box.read('tick') !== last);
    await box.off();
    await back.close();
  });
});
