import { ArmError } from '../armError.ts';

/** Addresses of one range, as text. */
export class Addresses {
  readonly #first: number;
  readonly #size: number;
  readonly #taken = new Set<number>();
  readonly #name: string;

  /** Azure keeps the first four and the last: https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq */
  constructor(prefix: string, name: string) {
    const [base = '', bits = '32'] = prefix.split('/');
    this.#first = base.split('.').reduce((number, part) => number * 256 + Number(part), 0);
    this.#size = 2 ** (32 - Number(bits));
    this.#name = name;
  }

  /** The lowest free one, or this one. */
  take(wanted?: string): string {
    if (wanted !== undefined) {
      const offset = numberOf(wanted) - this.#first;
      if (offset < 4 || offset > this.#size - 2)
        throw new ArmError(
          400,
          'PrivateIPAddressNotInSubnet',
          `Private static IP address ${wanted} does not belong to the range of subnet prefix of ${this.#name}.`,
        );
      if (this.#taken.has(offset))
        throw new ArmError(400, 'PrivateIPAddressInUse', `IP address ${wanted} is not available: it is already in use in ${this.#name}.`);
      this.#taken.add(offset);
      return wanted;
    }
    for (let offset = 4; offset <= this.#size - 2; offset++) {
      if (this.#taken.has(offset)) continue;
      this.#taken.add(offset);
      return textOf(this.#first + offset);
    }
    throw new ArmError(400, 'SubnetIsFull', `Subnet ${this.#name} does not have enough capacity for 1 IP addresses.`);
  }

  give(address: string): void {
    this.#taken.delete(numberOf(address) - this.#first);
  }
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
