import { afterAll, expect, it } from 'vitest';
import { testDriver } from '../conformance/index.ts';
import { marathonHarness, startLab } from './marathonHarness.ts';

const lab = await startLab();
afterAll(() => lab.stop());

testDriver('marathon', () => marathonHarness(lab));

it('was tried with requests that Marathon knows every word of, and answers that fit its description', () => {
  expect(lab.unheard).toEqual([]);
  expect(lab.wrong).toEqual([]);
});

it('forces nothing, and says so where Marathon would force by itself', () => {
  const forced = lab.calls.filter(({ fields }) => fields.force === 'true');
  const removed = lab.calls.filter(({ call, fields }) => call === 'DELETE /v2/apps/{app_id}' && fields.app_id?.startsWith('muster/'));
  expect(forced).toEqual([]);
  expect(removed.length).toBeGreaterThan(10);
  expect(new Set(removed.map(({ fields }) => fields.force))).toEqual(new Set(['false']));
});
