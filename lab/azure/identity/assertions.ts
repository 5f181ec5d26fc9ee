import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { z } from 'zod';

const claims = z.looseObject({ iss: z.string(), sub: z.string(), aud: z.string(), exp: z.number() });

/**
 * An issuer of the lab's own, trusted for every principal with its client id as the subject:
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export class Assertions {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly issuer = 'https://issuer.lab.invalid';
  readonly audience = 'api://AzureADTokenExchange';

  /** Signed for this client, for an hour. */
  issue(clientId: string): string {
    const now = Math.floor(Date.now() / 1000);
    const text = [
      { alg: 'ES256', typ: 'JWT', kid: 'lab' },
      { iss: this.issuer, sub: clientId, aud: this.audience, nbf: now, iat: now, exp: now + 3600 },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${text}.${sign('sha256', Buffer.from(text), { key: this.#keys.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  }

  /** What is wrong with it for this client, or nothing. */
  refuse(assertion: string, clientId: string): string | undefined {
    const [head = '', body = '', signature = ''] = assertion.split('.');
    const signed = verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      { key: this.#keys.publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    if (!signed) return 'AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application.';
    const parsed = claims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()));
    if (!parsed.success || parsed.data.iss !== this.issuer || parsed.data.aud !== this.audience || parsed.data.sub !== clientId)
      return 'AADSTS700213: No matching federated identity record found for presented assertion subject.';
    return parsed.data.exp * 1000 > Date.now() ? undefined : 'AADSTS700024: Client assertion is not within its valid time range.';
  }
}
