import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { VantageActivities } from '../../../activities/contract.ts';
import { pause, present } from './pause.ts';
import type { FakeWorld } from './world.ts';

/** Nothing is waited for longer than this. */
const LONGEST_DEADLINE_SECONDS = 5;
const LOOK_MS = 10;

/** The fake activities of a vantage, on one world: prober and canary are as honest as its routes. */
export function vantageActivities(world: FakeWorld): VantageActivities {
  const { vantages, pace } = world;
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
      const end = Date.now() + Math.min(deadlineSeconds, LONGEST_DEADLINE_SECONDS) * pace.secondMs;
      for (;;) {
        const window = vantages.clean(vantages.samplesOf(runFolder, vantage, probe), { ...wanted, holdSeconds: Math.min(holdSeconds, pace.holdMs / 1000) });
        if (window.start !== undefined) return { met: true, start: window.start, detail: window.detail };
        if (Date.now() >= end) return { met: false, detail: window.detail };
        await pause(LOOK_MS);
      }
    },

    async readCanary({ list, ...asked }) {
      const end = Date.now() + pace.secondMs;
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
  const { signal, finish } = present();
  while (!signal.aborted) {
    work();
    await sleep(everySeconds * 1000, undefined, { signal }).catch(() => undefined);
  }
  if (!finish()) throw ApplicationFailure.retryable('left to the next attempt', 'LeftRunning');
}
