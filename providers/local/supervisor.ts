import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, type ProcessIdentity, signalGroup } from '../processes.ts';
import { answers } from './answers.ts';
import { DriverError, withoutSecrets } from '../errors.ts';
import { commandOf } from './command.ts';
import { codeOf, exists, readText, writeJson } from './json.ts';
import { files, replicaDir } from './layout.ts';
import { Leases } from './leases.ts';
import { lastWords, logTail, sizeOf } from './logTail.ts';
import { type BootOrder, GRACE_SECONDS } from './order.ts';
import { bindable, releasePorts, reservePorts } from './ports.ts';
import { FAULTS } from './faults.ts';
import { firstData, restoreData } from './putData.ts';
import type { Ports } from './records.ts';
import { StateFile } from './stateFile.ts';
import { unpackInto } from './unpack.ts';

/** A program that ends so soon after its start did not work. */
const YOUNG_SECONDS = 5;
const YOUNG_EXITS = 3;
/** How long its ports may be held by what it left behind. */
const FREE_SECONDS = 3;
/** A program that listens nowhere runs when it has lived this long. */
const SETTLE_SECONDS = 1;

/** Boots one replica and stays with its program: restarts it, ends it, holds its leases. */
export class Supervisor {
  readonly #order: BootOrder;
  readonly #directory: string;
  readonly #state: StateFile;
  readonly #stop = new AbortController();
  readonly #leases: Leases;
  /** Aborted when a lease is lost; a new one for each taking. */
  #term = new AbortController();
  #child: ChildProcess | undefined;
  #kill: NodeJS.Timeout | undefined;

  constructor(order: BootOrder, self: ProcessIdentity) {
    this.#order = order;
    this.#directory = replicaDir(order.thing, order.replica);
    this.#state = new StateFile(this.#directory, self);
    this.#leases = new Leases((reason) => this.#lose(reason));
  }

