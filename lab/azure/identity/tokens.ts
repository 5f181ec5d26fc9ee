import { randomBytes } from 'node:crypto';
import { ArmError } from '../armError.ts';
import type { Principal } from './principals.ts';

/** The tokens of one tenant. */
export class Tokens {
  readonly #issued = new Map<string, { readonly principal: Principal; readonly until: number }>();
  /** Seconds that a token lasts. */
  readonly lifetime: number;
  readonly #challenge: string;

  constructor(lifetime: number, authority: string) {
    this.lifetime = lifetime;
    this.#challenge = `Bearer authorization_uri="${authority}"`;
  }

  issue(principal: Principal): string {
    const token = randomBytes(48).toString('base64url');
    this.#issued.set(token, { principal, until: performance.now() + this.lifetime * 1000 });
    return token;
  }

  /** Whose it is. */
  check(authorization: string | undefined): Principal {
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw this.#refused('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.", 'invalid_request');
    const issued = this.#issued.get(token);
    if (!issued) throw this.#refused('InvalidAuthenticationToken', 'The access token is invalid.', 'invalid_token');
    if (performance.now() >= issued.until) throw this.expired();
    return issued.principal;
  }

  expired(): ArmError {
    return this.#refused('ExpiredAuthenticationToken', 'The access token has expired.', 'invalid_token');
  }

  #refused(code: string, message: string, error: string): ArmError {
    const challenge = `${this.#challenge}, error="${error}", error_description="${message}"`;
    return new ArmError(401, code, message, { headers: { 'www-authenticate': challenge } });
  }
}
