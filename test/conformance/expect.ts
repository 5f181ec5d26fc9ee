import { expect } from 'vitest';

/** It crosses into a history: what comes out of JSON is what went in, and no secret is in it. */
export function expectPlain(value: unknown, secrets: readonly string[]): void {
  const json = JSON.stringify(value);
  expect(JSON.parse(json)).toEqual(value);
  expectNoSecret(json, secrets);
}

export function expectNoSecret(text: string, secrets: readonly string[]): void {
  for (const [index, secret] of secrets.entries()) expect(text.includes(secret), `secret ${index} is shown`).toBe(false);
}

/** Everything of an error that logs and histories repeat. */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.name, error.message, error.stack ?? '', error.cause === undefined ? '' : told(error.cause)].join('\n');
}

/** What the call throws. (`expect().rejects` blames another test when tests run at once.) */
export async function rejection(call: Promise<unknown>): Promise<unknown> {
  const outcome = await call.then(
    (value: unknown) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`it should have failed, and gave ${JSON.stringify(outcome.value)}`);
}

export async function expectAbortError(call: () => Promise<unknown>): Promise<void> {
  expect(await rejection(call())).toMatchObject({ name: 'AbortError' });
}
