import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** When a process began, in whatever form the system has; undefined when there is none (a zombie counts as none). */
export function processStart(pid) {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid) {
  try {
    // The name in brackets may hold anything; what follows the last bracket is fixed.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function fromPs(pid) {
  const { status, stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const [state = '', ...start] = (stdout ?? '').trim().split(/\s+/);
  return status === 0 && !state.startsWith('Z') ? start.join(' ') : undefined;
}
