import type { Handler } from '../ask.ts';
import { checkGroup, getGroup, listGroups } from './groups.ts';
import { listResources } from './resources.ts';

/** Microsoft.Resources is described by neither package; names of operations as in its OpenAPI. */
const ROUTES: readonly { readonly id: string; readonly method: string; readonly path: RegExp; readonly handle: Handler }[] = [
  { id: 'ResourceGroups_List', method: 'GET', path: /^\/subscriptions\/(?<subscriptionId>[^/]+)\/resourceGroups\/?$/i, handle: listGroups },
  {
    id: 'ResourceGroups_Get',
    method: 'GET',
    path: /^\/subscriptions\/(?<subscriptionId>[^/]+)\/resourceGroups\/(?<resourceGroupName>[^/]+)$/i,
    handle: getGroup,
  },
  {
    id: 'ResourceGroups_CheckExistence',
    method: 'HEAD',
    path: /^\/subscriptions\/(?<subscriptionId>[^/]+)\/resourceGroups\/(?<resourceGroupName>[^/]+)$/i,
    handle: checkGroup,
  },
  { id: 'Resources_List', method: 'GET', path: /^\/subscriptions\/(?<subscriptionId>[^/]+)\/resources$/i, handle: listResources },
  {
    id: 'Resources_ListByResourceGroup',
    method: 'GET',
    path: /^\/subscriptions\/(?<subscriptionId>[^/]+)\/resourceGroups\/(?<resourceGroupName>[^/]+)\/resources$/i,
    handle: listResources,
  },
];

export interface ResourcesRoute {
  readonly id: string;
  readonly params: Readonly<Record<string, string>>;
  readonly handle: Handler;
}

export function resourcesRoute(method: string, path: string): ResourcesRoute | undefined {
  for (const { id, method: verb, path: pattern, handle } of ROUTES) {
    const groups = verb === method ? pattern.exec(path)?.groups : undefined;
    if (groups) return { id, handle, params: Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)])) };
  }
  return undefined;
}
