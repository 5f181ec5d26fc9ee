import { sayDuration } from '../../units.ts';
import type { Fields } from '../fields.ts';
import type { Ports } from './ports.ts';

export interface Health {
  readonly http?: string;
  readonly port: string;
  readonly within?: string;
}

/** The first check that the drill format has a word for: a GET, or a connection. */
export function healthOf(app: Fields, { all }: Ports, to: string): Health | undefined {
  const place = `${to}.health`;
  for (const check of app.list('healthChecks')) {
    const found = ofHealthCheck(check, all, place);
    if (found) return found;
  }
  const check = app.within('check');
  for (const kind of ['http', 'tcp'] as const) {
    const how = check?.within(kind);
    const port = how && portAt(how, all);
    if (!how || port === undefined || how.text('scheme') === 'HTTPS') continue;
    const path = kind === 'http' ? pathOf(how, place) : undefined;
    carryAll(how, ['portIndex', 'port', 'scheme'], place);
    return { ...(path !== undefined && { http: path }), port };
  }
  for (const ready of app.list('readinessChecks')) {
    const port = all.find(({ name }) => name === (ready.text('portName') ?? 'http-api'))?.name;
    if (port === undefined || ready.text('protocol') === 'HTTPS') continue;
    const path = pathOf(ready, place);
    carryAll(ready, ['portName', 'protocol'], place);
    return { http: path, port };
  }
  return undefined;
}

function ofHealthCheck(check: Fields, all: Ports['all'], place: string): Health | undefined {
  const protocol = check.text('protocol') ?? 'HTTP';
  const asks = /^(MESOS_)?HTTP$/.test(protocol);
  const port = portAt(check, all);
  if (port === undefined || !(asks || /^(MESOS_)?TCP$/.test(protocol))) return undefined;
  const path = asks ? pathOf(check, place) : undefined;
  carryAll(check, ['protocol', 'portIndex', 'port'], place);
  const grace = check.number('gracePeriodSeconds');
  if (grace !== undefined) check.carry('gracePeriodSeconds', `${place}.within`);
  return { ...(path !== undefined && { http: path }), port, ...(grace !== undefined && { within: sayDuration(grace) }) };
}

function portAt(check: Fields, all: Ports['all']): string | undefined {
  const number = check.number('port');
  return number === undefined ? all[check.number('portIndex') ?? 0]?.name : all.find((each) => each.number === number)?.name;
}

function pathOf(check: Fields, place: string): string {
  const path = check.text('path');
  if (path === undefined) return '/';
  if (!/^\/\S*$/.test(path)) return '/';
  check.carry('path', `${place}.http`);
  return path;
}

function carryAll(check: Fields, keys: readonly string[], to: string): void {
  for (const key of keys) if (check.json[key] !== undefined && check.json[key] !== null) check.carry(key, to);
}
