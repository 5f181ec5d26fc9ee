import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { MachineSpec } from './host.ts';
import type { MachineImage } from './image.ts';
import { type RunningMetadata, startMetadata } from './metadata.ts';
import { ownRoot } from './ownRoot.ts';

const INIT = fileURLToPath(new URL('init.sh', import.meta.url));
/** Programs that the machine has and the host may have not. */
const PROGRAMS = fileURLToPath(new URL('image', import.meta.url));
const POLITE_SECONDS = 20;
const LATE_MS = 3000;
const BUSY_MS = 300;

export interface MachineOptions {
  /** Of its own: its disk, its boot script, its console. */
  readonly directory: string;
  readonly bootSeconds: number;
  readonly image: MachineImage;
  readonly root?: 'shared' | undefined;
}

/** One machine: a process tree while its power is on, a directory as long as it exists. */
export class Machine {
  readonly spec: MachineSpec;
  readonly directory: string;
  readonly #options: MachineOptions;
  #life: { readonly cut: AbortController; readonly ended: Promise<void>; child?: ChildProcess } | undefined;
  #metadata: Promise<RunningMetadata> | undefined;

  constructor(spec: MachineSpec, options: MachineOptions) {
    this.spec = spec;
    this.#options = options;
    this.directory = options.directory;
  }

  /** Of its first process; undefined while it is off or only about to boot. */
  get pid(): number | undefined {
    return this.#life?.child?.pid;
  }

  get isOn(): boolean {
    return this.#life !== undefined;
  }

  get console(): string {
    return join(this.directory, 'console.log');
  }

  on(): void {
    if (this.#life) return;
    const cut = new AbortController();
    this.#life = { cut, ended: this.#noted(cut.signal) };
  }

  async off(how: 'polite' | 'power'): Promise<void> {
    const life = this.#life;
    if (!life) return;
    if (how === 'polite' && life.child?.stdin?.writable) {
      life.child.stdin.write('stop\n');
      await Promise.race([life.ended, sleep(POLITE_SECONDS * 1000 + LATE_MS, undefined, { ref: false })]);
    }
    life.cut.abort();
    await life.ended;
    if (this.#life === life) this.#life = undefined;
  }

  async remove(): Promise<void> {
    await this.off('power');
    await (await this.#metadata)?.stop();
    this.#metadata = undefined;
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  async #noted(cut: AbortSignal): Promise<void> {
    try {
      await this.#live(cut);
    } catch (error) {
      await appendFile(this.console, `power: it did not start: ${String(error)}\n`);
    }
  }

  /** From power on to power off, the time that firmware and kernel take included. */
  async #live(cut: AbortSignal): Promise<void> {
    const { directory, bootSeconds, image, root } = this.#options;
    await mkdir(directory, { recursive: true });
    const { userData, failsToBoot, address } = this.spec;
    const script = join(directory, 'user-data');
    if (userData && failsToBoot !== true && !existsSync(script)) await writeFile(script, userData, { mode: 0o700 });
    const metadata = this.spec.metadata && (await (this.#metadata ??= startMetadata(this.spec.metadata)));
    await sleep(bootSeconds * 1000, undefined, { signal: cut }).catch(() => {});
    if (cut.aborted) return;

    const own = root === 'shared' ? undefined : await ownRoot();
    const fill = (text: string): string => text.replaceAll('{root}', join(directory, 'disk')).replaceAll('{address}', address);
    const given = { ...image.environment, ...(own ? {} : image.shared?.environment) };
    const environment = {
      PATH: own ? `${PROGRAMS}:${process.env.PATH}` : (process.env.PATH ?? ''),
      HOME: own ? '/root' : directory,
      LANG: 'C.UTF-8',
      ...metadata?.environment,
      ...Object.fromEntries(Object.entries(given).map(([name, value]) => [name, fill(value)])),
    };
    const args = [INIT, own ? 'own' : 'shared', directory, String(POLITE_SECONDS), fill(image.shared?.laterBoots ?? '')];
    const console = await open(this.console, 'a');
    const stdio = ['pipe', console.fd, console.fd] as const;
    const [command, ...rest] = own ? ['unshare', ...own, 'sh', ...args] : ['sh', ...args];
    const child = spawn(command ?? 'sh', rest, { stdio: [...stdio], env: environment, cwd: '/', detached: true });
    await console.close();
    // A machine that has just ended takes no more orders.
    child.stdin?.on('error', () => {});
    const gone = once(child, 'exit');
    if (this.#life) this.#life.child = child;
    const end = (): void => this.#end(child, own !== undefined);
    cut.addEventListener('abort', end, { once: true });
    if (cut.aborted) end();
    await gone;
  }

  /** Its first process ends with its stdin, and everything with it. Under its own root it can be killed as well if it is busy. */
  #end(child: ChildProcess, own: boolean): void {
    child.stdin?.destroy();
    if (own) setTimeout(() => child.kill('SIGKILL'), BUSY_MS).unref();
  }
}
