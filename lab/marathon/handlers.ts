import type { How } from '../faults.ts';
import { appIdOf, normalized, readApp } from './definition.ts';
import type { Deployments } from './deployments.ts';
import { fits } from './fits.ts';
import { type Json, jsonOf } from './json.ts';
import type { RamlType } from './ramlType.ts';
import { refusals, unfit } from './refusal.ts';
import { labelSelector } from './selectors.ts';
import { TYPES } from './types.ts';
import type { Views } from './views.ts';
import type { App, Deployment, World } from './world.ts';

export interface Context {
  readonly world: World;
  readonly deployments: Deployments;
  readonly views: Views;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly how: How | undefined;
  /** Told what a request said that Marathon does not know. */
  heard(unheard: readonly string[]): void;
  nextPort(): number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly type: RamlType;
  readonly headers?: Readonly<Record<string, string>>;
}

/** That it is no Marathon stands in its name. */
const INFO = {
  name: 'marathon-lab',
  version: '1.11.0',
  buildref: 'lab',
  marathon_config: { features: [], task_lost_expunge_initial_delay: 300_000, task_lost_expunge_interval: 30_000 },
  zookeeper_config: { zk: 'none', zk_connection_timeout: 10_000, zk_max_versions: 50, zk_session_timeout: 10_000, zk_timeout: 10_000 },
  http_config: { http_port: 8080, https_port: 8443 },
};

