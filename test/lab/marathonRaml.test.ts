import { describe, expect, it } from 'vitest';
import { fits } from '../../lab/marathon/fits.ts';
import { RamlLibrary } from '../../lab/marathon/ramlLibrary.ts';
import type { RamlType } from '../../lab/marathon/ramlType.ts';
import { ROUTES, routed } from '../../lab/marathon/routes.ts';
import { TYPES } from '../../lab/marathon/types.ts';
import { dropAt, leavesOf } from '../providers/rewriting.ts';
import { EXAMPLES, example } from './marathonExamples.ts';

const typeOf = (library: string, name: string): RamlType => new RamlLibrary(`v2/types/${library}.raml`).type(name);

/** What each official example is an example of. */
const OF: Readonly<Record<string, { readonly type: RamlType; readonly partial?: boolean; readonly unheard?: readonly string[] }>> = {
  app: { type: TYPES.app },
  'app-check-http-example': { type: TYPES.app },
  app_list: { type: TYPES.apps },
  app_patch: { type: TYPES.app, partial: true },
  app_task: { type: TYPES.task },
  app_tasks: { type: TYPES.tasks },
  apps_create: { type: typeOf('app', 'App[]') },
  apps_patch: { type: typeOf('app', 'App[]') },
  deployment_steps: { type: TYPES.steps },
  deployments: { type: TYPES.deployments },
  deployments_result: { type: TYPES.result },
  group: { type: TYPES.group },
  info: { type: TYPES.info },
  // The reader knows no discriminators, which only pods have.
  pod: { type: typeOf('pod', 'Pod'), unheard: ['/scaling/instances', '/scaling/maxInstances'] },
  queue: { type: TYPES.queue },
  tasks: { type: TYPES.tasks },
};

describe("Marathon's own description", () => {
  it('has a type for each of its official examples', () => {
    expect(Object.keys(OF).toSorted()).toEqual(EXAMPLES);
  });

  it.for(Object.entries(OF))('takes its example %s, and knows every word of it', ([name, { type, partial = false, unheard = [] }]) => {
    expect(fits(example(name), type, { partial })).toEqual({ problems: [], unheard });
  });

  it.for([
    ['an id that is a number', { id: 7 }, '/id', 'error.expected.jsstring', 'type'],
    ['an id in capitals', { id: '/Orders' }, '/id', 'error.pattern', 'rule'],
    ['no id', { cmd: 'true' }, '/id', 'error.path.missing', 'type'],
    ['half an instance', { id: '/a', instances: 1.5 }, '/instances', 'error.expected.int', 'type'],
    ['no CPU at all', { id: '/a', cpus: 0 }, '/cpus', 'error.min 0.001', 'rule'],
    ['a port past the last', { id: '/a', portDefinitions: [{ port: 65_536 }] }, '/portDefinitions(0)/port', 'error.max 65535', 'rule'],
    ['a protocol of its own', { id: '/a', healthChecks: [{ protocol: 'UDP' }] }, '/healthChecks(0)/protocol', 'error.unknown.enum.literal', 'type'],
    ['a constraint of one word', { id: '/a', constraints: [['hostname']] }, '/constraints(0)', 'error.minLength 2', 'rule'],
    ['a role twice', { id: '/a', acceptedResourceRoles: ['*', '*'] }, '/acceptedResourceRoles', 'Elements must be unique', 'rule'],
    ['a number in env', { id: '/a', env: { A: 1 } }, '/env/A', 'error.expected', 'type'],
    ['a volume without a path', { id: '/a', container: { volumes: [{ mode: 'RW' }] } }, '/container/volumes(0)', 'error.path.missing', 'type'],
  ] as const)('refuses %s', ([, app, path, error, of]) => {
    const { problems } = fits(app, TYPES.app);
    expect(problems[0]).toMatchObject({ path: expect.stringContaining(path), error: expect.stringContaining(error), of });
  });

  it('passes over a word that it does not know, and says which', () => {
    expect(fits({ id: '/a', portDefinitions: [{ prot: 80 }], mems: 5 }, TYPES.app)).toEqual({ problems: [], unheard: ['/portDefinitions(0)/prot', '/mems'] });
  });

  it('misses each required field that an example loses', () => {
    const task = example('app_task');
    const required = ['appId', 'host', 'id', 'state', 'role'];
    const missed = leavesOf(task).filter((leaf) => {
      const copy = structuredClone(task);
      dropAt(copy, leaf);
      return fits(copy, TYPES.task).problems.length > 0;
    });
    expect(missed.map((leaf) => leaf.at(-1)).toSorted()).toEqual(required.toSorted());
  });

  it('tells the app of a call from what follows it', () => {
    const at = (method: string, path: string) => routed(method, new URL(path, 'http://lab'));
    expect(at('GET', '/v2/apps//prod/orders')).toMatchObject({ route: { call: 'GET /v2/apps/{app_id}' }, parameters: { app_id: 'prod/orders' } });
    expect(at('GET', '/v2/apps/prod/orders/versions/2014-03-01T23:42:20.938Z')).toMatchObject({
      parameters: { app_id: 'prod/orders', version: '2014-03-01T23:42:20.938Z' },
    });
    expect(at('DELETE', '/v2/apps/prod/orders')?.route.query).toContain('force');
    expect(at('GET', '/v2/pods')).toBeUndefined();
    expect(ROUTES.length).toBeGreaterThan(25);
  });
});
