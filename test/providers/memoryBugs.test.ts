import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { MemoryBug } from '../../providers/memory/bugs/index.ts';

const LEAK = 'left behind: ';

/** The beginnings of what must fail for each bug; nothing else may. */
const NOTICED: Readonly<Record<MemoryBug | 'honest', readonly string[]>> = {
  honest: [],
  'double-create': [
    'is one when ensured',
    'is adopted when the reply was lost',
    'is the same under a mark with another expiry',
    'refuses another spec',
    'leaves nothing, or something that is adopted',
    LEAK,
  ],
  'replaces-spec': ['refuses another spec'],
  'ignores-generation': ['is another in the next generation', 'is not removed with its namesakes'],
  'expiry-is-identity': ['is the same under a mark with another expiry', LEAK],
  'mangles-role': ['takes the role', 'keeps apart roles that look alike'],
  blocks: ['is started, not waited for', 'leaves nothing, or something that is adopted'],
  flaps: ['becomes ready with what its spec asks for, and stays so'],
  'hides-failure': ['reads as failed'],
  'throws-not-found': ['is not there before', 'is gone after removal', 'can be removed again', 'can be removed while', 'neither shows, lists nor adopts'],
  'leaks-date': ['is told in plain JSON'],
  'remove-throws': ['can be removed again'],
  'removes-only-ready': ['can be removed while', 'can be removed again', 'is not removed with its namesakes', LEAK],
  'removes-nothing': ['is gone after removal', 'can be removed again', 'can be removed while', 'refuses to remove', LEAK],
  'removes-foreign': ['refuses to remove'],
  'ignores-installation': ['refuses to remove'],
  'ignores-run': ['is not removed with its namesakes'],
  'adopts-foreign': ['neither shows, lists nor adopts', LEAK],
  'ignores-owner': ['is listed under its run', 'is listed past one page', 'neither shows, lists nor adopts', LEAK],
  'lists-whole-installation': ['is listed under its run', 'is listed past one page'],
  'forgets-expiry': ['is listed under its run', 'takes the role'],
  'first-page-only': ['is listed past one page'],
  'wraps-early': ['errors > names'],
  'tells-secret': ['errors > names'],
  'shows-secret': ['is told in plain JSON'],
  'names-nothing': [
    'errors > names',
    'refuses another spec',
    'refuses to remove',
    'neither shows, lists nor adopts',
    'power > refuses a stale version',
    'power > does not make what is absent',
    'power > never runs with a file of another sha256',
    'traffic > answers a stale version with Conflict',
    'traffic > lets one of two writers win',
    'traffic > answers for an unknown route',
    'traffic > refuses the weights',
  ],
  'ignores-abort': ['rejects with AbortError'],
  'power-ignores-version': ['power > refuses a stale version'],
  'power-refuses-repeat': ['power > takes'],
  'power-version-stands-still': ['power > gives another version', 'power > refuses a stale version'],
  'start-loses-endpoints': ['power > finds it at the same endpoints'],
  'power-touches-others': ['power > touches nothing that was not named'],
  'absent-throws': ['power > reads absent'],
  'start-forgets-restore': ['power > never runs with a file', 'power > puts recovery points in place', 'power > keeps beside it'],
  'restore-deletes': ['power > keeps beside it'],
  'restore-trusts-url': ['power > never runs with a file'],
  'stale-write': ['traffic > answers a stale version with Conflict', 'traffic > changes nothing on a stale version'],
  'conflict-writes-anyway': ['traffic > changes nothing on a stale version', 'traffic > lets one of two writers win'],
  'forgets-ttl': ['traffic > is back exactly as it was'],
  'makes-route': ['traffic > answers for an unknown route'],
  'takes-any-weights': ['traffic > refuses the weights'],
  'switch-cuts': ['traffic > keeps established connections'],
  'cuts-nothing': ['traffic > cuts the connections'],
  'cuts-everything': ['traffic > cuts no others'],
  'declares-too-much': ['traffic > cuts', 'traffic > answers for an unknown route', 'capabilities > has traffic, and cuts'],
  'declares-too-little': ['capabilities > has network', 'capabilities > refuses'],
};

describe('the conformance suite', () => {
  let failed: Record<string, string[]>;

  beforeAll(async () => {
    const script = fileURLToPath(new URL('../conformance/plantedRun.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 110_000 });
    failed = z.record(z.string(), z.array(z.string())).parse(JSON.parse(stdout));
  }, 120_000);

  it.each(Object.entries(NOTICED))('notices %s, and blames nothing else', (bug, noticed) => {
    const names = (failed[bug] ?? ['it was not run']).map((name) => name.replace(/^(workload|network) > /, ''));
    const missed = noticed.filter((start) => !names.some((name) => name.startsWith(start)));
    const blamed = names.filter((name) => !noticed.some((start) => name.startsWith(start)));
    expect({ missed, blamed }).toEqual({ missed: [], blamed: [] });
  });
});
