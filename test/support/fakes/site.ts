import { ProviderError } from '../../../providers/errors.ts';
import type { Found, MarkFilter, PowerRef, ResourceId } from '../../../providers/spec.ts';
import { nameOf, type Thing } from './thing.ts';

/** A site of a fake world. */
export class FakeSite {
  readonly name: string;
  readonly things: Thing[] = [];
  /** False: every call to it fails, as when its control plane is gone. */
  reachable = true;
  /** How often anybody has called it. */
  asked = 0;
  /** True: what is inside its fence can be left. */
  leaks = false;
  #serial = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Throws as a provider does when the site cannot be reached. */
  reach(): this {
    this.asked += 1;
    if (!this.reachable) throw new ProviderError('Unavailable', 'fake', `${this.name} does not answer`);
    return this;
  }

  add(thing: Omit<Thing, 'nativeId' | 'version' | 'stubborn' | 'ill' | 'endpoint'>): Thing {
    const serial = ++this.#serial;
    const added: Thing = {
      ...thing,
      nativeId: `${this.name}-${serial}`,
      endpoint: { host: this.name, port: 7000 + serial },
      version: 1,
      stubborn: false,
      ill: false,
    };
    this.things.push(added);
    return added;
  }

  find(id: ResourceId): Thing | undefined {
    return this.things.find((thing) => thing.id !== undefined && nameOf(thing.id) === nameOf(id));
  }

  at(ref: PowerRef): Thing | undefined {
    return 'id' in ref ? this.find(ref.id) : this.things.find(({ nativeId }) => nativeId === ref.selector);
  }

  remove(thing: Thing): void {
    this.things.splice(this.things.indexOf(thing), 1);
  }

  list({ installation, run }: MarkFilter): Found[] {
    return this.things.flatMap(({ kind, id, nativeId }) =>
      id && id.owner.installation === installation && (run === undefined || id.owner.run === run) ? [{ kind, id, nativeId }] : [],
    );
  }
}
