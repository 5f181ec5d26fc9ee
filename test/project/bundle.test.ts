import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reachableFrom } from './reachable.ts';
import { ROOT } from './sources.ts';

/** Temporal's own workflow side, and pure libraries. A cloud's SDK never belongs here. */
const PURE = new Set(['@temporalio/workflow', '@temporalio/common', 'nexus-rpc', 'long', 'ms', '@noble/hashes', 'zod']);
const OWN = /^(workflows\/|drills\/|providers\/spec\.ts$|activities\/contract\.ts$)/;

describe('the workflow bundle', () => {
  // Inside the tree, so that packages resolve.
  let folder: string;
  beforeAll(() => {
    mkdirSync(join(ROOT, '.muster'), { recursive: true });
    folder = mkdtempSync(join(ROOT, '.muster', 'planted-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const plant = (text: string): string => {
    const path = join(mkdtempSync(join(folder, 'w-')), 'index.ts');
    writeFileSync(path, `${text}\nexport async function planted() {}\n`);
    return path;
  };

  it('reaches no SDK, no Node builtin and none of our own files but drills, providers/spec.ts and activities/contract.ts', async () => {
    const { own, packages, refused } = await reachableFrom(join(ROOT, 'workflows', 'index.ts'));
    expect(refused).toBeUndefined();
    expect(packages.has('@temporalio/workflow')).toBe(true);
    expect([...packages].filter(([name]) => !PURE.has(name))).toEqual([]);
    expect([...own].filter(([path]) => !OWN.test(path))).toEqual([]);
  });

  it.each(['fs', 'node:fs'])('would be refused with the Node builtin %s, also behind a file in between', async (name) => {
    const between = plant(`export { readFileSync } from '${name}';`);
    const { refused } = await reachableFrom(plant(`export { readFileSync } from '${between}';`));
    expect(refused).toMatch(name === 'fs' ? /disallowed modules:\s+- 'fs'/ : /"node:" URIs/);
  });

  it('would show a planted SDK and a planted provider, and who asked for them', async () => {
    const { own, packages } = await reachableFrom(
      plant(`export { S3Client } from '@aws-sdk/client-s3';\nexport { Provider } from '${join(ROOT, 'providers/provider.ts')}';`),
    );
    expect(packages.has('@aws-sdk/client-s3')).toBe(true);
    expect(own.get('providers/provider.ts')).toMatch(/planted-.*\/index\.ts$/);
  });
});
