import type { Activities, VantageActivities } from '../../../activities/contract.ts';

type All = Activities & VantageActivities;
export type ActivityName = keyof All & string;
/** What an activity is asked; undefined for those that are asked nothing. */
export type InputOf<N extends ActivityName> = Parameters<All[N]>[0];

export interface Call<N extends ActivityName = ActivityName> {
  /** In the order in which they began, from 1. */
  readonly n: number;
  readonly activity: N;
  readonly input: InputOf<N>;
  readonly workflow: 'drill' | 'lock' | 'sweep' | 'deploy' | 'doctor' | 'other';
  readonly workflowId: string;
  readonly attempt: number;
  readonly summary: string;
  readonly signal: AbortSignal;
  outcome: 'running' | 'done' | 'failed' | 'cancelled';
  /** The last call that had begun when this one ended. */
  endedAt?: number;
  result?: unknown;
}

interface Knob {
  readonly activity: ActivityName;
  readonly nth: number | 'every';
  readonly at: 'before' | 'after';
  readonly where: (input: never) => boolean;
  readonly happens: (call: Call) => void | Promise<void>;
  met: number;
}

/** Everything that a fake world was asked, in order, and what is to happen at some of it. */
export class Calls {
  readonly #calls: Call[] = [];
  readonly #knobs: Knob[] = [];

  /**
   * Before or after (the default) the effect of the nth such call, of the first by default. What is thrown is thrown by
   * the activity: after the effect it is an effect whose reply got lost. Attempts count as calls.
   */
  when<N extends ActivityName>(
    activity: N,
    { nth = 1, at = 'after', where = () => true }: { nth?: number | 'every'; at?: 'before' | 'after'; where?: (input: InputOf<N>) => boolean },
    happens: (call: Call<N>) => void | Promise<void>,
  ): void {
    this.#knobs.push({ activity, nth, at, where: where as Knob['where'], happens: happens as Knob['happens'], met: 0 });
  }

  /** From now on nothing happens at any call. */
  calm(): void {
    this.#knobs.length = 0;
  }

  async record<R>(begun: Omit<Call, 'n' | 'outcome'>, effect: () => Promise<R>): Promise<R> {
    const call: Call = { ...begun, n: this.#calls.length + 1, outcome: 'running' };
    this.#calls.push(call);
    const knobs = this.#knobs.filter((knob) => knob.activity === call.activity && knob.where(call.input as never));
    const due = knobs.filter((knob) => ++knob.met === knob.nth || knob.nth === 'every');
    try {
      for (const knob of due) if (knob.at === 'before') await knob.happens(call);
      const result = await effect();
      call.result = result;
      for (const knob of due) if (knob.at === 'after') await knob.happens(call);
      call.outcome = 'done';
      return result;
    } catch (error) {
      call.outcome = call.signal.aborted ? 'cancelled' : 'failed';
      throw error;
    } finally {
      call.endedAt = this.#calls.length;
    }
  }

  get all(): readonly Call[] {
    return this.#calls;
  }

  of<N extends ActivityName>(activity: N): Call<N>[] {
    return this.#calls.filter((call): call is Call<N> => call.activity === activity);
  }

  seen(activity: ActivityName): boolean {
    return this.#calls.some((call) => call.activity === activity && call.outcome === 'done');
  }
}
