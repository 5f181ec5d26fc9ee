import type { Evidence } from '../gap.ts';
import { type Files, type GapCheck, type Hit, worst } from './check.ts';
import { matches, textsOf } from './texts.ts';

/** Hosts of managed services by what they are; a data store among them cannot be done without. */
const DATA_STORES =
  /\b[\w.-]*\b(?:rds|dynamodb|docdb|redshift|elasticache|s3|es)(?:[.-][\w-]+)*\.amazonaws\.com\b|\b(?:storage|firestore|bigtable|spanner|sqladmin|bigquery)\.googleapis\.com\b|\b[\w.-]+\.(?:blob|table|queue|file|database|documents|redis\.cache)\.(?:core\.)?windows\.net\b|\b[\w.-]+\.(?:documents|redis\.cache)\.azure\.com\b/gi;
const SERVICES = /\b[\w.-]+\.(?:amazonaws\.com|googleapis\.com|windows\.net|azure\.com|azure\.net|cloudapp\.net|run\.app|appspot\.com)\b/gi;
const METADATA = /169\.254\.169\.254|fd00:ec2::254|metadata\.google\.internal|100\.100\.100\.200/g;

/** Clients keep an answer for its TTL: more than this share of the RTO is spent on caches. */
const TTL_SHARE = 0.25;
const TTL_MOST = 300;

const hit = (severity: Hit['severity'], kind: Evidence['kind'], ref: string, shows: string): Hit => ({ severity, evidence: [{ kind, ref, shows }] });

export const FILE_CHECKS: readonly GapCheck<Files>[] = [
  {
    id: 'CMP-02',
    title: 'Runs on one CPU architecture only',
    remediation: 'Build for both amd64 and arm64',
    find: ({ workload }) =>
      worst(
        Object.entries(workload.components).map(([name, { size }]) =>
          size.arch.length === 1 ? hit('S4', 'file', `workload ${workload.workload}: components.${name}.size.arch`, `only ${size.arch[0]}`) : undefined,
        ),
      ),
  },
  {
    id: 'IMG-03',
    title: 'Images or backups are kept only where the source stands',
    remediation: 'Keep a copy at a second vendor and place',
    find: ({ muster, workload, plan: { from } }) =>
      worst(
        storesOf(muster, workload).map(({ name, vendor, location }) => {
          if (vendor !== 'self' && vendor === from.vendor) return hit('S1', 'store', `store ${name}`, `belongs to ${vendor}, as does ${from.site}`);
          return location === from.location ? hit('S1', 'store', `store ${name}`, `stands at ${location}, as does ${from.site}`) : undefined;
        }),
      ),
  },
  {
    id: 'DSK-03',
    title: 'No copy of the data can be read elsewhere',
    remediation: 'Write recovery points to a store that belongs to neither site',
    find: ({ workload }) =>
      workload.recoveryPoints
        ? undefined
        : worst(
            Object.entries(workload.components).map(([name, { data }]) =>
              Object.keys(data).length > 0
                ? hit('S1', 'file', `workload ${workload.workload}: components.${name}.data`, 'no recoveryPoints: what the site itself keeps is the only copy')
                : undefined,
            ),
          ),
  },
  {
    id: 'SVC-01',
    title: "Depends on a vendor's managed service",
    remediation: 'Have a portable equivalent, or a stub for the time of the outage',
    find: ({ workload }) => {
      const texts = textsOf(workload);
      const stores = matches(texts, DATA_STORES);
      const known = new Set(stores.map(({ ref, found }) => `${ref} ${found}`));
      const others = matches(texts, SERVICES).filter(({ ref, found }) => !known.has(`${ref} ${found}`));
      return worst([...stores.map(({ ref, found }) => hit('S1', 'file', ref, found)), ...others.map(({ ref, found }) => hit('S2', 'file', ref, found))]);
    },
  },
  {
    id: 'MET-01',
    title: "Reads a vendor's instance metadata",
    remediation: 'Take the facts from the environment that the boot writes',
    find: ({ workload }) => worst(matches(textsOf(workload), METADATA).map(({ ref, found }) => hit('S2', 'file', ref, found))),
  },
  {
    id: 'DNS-02',
    title: 'Clients keep the old answer for too long',
    remediation: 'Lower the TTL, or switch by a proxy or anycast',
    find: ({ muster, workload, drill }) => {
      const ttl = muster.routes[workload.route]?.ttl ?? 0;
      const most = Math.min(TTL_MOST, TTL_SHARE * drill.objectives.rto);
      return ttl > most ? hit('S2', 'route', `route ${workload.route}`, `TTL ${ttl} s, at most ${most} s fits an RTO of ${drill.objectives.rto} s`) : undefined;
    },
  },
  {
    id: 'RUN-01',
    title: 'The runner stands where it could be lost with a site',
    remediation: 'Run the Temporal server and the workers at a place that is neither side',
    find: ({ muster: { runner }, plan: { from, to } }) =>
      worst(
        [from, to].map((site) => {
          if (runner.location !== site.location && runner.location !== site.vendor) return undefined;
          return hit(site === from ? 'S1' : 'S2', 'runner', 'muster.yaml: runner.location', `${runner.location}, as is ${site.site}`);
        }),
      ),
  },
  {
    id: 'RUN-03',
    title: 'One vendor or place supplies primary, target and backup',
    remediation: 'Split the three between vendors',
    find: ({ muster, workload, plan: { from, to } }) =>
      worst(
        storesOf(muster, workload).map(({ name, vendor, location }) => {
          if (vendor !== 'self' && vendor === from.vendor && vendor === to.vendor)
            return hit('S2', 'site', `${from.site}, ${to.site}, store ${name}`, `all by ${vendor}`);
          return location !== undefined && location === from.location && location === to.location
            ? hit('S2', 'site', `${from.site}, ${to.site}, store ${name}`, `all at ${location}`)
            : undefined;
        }),
      ),
  },
];

/** Stores that hold recovery points or boot files of this workload, and whose they are. */
function storesOf(muster: Files['muster'], workload: Files['workload']): { readonly name: string; readonly vendor: string; readonly location?: string }[] {
  const files = Object.values(workload.components).flatMap(({ files: each }) => (each ? [each.url.slice(0, each.url.indexOf(':'))] : []));
  const names = new Set([...(workload.recoveryPoints ? [workload.recoveryPoints] : []), ...files]);
  return [...names].flatMap((name) => {
    const entry = muster.stores[name];
    if (!entry) return [];
    const vendor = entry.vendor ?? (entry.type === 's3' && entry['endpoint'] === undefined ? 'aws' : 'self');
    return [{ name, vendor, ...(entry.location === undefined ? {} : { location: entry.location }) }];
  });
}
