import type { Call } from './handlers/call.ts';
import type { Routed } from './routes.ts';
import { type Refusal, refusals } from './refusal.ts';
import type { Principal, Tokens } from './tokens.ts';

const READ_ONLY = 'https://www.googleapis.com/auth/compute.readonly';

/** Who asks. Throws the 401 for nobody, for a token from elsewhere and for one that has ended; the 403 for a reader who wants to change. */
export function authorized(tokens: Tokens, authorization: string | undefined, { id, method, parameters }: Routed, body: Call['body']): Principal {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw refusals.credentials('CREDENTIALS_MISSING', id);
  const held = tokens.holder(token);
  if (held.kind !== 'known') throw refusals.credentials(held.kind === 'expired' ? 'ACCESS_TOKEN_EXPIRED' : 'ACCESS_TOKEN_TYPE_UNSUPPORTED', id);
  // The document says of each method whether the scope for reading is enough.
  if (held.principal.access === 'read' && !method.scopes.includes(READ_ONLY)) throw denied(id, parameters, body);
  return held.principal;
}

/** https://cloud.google.com/compute/docs/access/iam-permissions */
export function denied(id: string, { project, zone, region, instance, disk }: Routed['parameters'], body: Call['body']): Refusal {
  const [, resource = '', verb = ''] = id.split('.');
  const kind = resource === 'regionInstances' ? 'instances' : resource;
  const permission = `compute.${kind}.${/insert/i.test(verb) ? 'create' : verb}`;
  const scope =
    zone !== undefined ? `projects/${project}/zones/${zone}` : region !== undefined ? `projects/${project}/regions/${region}` : `projects/${project}`;
  const short = instance ?? disk ?? (typeof body.name === 'string' ? body.name : undefined);
  return refusals.forbidden(permission, short === undefined ? scope : `${scope}/${kind}/${short}`);
}
