import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { VantageActivities } from '../../../activities/contract.ts';
import { pause } from './pause.ts';
import type { FakeWorld } from './world.ts';

/** The baseline's second would cost every drill a second. */
const LONGEST_HOLD_SECONDS = 0.1;
/** Nor is anything waited for longer than this. */
const LONGEST_DEADLINE_SECONDS = 5;
const LOOK_MS = 10;

/** The fake activities of a vantage, on one world: prober and canary are as honest as its routes. */
export function vantageActivities(world: FakeWorld): VantageActivities {
  const { vantages } = world;
  return {
    async probe({ runFolder, vantage, spec, finish }) {
      const samples = vantages.samplesOf(runFolder, vantage, spec.name);
      if (!finish) await untilCancelled(spec.everySeconds, () => vantages.sample(samples, spec));
      return vantages.summary(vantage, spec, samples);
    },

    async canary({ runFolder, vantage, spec, finish }) {
      if (!finish) await untilCancelled(spec.everySeconds, () => vantages.write(runFolder, vantage, spec));
      return vantages.written(runFolder, vantage, spec);
    },

    async awaitClean({ runFolder, vantage, probe, holdSeconds, deadlineSeconds, ...wanted }) {
      const end = Date.now() + Math.min(deadlineSeconds, LONGEST_DEADLINE_SECONDS) * 1000;
      for (;;) {
        const window = vantages.clean(vantages.samplesOf(runFolder, vantage, probe), { ...wanted, holdSeconds: Math.min(holdSeconds, LONGEST_HOLD_SECONDS) });
        if (window.start !== undefined) return { met: true, start: window.start, detail: window.detail };
        if (Date.now() >= end) return { met: false, detail: window.detail };
        await pause(LOOK_MS);
      }
    },

    async readCanary({ list, ...asked }) {
      const end = Date.now() + 1000;
      for (;;) {
        const reading = vantages.read({ ...asked, url: list.url });
        if (!('error' in reading)) return reading;
        if (Date.now() >= end) throw ApplicationFailure.nonRetryable(`canary could not be read back: ${reading.error}`, 'Invalid');
        await pause(LOOK_MS);
      }
    },
  };
}

/** Ends by itself only where the workflow asks for the result; else the next attempt goes on. */
async function untilCancelled(everySeconds: number, work: () => void): Promise<void> {
  const context = Context.current();
  while (!context.cancellationSignal.aborted) {
    work();
    await sleep(everySeconds * 1000, undefined, { signal: context.cancellationSignal }).catch(() => undefined);
  }
  if (!context.cancellationDetails?.cancelRequested) throw ApplicationFailure.retryable('left to the next attempt', 'LeftRunning');
}
