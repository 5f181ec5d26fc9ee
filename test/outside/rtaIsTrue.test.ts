import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { runAwaitClean } from '../../activities/outside/awaitClean.ts';
import { runProbe } from '../../activities/outside/probe.ts';
import { findT7 } from '../../drills/measures/t7.ts';
import type { ProbeSpec, ProbeSummary } from '../../drills/probing.ts';
import { Client } from './support/client.ts';
import { HeldByTest, until } from './support/heldByTest.ts';
import { type Outage, outages } from './support/outages.ts';
import { makePlace } from './support/place.ts';
import { World } from './support/world.ts';

const EVERY_SECONDS = 0.1;
const TIMEOUT_SECONDS = 0.5;
const HOLD_SECONDS = 0.6;
/** Both intervals and 100 ms. */
const AGREEMENT_MS = EVERY_SECONDS * 1000 + Client.everyMs + 100;

interface Told {
  readonly t0: number;
  readonly byClient: number | undefined;
  readonly byAwaiting: number;
  readonly summary: ProbeSummary;
}

/** Lives through one outage with a prober and an independent client, and gives what each of them says. */
async function liveThrough({ phases }: Outage): Promise<Told> {
  await using world = await World.open();
  using place = makePlace();
  const spec: ProbeSpec = {
    name: 'http',
    ask: { kind: 'http', method: 'GET', url: world.url },
    identity: { header: 'X-Site' },
    everySeconds: EVERY_SECONDS,
    timeoutSeconds: TIMEOUT_SECONDS,
  };
  const held = new HeldByTest();
  const probing = runProbe({ runFolder: 'run', vantage: 'here', spec }, place, held);
  const client = new Client(world.port, TIMEOUT_SECONDS * 1000);
  await until(() => world.requests.length > 20);

  const t0 = Date.now();
  const wanted = { notBefore: new Date(t0).toISOString(), site: 'target', holdSeconds: HOLD_SECONDS, deadlineSeconds: 20 };
  const awaiting = runAwaitClean({ runFolder: 'run', vantage: 'here', probe: 'http', ...wanted }, place.folder, new HeldByTest());
  for (const { mood, ms } of phases) {
    world.mood = mood;
    await sleep(ms);
  }
  await client.stop();
  const seen = await awaiting;
  held.finish();
  return { t0, byClient: client.recoveredAt('target', t0, HOLD_SECONDS * 1000), byAwaiting: Date.parse(seen.start ?? ''), summary: await probing };
}

function measured({ summary, t0 }: Told): number {
  const t7 = findT7([summary], { t0: new Date(t0).toISOString(), holdSeconds: HOLD_SECONDS, site: 'target' });
  return t7.reached ? Date.parse(t7.at) : Number.NaN;
}

describe('RTA is true: T7 agrees with an independent client that asks every 50 ms', { concurrent: true }, () => {
  it.for(outages(19))('$name', { timeout: 30_000 }, async (outage, { expect }) => {
    const told = await liveThrough(outage);
    const rta = told.byClient! - told.t0;
    expect(Math.abs(measured(told) - told.t0 - rta), `client says ${rta} ms, prober ${measured(told) - told.t0} ms`).toBeLessThanOrEqual(AGREEMENT_MS);
    expect(Math.abs(told.byAwaiting - told.t0 - rta), `client says ${rta} ms, awaitClean ${told.byAwaiting - told.t0} ms`).toBeLessThanOrEqual(AGREEMENT_MS);
    expect(told.summary).toMatchObject({ unknownSeconds: 0, truncated: false });
  });

  it('a 3 s outage planted after recovery stands in what was seen, and leaves T7 where it was', { timeout: 30_000 }, async ({ expect }) => {
    const planted = 3000;
    const phases = [
      { mood: 'refuse', ms: 500 },
      { mood: 'target', ms: 1200 },
      { mood: 'refuse', ms: planted },
      { mood: 'target', ms: 800 },
    ] as const;
    const told = await liveThrough({ name: 'planted', phases });
    expect(Math.abs(measured(told) - told.byClient!)).toBeLessThanOrEqual(AGREEMENT_MS);
    const recovered = measured(told);
    const outage = told.summary.spans.find(({ state, from }) => state === 'down' && Date.parse(from) > recovered);
    expect(Math.abs(Date.parse(outage!.to) - Date.parse(outage!.from) - planted)).toBeLessThanOrEqual(AGREEMENT_MS);
  });
});
