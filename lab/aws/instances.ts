import type { MachineHost } from '../machines/host.ts';
import { type InstanceFacts, instanceMetadata } from './metadata.ts';
import { type SeenInstance, seenInstances, withStates } from './xml.ts';

interface Instance extends Omit<SeenInstance, 'state'> {
  readonly image: string;
  readonly type: string;
  readonly tokenRequired: boolean;
  readonly failsToBoot: boolean;
  userData: Uint8Array | undefined;
  /** Whether its machine was ever turned on. */
  booted: boolean;
  wantsPower: boolean;
  /** What is told of it instead of what the server behind says: there every change is done at once. */
  state: 'pending' | 'stopping' | 'shutting-down' | undefined;
}

/** What goes otherwise than planned with what a call starts. */
export interface Troubles {
  readonly failsToBoot: boolean;
  readonly slowerMs: number;
}

/** The instances as machines: driven by what the API was asked and answered, told by the API only when it has happened. */
export class Instances {
  readonly #host: MachineHost | undefined;
  readonly #instances = new Map<string, Instance>();
  readonly #ended = new AbortController();

  constructor(host: MachineHost | undefined) {
    this.#host = host;
  }

  zoneOf(id: string): string | undefined {
    return this.#instances.get(id)?.zone;
  }

  /** RunInstances was answered. Answers of repeated requests name instances that are known. */
  ran(form: URLSearchParams, answer: string, { failsToBoot, slowerMs }: Troubles): void {
    const userData = form.get('UserData');
    for (const { state, ...seen } of seenInstances(answer)) {
      if (this.#instances.has(seen.id) || state === 'terminated') continue;
      const instance: Instance = {
        ...seen,
        image: form.get('ImageId') ?? '',
        type: form.get('InstanceType') ?? '',
        tokenRequired: form.get('MetadataOptions.HttpTokens') === 'required',
        failsToBoot,
        userData: userData === null ? undefined : Buffer.from(userData, 'base64'),
        booted: false,
        wantsPower: false,
        state: undefined,
      };
      this.#instances.set(seen.id, instance);
      this.#power(instance, slowerMs);
    }
  }

  /** StartInstances was answered. */
  started(ids: readonly string[], { slowerMs }: Troubles): void {
    for (const each of this.#known(ids)) if (!each.wantsPower) this.#power(each, slowerMs);
  }

  /** Before StopInstances is asked of the server behind; returns what takes it back if that refuses. */
  announceStop(ids: readonly string[]): () => void {
    const running = this.#known(ids).filter(({ wantsPower, state }) => wantsPower && state === undefined);
    for (const each of running) each.state = 'stopping';
    return () => {
      for (const each of running) if (each.wantsPower) each.state = undefined;
    };
  }

  /** `power` does not ask the operating system. */
  stopped(ids: readonly string[], how: 'polite' | 'power', { slowerMs }: Troubles): void {
    for (const each of this.#known(ids)) {
      each.wantsPower = false;
      each.state = 'stopping';
      this.#when(this.#off(each, how, slowerMs), () => {
        if (each.state === 'stopping' && !each.wantsPower) each.state = undefined;
      });
    }
  }

  rebooted(ids: readonly string[]): void {
    for (const each of this.#known(ids)) this.#when(this.#off(each, 'polite', 0), () => each.wantsPower && this.#host?.start(each.id));
  }

  terminated(ids: readonly string[]): void {
    for (const each of this.#known(ids)) {
      each.wantsPower = false;
      each.state = 'shutting-down';
      this.#when(this.#host?.remove(each.id) ?? Promise.resolve(), () => this.#instances.delete(each.id));
    }
  }

  /** ModifyInstanceAttribute was answered: the metadata service shows it from now on; it is not run. */
  changedUserData(id: string, userData: Uint8Array): void {
    for (const each of this.#known([id])) each.userData = userData;
  }

  /** An answer with the states that the machines really have. */
  apply(xml: string): string {
    const states = new Map([...this.#instances.values()].flatMap(({ id, state }) => (state ? [[id, state] as const] : [])));
    return states.size === 0 ? xml : withStates(xml, states);
  }

  end(): void {
    this.#ended.abort();
  }

  #known(ids: readonly string[]): Instance[] {
    return ids.flatMap((id) => this.#instances.get(id) ?? []);
  }

  #power(instance: Instance, slowerMs: number): void {
    instance.wantsPower = true;
    instance.state = slowerMs > 0 ? 'pending' : undefined;
    this.#when(this.#later(slowerMs), () => {
      if (instance.state === 'pending') instance.state = undefined;
      if (!instance.wantsPower) return;
      if (instance.booted) return this.#host?.start(instance.id);
      instance.booted = true;
      this.#host?.boot({
        id: instance.id,
        address: instance.address,
        failsToBoot: instance.failsToBoot,
        ...(instance.userData && { userData: instance.userData }),
        metadata: { variable: 'AWS_EC2_METADATA_SERVICE_ENDPOINT', form: 'url', handle: instanceMetadata((): InstanceFacts => instance) },
      });
    });
  }

  async #off({ id }: Instance, how: 'polite' | 'power', slowerMs: number): Promise<void> {
    await Promise.all([this.#host?.stop(id, how), this.#later(slowerMs)]);
  }

  /** At once when there is nothing to wait for. */
  async #later(ms: number): Promise<void> {
    const { signal } = this.#ended;
    if (ms === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }

  #when(done: Promise<void>, then: () => unknown): void {
    void done.then(() => (this.#ended.signal.aborted ? undefined : then()));
  }
}
