const RUNTIME = 'what Marathon tells of itself, no part of what it is told';
const OF_GROUP = 'groups live on in the names of their apps';
const PACE = 'Muster asks at its own pace, and restarts nothing for it';
const PLACEMENT = 'where it may run is for each site to say, in muster.yaml';
const RESTARTS = 'each site restarts in its own way';

/** Why there is no place for it in a workload, by the first name of its path within the app that is known. */
const REASONS: Readonly<Record<string, string>> = {
  acceptedResourceRoles: PLACEMENT,
  backoffFactor: RESTARTS,
  backoffSeconds: RESTARTS,
  check: PACE,
  constraints: PLACEMENT,
  delaySeconds: PACE,
  dependencies: 'it is not among what was imported: add it, or see that it is reached from every site',
  deployments: RUNTIME,
  disk: 'a scratch disk is not asked for: what must last goes under data',
  executor: 'each site has its own way of starting programs',
  executorResources: 'each site has its own way of starting programs',
  fetch: 'pack what it fetches into one .tgz, put that into a store, and name it under files',
  forcePullImage: 'images are named by digest instead, under images of each site',
  gpus: 'sizes have no GPUs',
  healthChecks: PACE,
  hostPort: 'the port on the host is for the site to choose',
  ipAddress: 'each site gives addresses in its own way',
  killSelection: RESTARTS,
  labels: 'labels mean something to other programs around Marathon: see what relied on them',
  lastTaskFailure: RUNTIME,
  linuxInfo: 'no site is told of it',
  maxLaunchDelaySeconds: RESTARTS,
  network: 'each site has its own network',
  networks: 'each site has its own network',
  parameters: 'options of one container engine',
  privileged: 'no site is asked for privileges',
  protocol: 'ports are TCP',
  pullConfig: 'each site pulls images with credentials of its own',
  readinessChecks: PACE,
  requirePorts: 'a component listens at the ports it says, always',
  residency: 'Marathon itself passes over it',
  resourceLimits: 'a size is what it needs, without a higher limit',
  role: PLACEMENT,
  secrets: 'the worker resolves secrets by references of its own',
  servicePort: 'clients come by the route',
  taskKillGracePeriodSeconds: 'each site ends programs in its own way',
  tasks: RUNTIME,
  tasksHealthy: RUNTIME,
  tasksRunning: RUNTIME,
  tasksStaged: RUNTIME,
  tasksUnhealthy: RUNTIME,
  tty: 'nobody sits before it',
  type: 'each site has its own way of running images',
  unreachableStrategy: RESTARTS,
  upgradeStrategy: 'a drill replaces nothing in place',
  uris: 'pack what it fetches into one .tgz, put that into a store, and name it under files',
  user: 'each site has its own users',
  version: RUNTIME,
  versionInfo: RUNTIME,
  volumes: 'what must last goes under data, and the program is told of it by ${self.data.<name>}',
};

export function reasonFor(path: string): string {
  if (/^(.*\.)?groups\[\d+\](\.[a-z]+)?$/.test(path) && !path.includes('apps[')) return OF_GROUP;
  const within = path.replace(/^.*\bapps\[\d+\]\./, '');
  const known = within.split(/[.[\]]+/).find((name) => Object.hasOwn(REASONS, name));
  return (known !== undefined && REASONS[known]) || 'there is no place for it in a workload';
}
