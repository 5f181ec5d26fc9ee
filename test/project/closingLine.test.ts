import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isRunning } from './processesOf.ts';
import { ROOT } from './sources.ts';

const execute = promisify(execFile);

interface Run {
  readonly code: number;
  readonly lastLine: string;
  readonly stderr: string;
  readonly folder: string;
}

/** A vitest run of its own over these test files, with the project's reporter. */
async function run(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Promise<Run> {
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
  mkdirSync(scratch);
  const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder];
  const ended = await execute(process.execPath, args, { env: { ...process.env, MUSTER_NO_SKIPS: '', ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  return { code: ended.code, lastLine: ended.stdout.trimEnd().split('\n').at(-1) ?? '', stderr: ended.stderr, folder };
}

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
    const strict = await run(files, { MUSTER_NO_SKIPS: '1' });
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

  it.each([
    ['that inherits the environment', `spawn('/bin/sleep', ['300'], { detached: true, stdio: 'ignore' })`],
    [
      'that got a clean environment, by the folder it works in',
      `spawn('/bin/sleep', ['300'], { detached: true, stdio: 'ignore', env: {}, cwd: process.env.TMPDIR })`,
    ],
    [
      'that got a clean environment, by its command line',
      `spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)', process.env.TMPDIR], { detached: true, stdio: 'ignore', env: {} })`,
    ],
  ])('names, ends and counts as failed a process left behind %s', async (_, start) => {
    const text = `import { spawn } from 'node:child_process';\nit('starts it', () => { const child = ${start}; child.unref(); console.log('pid ' + child.pid); });`;
    const { code, lastLine, stderr } = await run({ 'a.test.mjs': text });
    expect({ code, lastLine }).toEqual({ code: 1, lastLine: '1 passed, 1 failed' });
    const [, pid] = /Left behind by a test, and ended now: process (\d+), /.exec(stderr) ?? [];
    expect(Number(pid)).toBeGreaterThan(0);
    expect(isRunning(Number(pid))).toBe(false);
  });

  it('does not blame a process that ends within seconds', async () => {
    const text = `import { spawn } from 'node:child_process';\nit('starts it', () => { spawn('/bin/sleep', ['1.5'], { detached: true, stdio: 'ignore' }).unref(); });`;
    expect(await run({ 'a.test.mjs': text })).toMatchObject({ code: 0, lastLine: '1 passed, 0 failed' });
  });
});
