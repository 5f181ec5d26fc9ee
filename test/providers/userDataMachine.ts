import { execFile, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A directory that plays a machine: boots a script as the root of everything, and is turned off at the end. */
export class Machine {
  readonly root = mkdtempSync(join(tmpdir(), 'machine-'));
  readonly #script = `${this.root}.sh`;

  /** The output of the boot; rejects when that fails. */
  async boot(script: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
    writeFileSync(this.#script, script);
    const { stdout, stderr } = await run('sh', [this.#script], { env: { ...process.env, MUSTER_BOOT_ROOT: this.root, ...environment } });
    return stdout + stderr;
  }

  /** Starts again what the boot has installed, as a unit does. */
  on(): void {
    const log = openSync(join(this.root, 'log'), 'w');
    const again = 'trap \'kill "$at"; wait "$at"; exit 0\' TERM; while :; do sh "$root/serve" & at=$!; wait "$at"; sleep 1; done';
    const child = spawn('sh', ['-c', again], { env: { ...process.env, root: this.root }, stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    writeFileSync(join(this.root, 'pid'), String(child.pid));
  }

  read(path: string): string | undefined {
    try {
      return readFileSync(join(this.root, path), 'utf8');
    } catch {
      return undefined;
    }
  }

  /** What a process sees that reads the boot's environment file. */
  environment(script: string): string {
    writeFileSync(this.#script, script.slice(script.indexOf("cat > env.new <<'"), script.indexOf("cat > run.new <<'")));
    const print = `cd "$root"; . "${this.#script}"; unset PWD OLDPWD; . "$root/env"; exec "${process.execPath}" -e 'process.stdout.write(JSON.stringify(process.env))'`;
    const { stdout, stderr, status } = spawnSync('sh', ['-eu', '-c', print], { encoding: 'utf8', env: { root: this.root, PATH: '/usr/bin:/bin' } });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  /** Politely, and waits until it has let go of what it held. */
  async off(): Promise<void> {
    const pid = Number(this.read('pid'));
    if (!pid) return;
    try {
      process.kill(pid, 'SIGTERM');
      for (let tries = 0; tries < 300; tries++) {
        process.kill(pid, 0);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    } catch {
      // Gone.
    }
  }

  async close(): Promise<void> {
    await this.off();
    rmSync(this.root, { recursive: true, force: true });
    rmSync(this.#script, { force: true });
  }
}
