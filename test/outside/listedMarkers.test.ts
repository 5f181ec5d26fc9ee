import { expect, it } from 'vitest';
import { listedMarkers } from '../../activities/outside/listedMarkers.ts';

const marker = (id: string, more: object = {}) => ({ id, hash: `hash of ${id}`, ...more });

it.each([
  ['bare', [marker('a'), marker('b')]],
  ['in a field', { count: 2, orders: [marker('a', { price: 3 }), marker('b')] }],
  ['deep inside', { data: { page: { items: [marker('a'), marker('b')] } } }],
  ['beside another list', { errors: [{ id: 1 }], orders: [marker('a'), marker('b')], tags: ['x'] }],
])('finds the list %s', (_, answer) => {
  expect(listedMarkers(answer, 'canary')?.map(({ id }) => id)).toEqual(['a', 'b']);
});

it('leaves out what is no marker and what is of another tenant', () => {
  const answer = [marker('a', { tenant: 'canary' }), marker('b', { tenant: 'acme' }), { id: 'c' }, 7, marker('d')];
  expect(listedMarkers(answer, 'canary')?.map(({ id }) => id)).toEqual(['a', 'd']);
});

it('tells an empty list from no list', () => {
  expect(listedMarkers({ orders: [] }, 'canary')).toEqual([]);
  expect(listedMarkers({ error: 'try later' }, 'canary')).toBeUndefined();
  expect(listedMarkers(undefined, 'canary')).toBeUndefined();
});
