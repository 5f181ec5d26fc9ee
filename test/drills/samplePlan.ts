import type { Gap } from '../../drills/gap.ts';
import type { Plan, PlannedSite } from '../../drills/plan.ts';
import type { Mode } from '../../drills/schema/names.ts';

function site(name: string, change: Partial<PlannedSite> = {}): PlannedSite {
  return {
    site: name,
    provider: 'local',
    vendor: 'self',
    location: 'this machine',
    capabilities: { vendor: 'self', kinds: ['workload'], power: ['running', 'stopped', 'cut'], restoresOnStart: true, emulated: true },
    standing: {},
    ...change,
  };
}

export const GAPS: readonly Gap[] = [
  {
    id: 'SVC-01',
    title: 'A managed service of the source vendor is called',
    severity: 'S1',
    confidence: 'static',
    evidence: [{ kind: 'file', ref: 'workloads/orders.yaml components.api.env.MAIL_URL', shows: 'https://email.eu-west-1.amazonaws.com' }],
    remediation: 'Name a service that every site can reach, or carry one along.',
  },
  {
    id: 'RUN-01',
    title: 'The runner stands at one of the two sides',
    severity: 'S2',
    confidence: 'static',
    evidence: [{ kind: 'runner', ref: 'muster.yaml runner.location', shows: 'this machine' }],
    remediation: 'Run Temporal and the workers at a third place.',
  },
  {
    id: 'IMG-03',
    title: 'The only copy of an image is at the source vendor',
    severity: 'S1',
    confidence: 'static',
    evidence: [
      { kind: 'file', ref: 'muster.yaml sites.onprem-fra.images.orders', shows: 'registry.fra/orders' },
      { kind: 'site', ref: 'site onprem-ams', shows: 'pulls from registry.fra' },
    ],
    remediation: 'Copy it to a registry that belongs to neither side.',
  },
  {
    id: 'DNS-02',
    title: 'The time to live of the route is a large part of the RTO',
    severity: 'S3',
    confidence: 'preflight',
    evidence: [{ kind: 'route', ref: 'route orders', shows: 'ttl 30 s' }],
    remediation: 'Lower it to 5 s.',
  },
];

export function samplePlan(mode: Mode = 'unplanned', change: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    installation: 'acme-dr',
    drill: { name: 'orders-to-ams', sha256: 'c'.repeat(64) },
    workload: 'orders',
    mode,
    environment: 'emulated',
    requestedBy: 'ana@example.com',
    trigger: 'on demand',
    from: site('onprem-fra'),
    to: site('onprem-ams'),
    route: 'orders',
    clientUrl: 'http://127.0.0.1:7300/',
    objectives: { rtoSeconds: 60, rpoSeconds: 10, holdSeconds: 5 },
    components: [],
    probes: [],
    drillProbes: [],
    vantages: ['here'],
    roles: { payments: ['li@example.com'] },
    guards: [],
    verify: [],
    steps: [],
    deadlineSeconds: 180,
    patienceSeconds: 1800,
    limitSeconds: 14_400,
    gaps: GAPS,
    ...change,
  };
}

export const RUN = { workflowId: 'drill/orders-to-ams-20260303T090000Z', runId: '0195a3c2-6f1e-7c43-9a57-0c2f5a0b9d11' };
