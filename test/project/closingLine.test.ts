import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from './machine.ts';
import { isRunning } from './processesOf.ts';
import { ROOT } from './sources.ts';

interface Run {
  readonly code: number | null;
  readonly lastLine: string;
  readonly stderr: string;
}

/** A vitest run of its own over these test files, with the project's reporter; sent SIGTERM once it has printed `endAt`. */
async function run(files: Readonly<Record<string, string>>, { noSkips = '', endAt }: { noSkips?: string; endAt?: string } = {}): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'closing-'));
  const scratch = join(folder, 'scratch');
  const config = {
    test: {
      globals: true,
      env: { MUSTER_TEST: `nested-${process.pid}-${Math.random()}`, TMPDIR: scratch },
      reporters: ['default', join(ROOT, 'test/project/closingLine.ts')],
    },
  };
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify(config)};`);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder], {
    env: { ...process.env, MUSTER_NO_SKIPS: noSkips },
  });
  if (endAt !== undefined) child.stdout.on('data', (chunk) => void (String(chunk).includes(endAt) && child.kill('SIGTERM')));
  const { code, stdout, stderr } = await outcomeOf(child);
  expect(existsSync(scratch)).toBe(false);
  return { code, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '', stderr };
}

const leftBehind = (stderr: string): number[] => [...stderr.matchAll(/Left behind by a test, and ended now: process (\d+), /g)].map(([, pid]) => Number(pid));

const PASSES = `it('passes', () => {});`;

describe('the closing line', () => {
  it('counts what passed, alone on the last line', async () => {
    expect(await run({ 'a.test.mjs': PASSES, 'b.test.mjs': `describe('x', () => { ${PASSES} ${PASSES} });` })).toMatchObject({
      code: 0,
      lastLine: '3 passed, 0 failed',
    });
  });

  it('counts what failed', async () => {
    expect(await run({ 'a.test.mjs': `${PASSES} it('fails', () => expect(1).toBe(2));` })).toMatchObject({ code: 1, lastLine: '1 passed, 1 failed' });
  });

  it('counts skips and todos, and fails on them with MUSTER_NO_SKIPS=1', async () => {
    const files = { 'a.test.mjs': `${PASSES} it.skip('later', () => {}); it.todo('some day');` };
    expect(await run(files)).toMatchObject({ code: 0, lastLine: '1 passed, 0 failed, 2 skipped' });
    const strict = await run(files, { noSkips: '1' });
    expect(strict).toMatchObject({ code: 1, lastLine: '1 passed, 2 failed, 2 skipped' });
    expect(strict.stderr).toContain('2 skipped, and MUSTER_NO_SKIPS=1 allows none');
  });

  it.each([
    ['a file that does not load', `import './nowhere.mjs'; ${PASSES}`, '1 passed, 1 failed'],
    ['a hook that fails', `describe('x', () => { afterAll(() => { throw new Error('hook'); }); ${PASSES} });`, '2 passed, 1 failed'],
    ['an error outside any test', `it('leaves a promise', () => { void Promise.reject(new Error('lost')); });`, '2 passed, 1 failed'],
  ])('counts as failed %s', async (_, text, lastLine) => {
    expect(await run({ 'a.test.mjs': PASSES, 'b.test.mjs': text })).toMatchObject({ code: 1, lastLine });
  });

  it('is no success when there was no test', async () => {
    expect(await run({})).toMatchObject({ code: 1, lastLine: expect.stringMatching(/^0 passed, [01] failed$/) });
  });

  it('names, ends and counts as failed what a test left behind, also with a clean environment', async () => {
    const start = [
      `spawn('/bin/sleep', ['301'], options)`,
      `spawn('/bin/sleep', ['302'], { ...options, env: {}, cwd: process.env.TMPDIR })`,
      `spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)', process.env.TMPDIR], { ...options, env: {} })`,
    ];
    const text = `import { spawn } from 'node:child_process';\nconst options = { detached: true, stdio: 'ignore' };\nit('starts', () => { for (const each of [${start.join(', ')}]) each.unref(); });`;
    const { code, lastLine, stderr } = await run({ 'a.test.mjs': text });
    expect({ code, lastLine }).toEqual({ code: 1, lastLine: '1 passed, 3 failed' });
    expect(leftBehind(stderr)).toHaveLength(3);
    await expect.poll(() => leftBehind(stderr).filter(isRunning), { timeout: 10_000 }).toEqual([]);
  });

  it('is no success and leaves nothing behind when the run is broken off', async () => {
    const text = `import { spawn } from 'node:child_process';\nit('waits', async () => { spawn('/bin/sleep', ['300'], { detached: true, stdio: 'ignore' }); console.log('it is up'); await new Promise(() => {}); }, 60_000);`;
    const { code, lastLine, stderr } = await run({ 'a.test.mjs': text }, { endAt: 'it is up' });
    expect(code).not.toBe(0);
    expect(lastLine).toMatch(/^0 passed, [1-9]\d* failed/);
    expect(leftBehind(stderr)).toHaveLength(1);
    await expect.poll(() => leftBehind(stderr).filter(isRunning), { timeout: 10_000 }).toEqual([]);
  });

  it('does not blame a process that ends within seconds', async () => {
    const text = `import { spawn } from 'node:child_process';\nit('starts it', () => { spawn('/bin/sleep', ['1.5'], { detached: true, stdio: 'ignore' }).unref(); });`;
    expect(await run({ 'a.test.mjs': text })).toMatchObject({ code: 0, lastLine: '1 passed, 0 failed' });
  });
});
