import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flat } from '../../lab/gcp/json.ts';
import { type GcpBench, openGcpBench, refusal } from './gcpBench.ts';
import type { Answered } from './gcpClient.ts';

let bench: GcpBench;
beforeEach(async () => {
  bench = await openGcpBench();
});
afterEach(() => bench.close());

describe('fingerprints', () => {
  const change = (verb: string, body: object): Promise<Answered> => bench.api.ask('POST', `${bench.zone}/instances/one/${verb}`, body);
  const FIELDS = { labels: 'labelFingerprint', tags: 'tags.fingerprint', metadata: 'metadata.fingerprint' } as const;
  const fingerprint = async (part: keyof typeof FIELDS): Promise<string | undefined> => flat(await bench.get('one'))[FIELDS[part]];

  it.each([
    ['setLabels', 'labels', { labels: { a: 'b' } }, { labels: { a: 'b' } }, 'labelFingerprint'],
    ['setTags', 'tags', { items: ['x'] }, { tags: { items: ['x'] } }, 'fingerprint'],
    ['setMetadata', 'metadata', { items: [{ key: 'k', value: 'v' }] }, { metadata: { items: [{ key: 'k', value: 'v' }] } }, 'fingerprint'],
  ] as const)('%s needs the newest, and makes a new one', async (verb, part, body, after, field) => {
    await bench.make('one');
    const first = await fingerprint(part);
    await bench.api.done(await change(verb, { ...body, [field]: first }));
    expect(await bench.get('one')).toMatchObject(after);
    expect(await fingerprint(part)).not.toBe(first);
    expect(await change(verb, { ...body, [field]: first })).toMatchObject(refusal(412, 'conditionNotMet', /fingerprint/));
    expect(await change(verb, body)).toMatchObject(refusal(412, 'conditionNotMet', /fingerprint/));
  });

  it('let one of two changes at the same time win', async () => {
    await bench.make('one');
    const labelFingerprint = await fingerprint('labels');
    bench.slowly('setLabels', 2);
    const both = await Promise.all(['a', 'b'].map((value) => change('setLabels', { labels: { who: value }, labelFingerprint })));
    const done = await Promise.all(both.map((each) => bench.api.done(each)));
    expect(done.filter(({ error }) => error !== undefined)).toMatchObject([{ error: { errors: [{ code: 'CONDITION_NOT_MET' }] }, httpErrorStatusCode: 412 }]);
  });
});
