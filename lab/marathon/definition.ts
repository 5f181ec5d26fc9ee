import { fits, type Problem } from './fits.ts';
import { isJson, type Json, jsonOf, listOf } from './json.ts';
import { refusals, unfit } from './refusal.ts';
import { TYPES } from './types.ts';

/** An absolute path. */
export function appIdOf(id: string): string {
  return `/${id.replace(/^\/+|\/+$/g, '')}`;
}

export interface Read {
  readonly definition: Json;
  readonly unheard: readonly string[];
}

/** A whole definition, or (`partial`) what an update says. Refuses what does not fit Marathon's types. */
export function readApp(body: string, { partial = false } = {}): Read {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw refusals.noJson(error instanceof Error ? error.message : String(error));
  }
  const { problems, unheard } = fits(value, TYPES.app, { partial });
  if (problems.length > 0 || !isJson(value)) throw unfit(problems);
  return { definition: Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null)), unheard };
}

/** With what Marathon fills in. Service ports are chosen by `nextPort`. */
export function normalized(id: string, said: Json, nextPort: () => number): Json {
  const defaults: Record<string, unknown> = {};
  if (TYPES.app.kind === 'object') for (const [key, { default: value }] of TYPES.app.properties) if (value !== undefined) defaults[key] = value;
  const whole: Json = {
    ...defaults,
    labels: {},
    role: '*',
    networks: [{ mode: 'host' }],
    upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
    unreachableStrategy: { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 },
    ...said,
    id,
  };
  const mapped = listOf(jsonOf(whole.container).portMappings).length > 0 || listOf(jsonOf(jsonOf(whole.container).docker).portMappings).length > 0;
  if (mapped) return whole;
  const { ports, ...rest } = whole;
  const asked = Array.isArray(ports) ? ports.map((port: unknown) => ({ port })) : (whole.portDefinitions ?? [{ port: 0, name: 'default' }]);
  return {
    ...rest,
    portDefinitions: listOf(asked).map((each) => ({ protocol: 'tcp', ...each, port: each.port === undefined || each.port === 0 ? nextPort() : each.port })),
  };
}

/** The rules of a definition that its types do not say, of those that Marathon's `AppValidation` has. */
export function checkRules(definition: Json): void {
  const { cmd, args, container, portDefinitions, upgradeStrategy, healthChecks, env, secrets } = definition;
  const problems: Problem[] = [];
  const rule = (path: string, error: string): void => void problems.push({ path, error, of: 'rule' });
  const said = [cmd !== undefined, Array.isArray(args) && args.length > 0].filter(Boolean).length;
  if (said > 1 || (said === 0 && container === undefined)) rule('/', "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.");
  if (jsonOf(container).type === 'DOCKER' && jsonOf(container).docker === undefined) rule('/container/docker', 'not defined');
  const names = listOf(portDefinitions).flatMap(({ name }) => (name === undefined ? [] : [name]));
  if (new Set(names).size < names.length) rule('/portDefinitions', 'Port names must be unique.');
  const ports = listOf(portDefinitions).map(({ port }) => port);
  if (new Set(ports).size < ports.length) rule('/portDefinitions', 'Ports must be unique.');
  for (const key of ['minimumHealthCapacity', 'maximumOverCapacity'] as const) {
    const value = jsonOf(upgradeStrategy)[key];
    if (typeof value === 'number' && value > 1) rule(`/upgradeStrategy/${key}`, 'is greater than 1');
  }
  for (const [index, { portIndex }] of listOf(healthChecks).entries())
    if (typeof portIndex === 'number' && portIndex >= Math.max(ports.length, 1)) rule(`/healthChecks(${index})/portIndex`, 'must match an existing port');
  for (const [name, value] of Object.entries(jsonOf(env)))
    if (isJson(value) && !Object.hasOwn(jsonOf(secrets), String(value.secret)))
      rule(`/env/${name}`, `references an undefined secret named '${String(value.secret)}'`);
  if (problems.length > 0) throw unfit(problems);
}
