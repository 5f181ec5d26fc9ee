import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fetchable, PowerRef, PowerState, PowerTarget } from '../../providers/spec.ts';
import type { Bench } from './bench.ts';
import type { Declared } from './declared.ts';
import { expectAbortError, expectPlain, rejection } from './expect.ts';
import type { Standing } from './harness.ts';

const READS_AS: Readonly<Record<PowerTarget, PowerState['power']>> = { running: 'running', stopped: 'stopped', cut: 'stopped', isolated: 'isolated' };

export function testPower({ capabilities, timeout }: Declared, bench: () => Bench): void {
  const { power: targets, restoresOnStart } = capabilities;
  const away = targets.filter((target) => target !== 'running');
  const [off] = away;
  if (off === undefined || !targets.includes('running')) throw new Error('a driver that declares power declares running and at least one other target');

  // One standing thing for all of them, so one after the other.
  describe('power', { timeout, concurrent: false }, () => {
    let stage: Standing;

    const read = (ref: PowerRef, signal: AbortSignal) => bench().provider.readPower(ref, signal);
    const rest = (ref: PowerRef, signal: AbortSignal) =>
      bench().until('power is at rest', async () => {
        const state = await read(ref, signal);
        return state.power === 'changing' ? undefined : state;
      });
    const put = async (to: PowerTarget, signal: AbortSignal, restore?: Readonly<Record<string, Fetchable>>) => {
      const { version } = await rest(stage.ref, signal);
      await bench().provider.writePower(stage.ref, to, version, signal, restore);
      return rest(stage.ref, signal);
    };

    beforeAll(async () => {
      const standing = await bench().harness.standing?.();
      if (!standing) throw new Error('the driver declares power and the harness has no standing thing; give it one');
      stage = standing;
    });

    beforeEach(async ({ signal }) => {
      await put('running', signal);
    });

    it('reads a standing thing: running, where it answers, the same each time', async ({ signal }) => {
      const state = await read(stage.ref, signal);
      expect(state).toMatchObject({ power: 'running', version: expect.any(String) });
      expect(Object.values(state.endpoints).flat().length, 'endpoints').toBeGreaterThan(0);
      expect(await read(stage.ref, signal)).toEqual(state);
    });

    it.for(away)('puts it to %s, and to running again', async (to, { signal }) => {
      expect(await put(to, signal)).toMatchObject({ power: READS_AS[to] });
      expect(await put('running', signal)).toMatchObject({ power: 'running' });
    });

    it.for(away)('finds it at the same endpoints after %s and running', async (to, { signal }) => {
      const { endpoints } = await read(stage.ref, signal);
      await put(to, signal);
      expect(await put('running', signal)).toMatchObject({ endpoints });
    });

    it('gives another version after each change', async ({ signal }) => {
      const states = [await read(stage.ref, signal), await put(off, signal), await put('running', signal)];
      expect(new Set(states.map((state) => state.version)).size).toBe(3);
    });

    it('refuses a stale version, and changes nothing', async ({ signal }) => {
      const { version } = await read(stage.ref, signal);
      const changed = await put(off, signal);
      expect(await rejection(bench().provider.writePower(stage.ref, 'running', version, signal))).toMatchObject({ code: 'Conflict' });
      expect(await rest(stage.ref, signal)).toEqual(changed);
    });

    it.for(targets)('takes %s as done when it is so already, whatever the version', async (to, { signal }) => {
      const { version } = await read(stage.ref, signal);
      const there = to === 'running' ? await read(stage.ref, signal) : await put(to, signal);
      for (const expected of [there.version, version, 'never given']) expect(await bench().provider.writePower(stage.ref, to, expected, signal)).toEqual(there);
      expect(await rest(stage.ref, signal)).toEqual(there);
    });

    it('reads absent where nothing stands, and never NotFound', async ({ signal }) => {
      expect(await read(stage.absent, signal)).toMatchObject({ power: 'absent', endpoints: {} });
    });

    it('does not make what is absent', async ({ signal }) => {
      const provider = bench().provider;
      const version = await read(stage.absent, signal).then(
        (state) => state.version,
        () => '',
      );
      expect(await rejection(provider.writePower(stage.absent, 'running', version, signal))).toMatchObject({ code: 'NotFound' });
      expect(await rejection(provider.writePower(stage.absent, off, version, signal))).toMatchObject({ code: 'NotFound' });
    });

    it('touches nothing that was not named', async ({ signal }) => {
      const before = await read(stage.bystander, signal);
      for (const to of away) {
        await put(to, signal);
        await put('running', signal);
      }
      expect(await read(stage.bystander, signal)).toEqual(before);
    });

    if (restoresOnStart) {
      const restore = () => {
        if (!stage.restore) throw new Error('the driver declares restoresOnStart and the harness has no files to restore; give it some');
        return stage.restore;
      };

      it('never runs with a file of another sha256', async ({ signal }) => {
        const spoilt = Object.entries(restore().files).map(([name, file]) => [name, { ...file, sha256: '0'.repeat(64) }] as const);
        await put(off, signal);
        const state = await put('running', signal, Object.fromEntries(spoilt)).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'Invalid' });
          return rest(stage.ref, signal);
        });
        const runs = state.power === 'running' && (restore().serves === undefined || (await restore().serves?.()));
        expect(runs, 'it runs').toBe(false);
      });

      it('puts recovery points in place before a start', async ({ signal }) => {
        await put(off, signal);
        expect(await put('running', signal, restore().files)).toMatchObject({ power: 'running' });
        expect(await restore().restored()).toBe(true);
      });

      it('keeps beside it what a restore replaced', async ({ signal }) => {
        await put(off, signal);
        await put('running', signal, restore().files);
        expect(await restore().kept()).toBe(true);
      });
    }

    it('rejects with AbortError when aborted, and changes nothing', async ({ signal }) => {
      const before = await read(stage.ref, signal);
      const aborted = AbortSignal.abort();
      await expectAbortError(() => read(stage.ref, aborted));
      await expectAbortError(() => bench().provider.writePower(stage.ref, off, before.version, aborted));
      expect(await read(stage.ref, signal)).toEqual(before);
    });

    it('is told in plain JSON without a secret', async ({ signal }) => {
      for (const state of [await read(stage.ref, signal), await put(off, signal), await read(stage.absent, signal).catch(() => ({}))]) {
        expectPlain(state, bench().harness.secrets);
      }
    });
  });
}
