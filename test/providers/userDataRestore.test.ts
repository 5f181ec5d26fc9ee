import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningStore, startStore } from '../../lab/store/server.ts';
import { parseLease } from '../../providers/leases/record.ts';
import type { DataSet, Fetchable } from '../../providers/spec.ts';
import { restoreLines } from '../../providers/userData/restore.ts';
import { userData } from '../../providers/userData.ts';
import { SMALLEST } from '../conformance/smallest.ts';
import { Machine } from './userDataMachine.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
/** Says what it finds, and what it was told to add itself. */
const PROGRAM = 'cat "$1/recovery-point" > "$root/found" 2> /dev/null || echo none > "$root/found"\necho "$LISTEN" > "$root/at"\nwhile :; do sleep 0.2; done\n';

describe('a machine that is told to restore', () => {
  let store: RunningStore;
  let dir: string;
  let tgz: Uint8Array;
  let box: Machine;
  /** Plays the metadata service: what stands in this file is ordered; without it the service does not answer. */
  let orders: string;

  const point = async (text: string): Promise<Fetchable> => {
    const url = `${store.url}/dr/${sha256(text).slice(0, 8)}`;
    await fetch(url, { method: 'PUT', body: text });
    return { url, sha256: sha256(text) };
  };
  const order = (restore: Record<string, Fetchable>): void =>
    writeFileSync(
      orders,
      restoreLines(restore)
        .map((line) => `${line}\n`)
        .join(''),
    );
  const script = (set: Partial<DataSet> = {}): string =>
    userData(
      {
        ...SMALLEST.workload,
        boot: ['sh', 'program.sh', '${self.data.orders}'],
        files: { url: `${store.url}/dr/app.tgz`, sha256: sha256(tgz) },
        ports: { http: 7001 },
        env: { LISTEN: '${self.listen.http}' },
        data: { orders: { sizeBytes: 1, recovery: '', ...set } },
      },
      { site: 'aws', restoreOrders: `cat '${orders}'` },
    );
  const found = (): string | undefined => box.read('found');
  /** As after a stop of the whole machine. */
  const restart = async (): Promise<void> => {
    await box.off();
    rmSync(join(box.root, 'found'), { force: true });
    box.on();
  };
  const data = (): string[] => readdirSync(join(box.root, 'data')).toSorted();

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'restore-'));
    mkdirSync(join(dir, 'app'));
    writeFileSync(join(dir, 'app', 'program.sh'), PROGRAM);
    execFileSync('tar', ['-czf', join(dir, 'app.tgz'), '-C', join(dir, 'app'), '.']);
    tgz = readFileSync(join(dir, 'app.tgz'));
    store = await startStore({ dir: join(dir, 'store'), buckets: ['dr'] });
    await fetch(`${store.url}/dr/app.tgz`, { method: 'PUT', body: Buffer.from(tgz) });
  });
  beforeEach(() => {
    box = new Machine();
    orders = join(dir, `orders-${sha256(box.root).slice(0, 8)}`);
    writeFileSync(orders, '');
  });
  afterEach(() => box.close());
  afterAll(async () => {
    await store.close();
    rmSync(dir, { recursive: true });
  });

  it('starts with the recovery point, keeps what it replaces beside it, and does it once', async () => {
    await box.boot(script({ restore: await point('first\n') }));
    await expect.poll(found, { timeout: 20_000 }).toBe('first\n');
    const second = await point('second\n');
    order({ orders: second });
    await restart();
    await expect.poll(found, { timeout: 20_000 }).toBe('second\n');
    const [, kept = ''] = data();
    expect(data()).toEqual(['orders', expect.stringMatching(/^orders\.kept-\d+$/)]);
    expect(box.read(`data/${kept}/recovery-point`)).toBe('first\n');

    writeFileSync(join(box.root, 'data', 'orders', 'recovery-point'), 'written since\n');
    order({ orders: { ...second, url: `${second.url}?x-amz-signature=another` } });
    await restart();
    await expect.poll(found, { timeout: 20_000 }).toBe('written since\n');
    order({});
    await restart();
    await expect.poll(found, { timeout: 20_000 }).toBe('written since\n');
    expect(data()).toEqual(['orders', kept]);
  });

  it('does not start before the metadata service says what to restore', async () => {
    rmSync(orders);
    await box.boot(script());
    await expect.poll(() => box.read('log'), { timeout: 20_000 }).toContain('the metadata service does not tell');
    expect(found()).toBeUndefined();
    order({ orders: await point('late\n') });
    await expect.poll(found, { timeout: 20_000 }).toBe('late\n');
  });

  it('touches nothing for a file with another sha256 or a data set that it has not, and tries again', async () => {
    await box.boot(script({ restore: await point('first\n') }));
    await expect.poll(found, { timeout: 20_000 }).toBe('first\n');
    const good = await point('second\n');
    order({ orders: { ...good, sha256: '0'.repeat(64) } });
    await restart();
    await expect.poll(() => box.read('log'), { timeout: 20_000 }).toContain('another sha256');
    order({ bills: good });
    await expect.poll(() => box.read('log'), { timeout: 20_000 }).toContain('there is no data set bills');
    expect(box.read('data/orders/recovery-point')).toBe('first\n');
    expect(found()).toBeUndefined();
    order({ orders: good });
    await expect.poll(found, { timeout: 20_000 }).toBe('second\n');
  });

  it('holds its lease while it restores', async () => {
    const at = `${store.url}/dr/lease.json`;
    rmSync(orders);
    await box.boot(script({ lease: { at, put: at, ttlSeconds: 6 } }));
    const renewals = async (): Promise<number> => parseLease(await (await fetch(at)).text()).renewal;
    await expect.poll(async () => (await fetch(at)).status, { timeout: 20_000 }).toBe(200);
    await expect.poll(renewals, { timeout: 20_000 }).toBeGreaterThan(2);
    expect(found()).toBeUndefined();
    order({ orders: await point('late\n') });
    await expect.poll(found, { timeout: 20_000 }).toBe('late\n');
  });

  it('listens where the image says, at later starts too', async () => {
    await box.boot(script(), { MUSTER_BOOT_LISTEN: '127.77.0.4' });
    await expect.poll(() => box.read('at'), { timeout: 20_000 }).toBe('127.77.0.4:7001\n');
    rmSync(join(box.root, 'at'));
    await restart();
    await expect.poll(() => box.read('at'), { timeout: 20_000 }).toBe('127.77.0.4:7001\n');
  });
});
