import { describe, expect, it } from 'vitest';
import { roomAt } from '../../activities/room.ts';
import type { ComponentRef } from '../../drills/plan.ts';
import type { SiteFacts } from '../../providers/spec.ts';

const GIB = 2 ** 30;

const component = (name: string, replicas: number, cpu: number, change: Partial<ComponentRef> = {}): ComponentRef => ({
  workload: 'orders',
  component: name,
  images: { gcp: 'base' },
  boot: ['true'],
  replicas,
  size: { cpu, memoryBytes: GIB, arch: ['amd64', 'arm64'] },
  ports: {},
  env: {},
  secrets: {},
  data: {},
  needs: [],
  required: true,
  ...change,
});
const components = [component('db', 1, 2), component('api', 3, 1)];

const facts = (change: Partial<SiteFacts> = {}): SiteFacts => ({
  site: 'gcp',
  provider: 'some',
  vendor: 'gcp',
  location: 'here',
  emulated: false,
  shapes: [
    { name: 't2a-small', cpu: 1, memoryBytes: 2 * GIB, arch: 'arm64' },
    { name: 'e2-small', cpu: 2, memoryBytes: 4 * GIB, arch: 'amd64' },
    { name: 'n2-small', cpu: 2, memoryBytes: 8 * GIB, arch: 'amd64' },
  ],
  images: { orders: { ref: 'base', format: 'native:gcp', arch: ['amd64'], copies: ['gcp'] } },
  ...change,
});
const cpus = (limit: number, used = 0) => ({ name: 'CPUS', limit, used, unit: 'cpu' as const });

describe('room at the target', () => {
  it('is said with what was counted when it is there: CPUs of the shapes that would be used, machines, addresses', () => {
    const said = roomAt(
      facts({
        quotas: [cpus(24, 16), { name: 'INSTANCES', limit: 10, used: 2, unit: 'machines' }],
        networks: [
          { ref: 'a', freeAddresses: 3 },
          { ref: 'b', freeAddresses: 1 },
        ],
      }),
      { components },
    );
    expect(said).toBe('db (1 × e2-small of 2 CPUs), api (3 × e2-small of 2 CPUs) fit: CPUS 8 of 8, INSTANCES 4 of 8, addresses 4 of 4');
  });

  it.each<[string, Partial<SiteFacts>, string]>([
    ['CPUs', { quotas: [cpus(24, 17)] }, 'quota CPUS has 7 CPUs left of 24, 8 are needed'],
    ['a quota that is exceeded already', { quotas: [cpus(24, 30)] }, 'quota CPUS has 0 CPUs left of 24, 8 are needed'],
    ['machines', { quotas: [{ name: 'INSTANCES', limit: 5, used: 2, unit: 'machines' }] }, 'quota INSTANCES has 3 machines left of 5, 4 are needed'],
    ['CPUs of a family', { quotas: [cpus(100), { ...cpus(6), name: 'E2', shapes: ['e2-small'] }] }, 'quota E2 has 6 CPUs left of 6, 8 are needed'],
    ['addresses', { networks: [{ ref: 'subnet-a', freeAddresses: 3 }] }, 'subnet-a has 3 free addresses, 4 are needed'],
    [
      'CPUs of what the operator has fixed',
      { quotas: [{ ...cpus(1), shapes: ['n2-small'] }], fixedShapes: { 'orders/db': 'n2-small' } },
      'has 1 CPUs left of 1, 2 are needed',
    ],
  ])('is refused with the figures for want of %s', (_, change, why) => {
    expect(() => roomAt(facts(change), { components })).toThrow(why);
  });

  it('says all that is too small at once', () => {
    const full = facts({ quotas: [cpus(1)], networks: [{ ref: 'a', freeAddresses: 0 }] });
    expect(() => roomAt(full, { components })).toThrow(/CPUS .*; a has 0 free addresses/);
  });

  it('is not said where the target tells nothing, or not of each network', () => {
    expect(roomAt(facts(), { components })).toBeUndefined();
    expect(roomAt(facts({ networks: [{ ref: 'a', freeAddresses: 0 }, { ref: 'b' }] }), { components })).toBeUndefined();
  });

  it('does not count a family that nothing would use, nor what the service can do without', () => {
    expect(roomAt(facts({ quotas: [{ ...cpus(0), shapes: ['t2a-small'] }] }), { components })).toBeUndefined();
    expect(roomAt(facts({ quotas: [cpus(2)] }), { components: [component('db', 1, 2), component('extra', 9, 2, { required: false })] })).toContain(
      'CPUS 2 of 2',
    );
  });

  it('does not refuse for a component that no shape is known for: that is told as a gap', () => {
    expect(roomAt(facts({ quotas: [cpus(2)] }), { components: [component('db', 1, 2), component('huge', 1, 99)] })).toContain('CPUS 2 of 2');
  });
});