  /** Until its program has ended for good. Never rejects for what is wrong with the workload: that is its state. */
  async run(): Promise<void> {
    const error = await this.#bootAndStay().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    clearTimeout(this.#kill);
    await this.#leases.release();
    if (this.#stop.signal.aborted) await this.#state.stopped();
    else await this.#fail(error);
  }

  /** Politely; after the grace it is killed with its group. */
  stop(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#state.underway('stopping').catch(() => {}); // It stops also where nothing can be written any more.
    if (this.#child) this.#terminate(this.#child);
  }

  #terminate(child: ChildProcess): void {
    child.kill('SIGTERM');
    this.#kill = setTimeout(() => this.#killGroup(child), GRACE_SECONDS * 1000);
  }

  async #bootAndStay(): Promise<void> {
    await this.#prepare();
    while (!this.#stop.signal.aborted) {
      this.#term = new AbortController();
      await this.#takeLeases();
      await this.#keepRunning();
      if (this.#term.signal.aborted) await this.#leases.release();
    }
  }

  async #prepare(): Promise<void> {
    const { plan, restore } = this.#order;
    const { signal } = this.#stop;
    const { spec, uid } = plan;
    await this.#state.underway('fetching');
    if (uid === undefined && process.getuid?.() === 0)
      console.log(`muster: runs as root, since no other user can reach ${this.#directory}: open the directories above the site with chmod o+x`);
    await unpackInto(files.program(this.#directory), spec.files, uid, signal);
    await this.#state.underway('restoring');
    for (const [name, set] of Object.entries(spec.data)) {
      const directory = files.data(this.#directory, name);
      await firstData(directory, name, set.restore, { uid, signal });
      const point = restore?.files[name];
      if (restore && point) await restoreData(directory, name, point, restore.stamp, { uid, signal });
    }
  }

  async #takeLeases(): Promise<void> {
    const { plan, thing, replica } = this.#order;
    const holder = `${plan.spec.workload}/${plan.spec.component}/${replica} of ${thing.split('/').slice(-3, -1).join('/')}`;
    await this.#leases.take(plan, holder, this.#stop.signal, (why) => this.#state.underway('waiting', why));
  }

  get #ended(): boolean {
    return this.#stop.signal.aborted || this.#term.signal.aborted;
  }

  async #keepRunning(): Promise<void> {
    for (let young = 0; !this.#ended;) {
      const from = await sizeOf(files.log(this.#directory));
      const started = performance.now();
      const how = await this.#runOnce();
      if (this.#ended) return;
      const lived = (performance.now() - started) / 1000;
      young = lived < YOUNG_SECONDS ? young + 1 : 0;
      const tail = await logTail(files.log(this.#directory), from);
      const said = lastWords(withoutSecrets(tail, Object.values(this.#order.plan.spec.secrets)));
      if (young >= YOUNG_EXITS)
        throw new DriverError('Unavailable', `its program ended (${how}) ${YOUNG_EXITS} times within its first ${YOUNG_SECONDS} s: ${said}`);
      await this.#state.underway('starting', `its program ended (${how}) and is started again: ${said}`);
      await sleep(250 * 2 ** young, undefined, { signal: this.#stop.signal });
    }
  }

  /** How it ended. */
  async #runOnce(): Promise<string> {
    const ports = await this.#freePorts();
    const { program, args, cwd, env, uid } = commandOf(this.#order, ports);
    if (!this.#leases.valid) return 'its lease ran out before it was started';
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'inherit', 'inherit'], ...(uid !== undefined && { uid, gid: uid }) });
    const ended = new Promise<string>((resolve) =>
      child.once('exit', (code, signal) => resolve(signal ?? `exit ${code}`)).once('error', (error) => resolve(codeOf(error) ?? error.message)),
    );
    this.#child = child;
    const identity = child.pid === undefined ? undefined : await identify(child.pid, this.#order.plan.mark);
    try {
      if (identity) await this.#watch(identity, ports, ended);
      return await ended;
    } finally {
      // Whatever went wrong: nothing of it may outlive the lease, nor hold its ports and its data.
      this.#killGroup(child);
      await ended;
      this.#child = undefined;
      clearTimeout(this.#kill);
      if (identity) await signalGroup(identity, 'SIGKILL');
    }
  }

  async #watch(identity: ProcessIdentity, ports: Ports, ended: Promise<string>): Promise<void> {
    if (this.#stop.signal.aborted && this.#child) this.#terminate(this.#child);
    await this.#state.started(identity);
    const settled = new AbortController();
    void ended.then(() => settled.abort());
    if (!(await this.#settles(ports, settled.signal))) return;
    await writeFile(files.ran(this.#directory), '');
    await this.#state.running();
  }

  /** True once it listens everywhere it should, or has lived for a while. */
  async #settles(ports: Ports, ended: AbortSignal): Promise<boolean> {
    const until = performance.now() + SETTLE_SECONDS * 1000;
    const signal = AbortSignal.any([ended, this.#stop.signal]);
    const all = Object.values(ports);
    while (!signal.aborted && performance.now() < until) {
      await sleep(50, undefined, { signal }).catch(() => {});
      if (signal.aborted) return false;
      if (all.length > 0 && (await Promise.all(all.map((port) => answers(this.#order.plan.address, port, 500)))).every(Boolean)) return !signal.aborted;
    }
    return !signal.aborted;
  }

  /** Its ports, seen to be free: whoever answers there from now on is its program. Others only as long as nobody can know them. */
  async #freePorts(): Promise<Ports> {
    const { plan, thing } = this.#order;
    for (const end = performance.now() + FREE_SECONDS * 1000; ; await sleep(100, undefined, { signal: this.#stop.signal })) {
      const ports: Ports = JSON.parse((await readText(files.ports(this.#directory))) ?? '{}');
      // In a namespace of its own nobody else listens.
      if (plan.namespace !== undefined) return ports;
      const taken = await asyncFind(Object.values(ports), async (port) => !(await bindable(plan.address, port)));
      if (taken === undefined) return ports;
      if (!(await exists(files.ran(this.#directory)))) await this.#otherPorts(thing, ports);
      else if (performance.now() > end) throw new DriverError('Conflict', `port ${taken} was taken by another program: end that and start it again`);
    }
  }

  async #otherPorts(thing: string, old: Ports): Promise<void> {
    const names = Object.keys(old);
    const fresh = await reservePorts(thing, names.length, this.#order.plan.address);
    await writeJson(files.ports(this.#directory), Object.fromEntries(names.map((name, index) => [name, fresh[index]])));
    await releasePorts(thing, Object.values(old));
  }

  /** It ends at once, and waits to be the next to hold the lease. */
  #lose(reason: string): void {
    this.#leases.stop();
    this.#term.abort();
    if (this.#child) this.#killGroup(this.#child);
    this.#state.underway('waiting', reason).catch(() => {}); // The writer ends also where nothing can be written any more.
  }

  /** Not yet reaped, so the group's number is still its own. */
  #killGroup(child: ChildProcess): void {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, 'SIGKILL');
  }

  async #fail(error: unknown): Promise<void> {
    const code = error instanceof DriverError ? error.code : (FAULTS[codeOf(error) ?? ''] ?? 'Unknown');
    await this.#state.failed(code, error instanceof Error ? error.message : String(error));
  }
}

async function asyncFind<T>(all: readonly T[], holds: (each: T) => Promise<boolean>): Promise<T | undefined> {
  const found = await Promise.all(all.map(holds));
  return all.find((_, index) => found[index]);
}
