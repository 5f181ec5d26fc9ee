import { at } from '../paths.ts';
import { Fields, isJson, type Ledger } from '../fields.ts';

export interface FoundApp {
  readonly app: Fields;
  /** Absolute. */
  readonly id: string;
}

export interface Found {
  readonly apps: readonly FoundApp[];
  /** The id of what holds them all; `/` when nothing does. */
  readonly root: string;
}

/** Apps in whatever form Marathon gives or takes them: one, a list, `{ app }`, `{ apps }`, a group of groups. Undefined for anything else. */
export function appsIn(value: unknown, ledger: Ledger): Found | undefined {
  if (Array.isArray(value)) {
    const all = value.flatMap((each: unknown, index) => (isApp(each) ? [found(new Fields(each, `[${index}]`, ledger), '/')] : []));
    return all.length === value.length && all.length > 0 ? { apps: all, root: '/' } : undefined;
  }
  if (!isJson(value)) return undefined;
  const fields = new Fields(value, '', ledger);
  if (isJson(value.app) && isApp(value.app)) return { apps: [found(new Fields(value.app, 'app', ledger), '/')], root: '/' };
  if (Array.isArray(value.apps) || Array.isArray(value.groups)) {
    const root = absolute(fields.text('id') ?? '/', '/');
    const apps = ofGroup(fields, '/');
    return apps.length > 0 ? { apps, root } : undefined;
  }
  return isApp(value) ? { apps: [found(fields, '/')], root: '/' } : undefined;
}

function ofGroup(group: Fields, outer: string): FoundApp[] {
  const id = absolute(group.text('id') ?? outer, outer);
  const apps = group.list('apps').map((app) => found(app, id));
  const all = [...apps, ...group.list('groups').flatMap((each) => ofGroup(each, id))];
  const [first] = all;
  // Its name lives on in those of its apps.
  if (first && group.text('id') !== undefined) group.ledger.carried.push({ from: at(group.path, 'id'), to: 'components' });
  return all;
}

function found(app: Fields, outer: string): FoundApp {
  return { app, id: absolute(app.text('id') ?? 'app', outer) };
}

/** A pod, a task or a deployment has an id as well, and words that no app has. */
function isApp(value: unknown): value is Readonly<Record<string, unknown>> {
  return isJson(value) && typeof value.id === 'string' && !['containers', 'appId', 'steps', 'affectedApps'].some((key) => Object.hasOwn(value, key));
}

/** Ids within a group may be relative to it. */
export function absolute(id: string, outer: string): string {
  const parts: string[] = [];
  for (const part of (id.startsWith('/') ? id : `${outer}/${id}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
