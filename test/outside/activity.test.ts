import { ActivityCancellationDetails, ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { createOutsideActivities } from '../../activities/outside/index.ts';
import type { VantageActivities } from '../../activities/contract.ts';
import type { ProbeInput } from '../../activities/outside/probe.ts';
import type { ProbeSummary } from '../../drills/probing.ts';
import type { Place } from '../../activities/outside/hosted.ts';
import { isAlive, signal } from '../../providers/processes.ts';
import { until } from './support/heldByTest.ts';
import { makePlace } from './support/place.ts';
import { processOf, samplesIn } from './support/processes.ts';
import { World } from './support/world.ts';

const activitiesOf = ({ folder, env }: Place) => createOutsideActivities({ folder: () => folder, env });
const environment = (info: Partial<Info> = {}) => new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
const inputOf = (world: World) => ({
  runFolder: 'run',
  vantage: 'here',
  spec: { name: 'http', ask: { kind: 'http', method: 'GET', url: world.url }, everySeconds: 0.1, timeoutSeconds: 3 } as const,
});

it('returns what it saw when the workflow cancels', async () => {
  await using world = await World.open();
  using place = makePlace();
  const env = environment({ currentAttemptScheduledTimestampMs: Date.now() - 20 });
  const probing = env.run<[ProbeInput], ProbeSummary, VantageActivities['probe']>(activitiesOf(place).probe, inputOf(world));
  await until(() => samplesIn(place.folder).length > 3);
  env.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
  const summary = await probing;
  expect(summary.spans).toMatchObject([{ state: 'up' }]);
  expect(summary.clockOffsetSeconds).toBeGreaterThanOrEqual(0.02);
  expect(summary.clockOffsetSeconds).toBeLessThan(5);
});

it.each(['workerShutdown', 'paused', 'reset', 'timedOut'] as const)('leaves the prober running and asks for another attempt on %s', async (why) => {
  await using world = await World.open();
  using place = makePlace();
  const env = environment();
  const probing = env.run<[ProbeInput], ProbeSummary, VantageActivities['probe']>(activitiesOf(place).probe, inputOf(world));
  const prober = await processOf(place.folder, 'probe-here-http');
  env.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ [why]: true }));
  const failure = await probing.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ nonRetryable: false, type: 'LeftRunning' });
  expect(await isAlive(prober)).toBe(true);
  await signal(prober, 'SIGKILL');
});

it('heartbeats at least every 500 ms', async () => {
  await using world = await World.open();
  using place = makePlace();
  const env = environment();
  const beats: number[] = [];
  env.on('heartbeat', () => beats.push(performance.now()));
  const probing = env.run<[ProbeInput], ProbeSummary, VantageActivities['probe']>(activitiesOf(place).probe, inputOf(world));
  await until(() => beats.length > 10);
  env.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
  await probing;
  expect((beats.at(-1)! - beats[0]!) / (beats.length - 1)).toBeLessThan(500);
});

it('does not try again what is wrongly asked', async () => {
  using place = makePlace();
  const input = { ...inputOf({ url: 'ftp://nowhere' } as World) };
  await expect(environment().run(activitiesOf(place).probe, input)).rejects.toMatchObject({
    type: 'Invalid',
    nonRetryable: true,
    message: 'ask.url: Invalid URL',
  });
});

it('counts the deadline of a clean window from the first attempt', async () => {
  using place = makePlace();
  const began = new Date(Date.now() - 60_000).toISOString();
  const wanted = { runFolder: 'run', vantage: 'here', probe: 'http', notBefore: began, holdSeconds: 1, deadlineSeconds: 30 };
  const retried = environment({ attempt: 2, heartbeatDetails: { began }, scheduledTimestampMs: Date.now() });
  expect(await retried.run(activitiesOf(place).awaitClean, wanted)).toEqual({ met: false, detail: `not one sample since ${began}` });
});

it('stops waiting for a clean window when it is cancelled', async () => {
  using place = makePlace();
  const env = environment({ scheduledTimestampMs: Date.now() });
  const wanted = { runFolder: 'run', vantage: 'here', probe: 'http', notBefore: new Date().toISOString(), holdSeconds: 1, deadlineSeconds: 30 };
  const awaiting = env.run(activitiesOf(place).awaitClean, wanted);
  env.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
  await expect(awaiting).rejects.toBeInstanceOf(CancelledFailure);
});

it('takes over what an attempt has left that died when it was to end', async () => {
  await using world = await World.open();
  using place = makePlace();
  const first = environment();
  const probing = first.run<[ProbeInput], ProbeSummary, VantageActivities['probe']>(activitiesOf(place).probe, inputOf(world));
  await until(() => samplesIn(place.folder).length > 3);
  const prober = await processOf(place.folder, 'probe-here-http');
  first.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
  await expect(probing).rejects.toThrow('left');
  const summary = await environment().run<[ProbeInput & { finish: boolean }], ProbeSummary, VantageActivities['probe']>(activitiesOf(place).probe, {
    ...inputOf(world),
    finish: true,
  });
  expect(await isAlive(prober)).toBe(false);
  expect(summary.samples).toBe(samplesIn(place.folder).length);
  expect(summary.spans).toMatchObject([{ state: 'up' }]);
});
