import type { ErrorCode } from '../spec.ts';
import type { ProcessIdentity } from '../processes.ts';
import { writeJson } from './json.ts';
import { files } from './layout.ts';

type Underway = 'fetching' | 'restoring' | 'waiting' | 'starting' | 'stopping';

/** The supervisor's side of state.json. Writes one after the other, so that the last word stands. */
export class StateFile {
  readonly #path: string;
  readonly #supervisor: string;
  #child: ProcessIdentity | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(directory: string, supervisor: ProcessIdentity) {
    this.#path = files.state(directory);
    this.#supervisor = supervisor.start;
  }

  underway(state: Underway, detail?: string): Promise<void> {
    return this.#write({ state, ...(detail !== undefined && { detail }) });
  }

  /** Known from then on, whatever the state, so that it can be ended should the supervisor die. */
  started(child: ProcessIdentity, detail?: string): Promise<void> {
    this.#child = child;
    return this.underway('starting', detail);
  }

  running(): Promise<void> {
    return this.#write({ state: 'running' });
  }

  stopped(): Promise<void> {
    return this.#write({ state: 'stopped' });
  }

  failed(code: ErrorCode, detail: string): Promise<void> {
    return this.#write({ state: 'failed', code, detail });
  }

  #write(state: object): Promise<void> {
    const value = { ...state, supervisor: this.#supervisor, ...(this.#child && { child: this.#child }) };
    this.#last = this.#last.catch(() => {}).then(() => writeJson(this.#path, value));
    return this.#last;
  }
}
