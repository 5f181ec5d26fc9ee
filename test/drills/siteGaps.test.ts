import { describe, expect, it } from 'vitest';
import { siteGaps } from '../../drills/gaps/sites.ts';
import type { ComponentRef } from '../../drills/plan.ts';
import type { ImageFacts, SiteFacts } from '../../providers/spec.ts';
import { samplePlan } from './samplePlan.ts';

const GIB = 2 ** 30;
const component: ComponentRef = {
  workload: 'orders',
  component: 'db',
  images: { here: 'ami-here', there: 'ami-there' },
  boot: ['true'],
  replicas: 1,
  size: { cpu: 2, memoryBytes: 4 * GIB, arch: ['amd64', 'arm64'] },
  ports: {},
  env: {},
  secrets: {},
  data: {},
  needs: [],
  required: true,
};
const base = samplePlan();
const plan = samplePlan('unplanned', {
  from: { ...base.from, site: 'here', vendor: 'aws' },
  to: { ...base.to, site: 'there', vendor: 'aws' },
  components: [component],
});

const site = (name: 'here' | 'there', image: Partial<ImageFacts> = {}, change: Partial<SiteFacts> = {}): SiteFacts => ({
  site: name,
  provider: 'some',
  vendor: 'aws',
  location: name,
  emulated: false,
  shapes: [{ name: 'small', cpu: 2, memoryBytes: 4 * GIB, arch: 'amd64' }],
  images: { orders: { ref: `ami-${name}`, format: 'native:aws', arch: ['amd64'], copies: ['aws'], ...image } },
  ...change,
});
const found = (id: string, ...facts: SiteFacts[]) =>
  siteGaps(plan, facts)
    .filter((gap) => gap.id === id)
    .map(({ severity, evidence }) => `${severity} ${evidence.map(({ shows }) => shows).join('; ')}`);

describe('gaps by what sites tell', () => {
  it('IMG-01 says whether there is a way out of the vendor', () => {
    expect(found('IMG-01', site('there', { exportable: false }))).toEqual(['S1 ami-there is native:aws, and cannot be exported']);
    expect(found('IMG-01', site('there', { exportable: true }))).toEqual(['S1 ami-there is native:aws, which its vendor exports as long as it is there']);
    expect(found('IMG-01', site('there'))).toEqual(['S1 ami-there is native:aws']);
    expect(found('IMG-01', site('there', { format: 'oci' }))).toEqual([]);
  });

  it('IMG-03 finds images of both sides at one vendor, and says where and of when', () => {
    const here = site('here', { regions: ['eu-west-1'], createdAt: '2026-01-01T00:00:00.000Z' });
    const there = site('there', { regions: ['eu-north-1'], createdAt: '2026-02-01T00:00:00.000Z' });
    expect(found('IMG-03', here, there)).toEqual(['S1 images of db lie at aws only (eu-west-1, eu-north-1); the newest was made at 2026-02-01T00:00:00.000Z']);
    expect(found('IMG-03', here, site('there', { copies: ['gcp'] }))).toEqual([]);
    expect(found('IMG-03', there)).toEqual([]);
  });

  it('CMP-02 goes by what the image of the target is built for', () => {
    expect(found('CMP-02', site('there', { arch: ['arm64'] }))).toEqual(['S1 db needs amd64 or arm64, its image there is arm64; offered: amd64']);
    expect(found('CMP-02', site('there'))).toEqual([]);
    expect(found('CMP-02', site('there', { arch: [] }))).toEqual([]);
  });

  it('CMP-01 goes by the shape that the operator has fixed', () => {
    const shapes = [
      { name: 'small', cpu: 1, memoryBytes: GIB, arch: 'amd64' },
      { name: 'large', cpu: 64, memoryBytes: 512 * GIB, arch: 'amd64' },
    ];
    expect(found('CMP-01', site('there', {}, { shapes }))).toEqual([expect.stringMatching(/^S3 nearest for db is large/)]);
    expect(found('CMP-01', site('there', {}, { shapes, fixedShapes: { 'orders/db': 'large' } }))).toEqual([]);
    expect(found('CMP-01', site('there', {}, { shapes, fixedShapes: { 'orders/db': 'small' } }))).toEqual(['S3 small, chosen for db, has 1 CPU and 1024 MiB']);
  });

  it('says nothing of the sizes of a site that does not tell them', () => {
    expect(found('CMP-01', site('there', { arch: [] }, { shapes: [] }))).toEqual([]);
    expect(found('CMP-02', site('there', { arch: [] }, { shapes: [] }))).toEqual([]);
  });
});
