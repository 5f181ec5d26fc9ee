import { randomUUID } from 'node:crypto';
import type { Assertions } from './assertions.ts';
import type { Principal } from './principals.ts';
import type { Tokens } from './tokens.ts';

export interface Authority {
  /** Without a slash at the end. */
  readonly url: string;
  readonly tenant: string;
  readonly principals: readonly Principal[];
  readonly tokens: Tokens;
  readonly assertions: Assertions;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The token endpoint of a tenant, client credentials only: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
export function authorityAnswer(authority: Authority, method: string, path: string, form: URLSearchParams): Answer | undefined {
  const [tenant = '', ...rest] = path.split('/').filter((segment) => segment !== '');
  const what = rest.join('/');
  if (method === 'GET' && what === 'v2.0/.well-known/openid-configuration') return tenant === authority.tenant ? configuration(authority) : noTenant(tenant);
  if (method === 'POST' && what === 'oauth2/v2.0/token') return tenant === authority.tenant ? token(authority, form) : noTenant(tenant);
  return undefined;
}

function configuration({ url, tenant }: Authority): Answer {
  const base = `${url}/${tenant}`;
  return {
    status: 200,
    body: {
      issuer: `${base}/v2.0`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
      response_types_supported: ['code'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
    },
  };
}

/** Codes and texts: https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
function token({ principals, tokens, assertions }: Authority, form: URLSearchParams): Answer {
  if (form.get('grant_type') !== 'client_credentials')
    return refused(400, 'unsupported_grant_type', 'AADSTS70003: The app requested an unsupported grant type.');
  const scope = form.get('scope') ?? '';
  if (!scope.split(' ').some((each) => each.endsWith('/.default')))
    return refused(
      400,
      'invalid_scope',
      `AADSTS1002012: The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default.`,
    );
  const clientId = form.get('client_id') ?? '';
  const principal = principals.find((each) => each.clientId === clientId);
  if (!principal) return refused(400, 'unauthorized_client', `AADSTS700016: Application with identifier '${clientId}' was not found in the directory.`);
  const assertion = form.get('client_assertion');
  const wrong = assertion === null ? secretRefused(principal, form.get('client_secret')) : assertions.refuse(assertion, clientId);
  if (wrong !== undefined) return refused(401, 'invalid_client', wrong);
  return { status: 200, body: { token_type: 'Bearer', expires_in: tokens.lifetime, ext_expires_in: tokens.lifetime, access_token: tokens.issue(principal) } };
}

function secretRefused({ secret, ended, clientId }: Principal, given: string | null): string | undefined {
  if (given === null) return "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.";
  if (given !== secret)
    return `AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, for app '${clientId}'.`;
  return ended ? `AADSTS7000222: The provided client secret keys for app '${clientId}' are expired.` : undefined;
}

function noTenant(tenant: string): Answer {
  return refused(400, 'invalid_request', `AADSTS90002: Tenant '${tenant}' not found.`);
}

function refused(status: number, error: string, text: string): Answer {
  const id = randomUUID();
  const timestamp = new Date()
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
  return {
    status,
    body: {
      error,
      error_description: `${text} Trace ID: ${id} Correlation ID: ${id} Timestamp: ${timestamp}`,
      error_codes: [Number(/AADSTS(\d+)/.exec(text)?.[1])],
      timestamp,
      trace_id: id,
      correlation_id: id,
    },
  };
}
