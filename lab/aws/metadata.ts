import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface InstanceFacts {
  readonly id: string;
  readonly address: string;
  readonly zone: string;
  readonly image: string;
  readonly type: string;
  /** As the API received it last. */
  readonly userData: Uint8Array | undefined;
  /** Version 2 of the service only. */
  readonly tokenRequired: boolean;
}

const MOST_SECONDS = 21_600;

/** The metadata service of an instance. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
export function instanceMetadata(facts: () => InstanceFacts): (request: IncomingMessage, response: ServerResponse) => void {
  const tokens = new Map<string, number>();
  return (request, response) => {
    const answer = (status: number, body: string | Uint8Array = ''): void => void response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
    const path = new URL(request.url ?? '/', 'http://metadata').pathname.replace(/\/$/, '');
    if (request.method === 'PUT' && path === '/latest/api/token') {
      const seconds = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds']);
      if (!Number.isInteger(seconds) || seconds < 1 || seconds > MOST_SECONDS) return answer(400);
      // A request that came through a proxy is somebody else's.
      if (request.headers['x-forwarded-for'] !== undefined) return answer(403);
      const token = randomBytes(32).toString('base64url');
      tokens.set(token, performance.now() + seconds * 1000);
      return answer(200, token);
    }
    if (request.method !== 'GET') return answer(405);
    const token = request.headers['x-aws-ec2-metadata-token'];
    const { tokenRequired, ...known } = facts();
    const valid = typeof token === 'string' && (tokens.get(token) ?? 0) > performance.now();
    if (token === undefined ? tokenRequired : !valid) return answer(401);
    const found = valueAt(path, known);
    if (found === undefined) return answer(404);
    answer(200, found);
  };
}

function valueAt(path: string, { id, address, zone, image, type, userData }: Omit<InstanceFacts, 'tokenRequired'>): string | Uint8Array | undefined {
  const values: Readonly<Record<string, string>> = {
    'ami-id': image,
    'instance-id': id,
    'instance-type': type,
    'local-ipv4': address,
    'placement/availability-zone': zone,
    'placement/region': zone.slice(0, -1),
  };
  if (path === '/latest/user-data') return userData;
  if (path === '/latest/meta-data') return [...new Set(Object.keys(values).map((key) => key.replace(/\/.*/, '/')))].join('\n');
  const key = path.replace(/^\/latest\/meta-data\//, '');
  return Object.hasOwn(values, key) ? values[key] : undefined;
}
