import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL('../../.muster/python', import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));
const SCRATCH = 'tmp-';
const SCRATCH_LIVES_MS = 3_600_000;
const HINT = 'the AWS lab needs Python 3.10 or newer with pip (Debian, Ubuntu: apt install python3 python3-pip; macOS: brew install python)';

export interface Packages {
  readonly python: string;
  /** For PYTHONPATH. */
  readonly folder: string;
}

/** The pinned packages, fetched from PyPI and checked when they are not there yet. Rejects with what to install, in one line. */
export async function packages(): Promise<Packages> {
  const python = await findPython();
  const { stdout } = await run(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
  const version = stdout.trim();
  if (Number(version.split('.')[0]) < 3 || Number(version.split('.')[1]) < 10) throw new Error(`${python} is Python ${version}: ${HINT}`);
  const digest = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 12);
  const folder = join(FOLDER, `moto-${version}-${digest}`);
  if (!existsSync(folder)) await install(python, folder);
  return { python, folder };
}

/** Whole or not at all; of two at once the later one's work is thrown away. */
async function install(python: string, folder: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await removeOldScratch();
  const scratch = join(FOLDER, `${SCRATCH}${randomBytes(6).toString('hex')}`);
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--quiet', '--only-binary=:all:', '--require-hashes'];
  try {
    await run(python, [...pip, `--requirement=${REQUIREMENTS}`, `--target=${scratch}`], { env: { ...process.env, PIP_REQUIRE_VIRTUALENV: '0' } });
    await rename(scratch, folder);
  } catch (error) {
    if (existsSync(folder)) return;
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    const why = said.split('\n').find((line) => line.startsWith('ERROR')) ?? said.trim().split('\n').at(-1);
    throw new Error(`moto could not be installed from PyPI (${why}): ${HINT}, and a way to PyPI (pip config, HTTPS_PROXY)`, { cause: error });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What killed installations left. */
async function removeOldScratch(): Promise<void> {
  for (const name of await readdir(FOLDER)) {
    const path = join(FOLDER, name);
    if (name.startsWith(SCRATCH) && Date.now() - (await stat(path)).mtimeMs > SCRATCH_LIVES_MS) await rm(path, { recursive: true, force: true });
  }
}

async function findPython(): Promise<string> {
  for (const name of ['python3', 'python']) {
    const found = await run(name, ['-c', 'import sys; print(sys.executable)']).catch(() => undefined);
    if (found) return found.stdout.trim();
  }
  throw new Error(`there is no python3 on the PATH: ${HINT}`);
}
