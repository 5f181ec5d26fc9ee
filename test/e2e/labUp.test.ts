import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endMusters, type Muster, startMuster } from './support/muster.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('muster lab up', () => {
  let lab: Muster;
  let project: string;

  beforeAll(async () => {
    lab = startMuster(['lab', 'up', '--clouds', 'gcp'], { cwd: ROOT });
    project = (await lab.says(/cd (\S+)[\s\S]*Ctrl-C/))[1] ?? '';
  }, 60_000);
  afterAll(endMusters);

  it('makes a project that is without fault, with a drill to each cloud', async () => {
    expect(await startMuster(['validate', '.'], { cwd: project }).ended).toMatchObject({ code: 0, stderr: expect.stringContaining('no problem found') });
    expect(existsSync(join(project, 'drills/orders-onprem-fra-to-gcp.yaml'))).toBe(true);
  });

  it('says where credentials are found, to the user alone, and none of them in the project', () => {
    const file = join(project, '../lab.env');
    expect(readFileSync(file, 'utf8')).toMatch(/^export LAB_GCP_WRITE='\/.*'$/m);
    expect(readFileSync(join(project, 'muster.yaml'), 'utf8')).toContain('write: env:LAB_GCP_WRITE');
  });

  it('tells where faults are planted', async () => {
    const [, admin = ''] = /gcp\s+faults, calls and inventory at (\S+)/.exec(lab.said()) ?? [];
    expect(await (await fetch(`${admin}/inventory`)).json()).toMatchObject({ instances: [] });
  });

  it('ends politely, with everything in it', async () => {
    lab.signal('SIGTERM');
    expect((await lab.ended).code).toBe(0);
  });

  it('is asked for a cloud that there is not, and names those that there are', async () => {
    expect(await startMuster(['lab', 'up', '--clouds', 'acme'], { cwd: ROOT }).ended).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/acme.*aws, gcp, azure/s),
    });
  });
});
