import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { groupOf, identify, isAlive, listByEnv, type ProcessIdentity, signal, signalGroup, spawnDetached } from '../../providers/processes.ts';

const MARK = { MARK_OF_TEST: `t-${process.pid}` };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'processes-'));
});

afterEach(async () => {
  for (const each of await listByEnv('MARK_OF_TEST', MARK.MARK_OF_TEST)) await signal(each, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const PATH = '/usr/local/bin:/usr/bin:/bin';
const shell = (script: string, mark: Record<string, string> = MARK) =>
  spawnDetached('sh', ['-c', script], { cwd: folder, env: { PATH, ...mark }, log: join(folder, 'log'), mark }).then(({ identity }) => identity);

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await holds()); await sleep(20)) if (Date.now() > end) throw new Error(`waited 10 s in vain: ${what}`);
}

const gone = (each: ProcessIdentity) => until(`${each.pid} ends`, async () => !(await isAlive(each)));

it('tells a process from a later one that has its pid', async () => {
  const real = await shell('exec sleep 100');
  const earlier = { ...real, start: `${real.start}0` };
  expect(await isAlive(real)).toBe(true);
  expect(await isAlive(earlier)).toBe(false);
  expect(await signal(earlier, 'SIGKILL')).toBe(false);
  expect(await signalGroup(earlier, 'SIGKILL')).toBe(false);
  expect(await groupOf(earlier)).toEqual([]);
  await sleep(100);
  expect(await isAlive(real)).toBe(true);
  expect(await signal(real, 'SIGKILL')).toBe(true);
  await gone(real);
});

it('counts a process that nobody has reaped as ended', async () => {
  // The shell becomes a program that never asks what became of the child it had.
  const parent = await shell('sh -c "echo \\$\\$ > child; exit 0" & exec sleep 100');
  await until('the child has told its pid', async () => (await readFile(join(folder, 'child'), 'utf8').catch(() => '')).endsWith('\n'));
  const pid = Number(await readFile(join(folder, 'child'), 'utf8'));
  await until('the child is a zombie', async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).includes(') Z '));
  expect(await identify(pid)).toBeUndefined();
  await signalGroup(parent, 'SIGKILL');
});

it('signals a whole group, and what is left of it when its leader has ended', async () => {
  const leader = await shell('sleep 100 & sleep 100 & wait');
  await until('all three live', async () => (await groupOf(leader)).length === 3);
  await signal(leader, 'SIGKILL');
  await gone(leader);
  const left = await groupOf(leader);
  expect(left).toHaveLength(2);
  expect(await signalGroup(leader, 'SIGKILL')).toBe(true);
  for (const each of left) await gone(each);
  expect(await signalGroup(leader, 'SIGKILL')).toBe(false);
});

it('leaves alone the rest of a group that does not carry the mark', async () => {
  const leader = await shell('sleep 100 & wait');
  await until('both live', async () => (await groupOf(leader)).length === 2);
  const [other] = (await groupOf(leader)).filter(({ pid }) => pid !== leader.pid);
  await signal(leader, 'SIGKILL');
  await gone(leader);
  expect(await signalGroup({ ...leader, mark: { MARK_OF_TEST: 'another' } }, 'SIGKILL')).toBe(false);
  expect(await signalGroup({ pid: leader.pid, start: leader.start }, 'SIGKILL')).toBe(false);
  expect(other && (await isAlive(other))).toBe(true);
});

it('finds processes by their environment, the value too', async () => {
  const mine = await shell('exec sleep 100', { ...MARK, KIND: 'mine' });
  await shell('exec sleep 100', { ...MARK, KIND: 'mine too' });
  const marked = (await listByEnv('MARK_OF_TEST', MARK.MARK_OF_TEST)).filter(({ env }) => env['KIND'] === 'mine');
  expect(marked.map(({ pid }) => pid)).toEqual([mine.pid]);
  expect(await listByEnv('MARK_OF_TEST', 'nobody has this')).toEqual([]);
});

it('starts what outlives the one who started it, in a group of its own, its words in a file', async () => {
  const program = join(folder, 'parent.ts');
  const module = pathToFileURL(join(import.meta.dirname, '../../providers/processes.ts')).href;
  const options = JSON.stringify({ cwd: folder, env: { PATH, ...MARK }, log: join(folder, 'log'), mark: MARK });
  await writeFile(
    program,
    `import { spawnDetached } from ${JSON.stringify(module)};
     const { identity } = await spawnDetached('sh', ['-c', 'echo started; sleep 1; echo went on; sleep 100'], ${options});
     console.log(JSON.stringify(identity)); process.kill(process.pid, 'SIGKILL');`,
  );
  const parent = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  parent.stdout.on('data', (text) => (said += text));
  await once(parent, 'close');
  const child: ProcessIdentity = JSON.parse(said);
  await until('it goes on', async () => (await readFile(join(folder, 'log'), 'utf8')).includes('went on'));
  expect(await isAlive(child)).toBe(true);
  expect((await groupOf(child)).map(({ pid }) => pid)).toContain(child.pid);
  expect((await groupOf(child)).map(({ pid }) => pid)).not.toContain(process.pid);
});

it('rejects when a program cannot be started', async () => {
  await expect(spawnDetached('/no/such/program', [], { cwd: folder, env: {}, log: join(folder, 'log') })).rejects.toMatchObject({ code: 'ENOENT' });
});

it('identifies nothing at pid 0 and 1', async () => {
  expect(await identify(0)).toBeUndefined();
  expect(await identify(1)).toBeUndefined();
});
