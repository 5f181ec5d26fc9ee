import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { GcpLab } from '../../lab/gcp/lab.ts';
import type { CredentialsKind } from '../../lab/gcp/tokens.ts';

const credentials = z.object({ token_url: z.url(), audience: z.string(), subject_token_type: z.string(), credential_source: z.object({ file: z.string() }) });
const given = z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.number() });
const anything = z.record(z.string(), z.unknown());

export interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** The API as whoever writes requests by hand meets it. */
export interface RawGcp {
  /** Path below the project; `''` for the project itself. */
  ask(method: string, path: string, body?: unknown): Promise<Answered>;
  /** Sends the very text. */
  send(method: string, path: string, body: string, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  /** The operation, once it is done. */
  done(answered: Answered): Promise<Readonly<Record<string, unknown>>>;
}

export async function tokenOf(lab: GcpLab, kind: CredentialsKind, folder: string): Promise<string> {
  const file = credentials.parse(JSON.parse(readFileSync(await lab.credentialsFile(kind, folder), 'utf8')));
  const response = await fetch(file.token_url, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token_type: file.subject_token_type,
      audience: file.audience,
      subject_token: readFileSync(file.credential_source.file, 'utf8'),
      scope: 'https://www.googleapis.com/auth/cloud-platform',
    }),
  });
  return given.parse(await response.json()).access_token;
}

export function rawGcp(lab: GcpLab, token: string): RawGcp {
  const send: RawGcp['send'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${lab.url}/compute/v1/projects/${lab.project}${path === '' ? '' : `/${path}`}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(method === 'GET' || method === 'DELETE' ? {} : { body }),
    });
    return { status: response.status, body: anything.parse(await response.json()), headers: response.headers };
  };
  return {
    send,
    ask: (method, path, body) => send(method, path, body === undefined ? '' : JSON.stringify(body)),
    async done({ status, body }) {
      if (status !== 200) throw new Error(`it was refused: ${JSON.stringify(body)}`);
      const link = String(body.selfLink);
      for (;;) {
        const operation = await send('GET', link.slice(link.indexOf(lab.project) + lab.project.length + 1), '');
        if (operation.body.status === 'DONE') return operation.body;
        await sleep(20);
      }
    },
  };
}

/** An answer that does not fit Google's document is a mistake of the lab, whatever else a test looks at. */
export function mustHaveBeenRight({ wrong }: GcpLab): void {
  if (wrong.length > 0) throw new Error(`the lab would have answered what Google does not: ${wrong.join('; ')}`);
}

/** The body of an insert that Google takes. */
export function instanceBody({ zones, image, subnetwork }: GcpLab, name: string, more: object = {}): Record<string, unknown> {
  return {
    name,
    machineType: `zones/${zones[0]}/machineTypes/e2-small`,
    disks: [{ boot: true, autoDelete: true, initializeParams: { sourceImage: image } }],
    networkInterfaces: [{ subnetwork }],
    ...more,
  };
}

/** The `instanceProperties` of a bulk insert. */
export function bulkProperties({ image, subnetwork }: GcpLab, more: object = {}): Record<string, unknown> {
  return {
    machineType: 'e2-small',
    disks: [{ boot: true, autoDelete: true, initializeParams: { sourceImage: image } }],
    networkInterfaces: [{ subnetwork }],
    ...more,
  };
}
