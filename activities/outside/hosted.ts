import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { isAlive, type ProcessIdentity, signal, spawnDetached } from '../../providers/processes.ts';
import type { OutsideFiles } from './files.ts';
import { Hopeless } from './held.ts';
import { readPid, replace, wasEnded, writeEnded } from './pidFile.ts';
import type { Hosting } from './process/config.ts';
import type { Pace } from './toSpans.ts';

const LOOK_MS = 500;
const TOUCH_MS = 1000;
const RESTART_MS = 1000;
const KILL_AFTER_SECONDS = 4;
/** Several touches of another keeper. */
const KEPT_WITHIN_SECONDS = 5;
const MOST_THREADS = 128;
/** A look-up asks as many name servers in turn as a resolver may have. */
const LOOK_UPS_OUTLIVE = 3;

/** How a vantage runs its processes. */
export interface Place {
  /** The run's folder on this vantage, absolute. */
  readonly folder: string;
  /** Where commands of probes run. */
  readonly cwd: string;
  /** All that the process and its commands see of the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** A process that nobody asks for so long ends by itself. */
  readonly deadManSeconds: number;
}

/** What a new process gets to know beside its files and spec. */
export type Told = Pick<Hosting, 'first'> & Readonly<Record<string, unknown>>;

/** One outside process that outlives this one: started, or adopted from a worker that is gone, and started again when it dies. */
export class Hosted {
  readonly files: OutsideFiles;
  readonly #main: string;
  readonly #place: Place;
  readonly #spec: Pace;
  readonly #activity: string;
  #process: ProcessIdentity | undefined;
  #looked = -Infinity;
  #touched = -Infinity;
  #started = -Infinity;

  constructor(main: string, files: OutsideFiles, place: Place, spec: Pace, activity: string) {
    this.#main = main;
    this.files = files;
    this.#place = place;
    this.#spec = spec;
    this.#activity = activity;
    mkdirSync(dirname(files.pid), { recursive: true });
    this.#refuseAnother();
  }

  /** Call a few times a second. */
  async keep(told: () => Told): Promise<void> {
    const now = performance.now();
    if (wasEnded(this.files.pid, this.#activity)) return;
    if (now - this.#touched >= TOUCH_MS) {
      this.#touched = now;
      touch(this.files.keepAlive);
    }
    if (now - this.#looked < LOOK_MS) return;
    this.#looked = now;
    if (this.#process && (await isAlive(this.#process))) return;
    this.#process = readPid(this.files.pid);
    if (this.#process && (await isAlive(this.#process))) return;
    if (now - this.#started < RESTART_MS) return;
    this.#started = now;
    await this.#start(told());
  }

  /** Asks it to write what it has and to end; insists after a while. */
  async end(): Promise<void> {
    const process = this.#process ?? readPid(this.files.pid);
    this.#noteEnded();
    if (process) await endProcess(process);
    // One that had only just begun may have named itself meanwhile.
    this.#noteEnded();
    for (const path of [this.files.keepAlive, this.files.config]) rmSync(path, { force: true });
    if (statSync(this.files.log, { throwIfNoEntry: false })?.size === 0) rmSync(this.files.log, { force: true });
  }

  /** Ends it when nobody else keeps it, as after a run that was terminated. A later attempt may start another. */
  async endUnlessKept(): Promise<void> {
    const touched = touchedAt(this.files.keepAlive);
    const end = performance.now() + KEPT_WITHIN_SECONDS * 1000;
    while (performance.now() < end) {
      await sleep(LOOK_MS);
      if (touchedAt(this.files.keepAlive) !== touched) return;
    }
    const process = readPid(this.files.pid);
    if (process) await endProcess(process);
  }

  async #start(told: Told): Promise<void> {
    const { lines, pid, keepAlive, config, log } = this.files;
    const hosting: Omit<Hosting, 'first'> = { lines, pid, keepAlive, deadManSeconds: this.#place.deadManSeconds };
    replace(config, JSON.stringify({ ...hosting, spec: this.#spec, ...told }));
    const env = { ...lookUpEnv(this.#spec), ...this.#place.env };
    const { child, identity } = await spawnDetached(process.execPath, [this.#main, config], { cwd: this.#place.cwd, env, log });
    child.unref();
    this.#process = identity;
  }

  /** A disk that is full keeps no process alive: without the note a retry would start another, but what ends is not retried. */
  #noteEnded(): void {
    try {
      writeEnded(this.files.pid, this.#activity);
    } catch {
      rmSync(this.files.pid, { force: true });
    }
  }

  /** Two specs under one name would share a file. */
  #refuseAnother(): void {
    if (!existsSync(this.files.config)) return;
    const { spec } = z.object({ spec: z.unknown() }).parse(JSON.parse(readFileSync(this.files.config, 'utf8')));
    if (isDeepStrictEqual(spec, this.#spec)) return;
    throw new Hopeless(`${this.files.name} is being written for another probe of the same name: give each probe of a run its own name`);
  }
}

async function endProcess(process: ProcessIdentity): Promise<void> {
  const insistAt = performance.now() + KILL_AFTER_SECONDS * 1000;
  await signal(process, 'SIGTERM');
  while (await isAlive(process)) {
    if (performance.now() > insistAt) await signal(process, 'SIGKILL');
    await sleep(25);
  }
}

/** Node looks names up on four threads: a resolver that hangs would fill them long after the prober has given up, and hide the recovery. */
function lookUpEnv({ everySeconds, timeoutSeconds }: Pace): Record<string, string> {
  const threads = Math.min(MOST_THREADS, 4 + LOOK_UPS_OUTLIVE * Math.ceil(timeoutSeconds / everySeconds));
  return { UV_THREADPOOL_SIZE: String(threads), RES_OPTIONS: `timeout:${Math.max(1, Math.ceil(timeoutSeconds))} attempts:1` };
}

function touchedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function touch(path: string): void {
  writeFileSync(path, '', { flag: 'a', mode: 0o600 });
  const now = new Date();
  utimesSync(path, now, now);
}
