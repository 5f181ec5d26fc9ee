import { describe, expect, it } from 'vitest';
import { leakedIn, textOfHistory } from './support/secret.ts';

const SECRET = 'tok/+=&%"ä <0c94a1d27b>';
const secrets = { token: SECRET, other: 'another-one-77' };

const base64At = (offset: number): string => Buffer.from(`${'x'.repeat(offset)}${SECRET}${'y'.repeat(offset + 1)}`).toString('base64');

const HIDING: Readonly<Record<string, string>> = {
  'as it is': `Error: refused with ${SECRET}!`,
  'in JSON': JSON.stringify({ token: SECRET }),
  'in JSON within JSON': JSON.stringify({ body: JSON.stringify({ token: SECRET }) }),
  'in a URL': `https://example.com/?token=${encodeURIComponent(SECRET)}&x=1`,
  'in a form': new URLSearchParams({ token: SECRET }).toString(),
  'in a page': '<p>tok/+=&amp;%&quot;ä &lt;0c94a1d27b&gt;</p>',
  'in hex': Buffer.from(`xy${SECRET}z`).toString('hex'),
  'in hex of capitals': Buffer.from(SECRET).toString('hex').toUpperCase(),
  'in Base64': base64At(0),
  'in Base64, one byte later': base64At(1),
  'in Base64, two bytes later': base64At(2),
  'in Base64 for URLs': Buffer.from(`header:${SECRET}`).toString('base64url'),
  'read as Latin-1': Buffer.from(`.. ${SECRET} ..`).toString('latin1'),
  'in a payload of a history': textOfHistory({ events: [{ input: { payloads: [{ data: Buffer.from(JSON.stringify([SECRET])) }] } }] }),
  'in a script, in Base64, in a payload': textOfHistory({
    payloads: [{ data: Buffer.from(JSON.stringify({ UserData: Buffer.from(`#!/bin/sh\nTOKEN='${SECRET}'\n`).toString('base64') })) }],
  }),
};

describe('a planted secret', () => {
  it.each(Object.entries(HIDING))('is found %s', (_, text) => {
    expect(leakedIn(text, secrets)).toEqual(['token']);
  });

  it('is not found where it is not', () => {
    expect(leakedIn(`${JSON.stringify(HIDING).slice(0, 20)} tok/ 0c94a1d27b ***`, secrets)).toEqual([]);
  });
});
