import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Addresses, holdAddresses } from '../../lab/gcp/addresses.ts';

let addresses: Addresses;
beforeEach(async () => {
  addresses = await holdAddresses();
});
afterEach(() => addresses.release());

describe('the addresses of a lab', () => {
  it('are all of its range but the four that Google keeps, each once, and come again when they were given back', () => {
    const all = Array.from({ length: 1020 }, () => addresses.take());
    expect(new Set(all).size).toBe(1020);
    expect(all).not.toContain(addresses.gateway);
    expect(addresses.take()).toBeUndefined();
    addresses.give(all[7] ?? '');
    expect([addresses.take(), addresses.take()]).toEqual([all[7], undefined]);
  });
});
