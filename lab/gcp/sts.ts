import type { Json } from './json.ts';
import type { Tokens } from './tokens.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';

/** Google's Security Token Service: https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
export function exchangeToken(tokens: Tokens, form: URLSearchParams): { readonly status: number; readonly body: Json } {
  const refused = (error: string, why: string) => ({ status: 400, body: { error, error_description: why } });
  if (form.get('grant_type') !== EXCHANGE) return refused('unsupported_grant_type', `Unsupported grant type: ${form.get('grant_type')}`);
  if (form.get('subject_token_type') !== JWT) return refused('invalid_request', `Invalid subject token type: ${form.get('subject_token_type')}`);
  if (form.get('requested_token_type') !== ACCESS_TOKEN) return refused('invalid_request', 'Invalid value for requested_token_type.');
  if (!form.get('audience')) return refused('invalid_request', 'Missing audience.');
  const given = tokens.exchange(form.get('subject_token') ?? '');
  if (!given) return refused('invalid_grant', 'The given credential is rejected by the attribute condition or is not known.');
  return { status: 200, body: { access_token: given.token, issued_token_type: ACCESS_TOKEN, token_type: 'Bearer', expires_in: given.expiresIn } };
}
