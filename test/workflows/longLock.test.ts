import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ProviderError } from '../../providers/errors.ts';
import { tryAgain } from '../../workflows/messages.ts';
import { disorder } from '../support/judge.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { Stand } from '../support/stand.ts';

let server: TestServer;
beforeAll(async () => {
  // After so many events the server asks for a new history: thousands in production.
  server = await startTestServer({ serverArguments: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=30'] });
});
afterAll(() => server.stop());

it('a lock that cannot come clean for long begins its history anew, and goes on holding for the same run', async () => {
  const stand = new Stand(server);
  let stuck = true;
  stand.world.calls.when('remove', { nth: 'every', at: 'before' }, () => {
    stand.world.site('ams').reachable = !stuck;
    if (stuck) throw new ProviderError('Denied', 'fake', 'not now');
  });
  const handle = await stand.start();
  await Promise.all([handle.result(), stand.approved(handle)]);
  const first = (await stand.lock().describe()).runId;
  while ((await stand.lock().describe()).runId === first) {
    await stand.lock().signal(tryAgain);
    await sleep(200);
  }
  expect(await (await stand.start()).result()).toMatchObject({ verdict: 'skipped', reasons: [`never started: the lock is held by ${handle.workflowId}`] });
  stuck = false;
  await stand.lock().signal(tryAgain);
  await stand.unlocked();
  expect(disorder(stand)).toEqual([]);
});
