import { z } from 'zod';
import { DriverError } from '../errors.ts';
import { orAborted } from '../kept.ts';
import type { Pace } from '../pace.ts';
import { app, apps, deployments, detail, info, oneApp, pastApp, queue, refusal, result, versions } from './answers.ts';
import { classify, MarathonError } from './errors.ts';

const PATIENCE_MS = 30_000;
const LONGEST_SAID = 500;

/** The calls that the driver makes, and no others: none is forced, each is sent once. */
export type Marathon = ReturnType<typeof marathon>;

export interface Clients {
  readonly pace: Pace;
  authorization(which: 'read' | 'write'): Promise<string | undefined>;
}

const ANYTHING = z.unknown();

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export function marathon(endpoint: string, { pace, authorization }: Clients) {
  const base = endpoint.replace(/\/+$/, '');

  const send = async <T>(method: Method, path: string, schema: z.ZodType<T>, signal: AbortSignal, body?: unknown): Promise<{ value: T; at: number }> => {
    await pace.turn(signal);
    const call = `${method} ${path.replace(/\?.*/, '')}`;
    const allowed = await orAborted(authorization(method === 'GET' ? 'read' : 'write'), signal);
    const response = await fetch(`${base}${path}`, {
      method,
      // What is not asked for is not followed: credentials are for this place only.
      redirect: 'error',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(allowed !== undefined && { authorization: allowed }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    const received = parsed(await response.text());
    if (!response.ok) {
      const error = errorOf(call, response, received);
      const { code, retryAfterMs } = classify(error);
      if (code === 'Throttled') pace.throttled(retryAfterMs);
      throw error;
    }
    pace.fine();
    const read = schema.safeParse(received);
    if (!read.success) throw new DriverError('Unknown', `${call} was answered in a form that is not Marathon's: ${read.error.issues[0]?.path.join('.')}`);
    return { value: read.data, at: Date.parse(response.headers.get('date') ?? '') || Date.now() };
  };
  const orNothing = async <T>(answer: Promise<T>): Promise<T | undefined> =>
    answer.catch((error: unknown) => {
      if (error instanceof MarathonError && error.status === 404) return undefined;
      throw error;
    });

  return {
    /** Undefined when there is none. */
    async app(id: string, signal: AbortSignal) {
      const embed = ['tasks', 'deployments', 'counts', 'lastTaskFailure'].map((each) => `embed=app.${each}`).join('&');
      return (await orNothing(send('GET', `/v2/apps${id}?${embed}`, oneApp, signal)))?.value.app;
    },
    async apps(selector: string, signal: AbortSignal) {
      const embed = ['tasks', 'deployments', 'counts', 'lastTaskFailure'].map((each) => `embed=apps.${each}`).join('&');
      return (await send('GET', `/v2/apps?label=${encodeURIComponent(selector)}&${embed}`, apps, signal)).value.apps;
    },
    /** Makes an app where there is none; what is there already is left alone, and this is a MarathonError 409. */
    async create(definition: unknown, signal: AbortSignal) {
      return (await send('POST', '/v2/apps?force=false', app, signal, definition)).value;
    },
    async scale(id: string, instances: number, signal: AbortSignal) {
      await send('PUT', `/v2/apps${id}?force=false`, result, signal, { instances });
    },
    /** Said in so many words: without it Marathon takes `force=true`, against its own description. */
    async remove(id: string, signal: AbortSignal) {
      await orNothing(send('DELETE', `/v2/apps${id}?force=false`, result, signal));
    },
    /** Newest first. */
    async versions(id: string, signal: AbortSignal) {
      return (await send('GET', `/v2/apps${id}/versions`, versions, signal)).value.versions.toSorted().toReversed();
    },
    async version(id: string, version: string, signal: AbortSignal) {
      return (await send('GET', `/v2/apps${id}/versions/${encodeURIComponent(version)}`, pastApp, signal)).value;
    },
    async deployments(signal: AbortSignal) {
      return (await send('GET', '/v2/deployments', deployments, signal)).value;
    },
    /** Begins the way back to what was there before it. */
    async rollBack(deployment: string, signal: AbortSignal) {
      await orNothing(send('DELETE', `/v2/deployments/${encodeURIComponent(deployment)}?force=false`, result, signal));
    },
    /** What waits for offers; `at` is Marathon's own time, in milliseconds since the epoch. */
    async queue(signal: AbortSignal) {
      const { value, at } = await send('GET', '/v2/queue', queue, signal);
      return { waiting: value.queue, at };
    },
    /** A dry run of a change that changes nothing, in this group. */
    async tryChange(group: string, signal: AbortSignal) {
      await send('PUT', `/v2/groups${group}?dryRun=true`, ANYTHING, signal, { id: group });
    },
    async info(signal: AbortSignal) {
      return (await send('GET', '/v2/info', info, signal)).value;
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorOf(call: string, response: Response, received: unknown): MarathonError {
  const { success, data } = refusal.safeParse(received);
  const seconds = Number(response.headers.get('retry-after'));
  const retryAfter = seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
  if (!success) return new MarathonError(call, response.status, response.statusText || 'nothing more', retryAfter);
  const lines = detail.safeParse(data.details);
  const more = (lines.data ?? []).map(({ path = '/', errors }) => `${path} ${errors.join(', ')}`);
  const said = [data.message ?? response.statusText, ...more].join('; ').slice(0, LONGEST_SAID);
  return new MarathonError(call, response.status, said, { deployments: data.deployments.map(({ id }) => id), ...retryAfter });
}
