import { join } from 'node:path';
import type { MachineHost, MachineSpec } from './host.ts';
import type { MachineImage } from './image.ts';
import { Machine } from './machine.ts';

export interface MachinesOptions {
  /** Where their directories are made; nobody else's. */
  readonly folder: string;
  /** From power on until the first program runs. */
  readonly bootSeconds?: number;
  readonly image?: MachineImage;
  /** Default: a root of their own where this host can give them one. */
  readonly root?: 'shared';
}

export interface MachineView {
  readonly id: string;
  readonly address: string;
  readonly on: boolean;
  /** Of its first process on the host. */
  readonly pid: number | undefined;
  readonly directory: string;
  /** The file with what its boots and services said. */
  readonly console: string;
}

/** Machines as process trees of this host (Linux). None outlives this process, however that ends. */
export class Machines implements MachineHost {
  readonly #options: Required<Omit<MachinesOptions, 'root'>> & Pick<MachinesOptions, 'root'>;
  readonly #machines = new Map<string, Machine>();

  constructor({ bootSeconds = 1, image = {}, ...rest }: MachinesOptions) {
    this.#options = { ...rest, bootSeconds, image };
  }

  boot(spec: MachineSpec): void {
    if (this.#machines.has(spec.id)) throw new Error(`there is a machine ${spec.id} already`);
    const { folder, ...options } = this.#options;
    const machine = new Machine(spec, { ...options, directory: join(folder, encodeURIComponent(spec.id)) });
    this.#machines.set(spec.id, machine);
    machine.on();
  }

  async stop(id: string, how: 'polite' | 'power'): Promise<void> {
    await this.#machines.get(id)?.off(how);
  }

  start(id: string): void {
    this.#machines.get(id)?.on();
  }

  async remove(id: string): Promise<void> {
    const machine = this.#machines.get(id);
    this.#machines.delete(id);
    await machine?.remove();
  }

  list(): MachineView[] {
    return [...this.#machines.values()].map(({ spec: { id, address }, isOn, pid, directory, console }) => ({ id, address, on: isOn, pid, directory, console }));
  }

  /** Power off for all of them, and their disks are gone. */
  async end(): Promise<void> {
    await Promise.all([...this.#machines.keys()].map((id) => this.remove(id)));
  }
}
