import { randomBytes } from 'node:crypto';

export type Access = 'read' | 'write';

export interface Principal {
  readonly access: Access;
  readonly email: string;
}

/** Who asks for a token: `expired` gets one that the API no longer takes. */
export type CredentialsKind = Access | 'expired';

type Held = { readonly kind: 'known'; readonly principal: Principal } | { readonly kind: 'expired' } | { readonly kind: 'unknown' };

const LIFETIME_SECONDS = 3600;

/** The tokens of one project: what the token endpoint gave, and nothing else, opens the API. */
export class Tokens {
  readonly #project: string;
  readonly #subjects = new Map<string, CredentialsKind>();
  readonly #tokens = new Map<string, { readonly kind: CredentialsKind; readonly until: number }>();

  constructor(project: string) {
    this.#project = project;
  }

  /** What a workload shows at the token endpoint to be known as one of this kind. */
  subject(kind: CredentialsKind): string {
    const subject = `subject-${randomBytes(16).toString('hex')}`;
    this.#subjects.set(subject, kind);
    return subject;
  }

  /** Undefined for a subject that was not given out here. */
  exchange(subject: string): { readonly token: string; readonly expiresIn: number } | undefined {
    const kind = this.#subjects.get(subject);
    if (kind === undefined) return undefined;
    const token = `ya29.${randomBytes(24).toString('base64url')}`;
    this.#tokens.set(token, { kind, until: Date.now() + (kind === 'expired' ? -1 : LIFETIME_SECONDS * 1000) });
    return { token, expiresIn: LIFETIME_SECONDS };
  }

  holder(token: string): Held {
    const held = this.#tokens.get(token);
    if (!held) return { kind: 'unknown' };
    if (held.kind === 'expired' || held.until < Date.now()) return { kind: 'expired' };
    return { kind: 'known', principal: { access: held.kind, email: `${held.kind}-access@${this.#project}.iam.gserviceaccount.com` } };
  }
}
