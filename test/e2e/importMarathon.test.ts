import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { example } from '../lab/marathonExamples.ts';
import { endMusters, startMuster } from './support/muster.ts';

const ORDERS = fileURLToPath(new URL('../../drills/examples/orders', import.meta.url));

describe('muster import marathon', () => {
  let folder: string;
  const muster = (...args: string[]) => startMuster(args, { cwd: folder }).ended;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-import-'));
    await cp(join(ORDERS, 'muster.yaml'), join(folder, 'muster.yaml'));
    await mkdir(join(folder, 'workloads'));
  });
  afterAll(async () => {
    await endMusters();
    await rm(folder, { recursive: true });
  });

  it('gives a workload file that muster validate takes, once it names a route of the project', async () => {
    await writeFile(join(folder, 'app.json'), JSON.stringify({ ...Object(example('app')), id: '/orders' }));
    const { code, stdout, stderr } = await muster('import', 'marathon', 'app.json');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^carried \d+ values; \d+ are not, and \d+ things are to do: comments of the file say which\n$/)]);
    await writeFile(join(folder, 'workloads/orders.yaml'), stdout);
    expect(await muster('validate', 'workloads/orders.yaml')).toMatchObject({ code: 0, stderr: expect.stringContaining('no problem found in 1 workload') });
  });

  it('says in one line what it cannot import, and gives no file', async () => {
    await writeFile(join(folder, 'pod.json'), JSON.stringify(example('pod')));
    await writeFile(join(folder, 'broken.json'), '{ "id": ');
    const said = async (file: string) => {
      const { code, stdout, stderr } = await muster('import', 'marathon', file);
      expect([code, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
      return stderr;
    };
    expect(await said('pod.json')).toContain('pod.json holds no app and no group of Marathon');
    expect(await said('broken.json')).toContain('broken.json is no JSON');
    expect(await said('none.json')).toContain('none.json cannot be read');
  });
});
