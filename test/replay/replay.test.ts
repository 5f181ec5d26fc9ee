import { WorkflowFailedError } from '@temporalio/client';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflowCode, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { workflowBundle } from '../../worker/bundle.ts';
import { ProviderError } from '../../providers/errors.ts';
import { retry } from '../../workflows/messages.ts';
import { disorder } from '../support/judge.ts';
import { APPROVER } from '../support/plans.ts';
import { quiet } from '../support/quiet.ts';
import { startTestServer } from '../support/server.ts';
import { Stand } from '../support/stand.ts';
import { readHistory, recordedNames } from './histories.ts';
import { RECORDINGS } from './recordings.ts';

const names = await recordedNames();
const RECORDER = new URL('record.ts', import.meta.url).pathname;

let bundle: WorkflowBundle;
beforeAll(async () => {
  Runtime.install(quiet);
  bundle = await workflowBundle();
});

const replay = async (name: string, workflowBundle = bundle) => Worker.runReplayHistory({ workflowBundle }, await readHistory(name), `recorded/${name}`);

describe('a recorded run', () => {
  it.each(Object.keys(RECORDINGS))('%s is there', (name) => {
    expect(names, `record it with: node ${RECORDER}`).toContain(name);
  });

  it.each(names)('%s goes the same way on the workflows as they are now', async (name) => {
    await replay(name);
  });
});

describe('workflows that have one activity more', () => {
  let changed: WorkflowBundle;
  beforeAll(async () => {
    changed = await bundleWorkflowCode({ workflowsPath: new URL('changed/index.ts', import.meta.url).pathname, logger: quiet.logger });
  });

  it('do not replay a recorded run', async () => {
    await expect(replay('unplanned', changed)).rejects.toThrow(DeterminismViolationError);
  });

  it('fail a run that was started before them, and its lock brings everything back', async () => {
    const server = await startTestServer();
    try {
      const stand = new Stand(server);
      stand.world.calls.when('latestRecoveryPoint', { nth: 'every' }, () => {
        throw new ProviderError('Denied', 'fake', 'not now');
      });
      const handle = await stand.start();
      await stand.approved(handle);
      await stand.waiting(handle, 'decision');
      await server.release(changed);
      await handle.executeUpdate(retry, { args: [{ by: APPROVER, step: 'restore' }] }).catch(() => undefined);
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      await stand.unlocked();
      expect(disorder(stand)).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});
