import { type Json, jsonOf } from './json.ts';
import { ramlDocument } from './ramlDocument.ts';

/** A call as Marathon's description names it, such as `GET /v2/apps/{app_id}`. */
export interface Route {
  readonly call: string;
  readonly path: RegExp;
  readonly method: string;
  /** Names of its query parameters. */
  readonly query: readonly string[];
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
/** Where `api.raml` mounts them. */
const RESOURCES: Readonly<Record<string, string>> = {
  '/v2/apps': 'v2/apps.raml',
  '/v2/deployments': 'v2/deployments.raml',
  '/v2/groups': 'v2/groups.raml',
  '/v2/groups/{group_id}': 'v2/groups.raml',
  '/v2/tasks': 'v2/tasks.raml',
  '/v2/queue': 'v2/queue.raml',
  '/v2/info': 'v2/info.raml',
};

const traits = ramlDocument('traits.raml');

/** The longest paths first: an app's id has slashes of its own. */
export const ROUTES: readonly Route[] = Object.entries(RESOURCES)
  .flatMap(([path, file]) => routesOf(path, ramlDocument(file)))
  .toSorted((a, b) => b.call.split('/').length - a.call.split('/').length);

function routesOf(path: string, resource: Json): Route[] {
  return Object.entries(resource).flatMap(([key, value]) => {
    if (key.startsWith('/')) return routesOf(key === '/' ? path : `${path}${key}`, jsonOf(value));
    if (!METHODS.includes(key)) return [];
    const { is, queryParameters } = jsonOf(value);
    const inherited = (Array.isArray(is) ? is.map(String) : []).flatMap((trait) => Object.keys(jsonOf(jsonOf(traits[trait]).queryParameters)));
    const method = key.toUpperCase();
    return [{ call: `${method} ${path}`, method, path: patternOf(path), query: [...Object.keys(jsonOf(queryParameters)), ...inherited] }];
  });
}

function patternOf(path: string): RegExp {
  const source = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (/^(app|group)_id$/.test(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`));
  return new RegExp(`^${source}/?$`);
}

export interface Routed {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Undefined where Marathon has nothing. */
export function routed(method: string, url: URL): Routed | undefined {
  const path = url.pathname.replaceAll(/\/{2,}/g, '/');
  for (const route of ROUTES) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match) return { route, parameters: Object.fromEntries(Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)])) };
  }
  return undefined;
}
