import { spawnSync } from 'node:child_process';
import { onPath } from './onPath.mjs';

let known;

/** A `temporal` 1.9 or newer that the person has installed. Asked once a process. */
export function temporalOnPath() {
  known ??= { file: look() };
  return known.file;
}

function look() {
  const file = onPath('temporal');
  if (!file) return undefined;
  const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'ignore'] });
  const version = /^temporal version (\d+)\.(\d+)\./m.exec(stdout ?? '');
  if (!version) return undefined;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > 1 || (major === 1 && minor >= 9) ? file : undefined;
}