/** By the name that Marathon's description gives it. */
export const HANDLERS: Readonly<Record<string, (context: Context) => Answer>> = {
  'GET /v2/apps'({ world, query, views }) {
    const { cmd, id, label } = Object.fromEntries(query);
    const selected = label === undefined ? () => true : labelSelector(label);
    const apps = [...world.apps.values()].filter(
      (app) => selected(labelsOf(app)) && (id === undefined || app.id.includes(id)) && (cmd === undefined || String(app.definition.cmd ?? '').includes(cmd)),
    );
    const embed = query.getAll('embed');
    const embedded = { tasks: embed.includes('apps.tasks') || embed.includes('apps.failures'), lastTaskFailure: embed.includes('apps.lastTaskFailure') };
    return { status: 200, body: { apps: apps.map((app) => views.app(app, embedded)) }, type: TYPES.apps };
  },

  'POST /v2/apps'(context) {
    const { world, deployments, views, how } = context;
    const said = read(context);
    const id = appIdOf(String(said.id));
    if (world.apps.has(id)) throw refusals.exists(id);
    const deployment = deployments.change({ appId: id, definition: normalized(id, said, context.nextPort), force: isForced(context, false), how });
    const app = found(world, id);
    return { status: 201, body: views.app(app), type: TYPES.appInfo, headers: deploymentHeader(deployment) };
  },

  'GET /v2/apps/{app_id}': ({ world, views, parameters }) => ({
    status: 200,
    body: { app: views.app(found(world, parameters.app_id), { tasks: true, lastTaskFailure: true }) },
    type: { kind: 'object', properties: new Map([['app', { required: true, type: () => TYPES.appInfo }]]), patterns: [] },
  }),

  'PUT /v2/apps/{app_id}'(context) {
    const { world, parameters, query, deployments, how } = context;
    const id = appIdOf(parameters.app_id ?? '');
    const before = world.apps.get(id);
    const partial = query.get('partialUpdate') !== 'false' && before !== undefined;
    const { id: _, ...said } = read({ ...context, body: partial ? context.body : withId(context.body, id) }, partial);
    const definition = partial ? { ...before.definition, ...said } : normalized(id, said, context.nextPort);
    const deployment = deployments.change({ appId: id, definition, force: isForced(context, false), how });
    return result(before ? 200 : 201, deployment);
  },

  'PATCH /v2/apps/{app_id}'(context) {
    const before = found(context.world, context.parameters.app_id);
    const { id: _, ...said } = read(context, true);
    const definition = { ...before.definition, ...said };
    return result(200, context.deployments.change({ appId: before.id, definition, force: isForced(context, false), how: context.how }));
  },

  /** Its description says that force is false unless asked for; its sources (AppsResource.delete) have it true. */
  'DELETE /v2/apps/{app_id}'(context) {
    const { id: appId } = found(context.world, context.parameters.app_id);
    return result(200, context.deployments.change({ appId, definition: undefined, force: isForced(context, true), how: context.how }));
  },

  'GET /v2/apps/{app_id}/tasks': ({ world, views, parameters }) => {
    const { id } = found(world, parameters.app_id);
    const tasks = [...world.tasks.values()].filter(({ appId }) => appId === id);
    return { status: 200, body: { tasks: tasks.map((task) => views.task(task)) }, type: TYPES.tasks };
  },

  'GET /v2/apps/{app_id}/versions'({ world, parameters }) {
    const { id } = found(world, parameters.app_id);
    return { status: 200, body: { versions: [...(world.versions.get(id)?.keys() ?? [])].toReversed() }, type: TYPES.versions };
  },

  'GET /v2/apps/{app_id}/versions/{version}'({ world, parameters }) {
    const { version = '' } = parameters;
    const { id } = found(world, parameters.app_id);
    const definition = world.versions.get(id)?.get(version);
    if (!definition) throw refusals.noVersion(id, version);
    return { status: 200, body: { ...definition, version }, type: TYPES.app };
  },

  'GET /v2/deployments': ({ world, views }) => ({
    status: 200,
    body: [...world.deployments.values()].map((each) => views.deployment(each)),
    type: TYPES.deployments,
  }),

  'DELETE /v2/deployments/{deployment_id}'(context) {
    const reverting = context.deployments.cancel(context.parameters.deployment_id ?? '', isForced(context, false));
    return reverting ? result(200, reverting) : { status: 202, body: undefined, type: { kind: 'any' } };
  },

  'GET /v2/tasks': ({ world, views }) => ({
    status: 200,
    body: { tasks: [...world.tasks.values()].map((task) => views.task(task)) },
    type: TYPES.tasks,
  }),

  'GET /v2/queue': ({ views }) => ({ status: 200, body: views.queue(), type: TYPES.queue }),

  'GET /v2/info': ({ world }) => ({ status: 200, body: { ...INFO, elected: true, leader: world.agents[0]?.host ?? 'none' }, type: TYPES.info }),

  /** Only the dry run of a change that leaves the apps alone: deployments of groups are not here. */
  'PUT /v2/groups/{group_id}'({ query, body, heard }) {
    const said = whole(body);
    const { problems, unheard } = fits(said, TYPES.groupUpdate, { partial: true });
    if (problems.length > 0) throw unfit(problems);
    heard(unheard);
    if (query.get('dryRun') !== 'true' || said.apps !== undefined || said.groups !== undefined)
      throw refusals.illegal('The lab deploys no groups: put its apps there one by one.');
    return { status: 200, body: { steps: [] }, type: TYPES.steps };
  },

  /** The root group, flat: each app of the lab stands in it by its whole path. */
  'GET /v2/groups': ({ world, views }) => ({
    status: 200,
    body: { id: '/', apps: [...world.apps.values()].map((app) => views.app(app)), groups: [], pods: [], dependencies: [] },
    type: TYPES.group,
  }),
};

function whole(body: string): Json {
  try {
    return jsonOf(JSON.parse(body));
  } catch (error) {
    throw refusals.noJson(error instanceof Error ? error.message : String(error));
  }
}

function read({ body, heard }: Context, partial = false): Json {
  const { definition, unheard } = readApp(body, { partial });
  heard(unheard);
  return definition;
}

/** Whoever replaces an app need not say its id again. */
function withId(body: string, id: string): string {
  try {
    return JSON.stringify({ ...jsonOf(JSON.parse(body)), id });
  } catch {
    return body;
  }
}

function found(world: World, path = ''): App {
  const id = appIdOf(path);
  const app = world.apps.get(id);
  if (!app) throw refusals.noApp(id);
  return app;
}

function labelsOf({ definition }: App): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(jsonOf(definition.labels)).map(([key, value]) => [key, String(value)]));
}

function isForced({ query }: Context, otherwise: boolean): boolean {
  const said = query.get('force');
  return said === null ? otherwise : said === 'true';
}

function result(status: number, deployment: Deployment): Answer {
  return {
    status,
    body: { version: deployment.version, deploymentId: deployment.id },
    type: TYPES.result,
    headers: deploymentHeader(deployment),
  };
}

function deploymentHeader({ id }: Deployment): Record<string, string> {
  return { 'marathon-deployment-id': id };
}
