import { randomBytes, randomUUID } from 'node:crypto';

/** A service principal with a role of its own. */
export interface Principal {
  readonly clientId: string;
  readonly objectId: string;
  readonly secret: string;
  /** What it may do, in the form of a role definition's `actions`. */
  readonly actions: readonly string[];
  /** Its secret has ended. */
  readonly ended?: boolean;
}

export function newPrincipal(actions: readonly string[], ended = false): Principal {
  return { clientId: randomUUID(), objectId: randomUUID(), secret: randomBytes(24).toString('base64url'), actions, ...(ended && { ended }) };
}
