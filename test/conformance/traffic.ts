import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RouteValue } from '../../providers/spec.ts';
import type { Bench } from './bench.ts';
import type { Declared } from './declared.ts';
import { expectAbortError, expectPlain, rejection } from './expect.ts';
import type { Connection, Stretch } from './harness.ts';

export function testTraffic({ harness, capabilities, timeout }: Declared, bench: () => Bench): void {
  const connects = harness.traffic?.connect !== undefined;
  const cuts = capabilities.traffic?.cuts ?? false;

  // One route for all of them, so one after the other.
  describe('traffic', { timeout, concurrent: false }, () => {
    const stretch = (): Stretch => {
      const { traffic } = bench().harness;
      if (!traffic) throw new Error('the driver declares traffic and the harness has no route; give it one');
      return traffic;
    };
    const to = (which: 0 | 1, ttlSeconds = 30): RouteValue => ({ targets: [{ ...stretch().targets[which], weight: 100 }], ttlSeconds });
    const read = (signal: AbortSignal) => bench().provider.readRoute(stretch().route, signal);
    const writeAt = (version: string, value: RouteValue, signal: AbortSignal) => bench().provider.writeRoute(stretch().route, value, version, signal);
    const write = async (value: RouteValue, signal: AbortSignal) => writeAt((await read(signal)).version, value, signal);
    let asFound: RouteValue;

    beforeAll(async () => {
      asFound = await read(AbortSignal.timeout(10_000));
    });

    beforeEach(async ({ signal }) => {
      await write(to(0), signal);
    });

    afterAll(async () => {
      const { targets, ttlSeconds } = asFound;
      await write({ targets, ttlSeconds }, AbortSignal.timeout(10_000));
    });

    it('reads what it wrote', async ({ signal }) => {
      const written = await write(to(1), signal);
      expect(written.targets).toEqual(to(1).targets);
      expect(await read(signal)).toEqual(written);
    });

    it('gives another version after each write, and the same between', async ({ signal }) => {
      const versions = [await read(signal), await write(to(1), signal), await write(to(0), signal)].map((value) => value.version);
      expect(new Set(versions).size).toBe(3);
      expect((await read(signal)).version).toBe(versions[2]);
    });

    it('answers a stale version with Conflict', async ({ signal }) => {
      const { version } = await read(signal);
      await write(to(1), signal);
      expect(await rejection(writeAt(version, to(0), signal))).toMatchObject({ code: 'Conflict' });
    });

    it('changes nothing on a stale version', async ({ signal }) => {
      const { version } = await read(signal);
      const latest = await write(to(1), signal);
      await writeAt(version, to(0), signal).catch(() => undefined);
      expect(await read(signal)).toEqual(latest);
    });

    it('lets one of two writers win', async ({ signal }) => {
      const { version } = await read(signal);
      const both = await Promise.allSettled([writeAt(version, to(0, 41), signal), writeAt(version, to(1, 42), signal)]);
      const [won, lost] = both.toSorted((a, b) => a.status.localeCompare(b.status));
      expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'Conflict' } });
      expect(won).toEqual({ status: 'fulfilled', value: await read(signal) });
    });

    it('is back exactly as it was when what was read is written, ttl included', async ({ signal }) => {
      await write(to(0, 77), signal);
      const { version: _, ...before } = await read(signal);
      expect(before).toEqual(to(0, 77));
      await write(to(1, 5), signal);
      await write(before, signal);
      expect(await read(signal)).toMatchObject(before);
    });

    it('answers for an unknown route with NotFound, and never makes it', async ({ signal }) => {
      const { missing } = stretch();
      const { provider } = bench();
      const { version } = await read(signal);
      for (const expected of [version, '']) expect(await rejection(provider.writeRoute(missing, to(0), expected, signal))).toMatchObject({ code: 'NotFound' });
      if (cuts) expect(await rejection(provider.cutRoute(missing, to(0).targets, signal))).toMatchObject({ code: 'NotFound' });
      expect(await rejection(provider.readRoute(missing, signal))).toMatchObject({ code: 'NotFound' });
    });

    it.for(['99', '50 51', '-50 150'])('refuses the weights "%s" as Invalid, and changes nothing', async (weights, { signal }) => {
      const before = await read(signal);
      const targets = weights
        .split(' ')
        .filter(Boolean)
        .map(Number)
        .map((weight, index) => ({ ...stretch().targets[index === 0 ? 0 : 1], weight }));
      expect(await rejection(writeAt(before.version, { targets, ttlSeconds: 30 }, signal))).toMatchObject({ code: 'Invalid' });
      expect(await read(signal)).toEqual(before);
    });

    if (connects) {
      it('keeps established connections over a switch', async ({ signal }) => {
        const client = await connect();
        await write(to(1), signal);
        const open = await client.isOpen();
        await client.close();
        expect(open).toBe(true);
      });
    }

    if (cuts) {
      it('cuts the connections to the targets it is told', async ({ signal }) => {
        const client = await connect();
        await write(to(1), signal);
        await bench().provider.cutRoute(stretch().route, to(0).targets, signal);
        await bench().until('the connection is cut', async () => !(await client.isOpen()) || undefined);
        await client.close();
      });

      it('cuts no others', async ({ signal }) => {
        const before = await connect();
        await write(to(1), signal);
        const after = await connect();
        await bench().provider.cutRoute(stretch().route, to(0).targets, signal);
        const open = await after.isOpen();
        for (const client of [before, after]) await client.close();
        expect(open).toBe(true);
      });
    }

    it('rejects with AbortError when aborted, and changes nothing', async ({ signal }) => {
      const before = await read(signal);
      const aborted = AbortSignal.abort();
      await expectAbortError(() => read(aborted));
      await expectAbortError(() => writeAt(before.version, to(1), aborted));
      if (cuts) await expectAbortError(() => bench().provider.cutRoute(stretch().route, to(1).targets, aborted));
      expect(await read(signal)).toEqual(before);
    });

    it('is told in plain JSON without a secret', async ({ signal }) => {
      expectPlain([await read(signal), await write(to(1), signal)], bench().harness.secrets);
    });

    async function connect(): Promise<Connection> {
      const connection = await stretch().connect?.();
      if (!connection) throw new Error('the driver declares that it cuts and the harness cannot connect; teach it');
      return connection;
    }
  });
}
