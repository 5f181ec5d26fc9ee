import type { Specs } from '../../providers/spec.ts';

/** The least of each kind that is a spec at all; a harness may start from it. */
export const SMALLEST: Specs = {
  workload: {
    workload: 'conformance',
    component: 'one',
    image: '',
    boot: ['true'],
    replicas: 1,
    size: { cpu: 0.1, memoryBytes: 67_108_864, arch: [] },
    ports: {},
    env: {},
    secrets: {},
    data: {},
    network: 'site',
  },
  network: { egress: 'denied', witnesses: [] },
};
