import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { IncusConfig } from './config.ts';
import { tlsOf } from './credentials.ts';
import { IncusError } from './errors.ts';

const PATIENCE_MS = 60_000;
/** At once, by one worker. */
const CONNECTIONS = 16;

const envelope = z.object({
  type: z.enum(['sync', 'async', 'error']),
  operation: z.string().nullish(),
  error: z.string().nullish(),
  error_code: z.number().nullish(),
  metadata: z.unknown(),
});

export interface Answer {
  readonly metadata: unknown;
  /** Of the state that was answered; for If-Match. */
  readonly etag: string;
  /** Id of the operation that was started. */
  readonly operation: string | undefined;
}

export interface Ask {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Makes a change conditional. */
  readonly etag?: string;
}

type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

/** Incus's API, as one set of credentials sees it. Each request is sent once: trying again is for who called. */
export interface Incus {
  ask(method: Method, path: string, signal: AbortSignal, ask?: Ask): Promise<Answer>;
  /** A file, as it comes; it must be read to its end or destroyed. */
  download(path: string, signal: AbortSignal): Promise<{ readonly body: Readable; readonly bytes: number | undefined }>;
  /** A file as the body, never held in memory whole. */
  upload(path: string, body: Readable, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer>;
  close(): void;
}

/** `/1.0/…`, with every part escaped. */
export function pathOf(...parts: readonly string[]): string {
  return `/1.0/${parts.map(encodeURIComponent).join('/')}`;
}

export function incus(config: IncusConfig, which: 'read' | 'write', secret: (reference: string) => Promise<string>): Incus {
  const agents: (http.Agent | https.Agent)[] = [];
  const open = async (): Promise<(path: string, options: http.RequestOptions) => http.ClientRequest> => {
    if (config.url === undefined) {
      const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
      agents.push(agent);
      return (path, options) => http.request({ ...options, agent, path, socketPath: config.socket, headers: { ...options.headers, host: 'incus' } });
    }
    const { url } = config;
    const agent = new https.Agent({ ...(await tlsOf(config, which, secret)), keepAlive: true, maxSockets: CONNECTIONS });
    agents.push(agent);
    return (path, options) => https.request(new URL(path, url), { ...options, agent });
  };
  let opened: ReturnType<typeof open> | undefined;
  const request = async (path: string, options: http.RequestOptions, query: Ask['query'] = {}): Promise<http.ClientRequest> => {
    options.signal?.throwIfAborted();
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return (await opened)(`${path}?${new URLSearchParams({ project: config.project, ...query })}`, options);
  };

  return {
    async ask(method, path, signal, { query, body, etag } = {}) {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = { ...(text !== undefined && { 'content-type': 'application/json' }), ...(etag !== undefined && { 'if-match': etag }) };
      const sent = await request(path, { method, headers, signal: patient(signal) }, query);
      const answered = answerTo(sent);
      sent.end(text);
      return told(await answered);
    },
    async download(path, signal) {
      const sent = await request(path, { method: 'GET', signal });
      const answered = answerTo(sent);
      sent.end();
      const body = await answered;
      if (body.statusCode !== 200) await told(body);
      const length = Number(body.headers['content-length']);
      return { body, bytes: Number.isFinite(length) ? length : undefined };
    },
    async upload(path, body, headers, signal) {
      const sent = await request(path, { method: 'POST', headers: { 'content-type': 'application/octet-stream', ...headers }, signal });
      const answered = answerTo(sent);
      body.on('error', (error) => sent.destroy(error));
      body.pipe(sent);
      try {
        return await told(await answered);
      } finally {
        body.destroy();
      }
    },
    close() {
      for (const agent of agents) agent.destroy();
    },
  };
}

function patient(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
}

function answerTo(sent: http.ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    // Also what comes late, when the answer is there already.
    sent.on('error', reject);
  });
}

async function told(response: IncomingMessage): Promise<Answer> {
  const status = response.statusCode ?? 0;
  const { type, error, error_code: code, operation, metadata } = envelope.parse(await json(response));
  if (type === 'error' || status >= 400) throw new IncusError(code || status, error || `Incus answered ${status}`);
  const etag = response.headers.etag;
  return { metadata, etag: etag ?? '', operation: operation ? operation.slice(operation.lastIndexOf('/') + 1) : undefined };
}
